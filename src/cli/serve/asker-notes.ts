// What an asker remembers beside what it learned: what it has said already, and whom it has asked lately. Both are bounded, for a
// process that runs for months.
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { StoredLearned } from '../../cluster/asking/learned-store.ts';
import { type Candidate, programOf } from '../../learned/candidates.ts';

const MAX_REMEMBERED = 10_000;
/** Of the whole cluster: no app notices it, and an asker gone wrong does no harm. Up to half as much again is added by chance. */
export const PACE_MS = 1000;
/** The same program is asked the same as rarely at least, however many Services lead to it. */
const AGAIN_MS = 60_000;

const FOREIGN = "the ConfigMap of what was learned is not written, for it is somebody else's: nobody is asked";
const FAULTY = 'the ConfigMap of what was learned cannot be read whole: what can be is kept, the rest is learned anew';

/** Each thing is said once. */
export class Notes {
  readonly #logger: Pick<Logger, 'info' | 'warn'>;
  readonly #said = new Set<string>();

  constructor(logger: Pick<Logger, 'info' | 'warn'>) {
    this.#logger = logger;
  }

  store({ fault, foreign }: Pick<StoredLearned, 'fault' | 'foreign'>): void {
    const reason = foreign ?? fault;
    if (reason === undefined || !this.#isNew(reason)) return;
    this.#logger.warn({ reason }, foreign === undefined ? FAULTY : FOREIGN);
  }

  notAsked({ pod }: Candidate, why: string): void {
    const { namespace, name } = pod.object.metadata;
    const details = { namespace, pod: name, address: pod.address, reason: `it ${why}` };
    if (this.#isNew(JSON.stringify(details))) this.#logger.info(details, 'a Pod is not asked');
  }

  refused(namespace: string, service: string, reason: string): void {
    const details = { namespace, service, reason };
    if (this.#isNew(JSON.stringify(details)))
      this.#logger.info(details, 'the Pods of a Service cannot be looked at: it is left out');
  }

  #isNew(text: string): boolean {
    if (this.#said.has(text)) return false;
    if (this.#said.size >= MAX_REMEMBERED) this.#said.clear();
    this.#said.add(text);
    return true;
  }
}

/** How fast, and how often the same. */
export class Pace {
  readonly #askedAtMs = new Map<string, number>();
  #nextAtMs = 0;

  /** Until it is the next one's turn. @throws where the signal aborts */
  async wait(signal: AbortSignal): Promise<void> {
    const waitMs = this.#nextAtMs - performance.now();
    if (waitMs > 0) await delay(waitMs, undefined, { signal }).catch(() => undefined);
    signal.throwIfAborted();
    this.#nextAtMs = performance.now() + PACE_MS * (1 + Math.random() / 2);
  }

  isTooSoon(candidate: Candidate): boolean {
    const before = this.#askedAtMs.get(programOf(candidate));
    return before !== undefined && performance.now() - before < AGAIN_MS;
  }

  asked(candidate: Candidate): void {
    const nowMs = performance.now();
    if (this.#askedAtMs.size >= MAX_REMEMBERED)
      for (const [other, atMs] of this.#askedAtMs) if (nowMs - atMs >= AGAIN_MS) this.#askedAtMs.delete(other);
    this.#askedAtMs.set(programOf(candidate), nowMs);
  }
}
