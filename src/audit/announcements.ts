// Which Event is to be written next: each finding once, again before the API server forgets it, and one more when it is over.
// No clock and no request of its own: times are milliseconds of a clock that never goes back.
import type { Kind } from '../kubernetes/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { AuditedFinding } from './audit.ts';
import { keyOfFinding } from './current-findings.ts';
import { type Announcement, announcementOf, resolutionOf } from './event.ts';
import { type Rate, TokenBucket } from './token-bucket.ts';

export interface AnnouncementLimits {
  /** An API server forgets an Event an hour after it was last written (--event-ttl), also where only its series changed. */
  readonly renewMs: number;
  /** Until what failed is tried again. */
  readonly retryMs: number;
  readonly rate: Rate;
  /** Of one rule about one object: of more of them nobody reads. */
  readonly perRuleAndObject: number;
  readonly total: number;
}

export const ANNOUNCEMENT_LIMITS: AnnouncementLimits = {
  renewMs: 50 * 60_000,
  retryMs: 60_000,
  // Within 50 minutes 5 a second are 15,000: all can be renewed in time.
  rate: { burst: 25, perSecond: 5 },
  perRuleAndObject: 10,
  total: 10_000,
};

export interface EventWrite {
  readonly announcement: Announcement;
  /** How often it has been written before; 0: it has to be created. */
  readonly written: number;
}

export type WriteOutcome =
  /** @param count of its series now, 1 where it has none */
  | { readonly kind: 'written'; readonly count: number }
  /** The API server has forgotten it. */
  | { readonly kind: 'forgotten' }
  | { readonly kind: 'failed'; readonly retryAfterMs?: number };

interface Entry {
  readonly announcement: Announcement;
  count: number;
  dueMs: number;
}

export class Announcements {
  readonly #limits: AnnouncementLimits;
  readonly #bucket: TokenBucket;
  readonly #byNamespace = new Map<string, Map<string, Entry>>();
  #total = 0;

  constructor(nowMs: number, limits: AnnouncementLimits = ANNOUNCEMENT_LIMITS) {
    this.#limits = limits;
    this.#bucket = new TokenBucket(limits.rate, nowMs);
  }

  /** How many Events it keeps written, or is about to write. */
  get size(): number {
    return this.#total;
  }

  /** Takes what is found in a namespace now. @returns how many findings are beyond the limits, and get no Event */
  replace(namespace: string, found: readonly AuditedFinding[], snapshot: Snapshot, nowMs: number): number {
    const before = this.#byNamespace.get(namespace) ?? new Map<string, Entry>();
    this.#total -= before.size;
    const wanted = this.#limited(found.map((one) => announcementOf(one, snapshot)));
    const now = new Map<string, Entry>();
    for (const announcement of wanted) {
      now.set(announcement.name, before.get(announcement.name) ?? { announcement, count: 0, dueMs: nowMs });
    }
    const problems = new Set(found.map(({ finding }) => keyOfFinding(finding)));
    for (const { announcement, count, dueMs } of before.values()) {
      if (problems.has(announcement.problem) || !isThere(announcement, snapshot)) continue;
      if (announcement.type === 'Normal') now.set(announcement.name, { announcement, count, dueMs });
      else if (count > 0) {
        const resolution = resolutionOf(announcement);
        now.set(resolution.name, { announcement: resolution, count: 0, dueMs: nowMs });
      }
    }
    if (now.size === 0) this.#byNamespace.delete(namespace);
    else this.#byNamespace.set(namespace, now);
    this.#total += now.size;
    return found.length - wanted.length;
  }

  /** The most urgent write that the rate allows now; it has to be answered with `done`. */
  next(nowMs: number): EventWrite | undefined {
    let first: Entry | undefined;
    for (const entries of this.#byNamespace.values()) {
      for (const entry of entries.values()) {
        if (entry.dueMs <= nowMs && (first === undefined || isBefore(entry, first))) first = entry;
      }
    }
    if (first === undefined || !this.#bucket.take(nowMs)) return undefined;
    return { announcement: first.announcement, written: first.count };
  }

  done({ announcement: { namespace, name, type } }: EventWrite, outcome: WriteOutcome, nowMs: number): void {
    const entries = this.#byNamespace.get(namespace);
    const entry = entries?.get(name);
    // The finding may have gone while it was written.
    if (entries === undefined || entry === undefined) return;
    switch (outcome.kind) {
      case 'written':
        entry.count = outcome.count;
        entry.dueMs = nowMs + this.#limits.renewMs;
        if (type === 'Normal') this.#forget(entries, namespace, name);
        return;
      case 'forgotten':
        entry.count = 0;
        entry.dueMs = nowMs;
        return;
      case 'failed':
        entry.dueMs = nowMs + Math.max(this.#limits.retryMs, outcome.retryAfterMs ?? 0);
        return;
    }
  }

  #forget(entries: Map<string, Entry>, namespace: string, name: string): void {
    entries.delete(name);
    this.#total -= 1;
    if (entries.size === 0) this.#byNamespace.delete(namespace);
  }

  #limited(all: readonly Announcement[]): readonly Announcement[] {
    const counts = new Map<string, number>();
    const few = all.filter(({ reason, regarding }) => {
      const key = [reason, regarding.kind, regarding.name].join('\0');
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return count <= this.#limits.perRuleAndObject;
    });
    return few.slice(0, Math.max(0, this.#limits.total - this.#total));
  }
}

/** What is new before what is renewed, errors before warnings before what is over, and then the oldest. */
function isBefore(a: Entry, b: Entry): boolean {
  const rank = ({ count, announcement }: Entry): number => {
    if (count > 0) return 3;
    if (announcement.type === 'Normal') return 2;
    return announcement.severity === 'error' ? 0 : 1;
  };
  return rank(a) === rank(b) ? a.dueMs < b.dueMs : rank(a) < rank(b);
}

/** An Event about an object that is gone would be read by nobody. */
function isThere({ regarding }: Announcement, snapshot: Snapshot): boolean {
  const { kind, namespace, name, uid } = regarding;
  // Only kinds that the guard reads are announced.
  const object = snapshot.get(kind as Kind, namespace, name);
  return object !== undefined && object.metadata.uid === uid;
}
