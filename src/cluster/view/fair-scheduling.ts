// Work in slices and in turns, so that taking in a whole cluster does not keep an admission waiting.

/** Well below what an admission takes as a whole. */
const SLICE_MS = 4;

/** To be awaited between small pieces of work: who has used up the slice waits for a turn of its own. */
export type Slices = () => Promise<void> | undefined;

/** One slice a turn of the event loop for all that share it, however many of them have something to do. */
export function createSlices(): Slices {
  let end = performance.now() + SLICE_MS;
  const waiting: (() => void)[] = [];
  const begin = (): void => {
    end = performance.now() + SLICE_MS;
    waiting.shift()?.();
    if (waiting.length > 0) setImmediate(begin);
  };
  return () => {
    if (performance.now() < end) return undefined;
    return new Promise((resolve) => {
      if (waiting.push(resolve) === 1) setImmediate(begin);
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
