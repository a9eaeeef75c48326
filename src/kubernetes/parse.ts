// From JSON of unknown shape to the typed objects, with the API server's defaults applied. Never throws: a field of
// the wrong shape reads as absent, an object that is none of our kinds as undefined.
import type {
  ConfigMap,
  Kind,
  KubernetesObject,
  ObjectMeta,
  ObjectsByKind,
  Secret,
  Service,
  ServicePort,
  TypeMeta,
} from './objects.ts';
import { CLUSTER_SCOPED } from './objects.ts';
import { parseCertificate, parseClusterIssuer, parseIssuer } from './parse-cert-manager.ts';
import { parseBackendConfig, parseFrontendConfig, parseManagedCertificate } from './parse-gke.ts';
import { parseIngress, parseIngressClass } from './parse-ingress.ts';
import { parseNetworkPolicy } from './parse-network-policy.ts';
import { parseWorkload } from './parse-workload.ts';
import {
  at,
  isJsonObject,
  type JsonObject,
  objectsOf,
  optionalInteger,
  optionalText,
  portReference,
  stringMapOf,
  textOr,
  textsOf,
} from './read.ts';

type Parser<K extends Kind> = (raw: JsonObject, type: TypeMeta<K>) => ObjectsByKind[K];

const WORKLOAD_GROUPS = ['apps', 'extensions'];

/** The API groups in which a kind is ours (any version: old ones are in files still), and how it is read. */
const PARSERS: { readonly [K in Kind]: { readonly groups: readonly string[]; readonly parse: Parser<K> } } = {
  Ingress: { groups: ['networking.k8s.io', 'extensions'], parse: parseIngress },
  IngressClass: { groups: ['networking.k8s.io'], parse: parseIngressClass },
  Service: { groups: [''], parse: parseService },
  Deployment: { groups: WORKLOAD_GROUPS, parse: parseWorkload },
  StatefulSet: { groups: WORKLOAD_GROUPS, parse: parseWorkload },
  DaemonSet: { groups: WORKLOAD_GROUPS, parse: parseWorkload },
  Pod: { groups: [''], parse: parseWorkload },
  ReplicationController: { groups: [''], parse: parseWorkload },
  Rollout: { groups: ['argoproj.io'], parse: parseWorkload },
  ReplicaSet: { groups: WORKLOAD_GROUPS, parse: parseWorkload },
  Job: { groups: ['batch'], parse: parseWorkload },
  CronJob: { groups: ['batch'], parse: parseWorkload },
  ConfigMap: { groups: [''], parse: parseConfigMap },
  Secret: { groups: [''], parse: parseSecret },
  BackendConfig: { groups: ['cloud.google.com'], parse: parseBackendConfig },
  FrontendConfig: { groups: ['networking.gke.io'], parse: parseFrontendConfig },
  ManagedCertificate: { groups: ['networking.gke.io'], parse: parseManagedCertificate },
  Issuer: { groups: ['cert-manager.io'], parse: parseIssuer },
  ClusterIssuer: { groups: ['cert-manager.io'], parse: parseClusterIssuer },
  Certificate: { groups: ['cert-manager.io'], parse: parseCertificate },
  Namespace: { groups: [''], parse: (_raw, type) => type },
  NetworkPolicy: { groups: ['networking.k8s.io', 'extensions'], parse: parseNetworkPolicy },
};

/**
 * @param raw one Kubernetes object as JSON or YAML gave it
 * @param namespace where it is if it does not say so itself (the request's namespace; in files `default`)
 * @returns undefined where it is none of the kinds that the guard reads
 */
export function parseObject(raw: unknown, namespace = 'default'): KubernetesObject | undefined {
  if (!isJsonObject(raw)) return undefined;
  const apiVersion = optionalText(at(raw, 'apiVersion'));
  const kind = optionalText(at(raw, 'kind'));
  if (apiVersion === undefined || kind === undefined || !isKind(kind)) return undefined;
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  if (!PARSERS[kind].groups.includes(group)) return undefined;
  // What a Deployment, a Rollout or a CronJob has made: its Pods are known by that one.
  if ((kind === 'ReplicaSet' || kind === 'Job') && isOwned(raw)) return undefined;
  return parseKind(kind, raw, apiVersion, namespace);
}

function parseKind<K extends Kind>(kind: K, raw: JsonObject, apiVersion: string, namespace: string): ObjectsByKind[K] {
  const scope = CLUSTER_SCOPED.has(kind) ? '' : namespace;
  return PARSERS[kind].parse(raw, { apiVersion, kind, metadata: parseMetadata(at(raw, 'metadata'), scope) });
}

function isOwned(raw: JsonObject): boolean {
  return objectsOf(at(raw, 'metadata', 'ownerReferences')).some((owner) => at(owner, 'controller') === true);
}

function isKind(kind: string): kind is Kind {
  return Object.hasOwn(PARSERS, kind);
}

function parseMetadata(raw: unknown, namespace: string): ObjectMeta {
  const uid = textOr(at(raw, 'uid'), '');
  const ownNamespace = textOr(at(raw, 'namespace'), '');
  return {
    name: textOr(at(raw, 'name'), '') || textOr(at(raw, 'generateName'), ''),
    namespace: namespace === '' ? '' : ownNamespace || namespace,
    labels: stringMapOf(at(raw, 'labels')),
    annotations: stringMapOf(at(raw, 'annotations')),
    finalizers: textsOf(at(raw, 'finalizers')),
    creationTimestamp: textOr(at(raw, 'creationTimestamp'), ''),
    isBeingDeleted: typeof at(raw, 'deletionTimestamp') === 'string',
    ...(uid === '' ? {} : { uid }),
  };
}

function parseService(raw: JsonObject, type: TypeMeta<'Service'>): Service {
  const spec = at(raw, 'spec');
  return {
    ...type,
    type: textOr(at(spec, 'type'), '') || 'ClusterIP',
    clusterIP: textOr(at(spec, 'clusterIP'), ''),
    selector: stringMapOf(at(spec, 'selector')),
    ports: objectsOf(at(spec, 'ports')).map(parseServicePort),
    allocatesNodePorts: at(spec, 'allocateLoadBalancerNodePorts') !== false,
    ipFamilies: textsOf(at(spec, 'ipFamilies')),
    ipFamilyPolicy: textOr(at(spec, 'ipFamilyPolicy'), ''),
    externalTrafficPolicy: textOr(at(spec, 'externalTrafficPolicy'), '') || 'Cluster',
    loadBalancerClass: optionalText(at(spec, 'loadBalancerClass')),
    sourceRanges: textsOf(at(spec, 'loadBalancerSourceRanges')),
  };
}

function parseServicePort(raw: JsonObject): ServicePort {
  const port = optionalInteger(at(raw, 'port')) ?? 0;
  return {
    name: textOr(at(raw, 'name'), ''),
    port,
    targetPort: portReference(at(raw, 'targetPort')) ?? port,
    nodePort: optionalInteger(at(raw, 'nodePort')) ?? 0,
    protocol: textOr(at(raw, 'protocol'), '') || 'TCP',
    appProtocol: textOr(at(raw, 'appProtocol'), ''),
  };
}

function parseConfigMap(raw: JsonObject, type: TypeMeta<'ConfigMap'>): ConfigMap {
  const data = stringMapOf(at(raw, 'data'));
  const binary = at(raw, 'binaryData');
  return isJsonObject(binary) && Object.keys(binary).length > 0
    ? { ...type, data, hasBinaryData: true }
    : { ...type, data };
}

/** The keys only, of `data` and `stringData` together, as the API server merges them; a null value is no value. */
function parseSecret(raw: JsonObject, type: TypeMeta<'Secret'>): Secret {
  const entriesOf = (field: string): readonly (readonly [string, unknown])[] => {
    const map = at(raw, field);
    return isJsonObject(map) ? Object.entries(map).filter(([, value]) => value !== null) : [];
  };
  const values = new Map([...entriesOf('data'), ...entriesOf('stringData')]);
  const keys = [...values.keys()].toSorted();
  return { ...type, keys, emptyKeys: keys.filter((key) => values.get(key) === '') };
}
