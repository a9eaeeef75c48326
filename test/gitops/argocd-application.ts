// An Application of Argo CD: how it is made, synced as a person does it, and what is seen of it.
import { at } from '../../src/kubernetes/read.ts';
import { type ApiClient, type KubeObject, mustSucceed } from '../cluster/api-client.ts';
import { waitFor } from '../cluster/wait-for.ts';

export const ARGOCD_NAMESPACE = 'argocd';
const TIMEOUT = { timeoutMs: 60_000 };

export interface ApplicationOptions {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly syncPolicy?: Readonly<Record<string, unknown>>;
}

export interface SyncOptions {
  readonly prune?: boolean;
  /** Those of the Application too: whoever starts a sync copies them. */
  readonly syncOptions?: readonly string[];
}

/** What a person sees of an Application. */
export interface Seen {
  readonly sync: unknown;
  readonly health: unknown;
  readonly phase: unknown;
  readonly message: unknown;
  /** Of the last sync: kind, status, message. */
  readonly results: readonly (readonly unknown[])[];
  readonly conditions: readonly (readonly unknown[])[];
}

/** One that has all of the repository, for the namespace of its name. */
export function application(
  name: string,
  repoURL: string,
  { annotations = {}, syncPolicy }: ApplicationOptions,
): KubeObject {
  const named = ref(name);
  return {
    ...named,
    metadata: { ...named.metadata, annotations },
    spec: {
      project: 'default',
      source: { repoURL, path: '.', targetRevision: 'main' },
      destination: { server: 'https://kubernetes.default.svc', namespace: name },
      ...(syncPolicy === undefined ? {} : { syncPolicy }),
    },
  };
}

export async function see(client: ApiClient, name: string): Promise<Seen> {
  return seen(await stored(client, name));
}

/**
 * As `argocd app sync` does: once, and to the end.
 *
 * @param number tells this sync from those before
 */
export async function sync(
  client: ApiClient,
  name: string,
  number: string,
  { prune = false, syncOptions = [] }: SyncOptions = {},
): Promise<void> {
  const info = [{ name: 'sync', value: number }];
  const operation = { initiatedBy: { username: 'person' }, info, sync: { revision: 'main', prune, syncOptions } };
  await mustSucceed(client.patch(ref(name), { operation }, { type: 'merge' }));
  await waitFor(
    `Argo CD to sync ${name}`,
    () => stored(client, name),
    (one) => hasEnded(one, number),
    TIMEOUT,
  );
}

const REFRESH = 'argocd.argoproj.io/refresh';

/** As the button "Refresh" does: compares Git with what Argo CD has seen of the cluster so far. */
async function refresh(client: ApiClient, name: string, attempts = 6): Promise<Seen> {
  const annotate = (value: string | null) =>
    mustSucceed(client.patch(ref(name), { metadata: { annotations: { [REFRESH]: value } } }, { type: 'merge' }));
  await annotate('hard');
  const isCompared = ({ metadata }: KubeObject): boolean => at(metadata, 'annotations', REFRESH) === undefined;
  try {
    const ask = () => stored(client, name);
    return seen(await waitFor(`Argo CD to refresh ${name}`, ask, isCompared, { timeoutMs: 10_000 }));
  } catch (error) {
    if (attempts === 1) throw error;
    // Of a request that comes while it writes the result of the one before, it has been seen to take no notice.
    await annotate(null);
    return refresh(client, name, attempts - 1);
  }
}

/** Refreshes until it is so: a comparison right after a sync may not have seen yet what the sync has written. */
export function refreshUntil(client: ApiClient, name: string, wanted: Partial<Seen>): Promise<Seen> {
  const isIt = (one: Seen): boolean => Object.entries(wanted).every(([field, value]) => at(one, field) === value);
  return waitFor(`${name} to be ${JSON.stringify(wanted)}`, () => refresh(client, name), isIt, TIMEOUT);
}

function ref(name: string): KubeObject {
  return { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { namespace: ARGOCD_NAMESPACE, name } };
}

async function stored(client: ApiClient, name: string): Promise<KubeObject> {
  return (await mustSucceed(client.get(ref(name)))).body as KubeObject; // the API server's own
}

function hasEnded({ status }: KubeObject, number: string): boolean {
  const state = at(status, 'operationState');
  const info = at(state, 'operation', 'info');
  const isThis = Array.isArray(info) && info.some((one) => at(one, 'value') === number);
  return isThis && ['Succeeded', 'Failed', 'Error'].includes(String(at(state, 'phase')));
}

function seen({ status }: KubeObject): Seen {
  const rows = (value: unknown, ...fields: readonly string[]) =>
    Array.isArray(value) ? value.map((one) => fields.map((field) => at(one, field))) : [];
  return {
    sync: at(status, 'sync', 'status'),
    health: at(status, 'health', 'status'),
    phase: at(status, 'operationState', 'phase'),
    message: at(status, 'operationState', 'message'),
    results: rows(at(status, 'operationState', 'syncResult', 'resources'), 'kind', 'status', 'message'),
    conditions: rows(at(status, 'conditions'), 'type', 'message'),
  };
}
