// Where the API server keeps the kinds that the guard reads. One table for lists, watches and the rights that they need
// (deploy/base/rbac.yaml is compared with it).
import type { Kind } from '../../kubernetes/objects.ts';
import type { JsonObject } from '../../kubernetes/read.ts';

/** Where a collection is; of any kind, for some are read that no rule looks at. */
export interface Collection {
  readonly kind: string;
  /** "" for the core group. */
  readonly group: string;
  readonly version: string;
  /** As paths and RBAC name it. */
  readonly plural: string;
  readonly isNamespaced: boolean;
  /** From a CustomResourceDefinition that a cluster need not have, or gets later. */
  readonly isCustom: boolean;
}

export interface Resource extends Collection {
  readonly kind: Kind;
}

const WATCHED = {
  Service: resource('', 'v1', 'services'),
  Ingress: resource('networking.k8s.io', 'v1', 'ingresses'),
  IngressClass: { ...resource('networking.k8s.io', 'v1', 'ingressclasses'), isNamespaced: false },
  Deployment: resource('apps', 'v1', 'deployments'),
  StatefulSet: resource('apps', 'v1', 'statefulsets'),
  DaemonSet: resource('apps', 'v1', 'daemonsets'),
  NetworkPolicy: resource('networking.k8s.io', 'v1', 'networkpolicies'),
  /** For the labels by which a policy may choose namespaces. */
  Namespace: { ...resource('', 'v1', 'namespaces'), isNamespaced: false },
  BackendConfig: { ...resource('cloud.google.com', 'v1', 'backendconfigs'), isCustom: true },
  FrontendConfig: { ...resource('networking.gke.io', 'v1beta1', 'frontendconfigs'), isCustom: true },
  ManagedCertificate: { ...resource('networking.gke.io', 'v1', 'managedcertificates'), isCustom: true },
  Issuer: { ...resource('cert-manager.io', 'v1', 'issuers'), isCustom: true },
  ClusterIssuer: { ...resource('cert-manager.io', 'v1', 'clusterissuers'), isCustom: true, isNamespaced: false },
  Certificate: { ...resource('cert-manager.io', 'v1', 'certificates'), isCustom: true },
} as const satisfies Partial<Record<Kind, Omit<Resource, 'kind'>>>;

/** Every kind that is read whole, in the order in which a start takes them up. */
export const RESOURCES: readonly Resource[] = Object.entries(WATCHED).map(([kind, rest]) => ({
  kind: kind as keyof typeof WATCHED,
  ...rest,
}));

/**
 * What makes Pods beside the watched kinds: a command reads them once, where it may. Nobody watches them: most are made by
 * Deployments and CronJobs, and they would make the view of the webhook ten times as large.
 */
export const OTHER_MAKERS_OF_PODS: readonly Resource[] = [
  { kind: 'ReplicaSet', ...resource('apps', 'v1', 'replicasets') },
  { kind: 'Job', ...resource('batch', 'v1', 'jobs') },
  { kind: 'CronJob', ...resource('batch', 'v1', 'cronjobs') },
];

/** Read by name only: a guard has no business in other people's configuration. */
export const CONFIG_MAPS: Resource = { kind: 'ConfigMap', ...resource('', 'v1', 'configmaps') };

function resource(group: string, version: string, plural: string): Omit<Resource, 'kind'> {
  return { group, version, plural, isNamespaced: true, isCustom: false };
}

/** The path of a collection, of all namespaces or of one. */
export function collectionPath({ group, version, plural, isNamespaced }: Collection, namespace?: string): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const scope = isNamespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}${scope}/${plural}`;
}

/** As messages and `kubectl auth can-i` name it. */
export function resourceName({ group, plural }: Pick<Resource, 'group' | 'plural'>): string {
  return group === '' ? plural : `${plural}.${group}`;
}

/** An object with its apiVersion and kind, which lists leave out. */
export function typed(object: JsonObject, { group, version, kind }: Collection): JsonObject {
  return { ...object, apiVersion: group === '' ? version : `${group}/${version}`, kind };
}
