// Keeps the guard trusted with a certificate of its own: every replica looks at what is stored every few seconds and serves
// with it; `keep-certificate` writes what comes next, where it leads.

import { setTimeout as delay } from 'node:timers/promises';
import { ApiError, type ClusterConnection } from '../cluster/api/connection.ts';
import { operand, shellCommand } from '../shell-quote.ts';
import { choosePair, NOTHING_SERVED, SETTLE_MS, type Served, whyUntrusted } from './choose.ts';
import { DURATIONS, type Durations, nextStep, type Step } from './next-step.ts';
import type { PemPair } from './pem.ts';
import { bundlesOf, dnsNamesOf, type Names, type State, type StoredSecret, secretName } from './state.ts';
import { isConflict, perform, readState } from './store.ts';

/** Three small reads each time; what somebody else takes out of a caBundle is back within this. */
const POLL_MS = 3000;
/** While the API server cannot be asked. */
const MAX_POLL_MS = 30_000;
/** A certificate costs a handful of steps. More in a row means that somebody undoes each of them. */
const MAX_STEPS_AT_ONCE = 10;

export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface KeeperOptions {
  readonly connection: ClusterConnection;
  readonly names: Names;
  readonly logger: Logger;
  /** Called with each pair to serve with from now on; left out where nothing is served. */
  readonly onPair?: (pair: PemPair & { readonly validFromMs: number; readonly expiresAtMs: number }) => void;
  /** Logger at every look whether the Secret has what is served, and it is trusted. */
  readonly onState?: (isUsable: boolean) => void;
  readonly durations?: Durations;
  readonly settleMs?: number;
  readonly pollMs?: number;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
}

export class Keeper {
  readonly #options: Required<Omit<KeeperOptions, 'onPair' | 'onState'>> & Pick<KeeperOptions, 'onPair' | 'onState'>;
  readonly #reportOnce: ReportOnce;
  #served: Served = NOTHING_SERVED;
  /** The certificate of the Secret, and since when it has been there. */
  #seen = { cert: '', sinceMs: 0 };
  #whyNotReady: string | undefined = 'the certificate has not been read yet';
  /** Aborted when this process no longer leads; undefined while it does not. */
  #leading: AbortSignal | undefined;
  #wake = new AbortController();

  constructor(options: KeeperOptions) {
    this.#options = {
      durations: DURATIONS,
      settleMs: SETTLE_MS,
      pollMs: POLL_MS,
      clock: Date.now,
      ...options,
    };
    this.#reportOnce = new ReportOnce(options.logger);
  }

  /** Why nobody may send requests here yet; undefined once a pair was served that every caBundle trusts. */
  whyNotReady(): string | undefined {
    return this.#whyNotReady;
  }

  /** Looks until it is stopped. */
  async run(stop: AbortSignal): Promise<void> {
    let waitMs = this.#options.pollMs;
    while (!stop.aborted) {
      this.#wake = new AbortController();
      const isDone = await this.#look(stop);
      waitMs = isDone ? this.#options.pollMs : Math.min(waitMs * 2, Math.max(MAX_POLL_MS, this.#options.pollMs));
      await delay(waitMs, undefined, { signal: AbortSignal.any([stop, this.#wake.signal]) }).catch(() => undefined);
    }
  }

  /** Writes while the signal is not aborted: what a leader does. */
  async lead(signal: AbortSignal): Promise<void> {
    this.#leading = signal;
    this.#wake.abort();
    await new Promise((resolve) => {
      if (signal.aborted) resolve(undefined);
      signal.addEventListener('abort', resolve, { once: true });
    });
    this.#leading = undefined;
  }

  /** @returns whether the API server could be asked; also where it refused, so that a right given back counts at once */
  async #look(stop: AbortSignal): Promise<boolean> {
    const { connection, names } = this.#options;
    try {
      for (let step = 0; step < MAX_STEPS_AT_ONCE && !stop.aborted; step++) {
        const state = await readState(connection, names, stop);
        this.#takeUp(state);
        if (!(await this.#write(state))) break;
      }
      this.#reportOnce.settled('api');
      return true;
    } catch (error) {
      if (stop.aborted) return true;
      if (error instanceof ApiError && error.status === 401) connection.renewCredentials();
      const { what, howToFix } = describe(error, names);
      if (this.#served === NOTHING_SERVED) this.#whyNotReady = what;
      this.#reportOnce.about('api', { reason: what, howToFix }, 'the self-signed certificate cannot be looked after');
      return error instanceof ApiError && error.status === 403;
    }
  }

  #takeUp(state: State): void {
    const { names, clock, settleMs, onPair, onState, logger } = this.#options;
    const options = { nowMs: clock(), dnsNames: dnsNamesOf(names), settleMs };
    const cert = state.secret?.serving.cert ?? '';
    // Also where the clock was set back: the wait would last until it is where it was.
    const isFuture = this.#seen.sinceMs > options.nowMs;
    if (cert !== this.#seen.cert || isFuture) this.#seen = { cert, sinceMs: options.nowMs };
    const before = this.#served;
    this.#served = choosePair(state, before, options);
    const { pair, isReady } = this.#served;
    if (onPair !== undefined && pair !== undefined && pair.cert !== before.pair?.cert) {
      const { validFromDate, validToDate, serialNumber } = pair.certificate;
      onPair({
        cert: pair.cert,
        key: pair.key,
        validFromMs: validFromDate.getTime(),
        expiresAtMs: validToDate.getTime(),
      });
      logger.info({ serialNumber, expires: validToDate.toISOString() }, 'serving with a new certificate');
    }
    this.#whyNotReady = isReady ? undefined : whyUntrusted(state, options, this.#secret());
    onState?.(isReady && state.secret?.serving.cert === pair?.cert);
    this.#complain(state);
  }

  /** @returns whether something was written, so that it is worth looking again at once */
  async #write(state: State): Promise<boolean> {
    const { connection, names, durations, clock, logger } = this.#options;
    const signal = this.#leading;
    if (signal === undefined || signal.aborted || state.secret === undefined) return false;
    const nowMs = clock();
    const step = nextStep(state, {
      nowMs,
      servingSeenMs: this.#seen.sinceMs,
      dnsNames: dnsNamesOf(names),
      durations,
    });
    if (step.do === 'nothing') return false;
    try {
      await perform(connection, step, state.secret, { names, durations, nowMs, signal });
    } catch (error) {
      // No longer the leader: whatever is still to do is another's.
      if (signal.aborted) return false;
      if (!isConflict(error)) throw error;
      logger.info({ step: step.do }, 'somebody else was first; reading again');
      return true;
    }
    logger.info(fieldsOf(step, state.secret), SAID[step.do]);
    return true;
  }

  #complain(state: State): void {
    const { names } = this.#options;
    const { namespace, service } = names;
    if (state.secret === undefined) {
      const create = ['kubectl', '-n', namespace, 'create', 'secret', 'generic', operand(secretName(names))];
      const howToFix = `${shellCommand(create)} (or apply deploy/components/self-signed again)`;
      const reason = `there is no Secret ${this.#secret()}, and the guard has no right to create Secrets`;
      this.#reportOnce.about('secret', { reason, howToFix }, 'the self-signed certificate cannot be kept');
    } else this.#reportOnce.settled('secret');
    if (bundlesOf(state).length === 0) {
      const reason = `no webhook configuration named ${service} calls the Service ${namespace}/${service}`;
      const howToFix = 'kubectl apply -k on your overlay of deploy/; without it the API server asks the guard nothing';
      this.#reportOnce.about('webhooks', { reason, howToFix }, 'nothing is there that could trust the certificate');
    } else this.#reportOnce.settled('webhooks');
  }

  #secret(): string {
    return `${this.#options.names.namespace}/${secretName(this.#options.names)}`;
  }
}

const SAID: Readonly<Record<Exclude<Step['do'], 'nothing'>, string>> = {
  'make-authority': 'made a new authority; it signs when every caBundle trusts it',
  'keep-previous': 'an authority stays trusted for the overlap',
  'write-bundle': 'wrote the caBundle of a webhook configuration',
  'make-serving': 'made a new serving certificate',
  'drop-previous': 'the overlap is over: only the current authority stays trusted',
};

function fieldsOf(step: Exclude<Step, { readonly do: 'nothing' }>, { previousUntilMs }: StoredSecret): object {
  switch (step.do) {
    case 'write-bundle':
      return { kind: step.kind, webhooks: step.webhooks.map(({ name }) => name) };
    case 'drop-previous':
      return Number.isNaN(previousUntilMs) ? {} : { until: new Date(previousUntilMs).toISOString() };
    default:
      return { because: step.because };
  }
}

function describe(error: unknown, { namespace }: Names): { readonly what: string; readonly howToFix: string } {
  if (!(error instanceof ApiError)) return { what: String(error), howToFix: 'This is a fault of the guard itself.' };
  if (error.status === 403) {
    const howToFix = `A right is missing: apply deploy/components/self-signed again, and see that its bindings name the ServiceAccount in ${namespace}.`;
    return { what: error.message, howToFix };
  }
  if (error.status === 401) {
    return { what: error.message, howToFix: 'The token was refused: is automountServiceAccountToken true in the Pod?' };
  }
  const howToFix = 'What is served stays until the API server answers again; nothing has to be done.';
  return { what: `the API server cannot be asked: ${error.message}`, howToFix };
}

/** Says each thing once, until it changes, and that it is over. */
class ReportOnce {
  readonly #logger: Logger;
  readonly #said = new Map<string, string>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  about(topic: string, fields: { readonly reason: string; readonly howToFix: string }, message: string): void {
    if (this.#said.get(topic) === fields.reason) return;
    this.#said.set(topic, fields.reason);
    this.#logger.warn(fields, message);
  }

  settled(topic: string): void {
    const reason = this.#said.get(topic);
    if (!this.#said.delete(topic)) return;
    this.#logger.info({ was: reason }, 'what was wrong with the self-signed certificate is over');
  }
}
