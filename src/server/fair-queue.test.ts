import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createFairQueue, type FairQueue } from './fair-queue.ts';

/** Adds tasks by name, `lane number`, and says in which order they were run. */
async function order(queue: FairQueue, names: readonly string[], onRun?: (name: string) => void): Promise<string[]> {
  const done: string[] = [];
  await new Promise<void>((resolve) => {
    for (const name of names) {
      const run = (): void => {
        done.push(name);
        onRun?.(name);
        if (done.length === names.length) resolve();
      };
      queue.add(name.slice(0, 1), { bytes: 1, run });
    }
  });
  return done;
}

it('gives each lane a turn, whoever came first', async () => {
  const queue = createFairQueue(100, () => 0);
  expect(await order(queue, ['a1', 'a2', 'a3', 'b1', 'c1', 'c2'])).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
});

it('lets a lane that comes later wait for one task of each other', async () => {
  const queue = createFairQueue(100, () => 0);
  const late: string[] = [];
  const done = await order(queue, ['a1', 'a2', 'a3'], (name) => {
    if (name === 'a1') queue.add('b', { bytes: 1, run: () => late.push('b') });
    if (name === 'a2') late.push('a2');
    if (name === 'a3') late.push('a3');
  });
  expect(done).toEqual(['a1', 'a2', 'a3']);
  expect(late).toEqual(['a2', 'b', 'a3']);
});

it('turns the event loop before each task', async () => {
  const queue = createFairQueue(100, () => 0);
  let turns = 0;
  let isOver = false;
  const seen: number[] = [];
  const count = async (): Promise<void> => {
    while (!isOver) {
      await nextTurn();
      turns += 1;
    }
  };
  const counting = count();
  await order(queue, ['a1', 'a2', 'b1'], () => seen.push(turns));
  isOver = true;
  await counting;
  expect(new Set(seen).size).toBe(3);
});

/** Runs two tasks of which the first seems to take so long, and says how long the second waited for others. */
async function pauseMs(tookMs: number, stir: (queue: FairQueue) => void): Promise<number> {
  let nowMs = 0;
  const queue = createFairQueue(100, () => nowMs);
  let endedMs = 0;
  await order(queue, ['a1', 'a2'], (name) => {
    if (name === 'a2') return;
    nowMs += tookMs;
    endedMs = performance.now();
    stir(queue);
  });
  return performance.now() - endedMs;
}

it('gives others as long as the task took while they stir', async () => {
  const stir = (queue: FairQueue): void => {
    const timer = setInterval(() => queue.stirred(), 1);
    setTimeout(() => clearInterval(timer), 1000);
  };
  // A timer of Node may come a millisecond early.
  expect(await pauseMs(120, stir)).toBeGreaterThanOrEqual(119);
});

it('goes on soon where nobody stirs, and at once after a task that took no time', async () => {
  const nobody = (): void => undefined;
  expect(await pauseMs(60_000, nobody)).toBeLessThan(5000);
  expect(await pauseMs(0, (queue) => queue.stirred())).toBeLessThan(5000);
});

it('holds no more of one lane than it may, and always the only one', async () => {
  const queue = createFairQueue(10, () => 0);
  const done: string[] = [];
  const run = (name: string) => () => void done.push(name);
  expect(queue.add('a', { bytes: 20, run: run('a1') })).toBe(true);
  expect(queue.add('a', { bytes: 1, run: run('a2') })).toBe(false);
  expect(queue.add('b', { bytes: 9, run: run('b1') })).toBe(true);
  expect(queue.add('b', { bytes: 1, run: run('b2') })).toBe(true);
  expect(queue.add('b', { bytes: 1, run: run('b3') })).toBe(false);
  while (done.length < 3) await nextTurn();
  expect(done).toEqual(['a1', 'b1', 'b2']);
  expect(queue.add('a', { bytes: 20, run: run('a3') })).toBe(true);
});
