// Which value of the chart stands for which component of deploy/, and what else a value changes.
import type { Manifest } from '../../test/support/kustomize.ts';
import { entriesHole, hole, textHole } from './template.ts';

/** From a component to the condition under which the chart has it; a test says that none is forgotten. */
export const COMPONENTS: Readonly<Record<string, string>> = {
  'cert-manager': 'eq .Values.certificates "cert-manager"',
  'self-signed': 'eq .Values.certificates "self-signed"',
  'high-availability': 'ge (int .Values.replicas) 3',
  'network-policy': '.Values.networkPolicy.enabled',
  monitoring: '.Values.monitoring.enabled',
  audit: '.Values.audit.enabled',
  // Alone it is a guard that does not start; so the chart has it with the other only.
  'audit-reports': 'and .Values.audit.enabled .Values.audit.reports',
  'mounted-config': 'and .Values.audit.enabled .Values.audit.mountedConfig',
  asker: '.Values.asker.enabled',
  'asker-events': 'and .Values.asker.enabled .Values.asker.events',
  'admission-policy': '.Values.admissionPolicy.enabled',
  'fail-closed': 'eq .Values.failurePolicy "Fail"',
  'workload-identity': '.Values.googleServiceAccount',
};

/** The content of base's ConfigMap in a file of the user's: the value `facts`. */
export const COMPONENTS_OF_VALUES: readonly string[] = ['facts-file'];

/** A change that no component makes. */
export interface Edit {
  readonly when: string;
  readonly kind: string;
  /** @throws {Error} where the object is not as expected */
  readonly apply: (object: Manifest) => Manifest;
}

export const EDITS: readonly Edit[] = [
  {
    // docs/install.md, "Only the control plane", says the same as a patch.
    when: '.Values.networkPolicy.controlPlaneCidr',
    kind: 'NetworkPolicy',
    apply: (object) => {
      if (object.metadata.name !== 'gke-ingress-guard') return object;
      const from = [{ ipBlock: { cidr: hole('.Values.networkPolicy.controlPlaneCidr | quote') } }];
      return put(object, ['spec', 'ingress', 0], (rule) => {
        if (!JSON.stringify(rule).includes('10250'))
          throw new Error('the first rule of the NetworkPolicy is another one');
        return { ...(rule as object), from }; // a rule is a map
      });
    },
  },
];

export interface Shipped {
  /** As the manifests name it, such as gke-ingress-guard:0.1.0. */
  readonly image: string;
  /** In front of each alert's "#anchor". */
  readonly runbooks: string;
}

/** The object with holes where values of the chart go. */
export function withHoles(object: Manifest, shipped: Shipped): Manifest {
  const named = JSON.parse(JSON.stringify(object), (key, value: unknown) =>
    key === 'image' && value === shipped.image
      ? hole('include "gke-ingress-guard.image" . | quote')
      : withoutHash(value),
  ) as Manifest; // the same object, with other texts in it
  const { kind, metadata } = named;
  if (kind === 'ServiceAccount') return withGoogleServiceAccount(named);
  if (kind === 'PrometheusRule') return labelled(withRunbooks(named, shipped.runbooks));
  if (kind === 'ServiceMonitor') return labelled(named);
  if (kind === 'Deployment' && metadata.name === 'gke-ingress-guard') return guardDeployment(named);
  if (kind === 'ConfigMap' && metadata.name === 'gke-ingress-guard-facts') {
    return { ...named, data: { 'facts.yaml': textHole('include "gke-ingress-guard.facts" .') } };
  }
  if (kind === 'ConfigMap' && metadata.name === 'gke-ingress-guard-policy') {
    return { ...named, data: { 'guard.yaml': textHole('include "gke-ingress-guard.policy" .') } };
  }
  return named;
}

/** Kustomize names a ConfigMap by its content, so that an edit rolls the Pods; a chart has checksums in the Pod for that. */
function withoutHash(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return value.replace(/^(gke-ingress-guard-(?:facts|policy))-[a-z0-9]{10}$/, '$1');
}

function guardDeployment(object: Manifest): Manifest {
  const checksum = (name: string) => hole(`include "gke-ingress-guard.${name}" . | sha256sum | quote`);
  const withReplicas = put(object, ['spec', 'replicas'], () => hole('int .Values.replicas'));
  const container = ['spec', 'template', 'spec', 'containers', 0, 'resources'];
  const withResources = put(withReplicas, container, (shipped) =>
    hole(`mergeOverwrite (fromJson \`${JSON.stringify(shipped)}\`) .Values.resources | toJson`),
  );
  return put(withResources, ['spec', 'template', 'metadata'], (metadata) => ({
    ...(metadata as object), // of every Pod template
    annotations: { 'checksum/facts': checksum('facts'), 'checksum/policy': checksum('policy') },
  }));
}

function withGoogleServiceAccount(object: Manifest): Manifest {
  const text = JSON.stringify(object);
  const address = '"gke-ingress-guard@PROJECT_ID.iam.gserviceaccount.com"';
  return JSON.parse(text.replace(address, JSON.stringify(hole('.Values.googleServiceAccount | quote'))));
}

function withRunbooks(object: Manifest, page: string): Manifest {
  return JSON.parse(JSON.stringify(object), (key, value: unknown) => {
    if (key !== 'runbook_url') return value;
    const [before, anchor] = String(value).split('#');
    if (before !== page || anchor === undefined) throw new Error(`runbook_url "${value}" does not begin with ${page}#`);
    return hole(`printf "%s#${anchor}" .Values.monitoring.runbooks | quote`);
  });
}

/** A Prometheus that selects its objects by a label finds these once they carry it. */
function labelled(object: Manifest): Manifest {
  return put(object, ['metadata', 'labels'], (labels) => ({
    ...(labels as object), // every object has the one label
    [entriesHole('.Values.monitoring.labels')]: null,
  }));
}

type Path = readonly (string | number)[];

/** A copy with another value at a path. @throws {Error} where nothing is there */
function put<T>(value: T, path: Path, change: (old: unknown) => unknown): T {
  const copy = structuredClone(value);
  let inner: unknown = copy;
  for (const step of path.slice(0, -1)) inner = Object(inner)[step];
  const last = path.at(-1) ?? '';
  if (Object(inner)[last] === undefined) throw new Error(`nothing at ${path.join('.')}`);
  Object(inner)[last] = change(Object(inner)[last]);
  return copy;
}
