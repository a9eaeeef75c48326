// `serve --audit --audit-mounted-config`: reads the ConfigMaps that workloads behind Ingresses mount, for the audit alone. Each by its
// name, a few in a round; nothing is listed or watched.
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { ConfigMapName, MountedConfigs } from '../../audit/mounted-configs.ts';
import { MOUNTED_LIMITS, mountedBehind } from '../../audit/mounted-configs.ts';
import type { ViewChanges } from '../../audit/view-changes.ts';
import { ApiError, type ClusterConnection } from '../../cluster/api/connection.ts';
import { AnswerTooLarge } from '../../cluster/api/read-answer.ts';
import { CONFIG_MAPS, collectionPath } from '../../cluster/api/resources.ts';
import { createSlices } from '../../cluster/view/fair-scheduling.ts';
import type { LiveView } from '../../cluster/view/live-view.ts';
import type { ConfigMap } from '../../kubernetes/objects.ts';
import { parseObject } from '../../kubernetes/parse.ts';
import { systemReason } from '../../system-reason.ts';
import type { Corridor } from '../../verdict/corridor.ts';

export interface MountedConfigOptions {
  readonly configs: MountedConfigs;
  readonly connection: ClusterConnection;
  readonly view: Pick<LiveView, 'snapshot' | 'whyNotSynced'>;
  readonly changes: ViewChanges;
  readonly corridor: () => Corridor;
  /** After that long a ConfigMap is read again. */
  readonly intervalMs: number;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

/** What a workload begins to mount is read so soon. */
const ROUND_MS = 60_000;
/** Of what is read of it: texts are longer in JSON, and fields of their managers come with them. */
const MAX_ANSWER_BYTES = 8 * MOUNTED_LIMITS.bytes;
const TIMEOUT_MS = 10_000;

const NO_RIGHT =
  'no right to get ConfigMaps: the audit does not know what mounted configurations say; add the rule to the ClusterRole';
/** As it can be pasted into a ClusterRole. */
const RULE = '- { apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }';

/** Until the signal aborts. */
export async function readMountedConfigs(options: MountedConfigOptions, signal: AbortSignal): Promise<void> {
  const { view, intervalMs } = options;
  const reader = new MountedConfigReader(options, signal);
  while (!signal.aborted) {
    const isWhole = view.whyNotSynced() === undefined;
    if (isWhole) await reader.round();
    const restMs = isWhole ? Math.min(ROUND_MS, intervalMs) : 250;
    await delay(restMs, undefined, { signal }).catch(() => undefined);
  }
}

class MountedConfigReader {
  readonly #options: MountedConfigOptions;
  readonly #signal: AbortSignal;
  readonly #slice = createSlices();
  readonly #large = new Set<string>();
  #beyond = 0;
  #isForbidden = false;
  #isInTrouble = false;

  constructor(options: MountedConfigOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
  }

  async round(): Promise<void> {
    const { configs, intervalMs } = this.#options;
    this.#sayBeyond(configs.want(await this.#mounted()));
    let [read, forbidden] = [0, 0];
    for (const of of configs.due(performance.now() - intervalMs)) {
      try {
        this.#take(of, await this.#read(of));
        read += 1;
      } catch (error) {
        if (this.#signal.aborted) return;
        if (!(error instanceof ApiError)) throw error;
        if (error.status !== 403) return this.#failed(error);
        // What was read of it counts no more.
        this.#take(of, undefined);
        this.#sayForbidden(error);
        forbidden += 1;
      }
      if (this.#signal.aborted) return;
    }
    if (read === 0 || forbidden > 0) return;
    if (this.#isForbidden) this.#options.logger.info('the right to get ConfigMaps is there now');
    if (this.#isInTrouble) this.#options.logger.info('mounted ConfigMaps are read again');
    this.#isForbidden = false;
    this.#isInTrouble = false;
  }

  async #mounted(): Promise<readonly ConfigMapName[]> {
    const { view, corridor } = this.#options;
    const now = corridor();
    // Each once: thousands of Ingresses may lead to the same thousands of Pods.
    const names = new Map<string, ConfigMapName>();
    for (const ingress of view.snapshot.objects('Ingress')) {
      if (ingress.kind !== 'Ingress') continue;
      for (const one of mountedBehind(ingress, view.snapshot, now)) {
        names.set(`${one.namespace}/${one.name}`, one);
        await this.#slice();
      }
      await this.#slice();
    }
    return [...names.values()];
  }

  /** @returns undefined where it is not there, and `too-large` where its answer is beyond all bounds */
  async #read({ namespace, name }: ConfigMapName): Promise<ConfigMap | 'too-large' | undefined> {
    const { connection } = this.#options;
    const path = `${collectionPath(CONFIG_MAPS, namespace)}/${encodeURIComponent(name)}`;
    const call = { path, signal: this.#signal, timeoutMs: TIMEOUT_MS, maxBytes: MAX_ANSWER_BYTES };
    try {
      const raw = await connection.request(call);
      const object = parseObject({ ...Object(raw), apiVersion: 'v1', kind: 'ConfigMap' });
      return object?.kind === 'ConfigMap' ? object : undefined;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.cause instanceof AnswerTooLarge) return 'too-large';
      if (OF_THE_ONE.includes(error.status ?? 0)) return undefined;
      throw error;
    }
  }

  #take(of: ConfigMapName, read: ConfigMap | 'too-large' | undefined): void {
    const { configs, changes } = this.#options;
    const before = configs.size;
    const taken = configs.take(of, read === 'too-large' ? undefined : read, performance.now());
    if (taken === 'too-large' || read === 'too-large') this.#sayLarge(of);
    if (taken === 'changed' || configs.size !== before) changes.note({ kind: 'ConfigMap', ...of });
  }

  #sayLarge({ namespace, name }: ConfigMapName): void {
    const configMap = `${namespace}/${name}`;
    if (this.#large.has(configMap) || this.#large.size >= MAX_LARGE) return;
    this.#large.add(configMap);
    const message = `the audit leaves a mounted ConfigMap out: it is larger than ${MOUNTED_LIMITS.bytes / 1024} KiB`;
    this.#options.logger.warn({ configMap }, message);
  }

  #sayBeyond(beyond: number): void {
    if (beyond === this.#beyond) return;
    this.#beyond = beyond;
    const numbers = { read: MOUNTED_LIMITS.configMaps, beyond };
    if (beyond > 0) this.#options.logger.warn(numbers, 'more ConfigMaps are mounted than the audit reads');
  }

  #sayForbidden(error: ApiError): void {
    if (!this.#isForbidden) this.#options.logger.warn({ reason: systemReason(error), rule: RULE }, NO_RIGHT);
    this.#isForbidden = true;
  }

  /** What was read stays while the API server is away. */
  #failed(error: ApiError): void {
    const { connection, logger } = this.#options;
    if (error.status === 401) connection.renewCredentials();
    const message = 'mounted ConfigMaps cannot be read now; they are tried again';
    if (!this.#isInTrouble) logger.warn({ reason: systemReason(error) }, message);
    this.#isInTrouble = true;
  }
}

/** It is not there, or what a workload says is no name. */
const OF_THE_ONE: readonly number[] = [400, 404, 413, 414, 422];
/** Different ones are logged. */
const MAX_LARGE = 20;
