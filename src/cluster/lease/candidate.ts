// One candidate of an election: when it may take a Lease, and until when it leads. As client-go does it: the clock of the
// holder is never compared with the local clock; what counts is how long the record has not changed.
import { isSameRecord, type LeaseRecord, microTime } from './lease.ts';

export interface ElectionTimes {
  /** Others wait this long after the record last changed. */
  readonly leaseMs: number;
  /** A leader that has not renewed for this long stops; shorter than leaseMs, so that it has stopped before another starts. */
  readonly renewMs: number;
  /** Between two looks. */
  readonly retryMs: number;
}

/** As every component of Kubernetes has them. */
export const ELECTION_TIMES: ElectionTimes = { leaseMs: 15_000, renewMs: 10_000, retryMs: 2000 };

/** What one candidate knows and may do: no requests and no clock of its own. Times are milliseconds of one that never goes back. */
export class Candidate {
  readonly #identity: string;
  readonly #times: ElectionTimes;
  #record: LeaseRecord | undefined;
  #recordSeenAtMs = 0;
  #leadsUntilMs = Number.NEGATIVE_INFINITY;

  constructor(identity: string, times: ElectionTimes) {
    this.#identity = identity;
    this.#times = times;
  }

  get leadsUntilMs(): number {
    return this.#leadsUntilMs;
  }

  /** Who holds the Lease, as far as it is known. */
  get holder(): string {
    return this.#record?.holder ?? '';
  }

  isLeading(nowMs: number): boolean {
    return nowMs < this.#leadsUntilMs;
  }

  /** @param record undefined where there is no Lease */
  observed(record: LeaseRecord | undefined, nowMs: number): void {
    // Somebody else holds it, or nobody: whatever was thought before, it is lost.
    if (record?.holder !== this.#identity) this.#leadsUntilMs = Number.NEGATIVE_INFINITY;
    // Who held a Lease that was deleted works on until it notices: the wait stays as it was.
    if (record === undefined && this.#isHeldByAnother()) return;
    if (record !== undefined && this.#record !== undefined && isSameRecord(record, this.#record)) return;
    this.#record = record;
    this.#recordSeenAtMs = nowMs;
  }

  /** @returns what to write now, or undefined where somebody else holds the Lease */
  proposal(nowMs: number, wallMs: number): LeaseRecord | undefined {
    const record = this.#record;
    const isMine = record?.holder === this.#identity;
    if (this.#isHeldByAnother() && nowMs < this.#recordSeenAtMs + this.#times.leaseMs) return undefined;
    const time = microTime(wallMs);
    return {
      holder: this.#identity,
      acquireTime: isMine ? record.acquireTime : time,
      renewTime: time,
      durationSeconds: Math.ceil(this.#times.leaseMs / 1000),
      transitions: (record?.transitions ?? 0) + (isMine ? 0 : 1),
    };
  }

  /**
   * The API server has taken the proposal.
   * @param askedAtMs before it was sent: others cannot have seen it earlier, so their wait ends later than this lead
   */
  acquired(record: LeaseRecord, askedAtMs: number): void {
    this.#record = record;
    this.#recordSeenAtMs = askedAtMs;
    this.#leadsUntilMs = askedAtMs + this.#times.renewMs;
  }

  /** It stops leading; the Lease is left to `releasedRecord`. */
  resign(): void {
    this.#leadsUntilMs = Number.NEGATIVE_INFINITY;
  }

  /** What leaves the Lease to whoever looks next; undefined where it is not this candidate's. */
  releasedRecord(wallMs: number): LeaseRecord | undefined {
    if (this.#record?.holder !== this.#identity) return undefined;
    return { ...this.#record, holder: '', renewTime: microTime(wallMs), durationSeconds: 1 };
  }

  #isHeldByAnother(): boolean {
    return this.holder !== '' && this.holder !== this.#identity;
  }
}
