// When something was seen, for ages that are right although the wall clock is set meanwhile, by people or by NTP.

export interface Moment {
  /** Since the epoch, as the wall clock had it then. */
  readonly wallMs: number;
  /** Of a clock that never goes back and is never set. */
  readonly steadyMs: number;
}

/** Less than this is a clock that is slewed, and the time between two lines. */
const SET_BY_MS = 1000;

export function thisMoment(): Moment {
  return { wallMs: Date.now(), steadyMs: performance.now() };
}

/** Milliseconds since the epoch: what the wall clock had then, or would have had, had it been set before. */
export function onWallClock(moment: Moment): number {
  const ifSetBeforeMs = Date.now() - msSince(moment);
  return Math.abs(ifSetBeforeMs - moment.wallMs) < SET_BY_MS ? moment.wallMs : ifSetBeforeMs;
}

export function msSince({ steadyMs }: Moment): number {
  return performance.now() - steadyMs;
}
