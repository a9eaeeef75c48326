// That what one admission looks up does not grow with what its neighbours add up to: by counted look-ups here, in time in
// bench/crowded-namespaces.ts. The budget counts what is judged; this counts what is read for it, paid for or not.
import { describe, expect, it } from 'vitest';
import { admit } from '../src/admission/admit.ts';
import { parseReview } from '../src/admission/review.ts';
import type { Snapshot } from '../src/snapshot/snapshot.ts';
import { corridorOf } from './support/corridor.ts';
import { CROWDS, type Crowd } from './support/crowded-namespaces.ts';
import { ADD_ON_ON } from './support/facts.ts';
import { reviewOf } from './support/reviews.ts';

/** Look-ups of one admission, and the objects that they found: some 100 ms of them. */
const MOST = 300_000;

interface Counted {
  readonly snapshot: Snapshot;
  readonly count: () => number;
}

/** Counts each look-up, and each object of its answer. */
function counted(snapshot: Snapshot): Counted {
  let count = 0;
  const proxy: Snapshot = new Proxy(snapshot, {
    get: (target, property) => {
      const value: unknown = Reflect.get(target, property);
      if (typeof value !== 'function') return value;
      return (...args: readonly unknown[]): unknown => {
        // A layer looks up what is below it.
        const answer: unknown = Reflect.apply(value, property === 'overlay' ? proxy : target, args);
        count += 1 + (Array.isArray(answer) ? answer.length : 0);
        return answer;
      };
    },
  });
  return { snapshot: proxy, count: () => count };
}

function lookUpsOf(crowd: Crowd, size: number): number {
  const corridor = corridorOf(crowd.stored(size), { facts: ADD_ON_ON });
  const { snapshot, count } = counted(corridor.snapshot);
  const result = parseReview(reviewOf(crowd.arrival(size)));
  if (!result.ok) throw new TypeError(result.detail);
  const { failures } = admit('validate', result.review, { ...corridor, snapshot });
  expect(failures).toEqual([]);
  return count();
}

describe.each(CROWDS.map((crowd) => [crowd.name, crowd] as const))('%s', (_, crowd) => {
  it('is judged with a bounded number of look-ups', () => {
    const [half, whole] = [lookUpsOf(crowd, 400), lookUpsOf(crowd, 800)];
    expect(half).toBeGreaterThan(0);
    expect(whole).toBeLessThan(MOST);
    expect(whole).toBeLessThan(2.5 * half);
  });
});
