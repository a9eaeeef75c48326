// No namespace waits for another's large objects: small reviews are judged in the turn of the loop in which they come, large ones
// by turns of their namespaces.

import process from 'node:process';
import { createBatch, type Step, takeAll } from './batch.ts';
import { createFairQueue } from './fair-queue.ts';
import { isLarge, namespaceOf } from './review-size.ts';

/**
 * What of one namespace may wait, a third of what large bodies may take together (body-budget.ts): there is room for
 * those of others, and for what is still being read.
 */
export const WAITING_BYTES = 13 * 1024 * 1024;

/** Of CPU. A review that takes so long was no small one, whatever its size: it has many neighbours. */
const COSTLY_MS = 10;

/** A namespace with a costly review queues for ten times as long as that took, so it gets a tenth of the loop beside others. */
const COSTLY_TIMES = 10;

/** Those of a flood; the API server's clusters have some thousands. */
const MAX_COSTLY = 1000;

export interface Turns {
  /**
   * Takes the steps, from the one that judges, with what else came in this turn of the loop, or when it is its turn. The first
   * hears how long it waited.
   *
   * @returns false where too much of its namespace waits; then no step is taken
   */
  run(body: Buffer, judge: Judge): Promise<boolean>;
  /** Something small may be on its way: a connection, or the head of a request. */
  stirred(): void;
}

export type Judge = (waitedMs: number) => Step | undefined;

export interface TurnsOptions {
  /** Monotonic milliseconds. */
  readonly clock: () => number;
  /** Milliseconds of CPU that this thread has used. */
  readonly cpu: () => number;
  /** Called for each that had to wait. */
  readonly onTurn?: (waitedMs: number) => void;
}

export function createTurns({ clock, cpu, onTurn }: TurnsOptions): Turns {
  const queue = createFairQueue(WAITING_BYTES, clock);
  const costly = createCostly(clock);
  const batch = createBatch(clock);
  const cpuBefore = createReading(clock, cpu);
  const measured = (body: Buffer, waitedMs: number, judge: Judge): Step | undefined => {
    const startedMs = clock();
    const before = cpuBefore(startedMs);
    try {
      return judge(waitedMs);
    } finally {
      // What took less time took no more CPU.
      const tookMs = clock() - startedMs < COSTLY_MS ? 0 : cpu() - before;
      if (tookMs >= COSTLY_MS) costly.add(namespaceOf(body), tookMs);
    }
  };
  const inTurn = (body: Buffer, judge: Judge): Promise<boolean> =>
    new Promise((resolve, reject) => {
      const cameMs = clock();
      const run = (): void => {
        batch.run();
        const waitedMs = clock() - cameMs;
        onTurn?.(waitedMs);
        try {
          takeAll(measured(body, waitedMs, judge));
          resolve(true);
        } catch (error) {
          reject(error);
        }
      };
      if (!queue.add(namespaceOf(body), { bytes: body.length, run })) resolve(false);
    });
  return {
    run: async (body, judge) => {
      if (isLarge(body) || costly.has(body)) return inTurn(body, judge);
      await batch.add(() => measured(body, 0, judge));
      queue.stirred();
      return true;
    },
    stirred: queue.stirred,
  };
}

/** Asking the kernel costs a tenth of a small review, so that a reading counts for a moment. */
const READING_MS = 1;

/** @returns of a time the CPU that had been used then, or up to READING_MS before */
function createReading(clock: () => number, cpu: () => number): (nowMs: number) => number {
  let [readMs, cpuMs] = [clock(), cpu()];
  return (nowMs) => {
    if (nowMs - readMs >= READING_MS) [readMs, cpuMs] = [nowMs, cpu()];
    return cpuMs;
  };
}

interface Costly {
  add(namespace: string, tookMs: number): void;
  has(body: Buffer): boolean;
}

function createCostly(clock: () => number): Costly {
  /** When each is over. */
  const until = new Map<string, number>();
  const forget = (): void => {
    for (const [name, endMs] of until) if (endMs <= clock()) until.delete(name);
  };
  return {
    add: (namespace, tookMs) => {
      if (until.size >= MAX_COSTLY) forget();
      if (until.size >= MAX_COSTLY) return;
      const since = Math.max(clock(), until.get(namespace) ?? 0);
      until.set(namespace, Math.min(since, clock() + 1000) + tookMs * COSTLY_TIMES);
    },
    has: (body) => {
      if (until.size === 0) return false;
      const namespace = namespaceOf(body);
      const endMs = until.get(namespace) ?? 0;
      if (endMs > clock()) return true;
      until.delete(namespace);
      return false;
    },
  };
}

/** Of this thread, for what other threads use and what the machine takes away is not the review's. */
export function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
