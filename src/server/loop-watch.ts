// How far the event loop is behind: how long what is being read now may have lain unread.

/** Often enough for deadlines of seconds; ten wake-ups a second cost nothing that can be measured. */
const TICK_MS = 100;

export interface LoopWatch {
  /**
   * The longest that anything which is read now can have waited, above what is usual; 0 on a loop that keeps up. After a
   * turn that took long this holds for what lay there meanwhile: it is read in the turn that follows.
   */
  waitedMs(): number;
  stop(): void;
}

/** @param clock monotonic milliseconds */
export function watchLoop(clock: () => number): LoopWatch {
  let last = clock();
  let before = last;
  const timer = setInterval(() => {
    before = last;
    last = clock();
  }, TICK_MS).unref();
  // Sockets are read after the timers of the same turn, so what is read now came after the tick before the last.
  return { waitedMs: () => Math.max(0, clock() - before - 2 * TICK_MS), stop: () => clearInterval(timer) };
}
