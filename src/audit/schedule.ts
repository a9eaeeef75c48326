// When which namespaces are judged again: soon after a change, all of them every few minutes, and never so often that a busy
// namespace takes the loop from admissions. No clock of its own: times are milliseconds of one that never goes back.

export interface AuditTimes {
  /** Between two looks at everything. */
  readonly intervalMs: number;
  /** A change rarely comes alone. */
  readonly settleMs: number;
}

/** What was judged for a second rests for ten. */
const REST = 10;

export type Due =
  | { readonly everything: true }
  | { readonly everything: false; readonly namespaces: readonly string[] };

export class AuditSchedule {
  readonly #times: AuditTimes;
  readonly #dirty = new Map<string, number>();
  readonly #restUntilMs = new Map<string, number>();
  #allDueMs: number;
  #allRestUntilMs = 0;

  constructor(times: AuditTimes, nowMs: number) {
    this.#times = times;
    this.#allDueMs = nowMs;
  }

  /** @param namespace "" for an object of none, on which any plan may rest */
  changed(namespace: string, nowMs: number): void {
    const dueMs = nowMs + this.#times.settleMs;
    if (namespace === '') this.#allDueMs = Math.min(this.#allDueMs, Math.max(dueMs, this.#allRestUntilMs));
    else if (!this.#dirty.has(namespace)) {
      this.#dirty.set(namespace, Math.max(dueMs, this.#restUntilMs.get(namespace) ?? 0));
    }
  }

  /** Takes what is due; undefined for nothing. */
  take(nowMs: number): Due | undefined {
    if (this.#allDueMs <= nowMs) {
      this.#allDueMs = nowMs + this.#times.intervalMs;
      this.#dirty.clear();
      return { everything: true };
    }
    const namespaces = [...this.#dirty].flatMap(([namespace, dueMs]) => (dueMs <= nowMs ? [namespace] : []));
    for (const namespace of namespaces) this.#dirty.delete(namespace);
    return namespaces.length === 0 ? undefined : { everything: false, namespaces };
  }

  /** @param namespace undefined for all */
  judged(namespace: string | undefined, tookMs: number, nowMs: number): void {
    const untilMs = nowMs + REST * tookMs;
    if (namespace === undefined) {
      this.#allRestUntilMs = untilMs;
      this.#allDueMs = Math.max(this.#allDueMs, Math.min(untilMs, nowMs + this.#times.intervalMs));
      return;
    }
    this.#restUntilMs.delete(namespace);
    if (untilMs > nowMs + this.#times.settleMs) this.#restUntilMs.set(namespace, untilMs);
  }
}
