// Work in slices and in turns, so that taking in a whole cluster does not keep an admission waiting.

/** Well below what an admission takes as a whole. */
const SLICE_MS = 4;

/** @returns a function to await between small pieces of work: it lets others have their turn when a slice is used up */
export function createSlices(): () => Promise<void> | undefined {
  let end = performance.now() + SLICE_MS;
  return () => {
    if (performance.now() < end) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        end = performance.now() + SLICE_MS;
        resolve();
      });
    });
  };
}

/** Lets that many run at a time, the others in the order in which they came. */
export type Gate = <T>(work: () => Promise<T>) => Promise<T>;

export function createGate(places: number): Gate {
  let free = places;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
