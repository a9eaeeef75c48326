// ConfigMaps that workloads behind Ingresses of GKE mount, as the audit has read them: which to read, how often, and within which
// bounds; and a view with them over the one that everybody else has. No clock of its own, and nothing is asked here.
import type { Facts } from '../facts/facts.ts';
import type { ConfigMap, Ingress } from '../kubernetes/objects.ts';
import { decideClass } from '../plan/ingress-class.ts';
import type { Policy } from '../policy/policy.ts';
import { layer, type Snapshot, servicesNamedBy } from '../snapshot/snapshot.ts';

export interface ConfigMapName {
  readonly namespace: string;
  readonly name: string;
}

export interface MountedLimits {
  /** In all namespaces together. */
  readonly configMaps: number;
  /** Of one, all keys together. */
  readonly bytes: number;
  /** In one round. */
  readonly reads: number;
}

export const MOUNTED_LIMITS: MountedLimits = { configMaps: 300, bytes: 64 * 1024, reads: 50 };

interface Known {
  readonly of: ConfigMapName;
  /** undefined: never. */
  readonly readAtMs: number | undefined;
  /** undefined: it is not there, is too large, or was not read yet. */
  readonly configMap: ConfigMap | undefined;
}

export class MountedConfigs {
  readonly #limits: MountedLimits;
  #known = new Map<string, Known>();
  #over: { readonly base: Snapshot; readonly snapshot: Snapshot } | undefined;

  constructor(limits: MountedLimits = MOUNTED_LIMITS) {
    this.#limits = limits;
  }

  /** What is read already stays; what is no longer wanted goes. @returns how many are beyond the bound */
  want(names: Iterable<ConfigMapName>): number {
    const wanted = inTurns(names);
    const kept = wanted.slice(0, this.#limits.configMaps);
    this.#known = new Map(
      kept.map((of) => [keyOf(of), this.#known.get(keyOf(of)) ?? { of, readAtMs: undefined, configMap: undefined }]),
    );
    this.#over = undefined;
    return wanted.length - kept.length;
  }

  /** Those that were never read, and then those that were read longest ago, as many as one round has. */
  due(beforeMs: number): readonly ConfigMapName[] {
    return [...this.#known.values()]
      .filter(({ readAtMs = Number.NEGATIVE_INFINITY }) => readAtMs <= beforeMs)
      .toSorted((a, b) => (a.readAtMs ?? Number.NEGATIVE_INFINITY) - (b.readAtMs ?? Number.NEGATIVE_INFINITY) || 0)
      .slice(0, this.#limits.reads)
      .map(({ of }) => of);
  }

  /** @param configMap undefined where it is not there @returns what it means for findings */
  take(of: ConfigMapName, configMap: ConfigMap | undefined, nowMs: number): 'same' | 'changed' | 'too-large' {
    const before = this.#known.get(keyOf(of));
    if (before === undefined) return 'same';
    const isTooLarge = configMap !== undefined && sizeOf(configMap) > this.#limits.bytes;
    const now = isTooLarge ? undefined : configMap;
    const isSame = contentOf(before.configMap) === contentOf(now);
    // The same object stays: what was made of it is kept with it.
    this.#known.set(keyOf(of), { of, readAtMs: nowMs, configMap: isSame ? before.configMap : now });
    if (!isSame) this.#over = undefined;
    if (isTooLarge) return 'too-large';
    return isSame ? 'same' : 'changed';
  }

  get size(): number {
    return [...this.#known.values()].filter(({ configMap }) => configMap !== undefined).length;
  }

  /** Where nothing was read, the view itself. What it has by itself stays as it has it. */
  over(base: Snapshot): Snapshot {
    if (this.#over?.base === base) return this.#over.snapshot;
    const objects = [...this.#known.values()].flatMap(({ of, configMap }) =>
      configMap === undefined || isSeen(of, base) ? [] : [configMap],
    );
    const snapshot = objects.length === 0 ? base : layer(base, objects);
    this.#over = { base, snapshot };
    return snapshot;
  }
}

/** As files, by what the Services of an Ingress of GKE lead to; not those that the view has anyhow, nor of excluded namespaces. */
export function* mountedBehind(
  ingress: Ingress,
  snapshot: Snapshot,
  { facts, policy }: { readonly facts: Facts; readonly policy: Pick<Policy, 'isExcluded'> },
): Iterable<ConfigMapName> {
  const { namespace } = ingress.metadata;
  if (policy.isExcluded(namespace) || !decideClass(ingress, facts).isClaimed) return;
  for (const service of servicesNamedBy(ingress)) {
    const found = snapshot.get('Service', namespace, service);
    for (const { containers } of found === undefined ? [] : snapshot.workloadsOf(found)) {
      for (const { configMap: name } of containers.flatMap(({ mounts }) => mounts)) {
        if (name !== '' && !isSeen({ namespace, name }, snapshot)) yield { namespace, name };
      }
    }
  }
}

function isSeen({ namespace, name }: ConfigMapName, snapshot: Snapshot): boolean {
  return snapshot.get('ConfigMap', namespace, name) !== undefined || snapshot.isKnown('ConfigMap', namespace, name);
}

/** Each once, one of each namespace and again: whoever mounts many takes no room of others. */
function inTurns(names: Iterable<ConfigMapName>): readonly ConfigMapName[] {
  const unique = new Map([...names].map((one) => [keyOf(one), one]));
  const groups = [...Map.groupBy(unique.values(), ({ namespace }) => namespace).values()];
  const sorted = groups.map((group) => group.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
  const turns = Math.max(0, ...sorted.map(({ length }) => length));
  return Array.from({ length: turns }, (_, turn) => sorted.flatMap((group) => group[turn] ?? [])).flat();
}

function keyOf({ namespace, name }: ConfigMapName): string {
  return `${namespace}/${name}`;
}

const encoder = new TextEncoder();

function sizeOf({ data }: ConfigMap): number {
  return Object.entries(data).reduce((sum, [key, text]) => sum + key.length + encoder.encode(text).length, 0);
}

function contentOf(configMap: ConfigMap | undefined): string | undefined {
  return configMap && JSON.stringify([Object.entries(configMap.data), configMap.hasBinaryData]);
}
