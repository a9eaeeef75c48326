// The Pods to be asked: by the labels that a Service or a workload has them by, or one by its name.
import type { RunningPod } from '../../asked/targets.ts';
import { parseObject } from '../../kubernetes/parse.ts';
import { at, isJsonObject, objectsOf, type StringMap, textOr } from '../../kubernetes/read.ts';
import type { Reader } from '../api/reader.ts';
import { collectionPath, type Resource } from '../api/resources.ts';

const PODS: Resource = { kind: 'Pod', group: '', version: 'v1', plural: 'pods', isNamespaced: true, isCustom: false };
/** Of one selector: more are no more telling, and the first few are asked at most. */
const MAX_PODS = 500;

/** In the order of their names; those that have ended are none. @throws ApiError for 403 @throws AppError cluster-unreachable */
export async function listPods(reader: Reader, namespace: string, labels: StringMap): Promise<readonly RunningPod[]> {
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const query = { labelSelector, limit: String(MAX_PODS) };
  const list = await reader.ask((connection) => connection.request({ path: collectionPath(PODS, namespace), query }));
  const pods = objectsOf(at(list, 'items')).flatMap((item) => toPod(item) ?? []);
  const isOver = ({ phase }: RunningPod): boolean => phase === 'Succeeded' || phase === 'Failed';
  const nameOf = ({ object }: RunningPod): string => object.metadata.name;
  return pods.filter((pod) => !isOver(pod)).toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** @returns undefined where there is no such Pod */
export async function getPod(reader: Reader, namespace: string, name: string): Promise<RunningPod | undefined> {
  const raw = await reader.get(`${collectionPath(PODS, namespace)}/${encodeURIComponent(name)}`);
  return raw === undefined ? undefined : toPod(raw);
}

function toPod(raw: unknown): RunningPod | undefined {
  if (!isJsonObject(raw)) return undefined;
  const object = parseObject({ ...raw, apiVersion: 'v1', kind: 'Pod' });
  if (object?.kind !== 'Pod') return undefined;
  const ready = objectsOf(at(raw, 'status', 'conditions')).find((one) => at(one, 'type') === 'Ready');
  return {
    object,
    address: textOr(at(raw, 'status', 'podIP'), ''),
    phase: textOr(at(raw, 'status', 'phase'), 'Unknown'),
    isReady: at(ready, 'status') === 'True',
    isLeaving: textOr(at(raw, 'metadata', 'deletionTimestamp'), '') !== '',
  };
}
