// A cluster as it is now, read once with the rights of whoever asks: lists of the kinds that the plan is made from, and by
// name the few other things that it needs. What may not be read is a gap with a sentence of its own, and the rest goes on.
// Secrets are never read: their keys cannot be read without their values.
import type { ObjectEvent } from '../../kubernetes/event.ts';
import type { Ingress, Kind, KubernetesObject } from '../../kubernetes/objects.ts';
import { parseObject } from '../../kubernetes/parse.ts';
import { at, type JsonObject, objectsOf, optionalText, textOr } from '../../kubernetes/read.ts';
import { GUARD_NAMESPACE, LEARNED_CONFIG_MAP } from '../../learned/learned.ts';
import { createSnapshot, WORKLOAD_KINDS } from '../../snapshot/snapshot.ts';
import { ApiError, type ClusterConnection } from '../api/connection.ts';
import { listPages } from '../api/list.ts';
import { inParallel, Reader } from '../api/reader.ts';
import { CONFIG_MAPS, collectionPath, OTHER_MAKERS_OF_PODS, RESOURCES, type Resource } from '../api/resources.ts';
import type { ClusterView } from '../view/cluster-view.ts';
import { type Gap, Gaps } from './gaps.ts';
import { Kept } from './kept.ts';
import { readBehindIngresses, readEvents, readSystemDefault } from './read-related.ts';

export interface ReadRequest {
  readonly namespaces: readonly string[] | 'all';
  /** Objects that will be laid over: what they name is read too. */
  readonly over: readonly KubernetesObject[];
  /** namespace/name of the system's default backend. */
  readonly defaultBackendService: string;
  /** Whether what the controllers say is asked for. */
  readonly events: boolean;
  /** Whether the labels of namespaces matter, as they do to a policy. */
  readonly namespaceLabels: boolean;
}

export interface ClusterReading {
  readonly view: ClusterView;
  readonly objects: readonly KubernetesObject[];
  /** Of status.loadBalancer, as they are there. */
  addressesOf(ingress: Ingress): readonly string[];
  /** Of Ingresses and Services. */
  readonly events: readonly ObjectEvent[];
  readonly knowsEvents: boolean;
  /** Whether the Service of the system's default backend is there; undefined where it may not be read. */
  readonly hasSystemDefault: boolean | undefined;
  /** Such as v1.33.4-gke.1036000; undefined where it is not known. */
  readonly serverVersion: string | undefined;
  /** What could not be read, each as a line that says what follows from it. */
  readonly gaps: readonly string[];
}

/**
 * @param kept what it may take; left out, half of the heap
 * @throws AppError cluster-unreachable where the API server cannot be asked at all, cluster-too-large
 */
export async function readCluster(
  connection: ClusterConnection,
  request: ReadRequest,
  kept: Kept = new Kept(),
): Promise<ClusterReading> {
  const reader = new Reader(connection);
  const gaps = new Gaps();
  const scopes = request.namespaces === 'all' ? [undefined] : [...new Set(request.namespaces)];
  const [listed, events, system, version, learned] = await Promise.all([
    readLists(reader, scopes, request, gaps, kept),
    request.events ? readEvents(reader, scopes, gaps, kept) : [],
    readSystemDefault(reader, request.defaultBackendService),
    reader.getIfAllowed('/version'),
    reader.getIfAllowed(`${collectionPath(CONFIG_MAPS, GUARD_NAMESPACE)}/${LEARNED_CONFIG_MAP}`),
  ]);
  const objects = [...listed.objects, ...system.objects];
  const behind = await readBehindIngresses(reader, [...objects, ...request.over], gaps, kept);
  const all = [...objects, ...behind.objects];
  return {
    // It is of the guard, and no object of the reading.
    view: createView([...all, ...parsedOf(learned?.object)], request, gaps.all, behind.absentConfigMaps),
    objects: all,
    addressesOf: ({ metadata }) => listed.addresses.get(`${metadata.namespace}/${metadata.name}`) ?? [],
    events,
    knowsEvents: request.events && gaps.all.every(({ resource }) => resource.plural !== 'events'),
    hasSystemDefault: system.isThere,
    serverVersion: optionalText(at(version?.object, 'gitVersion')),
    gaps: gaps.lines(),
  };
}

function parsedOf(raw: JsonObject | undefined): readonly KubernetesObject[] {
  const object = raw === undefined ? undefined : parseObject(raw);
  return object === undefined ? [] : [object];
}

function createView(
  objects: readonly KubernetesObject[],
  request: ReadRequest,
  gaps: readonly Gap[],
  absentConfigMaps: ReadonlySet<string>,
): ClusterView {
  const readAtMs = Date.now();
  const listedKinds = new Set<Kind>(RESOURCES.map(({ kind }) => kind));
  const isMissing = (kind: Kind, namespace?: string): boolean =>
    gaps.some(
      ({ resource, namespace: where }) =>
        resource.kind === kind && (namespace === undefined || where === undefined || where === namespace),
    );
  const isKnown = (kind: Kind, namespace: string, name?: string): boolean => {
    if (kind === 'ConfigMap') return absentConfigMaps.has(`${namespace}/${name}`);
    if (request.namespaces !== 'all' && namespace !== '' && !request.namespaces.includes(namespace)) return false;
    // Without its default backend GKE's controller does not run at all, so no Ingress has the fault of naming it.
    if (kind === 'Service' && request.defaultBackendService.startsWith(`${namespace}/`)) return false;
    // That a Service has no Pods can be said only where everything that makes them is known.
    const kinds = WORKLOAD_KINDS.some((one) => one === kind) ? LISTED_WORKLOADS : [kind];
    return kinds.every((one) => listedKinds.has(one) && !isMissing(one, namespace));
  };
  return {
    snapshot: createSnapshot(objects, isKnown),
    syncedAtMs: (kind) => (listedKinds.has(kind) && !isMissing(kind) ? readAtMs : undefined),
    lastSignMs: (kind) => (listedKinds.has(kind) && !isMissing(kind) ? readAtMs : undefined),
  };
}

const LISTED_WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet'] as const satisfies readonly Kind[];

interface Listed {
  readonly objects: readonly KubernetesObject[];
  /** By namespace/name of the Ingress. */
  readonly addresses: ReadonlyMap<string, readonly string[]>;
}

async function readLists(
  reader: Reader,
  scopes: readonly (string | undefined)[],
  request: ReadRequest,
  gaps: Gaps,
  kept: Kept,
): Promise<Listed> {
  const objects: KubernetesObject[] = [];
  const addresses = new Map<string, readonly string[]>();
  const take = ({ object, addresses: own }: Taken): void => {
    objects.push(object);
    if (own !== undefined) addresses.set(`${object.metadata.namespace}/${object.metadata.name}`, own);
  };
  const kinds = RESOURCES.filter(({ kind }) => kind !== 'Namespace');
  await inParallel(
    kinds.flatMap((resource) => (resource.isNamespaced ? scopes : [undefined]).map((scope) => ({ resource, scope }))),
    ({ resource, scope }) => gaps.record(resource, scope, () => listAll(reader, resource, scope, kept, take)),
  );
  await inParallel(
    OTHER_MAKERS_OF_PODS.flatMap((resource) => scopes.map((scope) => ({ resource, scope }))),
    ({ resource, scope }) => unlessForbidden(() => listAll(reader, resource, scope, kept, take)),
  );
  if (request.namespaceLabels) await readNamespaces(reader, scopes, gaps, kept, take);
  return { objects, addresses };
}

/** Who may not list them loses little: their Pods are rarely behind a Service that a Deployment is behind too. */
async function unlessForbidden(read: () => Promise<void>): Promise<void> {
  try {
    await read();
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 403)) throw error;
  }
}

/** What is kept of an object: as the API server gives it, with managedFields, it is several times as large. */
interface Taken {
  readonly object: KubernetesObject;
  /** Of an Ingress. */
  readonly addresses: readonly string[] | undefined;
}

function taken(raw: JsonObject): Taken | undefined {
  const object = parseObject(raw);
  return object && { object, addresses: object.kind === 'Ingress' ? readAddresses(raw) : undefined };
}

async function listAll(
  reader: Reader,
  resource: Resource,
  namespace: string | undefined,
  kept: Kept,
  take: (one: Taken) => void,
): Promise<void> {
  const all = kept.list<Taken>();
  await reader.ask(async (connection) => {
    all.clear();
    for await (const page of listPages(connection, resource, { namespace })) {
      for (const raw of page.items) {
        const one = taken(raw);
        if (one !== undefined) all.push(one);
      }
    }
  });
  all.items.forEach(take);
}

/** By name, which who may read a namespace may do; all of them only whoever asks for all. */
async function readNamespaces(
  reader: Reader,
  scopes: readonly (string | undefined)[],
  gaps: Gaps,
  kept: Kept,
  take: (one: Taken) => void,
): Promise<void> {
  const resource = RESOURCES.find(({ kind }) => kind === 'Namespace');
  if (resource === undefined) return;
  await inParallel(scopes, (scope) =>
    gaps.record(resource, scope, async () => {
      if (scope === undefined) return listAll(reader, resource, undefined, kept, take);
      const raw = await reader.get(`${collectionPath(resource)}/${encodeURIComponent(scope)}`);
      const one = raw && taken(raw);
      if (one !== undefined) take(one);
    }),
  );
}

function readAddresses(raw: JsonObject): readonly string[] {
  return objectsOf(at(raw, 'status', 'loadBalancer', 'ingress')).flatMap((one) => {
    const address = textOr(at(one, 'ip'), '') || textOr(at(one, 'hostname'), '');
    return address === '' ? [] : [address];
  });
}
