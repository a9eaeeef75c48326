// What can be seen of the cluster without Google: the version of its API server, and whether the add-on's default
// backend is there. Evidence, not proof: rules refuse nothing for it unless the policy trusts it.
import { type Fact, type Facts, NO_FACTS, UNKNOWN } from '../../facts/facts.ts';
import type { ObjectMeta } from '../../kubernetes/objects.ts';
import { at, optionalText } from '../../kubernetes/read.ts';
import type { ClusterView } from './cluster-view.ts';

export interface ServerVersion {
  /** Such as 1.33.4-gke.1036000. */
  readonly version: string;
  readonly readAtMs: number;
}

export interface Observation {
  readonly view: ClusterView | undefined;
  readonly server: ServerVersion | undefined;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** The objects that GKE makes for the add-on. */
export const DEFAULT_BACKENDS = [
  {
    kind: 'Deployment',
    name: 'l7-default-backend',
    path: '/apis/apps/v1/namespaces/kube-system/deployments/l7-default-backend',
  },
  {
    kind: 'Service',
    name: 'default-http-backend',
    path: '/api/v1/namespaces/kube-system/services/default-http-backend',
  },
] as const;

/** A first list may come from an API server that lags behind; a minute later absence has been confirmed by the watch. */
const SETTLED_MS = 60_000;

/** What the facts are made of, each the same until it changes; time does the rest (SETTLED_MS). */
export function evidenceOf({ view, server }: Pick<Observation, 'view' | 'server'>): readonly unknown[] {
  return [server?.version, ...DEFAULT_BACKENDS.map(({ kind, name }) => view?.snapshot.get(kind, 'kube-system', name))];
}

export function observeFacts(observation: Observation): Facts {
  const { server } = observation;
  if (server === undefined) return NO_FACTS;
  return {
    ...NO_FACTS,
    httpLoadBalancing: observeAddOn(observation),
    version: { known: true, value: server.version, source: 'observed', learntAtMs: server.readAtMs },
  };
}

function observeAddOn({ view, server, nowMs }: Observation): Fact<'enabled' | 'disabled'> {
  // Elsewhere these objects would be somebody else's, and their absence would mean nothing.
  if (view === undefined || !server?.version.includes('-gke.')) return UNKNOWN;
  const looks = DEFAULT_BACKENDS.map(({ kind, name }) => ({
    object: view.snapshot.get(kind, 'kube-system', name),
    syncedAtMs: view.syncedAtMs(kind),
    // What is remembered of a cluster that is away is no news.
    signMs: Math.min(view.lastSignMs(kind) ?? nowMs, nowMs),
  }));
  const seen = looks.filter(({ object }) => object !== undefined);
  const fact = { known: true, source: 'observed' } as const;
  if (seen.length > 0) {
    const learntAtMs = Math.max(...seen.map(({ signMs }) => signMs));
    return { ...fact, learntAtMs, value: 'enabled', ...since(seen.flatMap(({ object }) => object?.metadata ?? [])) };
  }
  const isSettled = looks.every(({ syncedAtMs }) => syncedAtMs !== undefined && nowMs - syncedAtMs >= SETTLED_MS);
  // Both must be missing, so the older look counts.
  const learntAtMs = Math.min(...looks.map(({ signMs }) => signMs));
  return isSettled ? { ...fact, learntAtMs, value: 'disabled' } : UNKNOWN;
}

/** When the newest came: turning the add-on on makes new ones. */
function since(found: readonly ObjectMeta[]): { readonly sinceMs?: number } {
  const times = found
    .map(({ creationTimestamp }) => Date.parse(creationTimestamp))
    .filter((time) => !Number.isNaN(time));
  return times.length === 0 ? {} : { sinceMs: Math.max(...times) };
}

/** @param answer of GET /version @returns undefined where it is none */
export function serverVersionIn(answer: unknown, readAtMs: number): ServerVersion | undefined {
  const version = optionalText(at(answer, 'gitVersion'))?.replace(/^v/, '');
  return version === undefined || version === '' ? undefined : { version, readAtMs };
}
