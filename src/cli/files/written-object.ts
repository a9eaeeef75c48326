// What is kept of an object of a file. All that commands ask of the value that YAML or JSON gave is read at once, and the value is
// let go: with those of all other objects it would take more memory than what is made of it.
import { type AnnotationsPlace, annotationsPlaceOf } from '../../admission/patch.ts';
import { CLUSTER_SCOPED, type KubernetesObject } from '../../kubernetes/objects.ts';
import { parseObject } from '../../kubernetes/parse.ts';
import { at, isJsonObject, type JsonObject, optionalText, textOr } from '../../kubernetes/read.ts';
import { findShapeFaults, type ShapeFault } from '../../kubernetes/shape.ts';
import { controllerOf } from './owned-pods.ts';
import { isPatch } from './patches.ts';
import { findPlaceholders, type Placeholder } from './placeholders.ts';

export interface WrittenObject {
  readonly apiVersion: string;
  readonly kind: string;
  /** "" where it does not say it. */
  readonly namespace: string;
  /** undefined where it has none. */
  readonly name: string | undefined;
  /** With the API server's defaults; undefined where it is none of the kinds that the guard reads. */
  readonly object: KubernetesObject | undefined;
  /** What the API server would refuse of such an object. */
  readonly shapeFaults: readonly ShapeFault[];
  readonly placeholders: readonly Placeholder[];
  readonly isPatch: boolean;
  /** Of a Pod, what has made it. */
  readonly controller: string | undefined;
  /** The fields of its spec that are there. */
  readonly specFields: readonly string[];
  readonly annotationsPlace: AnnotationsPlace;
}

export function readWritten(raw: JsonObject): WrittenObject {
  const object = parseObject(raw);
  const spec = at(raw, 'spec');
  return {
    apiVersion: textOr(at(raw, 'apiVersion'), ''),
    kind: textOr(at(raw, 'kind'), ''),
    namespace: textOr(at(raw, 'metadata', 'namespace'), ''),
    name: optionalText(at(raw, 'metadata', 'name')),
    object,
    shapeFaults: object === undefined ? NONE : orNone(findShapeFaults(raw, object)),
    placeholders: orNone(findPlaceholders(raw)),
    isPatch: isPatch(raw),
    controller: object?.kind === 'Pod' ? controllerOf(raw) : undefined,
    specFields: isJsonObject(spec) ? Object.keys(spec) : NONE,
    annotationsPlace: annotationsPlaceOf(raw),
  };
}

const NONE: readonly never[] = [];

/** Nearly every object has none, and one empty list is enough for all of them. */
function orNone<T>(list: readonly T[]): readonly T[] {
  return list.length === 0 ? NONE : list;
}

/** @param namespace where it is if it does not say so itself; left out: `default` */
export function objectOf(
  { object, namespace: own }: WrittenObject,
  namespace: string | undefined,
): KubernetesObject | undefined {
  if (object === undefined || namespace === undefined || own !== '' || CLUSTER_SCOPED.has(object.kind)) return object;
  return { ...object, metadata: { ...object.metadata, namespace } };
}
