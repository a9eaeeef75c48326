// Cases in which the plan and the controller differ, once did, or were thought to: one each, as small as it can be.
import { CONTROLLER_DEFAULTS } from '../../src/facts/facts.ts';
import type { ControllerCase, Flags, Raw, RawObject } from './case.ts';

const DEFAULTS: Flags = { ...CONTROLLER_DEFAULTS, enableIngressRegionalExternal: true };
const NAMESPACE = 'shop';

function ingress(annotations: Readonly<Record<string, string>>, spec: Raw = {}): RawObject {
  const defaultBackend = { service: { name: 'web', port: { number: 80 } } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'web', namespace: NAMESPACE, annotations },
    spec: { defaultBackend, ...spec },
  };
}

function service(annotations: Readonly<Record<string, string>>, spec: Raw = {}): RawObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: NAMESPACE, annotations },
    spec: {
      type: 'NodePort',
      selector: { app: 'web' },
      ports: [{ name: 'http', port: 80, targetPort: 8080 }],
      ...spec,
    },
  };
}

const GLOBAL_IP = 'kubernetes.io/ingress.global-static-ip-name';
const REGIONAL_IP = 'kubernetes.io/ingress.regional-static-ip-name';
const NEG = { 'cloud.google.com/neg': '{"ingress": true}' };
const GCE = { 'kubernetes.io/ingress.class': 'gce' };
const IPV6 = { type: 'ClusterIP', ipFamilies: ['IPv6'], ipFamilyPolicy: 'SingleStack' };
const MULTI = { 'kubernetes.io/ingress.class': 'gce-multi-cluster' };

/** Pods of the kind are alike; which controller made them is nothing that the Ingress controller asks. */
function podsOf(apiVersion: string, kind: string, timeoutSeconds = 2): RawObject {
  const readinessProbe = { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 7, timeoutSeconds };
  const containers = [
    { name: 'main', image: 'registry.example/app:1.0', ports: [{ containerPort: 8080 }], readinessProbe },
  ];
  const template = {
    metadata: { labels: { app: 'web' } },
    spec: { containers, restartPolicy: kind === 'ReplicaSet' ? 'Always' : 'Never' },
  };
  const spec = kind === 'CronJob' ? { jobTemplate: { spec: { template } } } : { template };
  return { apiVersion, kind, metadata: { name: 'web', namespace: NAMESPACE }, spec };
}

/** Of one Service, with probes that give different health checks: the oldest decides, of one age the first by name. */
function deployment(name: string, created: string | undefined, probe: Raw = {}): RawObject {
  const readinessProbe = { httpGet: { path: `/${name}`, port: 8080 }, ...probe };
  const containers = [
    { name: 'main', image: 'registry.example/app:1.0', ports: [{ containerPort: 8080 }], readinessProbe },
  ];
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers } };
  const metadata = {
    name,
    namespace: NAMESPACE,
    ...(created === undefined ? {} : { creationTimestamp: created }),
  };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { template } };
}

const YESTERDAY = '2026-01-01T00:00:00Z';
const TODAY = '2026-01-02T00:00:00Z';

function one(name: string, objects: readonly RawObject[], flags: Partial<Flags> = {}): ControllerCase {
  return { name: `special ${name}`, objects, flags: { ...DEFAULTS, ...flags } };
}

function frontendConfig(spec: Raw): RawObject {
  return {
    apiVersion: 'networking.gke.io/v1beta1',
    kind: 'FrontendConfig',
    metadata: { name: 'front', namespace: NAMESPACE },
    spec,
  };
}

function backendConfig(spec: Raw): RawObject {
  return {
    apiVersion: 'cloud.google.com/v1',
    kind: 'BackendConfig',
    metadata: { name: 'web', namespace: NAMESPACE },
    spec,
  };
}

function tlsSecret(certificate: string): RawObject {
  const stringData = { 'tls.crt': certificate, 'tls.key': 'a key' };
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'tls', namespace: NAMESPACE }, stringData } as RawObject;
}

const INTERNAL_HTTPS = {
  'kubernetes.io/ingress.class': 'gce-internal',
  'kubernetes.io/ingress.allow-http': 'false',
  'ingress.gcp.kubernetes.io/pre-shared-cert': 'one',
  'networking.gke.io/v1beta1.FrontendConfig': 'front',
};

export function specialCases(): readonly ControllerCase[] {
  return [
    one('Pods of a ReplicaSet', [ingress(GCE), service(NEG), podsOf('apps/v1', 'ReplicaSet')]),
    one('Pods of a Job', [ingress(GCE), service(NEG), podsOf('batch/v1', 'Job')]),
    one('Pods of a CronJob', [ingress(GCE), service(NEG), podsOf('batch/v1', 'CronJob')]),
    one('the oldest of three Pods, which is neither first nor last by name', [
      ...[ingress(GCE), service(NEG)],
      ...[deployment('a', TODAY), deployment('b', YESTERDAY), deployment('c', TODAY)],
    ]),
    one('the first by name of three Pods of one age', [
      ...[ingress(GCE), service(NEG)],
      ...[deployment('c', TODAY), deployment('a', TODAY), deployment('b', TODAY)],
    ]),
    one('the first by name of Pods of no known age', [
      ...[ingress(GCE), service(NEG)],
      ...[deployment('b', undefined), deployment('a', undefined)],
    ]),
    one('the second oldest of three Pods, as the probe of the oldest is none for Google', [
      ...[ingress(GCE), service(NEG)],
      ...[deployment('a', TODAY), deployment('b', undefined)],
      deployment('c', YESTERDAY, { httpGet: undefined, tcpSocket: { port: 8080 } }),
    ]),
    one('the oldest Pod is in another namespace', [
      ...[ingress(GCE), service(NEG), deployment('b', TODAY)],
      inNamespace('other', deployment('a', YESTERDAY)),
    ]),
    one('instance groups of both ports of a Service', [
      ingress(GCE, { rules: [pathTo('/a', { name: 'admin' })] }),
      service({}, { ports: ['http', 'admin'].map((name, index) => ({ name, port: 80 + index, targetPort: 8080 })) }),
    ]),
    ...[{ enable: false }, { enable: false, sampleRate: 0.5 }, { enable: true }, { enable: true, sampleRate: 0 }].map(
      (logging) =>
        one(`logging ${JSON.stringify(logging)}`, [
          ...[ingress(GCE), service({ ...NEG, 'cloud.google.com/backend-config': '{"default": "web"}' })],
          backendConfig({ logging }),
        ]),
    ),
    one('an address of that name, for HTTP and HTTPS', [
      ingress({ ...GCE, [GLOBAL_IP]: 'web-ip', 'ingress.gcp.kubernetes.io/pre-shared-cert': 'one' }),
      service(NEG),
    ]),
    one('an address of that name, of the region', [
      ingress({ 'kubernetes.io/ingress.class': 'gce-internal', [REGIONAL_IP]: 'inner-ip' }),
      service(NEG),
    ]),
    one('an IP address in place of its name', [ingress({ ...GCE, [GLOBAL_IP]: '203.0.113.7' }), service(NEG)]),
    one('an IPv6 address in place of its name, and HTTPS only', [
      ingress({
        ...GCE,
        [GLOBAL_IP]: '2001:db8::1',
        'kubernetes.io/ingress.allow-http': 'false',
        'ingress.gcp.kubernetes.io/pre-shared-cert': 'one',
      }),
      service(NEG),
    ]),
    one('IPv6 only, and a port that is not there: the NEG controller stops at the first', [
      ingress(GCE),
      service({ 'cloud.google.com/neg': '{"ingress": true, "exposed_ports": {"81": {}}}' }, IPV6),
    ]),
    one('IPv6 only, and a custom name together with ingress: the NEG controller stops at the first', [
      ingress(GCE),
      service({ 'cloud.google.com/neg': '{"ingress": true, "exposed_ports": {"80": {"name": "own"}}}' }, IPV6),
    ]),
    one('gce-multi-cluster with NEGs only', [ingress(MULTI), service(NEG)]),
    one('gce-multi-cluster with an instance group', [ingress(MULTI), service({})]),
    one('gce-multi-cluster, IPv6 only', [ingress(MULTI), service(NEG, IPV6)]),
    one(
      '--ingress-class=gce-regional-external, the class itself off',
      [ingress({ 'kubernetes.io/ingress.class': 'gce-regional-external' }), service({})],
      { ingressClass: 'gce-regional-external', enableIngressRegionalExternal: false },
    ),
    one('sslPolicy on gce-internal', [ingress(INTERNAL_HTTPS), service(NEG), frontendConfig({ sslPolicy: 'modern' })]),
    one('an empty tls.crt', [ingress(GCE, { tls: [{ secretName: 'tls' }] }), service(NEG), tlsSecret('')]),
    one('a port by name here and by number there', [
      ingress(GCE, { rules: [pathTo('/a', { number: 80 }), pathTo('/b', { name: 'http' })] }),
      service(NEG),
    ]),
    one('a port by name in one Ingress and by number in another', [
      ingress(GCE),
      { ...ingress(GCE, { defaultBackend: toPort({ name: 'http' }) }), metadata: metadataOf('other', GCE) },
      service(NEG),
    ]),
    one('a port by name in an external Ingress and by number in an internal one', [
      ingress({ 'kubernetes.io/ingress.class': 'gce-internal' }),
      { ...ingress(GCE, { defaultBackend: toPort({ name: 'http' }) }), metadata: metadataOf('other', GCE) },
      service(NEG),
    ]),
    one(
      'a capacity-scaler that is no number',
      [ingress(GCE), service({ ...NEG, 'networking.gke.io/capacity-scaler': 'NaN' })],
      { enableTrafficScaling: true },
    ),
    one('a backend whose paths are all replaced', [
      ingress(
        { 'kubernetes.io/ingress.class': 'gce-internal' },
        { rules: [{ http: { paths: [prefix('/cart/', 'other'), prefix('/cart', 'web')] } }] },
      ),
      service(NEG),
      { ...service({}), metadata: { name: 'other', namespace: NAMESPACE } },
    ]),
    one('a Service without selector', [
      ingress(GCE),
      service(NEG, { selector: undefined }),
      podsOf('apps/v1', 'Deployment'),
    ]),
    one('a Service without selector, and a Pod whose probe waits longer than its period', [
      ingress(GCE),
      service(NEG, { selector: undefined }),
      podsOf('apps/v1', 'Deployment', 9),
    ]),
    one('a custom NEG name that the API server refuses', [
      ingress({ 'kubernetes.io/ingress.class': 'gce-internal' }),
      service({ 'cloud.google.com/neg': '{"exposed_ports": {"80": {"name": "Own_NEG"}}}' }),
    ]),
    one('a custom NEG name that Google refuses', [
      ingress({ 'kubernetes.io/ingress.class': 'gce-internal' }),
      service({ 'cloud.google.com/neg': '{"exposed_ports": {"80": {"name": "1-own"}}}' }),
    ]),
    one('a named targetPort', [ingress(GCE), service(NEG, { ports: [{ name: 'http', port: 80, targetPort: 'web' }] })]),
  ];
}

function inNamespace(namespace: string, object: RawObject): RawObject {
  return { ...object, metadata: { ...object.metadata, namespace } };
}

function toPort(port: Raw): Raw {
  return { service: { name: 'web', port } };
}

function metadataOf(name: string, annotations: Readonly<Record<string, string>>): RawObject['metadata'] {
  return { name, namespace: NAMESPACE, annotations };
}

function pathTo(path: string, port: Raw): Raw {
  const backend = toPort(port);
  return { host: `h${path.slice(1)}.example`, http: { paths: [{ path, pathType: 'Exact', backend }] } };
}

function prefix(path: string, name: string): Raw {
  return { path, pathType: 'Prefix', backend: { service: { name, port: { number: 80 } } } };
}
