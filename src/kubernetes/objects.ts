// The few fields of Kubernetes and GKE objects that the plan and the rules read, as readonly types. Values are as the
// API server would store them: its defaults are applied (see parse.ts), so nobody downstream repeats them.
import type { Certificate, ClusterIssuer, Issuer } from './cert-manager-objects.ts';
import type { BackendConfig, FrontendConfig, ManagedCertificate } from './gke-objects.ts';
import type { NetworkPolicy } from './network-policy.ts';
import type { PortReference, TypeMeta } from './object-meta.ts';
import type { StringMap } from './read.ts';

export type {
  BackendConfig,
  BackendConfigHealthCheck,
  FrontendConfig,
  ManagedCertificate,
} from './gke-objects.ts';
export type { LabelSelector, NetworkPolicy } from './network-policy.ts';

export type { ObjectMeta, PortReference, TypeMeta } from './object-meta.ts';

export interface Ingress extends TypeMeta<'Ingress'> {
  /** undefined is "not set"; "" is a pointer to an empty string, which is not the same to the controller. */
  readonly ingressClassName: string | undefined;
  readonly defaultBackend: IngressBackend | undefined;
  readonly rules: readonly IngressRule[];
  readonly tls: readonly IngressTls[];
  /** Whether status.loadBalancer has an address: the Ingress has been served. */
  readonly hasAddress: boolean;
}

export interface IngressRule {
  readonly host: string;
  /** undefined where the rule has no `http`. */
  readonly paths: readonly IngressPath[] | undefined;
}

export interface IngressPath {
  readonly path: string;
  /** undefined only in old API versions. */
  readonly pathType: string | undefined;
  readonly backend: IngressBackend;
}

export interface IngressBackend {
  /** undefined for a `resource` backend. */
  readonly service: { readonly name: string; readonly portName: string; readonly portNumber: number } | undefined;
  /** Left out where there is none. */
  readonly resource?: { readonly kind: string; readonly name: string };
}

export interface IngressTls {
  readonly hosts: readonly string[];
  readonly secretName: string;
}

export interface IngressClass extends TypeMeta<'IngressClass'> {
  readonly controller: string;
}

export interface Service extends TypeMeta<'Service'> {
  readonly type: string;
  /** "None" for a headless Service. */
  readonly clusterIP: string;
  readonly selector: StringMap;
  readonly ports: readonly ServicePort[];
  readonly allocatesNodePorts: boolean;
  readonly ipFamilies: readonly string[];
  /** "" where it is not set, which is SingleStack. */
  readonly ipFamilyPolicy: string;
  /** Cluster where it is not set. */
  readonly externalTrafficPolicy: string;
  readonly loadBalancerClass: string | undefined;
  /** spec.loadBalancerSourceRanges: whose packets alone its own load balancer lets in. */
  readonly sourceRanges: readonly string[];
}

export interface ServicePort {
  readonly name: string;
  readonly port: number;
  readonly targetPort: PortReference;
  /** 0 where none is allocated. */
  readonly nodePort: number;
  readonly protocol: string;
  /** "" where it is not set. The GKE Ingress controller does not read it; people say there what they speak. */
  readonly appProtocol: string;
}

/** From Pod on, none reaches the webhook, but files have them, and Services are not without Pods for that. */
export type WorkloadKind =
  | 'Deployment'
  | 'StatefulSet'
  | 'DaemonSet'
  | 'Pod'
  | 'ReplicationController'
  | 'Rollout'
  | 'ReplicaSet'
  | 'Job'
  | 'CronJob';

/** What makes Pods: a Deployment or its like by its template, or a bare Pod by itself. */
export interface Workload extends TypeMeta<WorkloadKind> {
  readonly replicas: number;
  readonly podLabels: StringMap;
  readonly containers: readonly Container[];
  /** Ports of init containers that stay (restartPolicy Always): they are the Pod's as those of containers are. */
  readonly sidecarPorts: readonly ContainerPort[];
  readonly terminationGracePeriodSeconds: number;
  /** Keys from the object to its Pod spec: spec.template.spec, or spec for a bare Pod. */
  readonly podSpecPath: readonly string[];
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly EnvVar[];
  readonly envFrom: readonly EnvFrom[];
  /** What of ConfigMaps it finds as files. */
  readonly mounts: readonly ConfigMapMount[];
  /** Where it mounts what is no ConfigMap. */
  readonly otherMounts: readonly string[];
  readonly ports: readonly ContainerPort[];
  readonly readinessProbe: Probe | undefined;
  /** lifecycle.preStop */
  readonly preStop: PreStop | undefined;
}

export interface PreStop {
  /** Of `sleep`; undefined for another handler. */
  readonly sleepSeconds: number | undefined;
  /** Of `exec`. */
  readonly command: readonly string[];
}

export interface EnvVar {
  readonly name: string;
  readonly value: string;
  /** Where the value comes from, if not from `value`. */
  readonly from:
    | { readonly kind: 'configMap'; readonly name: string; readonly key: string }
    | { readonly kind: 'other' }
    | undefined;
}

export interface EnvFrom {
  readonly prefix: string;
  /** undefined for a Secret. */
  readonly configMap: string | undefined;
}

/** A ConfigMap among the volumes that a container mounts. */
export interface ConfigMapMount {
  readonly configMap: string;
  readonly mountPath: string;
  /** Keys and the names of their files; undefined: every key, by its own name. */
  readonly items: readonly { readonly key: string; readonly path: string }[] | undefined;
  /** The one file that is mounted; empty: all. */
  readonly subPath: string;
}

export interface ContainerPort {
  readonly name: string;
  readonly containerPort: number;
}

export interface Probe {
  readonly handler: 'httpGet' | 'tcpSocket' | 'exec' | 'grpc' | 'none';
  readonly httpGet: HttpGet | undefined;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
}

export interface HttpGet {
  readonly path: string;
  readonly port: PortReference;
  readonly host: string;
  readonly scheme: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

/** Only its labels are read, by the policy. */
export type Namespace = TypeMeta<'Namespace'>;

export interface ConfigMap extends TypeMeta<'ConfigMap'> {
  readonly data: StringMap;
  /** Files that are no text are in it, which nobody reads. */
  readonly hasBinaryData?: true;
}

/** What of a Secret may be known: which keys it has. Values are never read, so no message can repeat one. */
export interface Secret extends TypeMeta<'Secret'> {
  readonly keys: readonly string[];
  /** Keys whose value is the empty text. */
  readonly emptyKeys: readonly string[];
}

export interface ObjectsByKind {
  readonly Ingress: Ingress;
  readonly IngressClass: IngressClass;
  readonly Service: Service;
  readonly Deployment: Workload;
  readonly StatefulSet: Workload;
  readonly DaemonSet: Workload;
  readonly Pod: Workload;
  readonly ReplicationController: Workload;
  /** Of Argo Rollouts, which is in a Deployment's place. */
  readonly Rollout: Workload;
  readonly ReplicaSet: Workload;
  readonly Job: Workload;
  readonly CronJob: Workload;
  readonly ConfigMap: ConfigMap;
  readonly Secret: Secret;
  readonly BackendConfig: BackendConfig;
  readonly FrontendConfig: FrontendConfig;
  readonly ManagedCertificate: ManagedCertificate;
  readonly Issuer: Issuer;
  readonly ClusterIssuer: ClusterIssuer;
  readonly Certificate: Certificate;
  readonly Namespace: Namespace;
  readonly NetworkPolicy: NetworkPolicy;
}

export type Kind = keyof ObjectsByKind;
export type KubernetesObject = ObjectsByKind[Kind];

/** Kinds whose objects have no namespace. */
export const CLUSTER_SCOPED: ReadonlySet<string> = new Set<Kind>(['IngressClass', 'Namespace', 'ClusterIssuer']);

/** `Kind/namespace/name`, the way messages name an object. */
export function nameOf(object: KubernetesObject): string {
  const { namespace, name } = object.metadata;
  return namespace === '' ? `${object.kind}/${name}` : `${object.kind}/${namespace}/${name}`;
}
