import { describe, expect, it } from 'vitest';
import { type Batch, createBatch, type Step } from './batch.ts';

/** A batch on a clock that steps move, and what was done in which order. */
function setUp(): {
  readonly batch: Batch;
  readonly done: readonly string[];
  way(name: string, ...ms: number[]): Step;
} {
  let nowMs = 0;
  const done: string[] = [];
  const way = (name: string, ...ms: number[]): Step => {
    const step = (at: number): Step => {
      return () => {
        done.push(`${name}${at}`);
        nowMs += ms[at] ?? 0;
        return at + 1 < ms.length ? step(at + 1) : undefined;
      };
    };
    return step(0);
  };
  return { batch: createBatch(() => nowMs), done, way };
}

describe('what comes in one turn of the loop', () => {
  it('takes each step together', async () => {
    const { batch, done, way } = setUp();
    await Promise.all([batch.add(way('a', 0, 0, 0)), batch.add(way('b', 0)), batch.add(way('c', 0, 0, 0))]);
    expect(done).toEqual(['a0', 'b0', 'c0', 'a1', 'c1', 'a2', 'c2']);
  });

  it('does not wait for more than two milliseconds of others', async () => {
    const { batch, done, way } = setUp();
    await Promise.all([way('a', 1, 0), way('b', 1, 0), way('c', 50, 0), way('d', 0, 0)].map(batch.add));
    expect(done).toEqual(['a0', 'b0', 'a1', 'b1', 'c0', 'c1', 'd0', 'd1']);
  });

  it('is done at once for whoever asks', () => {
    const { batch, done, way } = setUp();
    void batch.add(way('a', 0));
    batch.run();
    expect(done).toEqual(['a0']);
  });

  it('tells each what its own steps throw, and goes on with the others', async () => {
    const { batch, done, way } = setUp();
    const fault: Step = () => () => {
      throw new TypeError('as in a fault');
    };
    const settled = await Promise.allSettled([batch.add(fault), batch.add(way('a', 0, 0))]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(done).toEqual(['a0', 'a1']);
  });
});
