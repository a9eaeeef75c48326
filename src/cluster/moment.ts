// When something was seen, for ages that are right although the wall clock is set meanwhile, by people or by NTP.

/** Milliseconds of a clock that never goes back and is never set. */
export type Moment = number & { readonly isMoment: true };

export function thisMoment(): Moment {
  return performance.now() as Moment;
}

/** Milliseconds since the epoch, as the wall clock counts them now. */
export function onWallClock(moment: Moment): number {
  return Date.now() - msSince(moment);
}

export function msSince(moment: Moment): number {
  return performance.now() - moment;
}
