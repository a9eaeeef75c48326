// What the asker reads of the cluster beside the view: Pods of a Service, and right before one is asked the proof of its address.

import { at, isEmpty, objectsOf, type StringMap } from '../../kubernetes/read.ts';
import { type ClusterPod, changedAtMs, parseClusterPod, parseNodeAddresses } from '../../learned/cluster-pod.ts';
import type { NodeAddresses } from '../../learned/pod-address.ts';
import { readProbeWarning } from '../../learned/probe-warnings.ts';
import { ApiError, type ClusterConnection } from '../api/connection.ts';
import { type ListOptions, listPages } from '../api/list.ts';
import { CONFIG_MAPS, type Collection, collectionPath } from '../api/resources.ts';

const PODS: Collection = { kind: 'Pod', group: '', version: 'v1', plural: 'pods', isNamespaced: true, isCustom: false };
const EVENTS: Collection = { ...PODS, kind: 'Event', plural: 'events' };
const NODES: Collection = { ...PODS, kind: 'Node', plural: 'nodes', isNamespaced: false };

/** Of one selector: the asker needs one Pod, and looks at a few. */
const MAX_PODS = 100;
const TIMEOUT_MS = 10_000;

/** By labels; without any it would be every Pod of the namespace, and there are none then. @throws ApiError */
export async function podsOf(
  connection: ClusterConnection,
  namespace: string,
  labels: StringMap,
  signal: AbortSignal,
): Promise<readonly ClusterPod[]> {
  if (isEmpty(labels)) return [];
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  return listPods(connection, { namespace, labelSelector, signal });
}

/** Of any namespace, those that say they have the address. @throws ApiError */
export function podsAt(
  connection: ClusterConnection,
  address: string,
  signal: AbortSignal,
): Promise<readonly ClusterPod[]> {
  return listPods(connection, { fieldSelector: `status.podIP=${address}`, signal });
}

/** @throws ApiError */
export async function nodeAddresses(
  connection: ClusterConnection,
  name: string,
  signal: AbortSignal,
): Promise<NodeAddresses> {
  const path = `${collectionPath(NODES)}/${encodeURIComponent(name)}`;
  return parseNodeAddresses(await connection.request({ path, signal, timeoutMs: TIMEOUT_MS }));
}

/** When its content last changed; undefined where it is not there, or does not say. @throws ApiError */
export async function configMapChangedAtMs(
  connection: ClusterConnection,
  namespace: string,
  name: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  const path = collectionPath(CONFIG_MAPS, namespace);
  const query = { fieldSelector: `metadata.name=${name}` };
  const found = await connection.request({ path, query, signal, timeoutMs: TIMEOUT_MS });
  return changedAtMs(objectsOf(at(found, 'items'))[0]);
}

/** Events live for an hour; of so many the newest pages tell enough. */
const MAX_EVENTS = 5000;

/**
 * What kubelets have said of redirected readiness probes, in all namespaces.
 * @returns undefined where Events may not be listed @throws ApiError
 */
export async function probeWarnings(
  connection: ClusterConnection,
  signal: AbortSignal,
): Promise<ReadonlySet<string> | undefined> {
  const found = new Set<string>();
  const fieldSelector = 'reason=ProbeWarning,involvedObject.kind=Pod';
  let events = 0;
  try {
    for await (const { items } of listPages(connection, EVENTS, { fieldSelector, signal })) {
      for (const item of items) {
        const warning = readProbeWarning(item);
        if (warning !== undefined) found.add(warning);
      }
      events += items.length;
      if (events >= MAX_EVENTS) break;
    }
    return found;
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return undefined;
    throw error;
  }
}

/** In pages that shrink where Pods are large, so that nobody's annotations keep others from being looked at. */
async function listPods(connection: ClusterConnection, options: ListOptions): Promise<readonly ClusterPod[]> {
  const pods: ClusterPod[] = [];
  for await (const { items } of listPages(connection, PODS, { ...options, limit: MAX_PODS })) {
    pods.push(...items.flatMap((raw) => parseClusterPod(raw) ?? []));
    if (pods.length >= MAX_PODS) break;
  }
  return pods;
}
