// Pods that are beside what has made them, as in the output of `kubectl get -o yaml`: what the template says is said of it, and
// not of each of its Pods again.
import type { KubernetesObject, Workload } from '../../kubernetes/objects.ts';
import { at, type JsonObject, objectsOf, type StringMap } from '../../kubernetes/read.ts';
import { isWorkload } from '../../snapshot/snapshot.ts';

interface Written {
  readonly object: KubernetesObject;
  readonly manifest: { readonly written: { readonly controller: string | undefined } };
}

/** Of Pods whose owner is not there, the first speaks for the others of that owner. */
export function withoutOwnedPods<T extends Written>(objects: readonly T[]): readonly T[] {
  const makers = Map.groupBy(
    objects
      .map(({ object }) => object)
      .filter((object): object is Workload => isWorkload(object) && object.kind !== 'Pod'),
    ({ metadata }) => metadata.namespace,
  );
  const known = new Set<string>();
  return objects.filter(({ object, manifest }) => {
    if (object.kind !== 'Pod') return true;
    const owner = manifest.written.controller;
    if (owner === undefined) return true;
    const { namespace } = object.metadata;
    const key = `${namespace}\0${owner}`;
    if (known.has(key)) return false;
    known.add(key);
    return !(makers.get(namespace) ?? []).some(({ podLabels }) => isMadeFrom(podLabels, object.podLabels));
  });
}

/** A Pod has all labels of its template, and a hash of its own beside them. */
function isMadeFrom(template: StringMap, pod: StringMap): boolean {
  const labels = Object.entries(template);
  return labels.length > 0 && labels.every(([key, value]) => pod[key] === value);
}

export function controllerOf(raw: JsonObject): string | undefined {
  const owner = objectsOf(at(raw, 'metadata', 'ownerReferences')).find((one) => at(one, 'controller') === true);
  return owner === undefined ? undefined : `${String(at(owner, 'kind'))}\0${String(at(owner, 'name'))}`;
}
