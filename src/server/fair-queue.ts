// Tasks that each keep the event loop busy for a while, one at a time and by turns: each lane has one task done, then the next
// lane has one. Between two tasks the loop turns, and what came meanwhile and does not queue goes first.
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';

export interface FairQueue {
  /** @returns false where as much of the lane waits already as may */
  add(lane: string, task: Task): boolean;
  /** There is something that does not queue, or may not: a new connection, a small request, one that was answered. */
  stirred(): void;
}

export interface Task {
  /** What it holds in memory until it is run. */
  readonly bytes: number;
  run(): void;
}

/** A pause is no longer, however long the task before it was. */
const MAX_PAUSE_MS = 250;

/** With nothing new for so long nobody is there who could overtake; a client's next step on its way takes a millisecond or two. */
const QUIET_MS = 3;

interface Lane {
  readonly tasks: Task[];
  bytes: number;
}

/**
 * @param laneBytes what may wait in one lane, so that no lane holds all of the memory that the others need too; a task that is
 * alone in its lane always may
 * @param clock monotonic milliseconds
 */
export function createFairQueue(laneBytes: number, clock: () => number): FairQueue {
  /** Those with tasks, in the order of their turns. */
  const lanes = new Map<string, Lane>();
  let isWorking = false;
  let stirs = 0;
  const next = (): Task | undefined => {
    for (const [name, lane] of lanes) {
      lanes.delete(name);
      const task = lane.tasks.shift();
      if (task === undefined) continue;
      lane.bytes -= task.bytes;
      if (lane.tasks.length > 0) lanes.set(name, lane);
      return task;
    }
    return undefined;
  };
  /**
   * Others have as long for themselves as the task took, while there is something new of them: a new connection is several
   * turns of the loop away from its first review.
   */
  const letOthersPass = async (tookMs: number): Promise<void> => {
    const endMs = performance.now() + Math.min(tookMs, MAX_PAUSE_MS);
    await nextTurn();
    for (let before = -1; before < stirs && performance.now() < endMs; ) {
      before = stirs;
      await delay(QUIET_MS);
    }
  };
  const work = async (): Promise<void> => {
    isWorking = true;
    await nextTurn();
    for (let task = next(); task !== undefined; task = next()) {
      const startedMs = clock();
      task.run();
      await letOthersPass(clock() - startedMs);
    }
    isWorking = false;
  };
  return {
    add: (name, task) => {
      const lane = lanes.get(name) ?? { tasks: [], bytes: 0 };
      if (lane.tasks.length > 0 && lane.bytes + task.bytes > laneBytes) return false;
      lane.tasks.push(task);
      lane.bytes += task.bytes;
      lanes.set(name, lane);
      if (!isWorking) void work();
      return true;
    },
    stirred: () => {
      stirs += 1;
    },
  };
}
