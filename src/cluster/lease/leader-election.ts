// Runs work in one of several processes at a time, by a Lease, and hands it over when that one stops or is gone.
import { setTimeout as delay } from 'node:timers/promises';
import { ApiError, type ClusterConnection } from '../api/connection.ts';
import { Candidate, ELECTION_TIMES, type ElectionTimes } from './candidate.ts';
import { LeaseClient, type LeaseName } from './lease.ts';

export interface ElectionOptions {
  readonly connection: ClusterConnection;
  readonly lease: LeaseName;
  /** Different in each process, even of one Pod that was started again. */
  readonly identity: string;
  readonly times?: ElectionTimes;
  readonly onEvent?: (event: ElectionEvent) => void;
}

export type ElectionEvent =
  | { readonly kind: 'leading' }
  | { readonly kind: 'following'; readonly holder: string }
  | { readonly kind: 'stopped-leading' }
  /** Called at each failure. */
  | { readonly kind: 'failed'; readonly error: unknown }
  /** The work ended by an error; the Lease is given up and asked for again. */
  | { readonly kind: 'work-failed'; readonly error: unknown };

/** Works until the signal aborts, and starts nothing after it. */
export type Work = (signal: AbortSignal) => Promise<void>;

/** Runs the work whenever this process leads, and gives the Lease up when `stop` aborts. @returns when that is done */
export async function runWhileLeading(options: ElectionOptions, work: Work, stop: AbortSignal): Promise<void> {
  const { times = ELECTION_TIMES, onEvent = () => undefined } = options;
  const candidate = new Candidate(options.identity, times);
  const lease = new LeaseClient(options.connection, options.lease, times.renewMs / 2);
  const term = new Term(work, onEvent);
  let holder: string | undefined;
  while (!stop.aborted) {
    try {
      await campaign(candidate, lease, stop);
      if (!candidate.isLeading(performance.now()) && candidate.holder !== holder) {
        holder = candidate.holder;
        onEvent({ kind: 'following', holder });
      }
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) options.connection.renewCredentials();
      if (!stop.aborted) onEvent({ kind: 'failed', error });
    }
    if (candidate.isLeading(performance.now())) {
      holder = options.identity;
      term.leadUntil(candidate.leadsUntilMs);
    } else if (term.isOn) {
      // Not a candidate again before the work has really ended.
      await term.end();
    }
    await nap(times.retryMs, stop, term);
    if (term.hasFailed) {
      await term.end();
      candidate.resign();
      await release(candidate, lease, onEvent);
      await delay(times.leaseMs, undefined, { signal: stop }).catch(() => undefined);
    }
  }
  await term.end();
  await release(candidate, lease, onEvent);
}

/** At best: where it fails, the others wait until the Lease has run out. */
async function release(
  candidate: Candidate,
  lease: LeaseClient,
  onEvent: (event: ElectionEvent) => void,
): Promise<void> {
  const record = candidate.releasedRecord(Date.now());
  if (record === undefined) return;
  await lease.write(record).catch((error: unknown) => onEvent({ kind: 'failed', error }));
}

/** One look, and one write where it is this candidate's turn. */
async function campaign(candidate: Candidate, lease: LeaseClient, stop: AbortSignal): Promise<void> {
  candidate.observed(await lease.read(stop), performance.now());
  const askedAtMs = performance.now();
  const record = candidate.proposal(askedAtMs, Date.now());
  if (record === undefined) return;
  await lease.write(record, stop);
  candidate.acquired(record, askedAtMs);
}

/** Until the next look, or until the term ends. */
async function nap(ms: number, stop: AbortSignal, term: Term): Promise<void> {
  await delay(ms, undefined, {
    signal: AbortSignal.any([stop, ...(term.signal === undefined ? [] : [term.signal])]),
  }).catch(() => undefined);
}

/** The work of one leadership: it must stop by the deadline, whatever the requests are waiting for. */
class Term {
  readonly #work: Work;
  readonly #onEvent: (event: ElectionEvent) => void;
  #controller: AbortController | undefined;
  #done: Promise<void> = Promise.resolve();
  #deadline: NodeJS.Timeout | undefined;
  hasFailed = false;

  constructor(work: Work, onEvent: (event: ElectionEvent) => void) {
    this.#work = work;
    this.#onEvent = onEvent;
  }

  get isOn(): boolean {
    return this.#controller !== undefined;
  }

  get signal(): AbortSignal | undefined {
    return this.#controller?.signal;
  }

  leadUntil(deadlineMs: number): void {
    clearTimeout(this.#deadline);
    this.#controller ??= this.#start();
    const controller = this.#controller;
    this.#deadline = setTimeout(() => controller.abort(), deadlineMs - performance.now());
  }

  #start(): AbortController {
    const controller = new AbortController();
    this.#onEvent({ kind: 'leading' });
    this.#done = this.#work(controller.signal).catch((error: unknown) => {
      this.hasFailed = true;
      this.#onEvent({ kind: 'work-failed', error });
      controller.abort();
    });
    return controller;
  }

  async end(): Promise<void> {
    if (this.#controller === undefined) return;
    clearTimeout(this.#deadline);
    this.#controller.abort();
    await this.#done;
    this.#controller = undefined;
    this.hasFailed = false;
    this.#onEvent({ kind: 'stopped-leading' });
  }
}
