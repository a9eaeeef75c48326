// Who updates what, for the tests of the matchConditions: objects as they are stored, edits of them, and which edits the
// conditions spare the guard.
import {
  backendConfig,
  deployment,
  frontendConfig,
  ingress,
  managedCertificate,
  type RawObject,
  service,
} from '../support/objects.ts';
import type { KubeObject } from './api-client.ts';

export const NEG = 'cloud.google.com/neg';
export const ADDS_A_FINALIZER = 'adds a finalizer';
const BACKENDS = 'ingress.kubernetes.io/backends';
const IGNORE = 'gke-ingress-guard.dev/ignore';
const FINALIZER = 'example.com/stays';

/** The part of the control plane that writes, or somebody else. */
export const WRITERS: Readonly<Record<string, 'control plane' | 'somebody'>> = {
  'system:controller:glbc': 'control plane',
  'system:managed-certificate-controller': 'control plane',
  'system:serviceaccount:kube-system:deployment-controller': 'control plane',
  'system:serviceaccount:argocd:argocd-application-controller': 'somebody',
  'alice@example.com': 'somebody',
};

/** Stored before the guard came, so that some have faults which an update must not be refused for. */
export const STORED: Readonly<Record<string, RawObject>> = {
  'an Ingress that GKE would not serve': ingress({ name: 'faulty', class: 'gce', annotations: { [BACKENDS]: '{}' } }),
  'an Ingress of nginx': ingress({ name: 'nginx', ingressClassName: 'nginx' }),
  'a Service without the annotation': service({ name: 'plain' }),
  'a Service with the annotation': service({ name: 'with-neg', neg: '{"ingress": true}' }),
  'a Service with an annotation that cannot be read': service({ name: 'odd-neg', neg: '{"ingress": "yes"}' }),
  'a headless Service': service({ name: 'headless', spec: { clusterIP: 'None' } }),
  'a Deployment': deployment({ name: 'web', annotations: { 'deployment.kubernetes.io/revision': '1' } }),
  'a BackendConfig that GKE refuses': backendConfig({ spec: { sessionAffinity: { affinityType: 'x' } } }),
  'a FrontendConfig': frontendConfig({ spec: { redirectToHttps: { enabled: true } } }),
  'a ManagedCertificate that Google refuses': managedCertificate({ domains: ['*.example.com'] }),
};

/** Kinds without a status subresource, of which the guard reads the spec and the exemption only. */
export const CONFIGURATIONS = ['BackendConfig', 'FrontendConfig', 'ManagedCertificate'] as const;

type Metadata = Readonly<Record<string, unknown>>;
type Edit = {
  /** Whether the guard has nothing to say of it when the control plane makes it. */
  readonly isBookkeeping: boolean;
  /** Whether it is about something that the guard does not read of a configuration. */
  readonly isNote: boolean;
  readonly edit: (object: KubeObject) => KubeObject;
};

function withMetadata(object: KubeObject, change: (metadata: KubeObject['metadata']) => Metadata): KubeObject {
  return { ...object, metadata: { ...object.metadata, ...change(object.metadata) } };
}

export function annotate(key: string, value: string | undefined): Edit['edit'] {
  return (object) =>
    withMetadata(object, ({ annotations }) => {
      const { [key]: _, ...others } = (annotations ?? {}) as Readonly<Record<string, string>>;
      return { annotations: value === undefined ? others : { ...others, [key]: value } };
    });
}

/** Changes a field of the spec that every kind here has in one form or another. */
export function editSpec(object: KubeObject): KubeObject {
  const spec = object['spec'] as Readonly<Record<string, unknown>>;
  const change = {
    Ingress: { defaultBackend: { service: { name: 'other', port: { number: 81 } } } },
    Service: { sessionAffinity: 'ClientIP' },
    Deployment: { replicas: 0 },
    BackendConfig: { healthCheck: { checkIntervalSec: 20, timeoutSec: 30 } },
    FrontendConfig: { sslPolicy: 'modern' },
    ManagedCertificate: { domains: ['shop.example.com'] },
  }[object.kind];
  return { ...object, spec: { ...spec, ...change } };
}

/** What a controller of the control plane writes as its result. */
const result = (edit: Edit['edit']): Edit => ({ isBookkeeping: true, isNote: true, edit });
/** What somebody may mean, on another kind than a configuration. */
const note = (edit: Edit['edit']): Edit => ({ isBookkeeping: false, isNote: true, edit });
const content = (edit: Edit['edit']): Edit => ({ isBookkeeping: false, isNote: false, edit });
const neither = (edit: Edit['edit']): Edit => ({ isBookkeeping: true, isNote: false, edit });

const OWNER = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: '6d9e7d54-7a47-4c1b-8b0a-3f8a7f0f6a11' };

export const EDITS: Readonly<Record<string, Edit>> = {
  'changes nothing': neither((object) => object),
  'names an owner': neither((object) => withMetadata(object, () => ({ ownerReferences: [OWNER] }))),
  'notes the health of backends': result(annotate(BACKENDS, '{"k8s-be":"HEALTHY"}')),
  'takes back what it noted': result(annotate(BACKENDS, undefined)),
  'notes its NEGs': result(annotate('cloud.google.com/neg-status', '{}')),
  'counts a revision': result(annotate('deployment.kubernetes.io/revision', '2')),
  'writes the status': result(writeStatus),
  'adds a certificate': note(annotate('ingress.gcp.kubernetes.io/pre-shared-cert', 'mcrt-1')),
  'adds an annotation without a value': note(annotate('cloud.google.com/backend-config', '')),
  'adds a key that nothing reads': note(annotate('ingress.kubernetes.io/neg', '{"ingress":true}')),
  'changes the class': note(annotate('kubernetes.io/ingress.class', 'gce-internal')),
  'takes the class away': note(annotate('kubernetes.io/ingress.class', undefined)),
  'asks for NEGs': note(annotate(NEG, '{"ingress":true}')),
  'takes the NEG annotation away': note(annotate(NEG, undefined)),
  [ADDS_A_FINALIZER]: note((object) =>
    withMetadata(object, () => ({ finalizers: ['networking.gke.io/ingress-finalizer-V2'] })),
  ),
  'adds a label': content((object) => withMetadata(object, () => ({ labels: { team: 'shop' } }))),
  'changes the spec': content(editSpec),
  'changes the spec and the status': content((object) => editSpec(writeStatus(object))),
  'is exempted': content(annotate(IGNORE, 'backend-config-invalid; reason=waiting for Google')),
};

/** Where status is a subresource the API server drops it. */
export function writeStatus(object: KubeObject): KubeObject {
  return { ...object, status: { certificateStatus: 'Provisioning', domainStatus: [] } };
}

export function isSpared(what: string, writer: string, old: KubeObject, judged: KubeObject): boolean {
  const { isBookkeeping, isNote } = EDITS[what] ?? content((object) => object);
  const isConfiguration = CONFIGURATIONS.some((kind) => kind === old.kind);
  if (isConfiguration && isNote && !isSame(old, judged)) return true;
  return WRITERS[writer] === 'control plane' && (isBookkeeping || isSame(old, judged));
}

/** "takes away what is not there" is no edit at all. */
function isSame(a: KubeObject, b: KubeObject): boolean {
  const read = ({ metadata, ...rest }: KubeObject) => [
    rest['spec'],
    rest['status'],
    metadata['annotations'] ?? {},
    metadata['labels'] ?? {},
  ];
  return JSON.stringify(read(a)) === JSON.stringify(read(b)) && a.metadata['finalizers'] === b.metadata['finalizers'];
}

/** The same again, that a finalizer keeps from going. */
export function goingOf(raw: RawObject): KubeObject {
  const object = raw as KubeObject; // the builders make whole objects
  return withMetadata(object, ({ name }) => ({ name: `going-${name}`, finalizers: [FINALIZER] }));
}
