// What a reading takes besides its lists: the controllers' Events, the system's default backend by its name, and behind
// the Ingresses the ConfigMaps that Pods name and the Pods that no listed workload makes.
import { type ObjectEvent, parseEvent } from '../../kubernetes/event.ts';
import type { ConfigMap, KubernetesObject, Workload } from '../../kubernetes/objects.ts';
import { parseObject } from '../../kubernetes/parse.ts';
import { at, objectsOf } from '../../kubernetes/read.ts';
import { createSnapshot, type Snapshot, servicesNamedBy } from '../../snapshot/snapshot.ts';
import type { ClusterConnection } from '../api/connection.ts';
import { listPages } from '../api/list.ts';
import { inParallel, type Reader } from '../api/reader.ts';
import { CONFIG_MAPS, collectionPath, type Resource } from '../api/resources.ts';
import type { Gaps } from './gaps.ts';
import type { Kept, KeptList } from './kept.ts';

const EVENTS: Omit<Resource, 'kind'> = {
  group: '',
  version: 'v1',
  plural: 'events',
  isNamespaced: true,
  isCustom: false,
};
/** Of about a kilobyte each; a namespace with more within the hour that they are kept is sick in other ways. */
const MAX_EVENTS = 5000;

export async function readEvents(
  reader: Reader,
  scopes: readonly (string | undefined)[],
  gaps: Gaps,
  kept: Kept,
): Promise<readonly ObjectEvent[]> {
  const events: ObjectEvent[] = [];
  const asked = scopes.flatMap((namespace) => ['Ingress', 'Service'].map((kind) => ({ namespace, kind })));
  await inParallel(asked, ({ namespace, kind }) =>
    gaps.record(EVENTS, namespace, async () => {
      const fieldSelector = `involvedObject.kind=${kind}`;
      const found = kept.list<ObjectEvent>();
      await reader.ask((connection) => listEvents(connection, namespace, fieldSelector, found));
      events.push(...found.items);
    }),
  );
  return events;
}

async function listEvents(
  connection: ClusterConnection,
  namespace: string | undefined,
  fieldSelector: string,
  found: KeptList<ObjectEvent>,
): Promise<void> {
  found.clear();
  const resource = { ...EVENTS, kind: 'Event' };
  for await (const { items } of listPages(connection, resource, { namespace, fieldSelector, limit: 500 })) {
    for (const item of items) found.push(parseEvent(item));
    if (found.items.length >= MAX_EVENTS) break;
  }
}

interface SystemDefault {
  readonly objects: readonly KubernetesObject[];
  readonly isThere: boolean | undefined;
}

/** Where it may not be read, the plan takes it to be there, as it is on GKE. */
export async function readSystemDefault(reader: Reader, name: string): Promise<SystemDefault> {
  const [namespace = '', service = ''] = name.split('/').map(encodeURIComponent);
  const paths = [
    `/api/v1/namespaces/${namespace}/services/${service}`,
    // Of the manifest that GKE deploys with the add-on.
    `/apis/apps/v1/namespaces/${namespace}/deployments/l7-default-backend`,
  ];
  const [found, pods] = await Promise.all(paths.map((path) => reader.getIfAllowed(path)));
  const objects = [found?.object, pods?.object].flatMap((raw) => {
    const object = raw === undefined ? undefined : parseObject(raw);
    return object === undefined ? [] : [object];
  });
  return { objects, isThere: found === undefined ? undefined : found.object !== undefined };
}

export interface BehindIngresses {
  readonly objects: readonly KubernetesObject[];
  /** namespace/name of those that were asked for and are not there. */
  readonly absentConfigMaps: ReadonlySet<string>;
}

/** What the workloads that Ingresses lead to, and those laid over, are set up with; and Pods that nobody listed makes. */
export async function readBehindIngresses(
  reader: Reader,
  objects: readonly KubernetesObject[],
  gaps: Gaps,
  kept: Kept,
): Promise<BehindIngresses> {
  const snapshot = createSnapshot(objects, 'nothing');
  const pods = await readStrayPods(reader, objects, snapshot, gaps);
  const workloads = [...new Set([...behindIngresses(objects, snapshot), ...pods])];
  const { found, absent } = await readConfigMaps(reader, workloads, snapshot, gaps, kept.list());
  return { objects: [...pods, ...found], absentConfigMaps: absent };
}

function* behindIngresses(objects: readonly KubernetesObject[], snapshot: Snapshot): Iterable<Workload> {
  for (const object of objects) {
    if (object.kind === 'Service' && snapshot.ingressesOf(object.metadata).length > 0)
      yield* snapshot.workloadsOf(object);
  }
}

/** A plan looks at the first Pod; a few more, in case that one has finished. */
const STRAY_PODS = 5;
const MAX_POD_LISTS = 50;

/** Services of Ingresses that select no listed workload: their Pods are an operator's, a Rollout's, or stand alone. */
async function readStrayPods(
  reader: Reader,
  objects: readonly KubernetesObject[],
  snapshot: Snapshot,
  gaps: Gaps,
): Promise<readonly Workload[]> {
  const named = objects.flatMap((object) =>
    object.kind === 'Ingress'
      ? servicesNamedBy(object).flatMap((name) => snapshot.get('Service', object.metadata.namespace, name) ?? [])
      : [],
  );
  const without = [...new Set(named)].filter(
    (service) => Object.keys(service.selector).length > 0 && snapshot.workloadsOf(service).length === 0,
  );
  const found: Workload[] = [];
  await inParallel(without.slice(0, MAX_POD_LISTS), ({ selector, metadata: { namespace } }) =>
    gaps.record(PODS, namespace, async () => {
      const labelSelector = Object.entries(selector)
        .map(([key, value]) => `${key}=${value}`)
        .join(',');
      const path = collectionPath(PODS, namespace);
      const query = { labelSelector, limit: String(STRAY_PODS) };
      const list = await reader.ask((connection) => connection.request({ path, query }));
      for (const item of objectsOf(at(list, 'items'))) {
        const pod = parseObject({ ...item, apiVersion: 'v1', kind: 'Pod' });
        if (pod?.kind === 'Pod') found.push(pod);
      }
    }),
  );
  return found;
}

const PODS: Resource = { kind: 'Pod', group: '', version: 'v1', plural: 'pods', isNamespaced: true, isCustom: false };

/** More than the Pods of a few hundred workloads name. */
const MAX_CONFIG_MAPS = 300;

async function readConfigMaps(
  reader: Reader,
  workloads: readonly Workload[],
  snapshot: Snapshot,
  gaps: Gaps,
  found: KeptList<ConfigMap>,
): Promise<{ readonly found: readonly ConfigMap[]; readonly absent: ReadonlySet<string> }> {
  const names = new Map(workloads.flatMap(configMapsOf).map((one) => [`${one.namespace}/${one.name}`, one]));
  const wanted = [...names.values()].filter(
    ({ namespace, name }) => snapshot.get('ConfigMap', namespace, name) === undefined,
  );
  const absent = new Set<string>();
  await inParallel(wanted.slice(0, MAX_CONFIG_MAPS), ({ namespace, name }) =>
    gaps.record(CONFIG_MAPS, namespace, async () => {
      const raw = await reader.get(`${collectionPath(CONFIG_MAPS, namespace)}/${encodeURIComponent(name)}`);
      if (raw === undefined) absent.add(`${namespace}/${name}`);
      const object = raw === undefined ? undefined : parseObject(raw);
      if (object?.kind === 'ConfigMap') found.push(object);
    }),
  );
  return { found: found.items, absent };
}

function configMapsOf({
  metadata,
  containers,
}: Workload): readonly { readonly namespace: string; readonly name: string }[] {
  const { namespace } = metadata;
  return containers.flatMap(({ env, envFrom, mounts }) => [
    ...env.flatMap(({ from }) => (from?.kind === 'configMap' ? [{ namespace, name: from.name }] : [])),
    ...envFrom.flatMap(({ configMap }) => (configMap === undefined ? [] : [{ namespace, name: configMap }])),
    ...mounts.map(({ configMap }) => ({ namespace, name: configMap })),
  ]);
}
