// The same name in another namespace: what its author meant, as often as not. Nothing of GKE's reaches across namespaces. Only
// doors that show somebody's own files, or what somebody may read, give these names: never the webhook.
import type { ObjectName } from '../kubernetes/field-path.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';

/** @returns the other namespaces that have an object of that kind and name, in order */
export type OtherNamespaces = (object: ObjectName) => readonly string[];

export const NOWHERE_ELSE: OtherNamespaces = () => [];

export function indexNamespaces(objects: Iterable<KubernetesObject>): OtherNamespaces {
  const namespaces = new Map<string, Set<string>>();
  for (const { kind, metadata } of objects) {
    const key = `${kind}\0${metadata.name}`;
    const known = namespaces.get(key);
    if (known === undefined) namespaces.set(key, new Set([metadata.namespace]));
    else known.add(metadata.namespace);
  }
  return ({ kind, namespace, name }) =>
    [...(namespaces.get(`${kind}\0${name}`) ?? [])].filter((other) => other !== namespace).toSorted();
}

/** Of one reference. */
const MAX_NAMED = 3;

/**
 * `Service jobs exists in namespace backend; an Ingress reaches its own namespace only`
 *
 * @param namer the kind of the object that names it
 * @returns "" where no other namespace has it
 */
export function elsewhereInWords({ kind, name }: ObjectName, namer: string, namespaces: readonly string[]): string {
  if (namespaces.length === 0) return '';
  const named = namespaces.slice(0, MAX_NAMED).join(', ');
  const more = namespaces.length > MAX_NAMED ? ` and ${namespaces.length - MAX_NAMED} more` : '';
  const where = `${namespaces.length === 1 ? 'namespace' : 'namespaces'} ${named}${more}`;
  return `${kind} ${name} exists in ${where}; ${NAMERS[namer] ?? 'a Pod'} reaches its own namespace only`;
}

const NAMERS: Readonly<Record<string, string>> = {
  Ingress: 'an Ingress',
  Service: 'a Service',
  BackendConfig: 'a BackendConfig',
};

/** As a field of a finding: a whole sentence, or nothing. */
export function saidElsewhere(
  object: ObjectName,
  namer: string,
  otherNamespaces: OtherNamespaces,
): { readonly elsewhere?: string } {
  const text = elsewhereInWords(object, namer, otherNamespaces(object));
  return text === '' ? {} : { elsewhere: `${text}.` };
}
