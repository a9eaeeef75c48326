// Where something is in an object, and which object it is.
import type { KubernetesObject } from './objects.ts';

/** Keys and indexes from an object down to a field. */
export type FieldPath = readonly (string | number)[];

/** An object by its name: it may not exist, or not be known. */
export interface ObjectName {
  readonly kind: string;
  /** "" for cluster-scoped kinds. */
  readonly namespace: string;
  readonly name: string;
}

export function referenceTo({ kind, metadata }: Pick<KubernetesObject, 'kind' | 'metadata'>): ObjectName {
  return { kind, namespace: metadata.namespace, name: metadata.name };
}

export function isSameName(a: ObjectName, b: ObjectName): boolean {
  return a.kind === b.kind && a.name === b.name && a.namespace === b.namespace;
}

/** `Kind/namespace/name`, the way messages name an object; `Kind/name` for one without a namespace. */
export function formatName({ kind, namespace, name }: ObjectName): string {
  return namespace === '' ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
}

export const ANNOTATIONS: FieldPath = ['metadata', 'annotations'];

export function annotationPath(key: string): FieldPath {
  return ['metadata', 'annotations', key];
}

/** The annotation's own path where it is there, else that of the map: a path always leads to something that exists. */
export function annotationPlace(annotations: Readonly<Record<string, string>>, key: string): FieldPath {
  return annotations[key] === undefined ? ANNOTATIONS : annotationPath(key);
}

/** A field path as it can be pasted: metadata.annotations["kubernetes.io/ingress.class"], spec.rules[0].host */
export function formatPath(path: FieldPath): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(part)) text += `[${JSON.stringify(part)}]`;
    else text += text === '' ? part : `.${part}`;
  }
  return text;
}
