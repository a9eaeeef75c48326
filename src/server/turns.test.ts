import { describe, expect, it } from 'vitest';
import { ingress } from '../../test/support/objects.ts';
import { reviewOf } from '../../test/support/reviews.ts';
import { SMALL_VALUES } from './review-size.ts';
import { createTurns, type Turns, WAITING_BYTES } from './turns.ts';

function body(namespace: string, values = 0): Buffer {
  const padding = Array.from({ length: values }, () => 0);
  return Buffer.from(JSON.stringify({ ...reviewOf(ingress({ namespace })), padding }));
}

const large = (namespace: string): Buffer => body(namespace, SMALL_VALUES + 1);

/** A clock and a meter of CPU that the test moves. */
function setUp(): { readonly turns: Turns; pass(ms: number): void; work(ms: number): undefined } {
  let [nowMs, cpuMs] = [0, 0];
  const turns = createTurns({ clock: () => nowMs, cpu: () => cpuMs });
  return {
    turns,
    pass: (ms) => {
      nowMs += ms;
    },
    work: (ms) => {
      nowMs += ms;
      cpuMs += ms;
    },
  };
}

describe('who is judged when', () => {
  it('judges small reviews ahead of large ones that came before', async () => {
    const { turns } = setUp();
    const done: string[] = [];
    const note = (name: string) => (): undefined => void done.push(name);
    await Promise.all([
      turns.run(large('evil'), note('evil 1')),
      turns.run(large('evil'), note('evil 2')),
      turns.run(large('shop'), note('shop, large')),
      turns.run(body('shop'), note('shop')),
      turns.run(body('evil'), note('evil, small')),
    ]);
    expect(done).toEqual(['shop', 'evil, small', 'evil 1', 'shop, large', 'evil 2']);
  });

  it('lets a namespace queue whose review cost much, for ten times as long as it took', async () => {
    const { turns, pass, work } = setUp();
    const done: string[] = [];
    const ask = (namespace: string): Promise<boolean> =>
      turns.run(body(namespace), (): undefined => void done.push(namespace));
    await turns.run(body('evil'), () => work(50));
    await Promise.all([ask('evil'), ask('shop')]);
    pass(500);
    await Promise.all([ask('evil'), ask('shop')]);
    expect(done).toEqual(['shop', 'evil', 'evil', 'shop']);
  });

  it('leaves one alone that costs little', async () => {
    const { turns, work } = setUp();
    const done: string[] = [];
    await turns.run(body('busy'), () => work(9));
    const ask = (namespace: string): Promise<boolean> =>
      turns.run(body(namespace), (): undefined => void done.push(namespace));
    await Promise.all([ask('busy'), ask('shop')]);
    expect(done).toEqual(['busy', 'shop']);
  });

  it('tells how long each waited', async () => {
    const { turns, pass } = setUp();
    const waited: number[] = [];
    const take = (waitedMs: number): undefined => {
      waited.push(waitedMs);
      pass(40);
    };
    await Promise.all([turns.run(large('evil'), take), turns.run(large('evil'), take), turns.run(body('shop'), take)]);
    expect(waited).toEqual([0, 40, 80]);
  });

  it('does not run what there is no room for, and only that', async () => {
    const { turns } = setUp();
    const half = Buffer.concat([large('evil'), Buffer.alloc(WAITING_BYTES / 2, ' ')]);
    const nothing = (): undefined => undefined;
    const asked = [half, half, half, large('shop')].map((one) => turns.run(one, nothing));
    expect(await Promise.all(asked)).toEqual([true, false, false, true]);
  });

  it('passes on what a task throws, and goes on', async () => {
    const { turns } = setUp();
    const fail = (): never => {
      throw new TypeError('as in a fault');
    };
    await expect(turns.run(large('evil'), fail)).rejects.toThrow('as in a fault');
    await expect(turns.run(body('evil'), fail)).rejects.toThrow('as in a fault');
    expect(await turns.run(large('evil'), () => undefined)).toBe(true);
  });
});
