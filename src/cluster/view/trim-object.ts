// What is kept of an object: the fields that the plan reads, and of its annotations none that is large and read by nobody.
import type { KubernetesObject } from '../../kubernetes/objects.ts';
import { parseObject } from '../../kubernetes/parse.ts';
import { type JsonObject, type StringMap, stringMapOf } from '../../kubernetes/read.ts';
import type { SharedValues } from './interning.ts';

/** Whole manifests, as the clients that write them keep them (kubectl, kapp, Rancher Fleet). */
const UNREAD = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'kapp.k14s.io/original',
  'objectset.rio.cattle.io/applied',
] as const;

/** @returns undefined for what is of no kind that the guard reads */
export function keepObject(raw: JsonObject, values: SharedValues): KubernetesObject | undefined {
  const object = parseObject(raw);
  if (object === undefined) return undefined;
  const { metadata } = object;
  const isLean = !UNREAD.some((key) => key in metadata.annotations);
  const annotations = isLean ? metadata.annotations : withoutUnread(metadata.annotations);
  return values.share({ ...object, metadata: { ...metadata, annotations } });
}

function withoutUnread(annotations: StringMap): StringMap {
  const kept = Object.entries(annotations).filter(([key]) => !UNREAD.some((unread) => unread === key));
  return stringMapOf(Object.fromEntries(kept));
}
