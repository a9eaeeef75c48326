// Keeps what Google says of the cluster fresh, in the background: whoever needs the facts takes those that there are.
import type { Logger } from 'pino';
import { type ClusterName, FACT_NAMES, type Facts } from '../../facts/facts.ts';
import { systemReason } from '../../system-reason.ts';
import { type Moment, onWallClock, thisMoment } from '../moment.ts';
import type { GkeApi } from './gke-api.ts';
import { GkeApiError, type GkeFailure } from './gke-error.ts';

export interface RefresherOptions {
  readonly api: GkeApi;
  /** Between two successes. */
  readonly refreshMs: number;
  readonly logger: Logger;
  /** Called after each try. */
  readonly onOutcome: (outcome: GkeFailure | 'ok') => void;
  /** From 0 to below 1; left out, Math.random. */
  readonly random?: () => number;
  /** Before the second try; doubled after each failure, up to `refreshMs`. */
  readonly firstBackoffMs?: number;
  /** The least time between two refreshes that were asked for. */
  readonly demandMs?: number;
  /** For how long after one was asked for it goes on in steps of `demandMs`. */
  readonly watchfulMs?: number;
}

export interface FactRefresher {
  /** Of the last success; undefined before the first. */
  facts(): Facts | undefined;
  /** Known from flags or the metadata server, also where the API does not answer. */
  names(): ClusterName;
  /** Asks in the background, also while it waits after a failure, and often for a while; returns at once. */
  refreshSoon(): void;
  stop(): void;
}

const FIRST_BACKOFF_MS = 2000;
const DEMAND_MS = 10_000;
/**
 * Whoever was refused runs a gcloud command that takes minutes, and tries again: Google's word must be new by then, or
 * that very try would be refused as well.
 */
const WATCHFUL_MS = 15 * 60_000;
/** Whatever Google asks: a cluster whose add-on was turned on must not wait for longer. */
const MAX_RETRY_AFTER_MS = 30 * 60_000;
/** So that replicas which started together do not ask together. */
const JITTER = 0.1;

export function startFactRefresher(options: RefresherOptions): FactRefresher {
  return new Refresher(options);
}

class Refresher implements FactRefresher {
  readonly #options: RefresherOptions;
  readonly #stopped = new AbortController();
  #facts: Facts | undefined;
  #learnt: Moment | undefined;
  #failures = 0;
  #lastFailure = '';
  #timer: NodeJS.Timeout | undefined;
  #demandTimer: NodeJS.Timeout | undefined;
  #lastDemandMs = Number.NEGATIVE_INFINITY;
  #isAsking = false;
  #isDemanded = false;

  constructor(options: RefresherOptions) {
    this.#options = options;
    this.#schedule(0);
  }

  facts(): Facts | undefined {
    if (this.#facts !== undefined && this.#learnt !== undefined) this.#facts = redated(this.#facts, this.#learnt);
    return this.#facts;
  }

  names(): ClusterName {
    return this.#options.api.names();
  }

  refreshSoon(): void {
    if (this.#demandTimer !== undefined || this.#stopped.signal.aborted) return;
    const waitMs = this.#lastDemandMs + (this.#options.demandMs ?? DEMAND_MS) - performance.now();
    this.#demandTimer = setTimeout(() => this.#demand(), Math.max(0, waitMs));
    this.#demandTimer.unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#demandTimer);
    this.#stopped.abort();
  }

  #demand(): void {
    this.#demandTimer = undefined;
    this.#lastDemandMs = performance.now();
    // What is on its way may have been answered before the change that somebody waits for.
    if (this.#isAsking) this.#isDemanded = true;
    else void this.#ask();
  }

  #schedule(waitMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), waitMs);
    this.#timer.unref();
  }

  /** Never rejects. */
  async #ask(): Promise<void> {
    clearTimeout(this.#timer);
    this.#isAsking = true;
    const waitMs = await this.#try();
    this.#isAsking = false;
    if (this.#stopped.signal.aborted) return;
    this.#schedule(this.#isDemanded ? 0 : waitMs);
    this.#isDemanded = false;
  }

  /** @returns how long to wait for the next try */
  async #try(): Promise<number> {
    const { api, logger, onOutcome } = this.#options;
    try {
      this.#facts = await api.read(this.#stopped.signal);
      this.#learnt = thisMoment();
      onOutcome('ok');
      if (this.#failures > 0) logger.info({ failures: this.#failures }, 'the GKE API answers again');
      this.#failures = 0;
      this.#lastFailure = '';
      return this.#intervalMs();
    } catch (error) {
      if (this.#stopped.signal.aborted) return 0;
      this.#failures += 1;
      const waitMs = this.#backoffMs(error);
      onOutcome(error instanceof GkeApiError ? error.kind : 'refused');
      this.#report(error, waitMs);
      return waitMs;
    }
  }

  #backoffMs(error: unknown): number {
    const { refreshMs, firstBackoffMs = FIRST_BACKOFF_MS } = this.#options;
    const asked = error instanceof GkeApiError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
    const doubled = Math.min(refreshMs, firstBackoffMs * 2 ** Math.min(this.#failures - 1, 30));
    // Half of it is certain, half is chance; what Google asks for is never cut short by chance.
    const waitMs = doubled / 2 + (doubled / 2) * this.#random();
    return Math.max(waitMs, Math.min(asked, MAX_RETRY_AFTER_MS));
  }

  #intervalMs(): number {
    const { refreshMs, demandMs = DEMAND_MS, watchfulMs = WATCHFUL_MS } = this.#options;
    const isWatchful = performance.now() - this.#lastDemandMs < watchfulMs;
    if (isWatchful && demandMs < refreshMs) return demandMs * (1 + JITTER * this.#random());
    return refreshMs * (1 - JITTER + 2 * JITTER * this.#random());
  }

  #random(): number {
    return (this.#options.random ?? Math.random)();
  }

  /** Once for each kind of failure, and again after it was another. */
  #report(error: unknown, waitMs: number): void {
    const kind = error instanceof GkeApiError ? error.kind : 'fault';
    if (kind === this.#lastFailure) return;
    this.#lastFailure = kind;
    const retryInSeconds = Math.round(waitMs / 100) / 10;
    const known = this.#facts === undefined ? 'nothing is known from it yet' : 'what it said before stays';
    if (error instanceof GkeApiError) {
      const said = { reason: error.message, hint: error.hint, failure: kind, retryInSeconds };
      this.#options.logger.warn(said, `the GKE API cannot be asked; ${known}`);
      return;
    }
    const said = { err: error, reason: systemReason(error), retryInSeconds };
    this.#options.logger.error(said, `asking the GKE API failed by a fault of the guard; ${known}`);
  }
}

/**
 * The same, unless the wall clock was set back meanwhile: they would count for that much longer. Set forward it makes them older
 * than they are, as a machine that was suspended does rightly; until Google is asked again they are unknown then.
 */
function redated(facts: Facts, learnt: Moment): Facts {
  const learntAtMs = onWallClock(learnt);
  const moved = FACT_NAMES.filter((name) => {
    const fact = facts[name];
    return fact.known && fact.learntAtMs > learntAtMs;
  });
  if (moved.length === 0) return facts;
  return { ...facts, ...Object.fromEntries(moved.map((name) => [name, { ...facts[name], learntAtMs }])) };
}
