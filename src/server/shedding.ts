// Which reviews are not looked at any more: whoever asked has given up, or will have before there is an answer.

export type DropReason = 'deadline-passed' | 'loop-late';

export interface Waiting {
  /** What the caller waits, from its request to the answer. */
  readonly timeoutMs: number;
  /** Since the request was seen. */
  readonly ageMs: number;
  /** The longest that it can have lain unread before (loop-watch.ts). */
  readonly unreadMs: number;
  /** Since its body was whole, for its turn (turns.ts); part of its age. */
  readonly waitedMs: number;
}

/**
 * A review that lay unread, or waited for its turn, for half of its caller's time is one of many: what is computed for it keeps the next ones
 * waiting for longer still, until every answer comes too late and none is of use. The other half is left for those
 * that are computed, and for their way.
 */
export function whyDropped({ timeoutMs, ageMs, unreadMs, waitedMs }: Waiting): DropReason | undefined {
  if (ageMs + unreadMs >= timeoutMs) return 'deadline-passed';
  return unreadMs + waitedMs >= timeoutMs / 2 ? 'loop-late' : undefined;
}
