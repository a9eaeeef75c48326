// The loop of `serve --ask`, in the replica that leads: looks at every backend of every plan, asks one Pod of it at a time, and keeps
// what was learned. Who may be asked, and what an answer means, is decided in src/learned.
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { ApiError, type ClusterConnection } from '../../cluster/api/connection.ts';
import { podsOf, probeWarnings } from '../../cluster/asking/cluster-pods.ts';
import { addLearned, readLearned, type StoredLearned } from '../../cluster/asking/learned-store.ts';
import { createSlices } from '../../cluster/view/fair-scheduling.ts';
import type { LiveView } from '../../cluster/view/live-view.ts';
import { createJudge } from '../../judge/judge.ts';
import type { Ingress } from '../../kubernetes/objects.ts';
import { atSecond, type Candidate, candidatesOf, onePerProgram } from '../../learned/candidates.ts';
import type { ClusterPod } from '../../learned/cluster-pod.ts';
import { type Learned, numbersOf, withLearnt } from '../../learned/learned.ts';
import { type NotAsked, whyPodNotAsked } from '../../learned/may-ask.ts';
import { learnedFromKubelet } from '../../learned/probe-warnings.ts';
import {
  ingressNow,
  inTurns,
  isAskedSince,
  subjectOf,
  type WorthAsking,
  worthAsking,
} from '../../learned/worth-asking.ts';
import type { AskerMetrics } from '../../server/asker-metrics.ts';
import { systemReason } from '../../system-reason.ts';
import { type Corridor, judgeSettings } from '../../verdict/corridor.ts';
import { Notes, PACE_MS, Pace } from './asker-notes.ts';
import { GoogleWatch } from './google-watch.ts';
import { askPod, whyNotAsked } from './pod-question.ts';

export interface AskerOptions {
  readonly connection: ClusterConnection;
  readonly view: Pick<LiveView, 'snapshot' | 'whyNotSynced'>;
  readonly corridor: () => Corridor;
  /** Between two looks at everything. */
  readonly intervalMs: number;
  /** False learns of Google alone. */
  readonly asksPods: boolean;
  readonly logger: Logger;
  readonly metrics: AskerMetrics;
}

/** What is known is confirmed as rarely. */
const CONFIRM_MS = 24 * 3_600_000;
/** Written as often at least, so that an asker that is killed loses little. */
const WRITE_AFTER = 20;
/** Of one look at everything, and of one Ingress in it: whoever has many that never answer keeps nobody else waiting for long. */
const MAX_LOOKS = 1000;
const MAX_LOOKS_OF_ONE = 20;

const NO_WARNINGS: ReadonlySet<string> = new Set();

export class Asker {
  readonly #options: AskerOptions;
  readonly #notes: Notes;
  readonly #pace = new Pace();
  readonly #slices = createSlices();
  readonly #google = new GoogleWatch();
  #learned: readonly Learned[] = [];
  /** Of it what is not written yet. */
  #fresh: readonly Learned[] = [];
  /** Of kubelets, where Events may be read. */
  #warnings = NO_WARNINGS;
  #trouble = '';

  constructor(options: AskerOptions) {
    this.#options = options;
    this.#notes = new Notes(options.logger);
  }

  /** Until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { view, intervalMs } = this.#options;
    while (!signal.aborted) {
      const isWhole = view.whyNotSynced() === undefined;
      if (isWhole) await this.#pass(signal).catch((error: unknown) => this.#failed(error, signal));
      await delay(isWhole ? intervalMs : PACE_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #pass(signal: AbortSignal): Promise<void> {
    const { connection, view, logger } = this.#options;
    const stored = await readLearned(connection, signal);
    this.#noteStore(stored);
    if (stored.foreign !== undefined) return this.#options.metrics.store('foreign');
    this.#learned = this.#fresh.reduce(withLearnt, stored.learned);
    const startedAtMs = performance.now();
    this.#warnings = (await probeWarnings(connection, signal)) ?? NO_WARNINGS;
    const seen = new Set<string>();
    let looked = 0;
    let asked = 0;
    for (const ingress of inTurns(await this.#lookAtAll(signal))) {
      if (signal.aborted || looked >= MAX_LOOKS) break;
      const done = await this.#takeIngress(ingress, seen, signal);
      looked += done.looked;
      asked += done.asked;
      if (this.#fresh.length >= WRITE_AFTER) await this.#write(signal);
    }
    await this.#write(signal);
    this.#trouble = '';
    const seconds = Math.round((performance.now() - startedAtMs) / 100) / 10;
    const { snapshot } = view;
    this.#options.metrics.looked(Date.now());
    const numbers = { ingresses: snapshot.count('Ingress'), backends: seen.size, looked, asked };
    logger.info({ ...numbers, known: this.#learned.length, seconds }, 'looked at every backend');
  }

  /** What Google says of each, in slices; those Ingresses that have something worth asking. */
  async #lookAtAll(signal: AbortSignal): Promise<readonly Ingress[]> {
    const { corridor, view } = this.#options;
    const all = [...view.snapshot.objects('Ingress')].filter((object) => object.kind === 'Ingress');
    const found: Ingress[] = [];
    this.#google.begin();
    for (const ingress of all) {
      if (this.#plan(ingress).length > 0) {
        found.push(ingress);
        this.#google.look(ingress, corridor(), view.snapshot, Date.now());
      }
      const turn = this.#slices();
      if (turn !== undefined) await turn;
      if (signal.aborted) return [];
    }
    this.#google.end();
    return found;
  }

  #plan(ingress: Ingress): readonly WorthAsking[] {
    const { corridor, view } = this.#options;
    const now = corridor();
    const settings = judgeSettings(now, view.snapshot, ingress.metadata.namespace);
    const plan = createJudge(settings, view.snapshot).planner.planOf(ingress);
    return worthAsking(plan, view.snapshot, now.policy.isExcluded);
  }

  async #takeIngress(
    ingress: Ingress,
    seen: Set<string>,
    signal: AbortSignal,
  ): Promise<{ readonly looked: number; readonly asked: number }> {
    // What was planned a while ago may be gone: nothing is asked that the plan does not name now.
    const now = ingressNow(ingress, this.#options.view.snapshot);
    const all = now === undefined ? [] : this.#plan(now);
    const start = Math.floor(Math.random() * all.length);
    let looked = 0;
    let asked = 0;
    // Of many another few come first each time.
    for (const one of [...all.slice(start), ...all.slice(0, start)]) {
      const subject = subjectOf(one);
      if (now === undefined || seen.has(subject)) continue;
      if (signal.aborted || looked >= MAX_LOOKS_OF_ONE) break;
      seen.add(subject);
      const done = await this.#take(one, now, signal);
      looked += Number(done.hasLooked);
      asked += Number(done.hasAsked);
    }
    return { looked, asked };
  }

  async #take(
    one: WorthAsking,
    ingress: Ingress,
    signal: AbortSignal,
  ): Promise<{ readonly hasLooked: boolean; readonly hasAsked: boolean }> {
    const { view, asksPods } = this.#options;
    const since = atSecond(Date.now() - CONFIRM_MS);
    const isKnown = (wanted: (one: Learned) => boolean): boolean =>
      isAskedSince(one, this.#learned.filter(wanted), view.snapshot, since);
    // That it is not 200, and not which it is, is worth asking.
    const asks = asksPods && !isKnown(({ status }) => status !== 0);
    const hears = !isKnown(({ source }) => source === 'google') && this.#google.hasWord(ingress, one.backend);
    const isWarned = this.#warnings.size > 0 && !isKnown(() => true);
    if (!asks && !hears && !isWarned) return { hasLooked: false, hasAsked: false };
    await this.#pace.wait(signal);
    try {
      return { hasLooked: true, hasAsked: await this.#lookAtPods(one, ingress, { asks, hears }, signal) };
    } catch (error) {
      // What one namespace has written must not keep the others from being looked at.
      if (!(error instanceof ApiError) || !OF_THE_REQUEST.includes(error.status ?? 0)) throw error;
      this.#notes.refused(ingress.metadata.namespace, one.backend.serviceName, systemReason(error));
      return { hasLooked: true, hasAsked: false };
    }
  }

  /** @returns whether a Pod was asked */
  async #lookAtPods(
    one: WorthAsking,
    ingress: Ingress,
    { asks, hears }: { readonly asks: boolean; readonly hears: boolean },
    signal: AbortSignal,
  ): Promise<boolean> {
    const { connection, view } = this.#options;
    const { service } = one.target;
    if (service === undefined) return false;
    const pods = await podsOf(connection, service.metadata.namespace, service.selector, signal);
    const candidates = candidatesOf(one.target, pods, view.snapshot);
    if (hears) this.#hearGoogle(one, ingress, candidates, pods);
    for (const candidate of candidates) {
      const learned = learnedFromKubelet(candidate, this.#warnings, atSecond(Date.now()));
      if (learned !== undefined) this.#keep(learned);
    }
    return asks && (await this.#askOneOfEach(one, candidates, signal));
  }

  #hearGoogle(
    { backend }: WorthAsking,
    ingress: Ingress,
    candidates: readonly Candidate[],
    pods: readonly ClusterPod[],
  ): void {
    const { corridor, view } = this.#options;
    const status = this.#google.isHealthy(ingress, backend, candidates)
      ? 200
      : this.#google.isAppUnhealthy({ ingress, backend, pods, corridor: corridor(), snapshot: view.snapshot })
        ? 0
        : undefined;
    if (status === undefined) return;
    const said = { status, scheme: '', redirectsTo: undefined, source: 'google', at: atSecond(Date.now()) } as const;
    for (const { known } of onePerProgram(candidates)) this.#keep({ ...known, ...said });
  }

  async #askOneOfEach(one: WorthAsking, candidates: readonly Candidate[], signal: AbortSignal): Promise<boolean> {
    const { connection, view, metrics } = this.#options;
    let hasAsked = false;
    const able = candidates.filter((candidate) => this.#mayBe(candidate, whyPodNotAsked(candidate.pod)));
    for (const candidate of onePerProgram(able)) {
      if (signal.aborted) break;
      if (this.#pace.isTooSoon(candidate)) {
        metrics.rateLimited();
        continue;
      }
      if (hasAsked) await this.#pace.wait(signal);
      if (!this.#mayBe(candidate, await whyNotAsked(candidate, connection, view.snapshot, signal))) continue;
      hasAsked = true;
      this.#pace.asked(candidate);
      const learned = await askPod(candidate, one.backend.serviceName, this.#options);
      if (learned !== undefined) this.#keep(learned);
    }
    return hasAsked;
  }

  #mayBe(candidate: Candidate, not: NotAsked | undefined): boolean {
    if (not === undefined) return true;
    this.#options.metrics.refused(not.reason);
    this.#notes.notAsked(candidate, not.why);
    return false;
  }

  #keep(learned: Learned): void {
    this.#fresh = withLearnt(this.#fresh, learned);
    this.#learned = withLearnt(this.#learned, learned);
  }

  /** What cannot be written stays for the next time. */
  async #write(signal: AbortSignal): Promise<void> {
    if (this.#fresh.length === 0 || signal.aborted) return;
    const { connection, metrics } = this.#options;
    const stored = await addLearned(connection, this.#fresh, signal).catch((error: unknown) => {
      if (!signal.aborted) metrics.store('failed');
      throw error;
    });
    metrics.store(stored.foreign === undefined ? 'written' : 'foreign');
    this.#noteStore(stored);
    this.#fresh = [];
    this.#learned = stored.learned;
  }

  #noteStore(stored: StoredLearned): void {
    this.#notes.store(stored);
    this.#options.metrics.stored(numbersOf(stored.learned));
  }

  #failed(error: unknown, signal: AbortSignal): void {
    if (signal.aborted) return;
    if (!(error instanceof ApiError)) throw error;
    const { connection, logger } = this.#options;
    if (error.status === 401) connection.renewCredentials();
    const reason = systemReason(error);
    if (reason !== this.#trouble) logger.warn({ reason }, 'the API server refuses or is away: asking rests');
    this.#trouble = reason;
  }
}

/** Not of a right, nor of the API server's state. */
const OF_THE_REQUEST: readonly number[] = [400, 404, 413, 414, 422];
