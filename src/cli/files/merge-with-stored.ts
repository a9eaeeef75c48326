// An object of a file as it would be stored over the one that the cluster has. `kubectl apply` (and Helm, and server-side
// apply) touches what is its own: annotations and labels that others wrote stay, unless the last apply had them and the
// file no longer has; so do the fields that the API server or an autoscaler filled in and the file leaves out.
import type { Ingress, KubernetesObject, ObjectMeta, Service, Workload } from '../../kubernetes/objects.ts';
import { at, isJsonObject, type StringMap } from '../../kubernetes/read.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * @param specFields those that the file's object has, for what it leaves out
 * @param live the stored object of the same kind, namespace and name
 */
export function mergeWithStored<T extends KubernetesObject>(
  object: T,
  specFields: readonly string[],
  live: KubernetesObject,
): T {
  const lastApplied = parseLastApplied(live.metadata.annotations[LAST_APPLIED]);
  const metadata = mergeMetadata(object.metadata, live.metadata, lastApplied);
  return { ...object, ...keptFields(object, specFields, live, lastApplied), metadata };
}

function mergeMetadata(own: ObjectMeta, live: ObjectMeta, lastApplied: unknown): ObjectMeta {
  return {
    ...own,
    labels: mergeMap(own.labels, live.labels, at(lastApplied, 'metadata', 'labels')),
    annotations: mergeMap(own.annotations, live.annotations, at(lastApplied, 'metadata', 'annotations')),
    finalizers: [...new Set([...live.finalizers, ...own.finalizers])],
    creationTimestamp: live.creationTimestamp,
    isBeingDeleted: live.isBeingDeleted,
  };
}

/** @param applied what the last apply wrote: of that, what the file no longer has goes away */
function mergeMap(own: StringMap, live: StringMap, applied: unknown): StringMap {
  const kept = Object.entries(live).filter(([key]) => at(applied, key) === undefined);
  return { ...Object.fromEntries(kept), ...own };
}

function keptFields(
  object: KubernetesObject,
  specFields: readonly string[],
  live: KubernetesObject,
  lastApplied: unknown,
): Partial<Ingress> | Partial<Service> | Partial<Workload> {
  const isKept = (field: string): boolean =>
    !specFields.includes(field) && at(lastApplied, 'spec', field) === undefined;
  if (object.kind === 'Ingress' && live.kind === 'Ingress') {
    const { ingressClassName, hasAddress } = live;
    return isKept('ingressClassName') ? { ingressClassName, hasAddress } : { hasAddress };
  }
  if (object.kind === 'Service' && live.kind === 'Service') return keptOfService(object, live);
  const isScaled = 'replicas' in object && 'replicas' in live && isKept('replicas');
  return isScaled ? { replicas: live.replicas } : {};
}

/** What the API server allocates once and gives back to every update that leaves it out. */
function keptOfService(service: Service, live: Service): Partial<Service> {
  const ports = service.ports.map((port) => {
    const before = live.ports.find(({ name, port: number }) =>
      port.name === '' ? number === port.port : name === port.name,
    );
    const keepsNodePort = port.nodePort === 0 && service.type !== 'ClusterIP' && service.type !== 'ExternalName';
    return keepsNodePort && before !== undefined ? { ...port, nodePort: before.nodePort } : port;
  });
  return {
    ports,
    clusterIP: service.clusterIP || live.clusterIP,
    ipFamilies: service.ipFamilies.length > 0 ? service.ipFamilies : live.ipFamilies,
    ipFamilyPolicy: service.ipFamilyPolicy || live.ipFamilyPolicy,
  };
}

function parseLastApplied(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
