// What comes in one turn of the event loop takes each step together: all are judged, then all are answered, then all are recorded.
// The code and the data of a step stay in the caches of the processor meanwhile; one review after another, each whole, takes
// half as much CPU again (docs/performance.md).

/** One step on the way of a request; it returns the next. */
export type Step = () => Step | undefined;

/** All steps of a way, one after the other. */
export function takeAll(first: Step | undefined): void {
  for (let step = first; step !== undefined; ) step = step();
}

export interface Batch {
  /** Resolves after the last step, and rejects with what a step throws. */
  add(first: Step): Promise<void>;
  /** Whatever waits, now. */
  run(): void;
}

/** After so long those that are judged are answered, and the others go on after them: nobody waits longer for what came later. */
const TOGETHER_MS = 2;

interface Way {
  step: Step | undefined;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** @param clock monotonic milliseconds */
export function createBatch(clock: () => number): Batch {
  let waiting: Way[] = [];
  const run = (): void => {
    const all = waiting;
    waiting = [];
    for (let from = 0; from < all.length; ) from = together(all, from, clock);
  };
  return {
    add: (step) =>
      new Promise((resolve, reject) => {
        // Immediates come once all sockets have been read that had something to read.
        if (waiting.push({ step, resolve, reject }) === 1) setImmediate(run);
      }),
    run,
  };
}

/** @returns how far it came */
function together(all: readonly Way[], from: number, clock: () => number): number {
  const endMs = clock() + TOGETHER_MS;
  let until = from;
  for (const way of all.slice(from)) {
    advance(way);
    until += 1;
    if (clock() >= endMs) break;
  }
  let going = all.slice(from, until).filter(isGoing);
  while (going.length > 0) {
    going.forEach(advance);
    going = going.filter(isGoing);
  }
  return until;
}

function advance(way: Way): void {
  try {
    way.step = way.step?.();
    if (way.step === undefined) way.resolve();
  } catch (error) {
    way.step = undefined;
    way.reject(error);
  }
}

function isGoing({ step }: Way): boolean {
  return step !== undefined;
}
