// Which report is looked at next: where findings have changed, where what is stored says something else, and where a report is
// left though nothing is found any more. No clock and no request of its own: times are milliseconds of a clock that never goes back.
import { REPORT_KINDS, type ReportKind } from '../kubernetes/report-kinds.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { AuditedFinding } from './audit.ts';
import { REPORT_LIMITS, type ReportContent, type ReportLimits, reportOf } from './namespace-report.ts';
import { digestOf } from './stored-report.ts';
import { type Rate, TokenBucket } from './token-bucket.ts';

export interface ReportTimes {
  /** A report is written whole, however little has changed: not more often than this in one namespace. */
  readonly restMs: number;
  /** Until what failed is tried again. */
  readonly retryMs: number;
  readonly rate: Rate;
}

/** The rate is that of Events. */
export const REPORT_TIMES: ReportTimes = {
  restMs: 10_000,
  retryMs: 60_000,
  rate: { burst: 25, perSecond: 5 },
};

export interface ReportJob {
  readonly kind: ReportKind;
  readonly namespace: string;
  /** undefined: there should be none. */
  readonly content: ReportContent | undefined;
}

export interface StoredReport {
  readonly namespace: string;
  readonly digest: string;
}

export type ReportOutcome =
  /** What is stored is what was asked for. */
  | { readonly kind: 'done' }
  /** Somebody else wrote in between. */
  | { readonly kind: 'conflict' }
  /** It is somebody else's, or its namespace is going: left alone until the next look at all of them. */
  | { readonly kind: 'left' }
  /** Not to be done yet. */
  | { readonly kind: 'later'; readonly afterMs: number }
  | { readonly kind: 'failed'; readonly retryAfterMs?: number };

interface Wanted {
  readonly found: readonly AuditedFinding[];
  readonly digest: string;
  readonly beyond: number;
}

export class ReportSchedule {
  readonly #snapshot: Snapshot;
  readonly #times: ReportTimes;
  readonly #limits: ReportLimits;
  readonly #bucket: TokenBucket;
  /** Findings and no content: they are kept anyway, and a report of them may be large. */
  readonly #wanted = new Map<string, Wanted>();
  readonly #due = new Map<string, { readonly kind: ReportKind; readonly namespace: string; readonly dueMs: number }>();
  readonly #restUntilMs = new Map<string, number>();
  #kind: ReportKind | undefined;
  #hasPassed = false;

  constructor(
    snapshot: Snapshot,
    nowMs: number,
    {
      times = REPORT_TIMES,
      limits = REPORT_LIMITS,
    }: { readonly times?: ReportTimes; readonly limits?: ReportLimits } = {},
  ) {
    this.#snapshot = snapshot;
    this.#times = times;
    this.#limits = limits;
    this.#bucket = new TokenBucket(times.rate, nowMs);
  }

  /** Reports that should be there. */
  get size(): number {
    return this.#wanted.size;
  }

  /** Findings for which their report has no room. */
  get beyond(): number {
    return [...this.#wanted.values()].reduce((sum, { beyond }) => sum + beyond, 0);
  }

  /** Whether all namespaces have been judged: before that nobody knows which report is one too many. */
  get hasPassed(): boolean {
    return this.#hasPassed;
  }

  passed(): void {
    this.#hasPassed = true;
  }

  /** Takes what is found in a namespace now. */
  replace(namespace: string, found: readonly AuditedFinding[], nowMs: number): void {
    const content = reportOf(namespace, found, this.#snapshot, this.#limits);
    const before = this.#wanted.get(namespace);
    if (content === undefined) {
      this.#wanted.delete(namespace);
      if (before !== undefined) this.#changed(namespace, nowMs);
      return;
    }
    const digest = digestOf(content);
    this.#wanted.set(namespace, { found, digest, beyond: content.beyond });
    if (before?.digest !== digest) this.#changed(namespace, nowMs);
  }

  /** From now on reports are of this kind; undefined: of none. */
  use(kind: ReportKind | undefined, nowMs: number): void {
    if (kind === this.#kind) return;
    this.#kind = kind;
    this.#due.clear();
    this.#restUntilMs.clear();
    for (const namespace of this.#wanted.keys()) this.#changed(namespace, nowMs);
  }

  /** Takes what is stored of a kind: of the guard's own reports, all. */
  stored(kind: ReportKind, reports: readonly StoredReport[], nowMs: number): void {
    const isUsed = kind === this.#kind;
    for (const { namespace, digest } of reports) {
      const isRight = isUsed && this.#wanted.get(namespace)?.digest === digest;
      if (!isRight) this.#set(kind, namespace, nowMs);
    }
    if (!isUsed) return;
    const present = new Set(reports.map(({ namespace }) => namespace));
    for (const namespace of this.#wanted.keys()) if (!present.has(namespace)) this.#changed(namespace, nowMs);
  }

  /** The most urgent one that the rate allows now; it has to be answered with `done`. */
  next(nowMs: number): ReportJob | undefined {
    const due = [...this.#due.entries()].filter(([, { dueMs }]) => dueMs <= nowMs);
    // What is wrong is said before what is over is taken away.
    const rank = ({ kind, namespace }: { readonly kind: ReportKind; readonly namespace: string }): number =>
      this.#contentOf(kind, namespace) === undefined ? 1 : 0;
    const [first] = due.toSorted(([, a], [, b]) => rank(a) - rank(b) || a.dueMs - b.dueMs);
    if (first === undefined || !this.#bucket.take(nowMs)) return undefined;
    const [key, { kind, namespace }] = first;
    // What changes while it is written is due again.
    this.#due.delete(key);
    const wanted = this.#contentOf(kind, namespace);
    const content = wanted && reportOf(namespace, wanted.found, this.#snapshot, this.#limits);
    return { kind, namespace, content };
  }

  done({ kind, namespace }: ReportJob, outcome: ReportOutcome, nowMs: number): void {
    const key = keyOf(kind, namespace);
    switch (outcome.kind) {
      case 'done':
        this.#rest(key, nowMs);
        return;
      case 'conflict':
        this.#set(kind, namespace, nowMs);
        return;
      case 'left':
        return;
      case 'later':
        this.#due.set(key, { kind, namespace, dueMs: nowMs + outcome.afterMs });
        return;
      case 'failed': {
        const retryMs = Math.max(this.#times.retryMs, outcome.retryAfterMs ?? 0);
        this.#due.set(key, { kind, namespace, dueMs: nowMs + retryMs });
      }
    }
  }

  #contentOf(kind: ReportKind, namespace: string): Wanted | undefined {
    return kind === this.#kind ? this.#wanted.get(namespace) : undefined;
  }

  #changed(namespace: string, nowMs: number): void {
    if (this.#kind !== undefined) this.#set(this.#kind, namespace, nowMs);
  }

  #set(kind: ReportKind, namespace: string, nowMs: number): void {
    const key = keyOf(kind, namespace);
    if (this.#due.has(key)) return;
    const dueMs = Math.max(nowMs, this.#restUntilMs.get(key) ?? 0);
    this.#due.set(key, { kind, namespace, dueMs });
  }

  #rest(key: string, nowMs: number): void {
    this.#restUntilMs.delete(key);
    this.#restUntilMs.set(key, nowMs + this.#times.restMs);
    // The oldest come first; those that have ended are not needed.
    for (const [old, untilMs] of this.#restUntilMs) {
      if (untilMs > nowMs) break;
      this.#restUntilMs.delete(old);
    }
    const due = this.#due.get(key);
    if (due !== undefined) this.#due.set(key, { ...due, dueMs: Math.max(due.dueMs, nowMs + this.#times.restMs) });
  }
}

function keyOf({ plural }: ReportKind, namespace: string): string {
  return `${plural}\0${namespace}`;
}

/** Kinds of which none should be left. */
export function otherKinds(used: ReportKind): readonly ReportKind[] {
  return REPORT_KINDS.filter((kind) => kind !== used);
}
