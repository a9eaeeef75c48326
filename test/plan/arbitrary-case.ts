// Generated sets of objects around one Ingress: each object plausible, many of them wrong in the ways that people get
// them wrong. Everything that the Ingress may name is of a kind that the set knows.
import fc from 'fast-check';

export interface ArbitraryCase {
  readonly objects: readonly Readonly<Record<string, unknown>>[];
  readonly flags: {
    readonly ingressClass: string;
    readonly enableIngressGlobalExternal: boolean;
    readonly enableIngressRegionalExternal: boolean;
    readonly enableTransparentHealthChecks: boolean;
    readonly enableTrafficScaling: boolean;
  };
}

/** There once in so many cases. */
const optional = <T>(arbitrary: fc.Arbitrary<T>, onceIn = 2): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 1, arbitrary }, { weight: onceIn - 1, arbitrary: fc.constant(undefined) });

/** Missing once in so many cases. */
const usual = <T>(arbitrary: fc.Arbitrary<T>, missingOnceIn: number): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: missingOnceIn });

/** Leaves out what is undefined, so that raw objects look as if written by hand. */
function compact(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

const SERVICES = ['web', 'api', 'gone'] as const;

const port = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(80, 80, 80, 443).map((number) => ({ number })) },
  { weight: 2, arbitrary: fc.constantFrom('http', 'http', 'http', 'https', 'nope').map((name) => ({ name })) },
);

const backend = fc.oneof(
  {
    weight: 30,
    arbitrary: fc.record({
      service: fc.record({ name: fc.constantFrom(...SERVICES, ...Array.from({ length: 8 }, () => 'web')), port }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ resource: { apiGroup: 'x.example', kind: 'Bucket', name: 'b' } }) },
);

const path = fc
  .record({
    path: fc.constantFrom('/', '/cart', '/cart/', '/cart/*', '', '/*', '/a/b', '//', '/cart*', '/*/x', '/api/v1'),
    pathType: fc.constantFrom('Prefix', 'Prefix', 'Exact', 'ImplementationSpecific', undefined, 'Regex'),
    backend,
  })
  .map(compact);

const rule = fc
  .record({
    host: fc.constantFrom(undefined, '', 'shop.example.com', 'www.example.com'),
    http: usual(fc.record({ paths: fc.array(path, { maxLength: 4 }) }), 12),
  })
  .map(compact);

const ingressClass = fc.constantFrom(
  undefined,
  '',
  'gce',
  'gce',
  'gce-internal',
  'gce-regional-external',
  'edge',
  'GCE',
);

const ingress = fc
  .record({
    name: fc.oneof(fc.constantFrom('web', 'web.shop'), fc.stringMatching(/^[a-z]{20,60}\.[a-z]{1,5}$/)),
    namedClass: ingressClass,
    ingressClassName: fc.constantFrom(undefined, undefined, undefined, '', 'gce'),
    rules: fc.array(rule, { maxLength: 4 }),
    defaultBackend: optional(backend),
  })
  .map(({ name, namedClass, ingressClassName, rules, defaultBackend }) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: 'shop', annotations: compact({ 'kubernetes.io/ingress.class': namedClass }) },
    spec: compact({ ingressClassName, rules, defaultBackend }),
  }));

const annotations = fc
  .record({
    'cloud.google.com/neg': fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(undefined, '{"ingress": true}', '{"ingress": true}') },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          ...['{"ingress": false}', '{"ingress": "true"}', '{"exposed_ports": {"80": {}}}', 'null', ''],
        ),
      },
    ),
    'service.alpha.kubernetes.io/app-protocols': optional(
      fc.constantFrom('{"http": "HTTP2"}', '{"https": "HTTPS"}', '{"http": "http"}', '{}', 'null', ''),
      9,
    ),
    'cloud.google.com/app-protocols': optional(
      fc.constantFrom('{"http": "HTTPS", "": "HTTP2"}', '{"443": "HTTPS"}', '{"x": "GRPC"}', '{"http": "HTTP",}'),
      3,
    ),
    'cloud.google.com/backend-config': optional(
      fc.constantFrom(
        ...[
          '{"default": "web"}',
          '{"ports": {"http": "web"}}',
          '{"ports": {"80": "web", "http": ""}, "default": "iap"}',
        ],
        ...['{"default": "gone"}', '{}', '{"port": "web"}', '', '{"default": "iap"}', '{"ports": {"x": "gone"}}'],
        ...['{"default": "web"}', '{"default": "web"}'],
      ),
      3,
    ),
    'beta.cloud.google.com/backend-config': optional(fc.constantFrom('{"default": "web"}', 'bad'), 6),
    'networking.gke.io/transparent-health-checker': optional(
      fc.constantFrom('{"enabled": true}', '{"Enabled": true}', 'true', '{"enabled": false}'),
      4,
    ),
    'networking.gke.io/max-rate-per-endpoint': optional(fc.constantFrom('1_0', '-1', 'NaN', 'inf', 'x', '0x1p2'), 12),
    'networking.gke.io/capacity-scaler': optional(fc.constantFrom('0.5', '1.01', 'NaN', 'inf', '', '-0'), 12),
  })
  .map(compact);

const targetPort = fc.constantFrom(8080, 8080, 'web', undefined, 9090);
const protocol = fc.constantFrom('TCP', 'TCP', 'TCP', 'TCP', 'UDP');

function service(name: string): fc.Arbitrary<Record<string, unknown>> {
  return fc
    .record({
      annotations,
      type: fc.constantFrom('ClusterIP', 'NodePort', 'NodePort', 'NodePort', 'LoadBalancer', 'ExternalName', undefined),
      selector: fc.constantFrom({ app: name }, { app: 'web' }, { app: 'web' }, {}, { app: 'nobody' }),
      ports: fc
        .uniqueArray(
          fc.record({ name: fc.constantFrom('https', ''), port: fc.constantFrom(80, 443, 8080), targetPort, protocol }),
          {
            maxLength: 2,
            selector: ({ name }) => name,
          },
        )
        .chain((others) =>
          fc
            .record({ name: fc.constant('http'), port: fc.constant(80), targetPort, protocol })
            .map((http) => [http, ...others]),
        ),
      allocates: fc.constantFrom(undefined, undefined, false),
    })
    .map(({ annotations: given, type, selector, ports, allocates }) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'shop', annotations: given },
      spec: compact({
        type,
        selector,
        ports: ports.map(compact),
        allocateLoadBalancerNodePorts: type === 'LoadBalancer' ? allocates : undefined,
      }),
    }));
}

const probe = fc
  .record({
    tcpSocket: optional(fc.constant({ port: 8080 }), 6),
    httpGet: fc
      .record({
        path: fc.constantFrom('/healthz', 'ready', undefined, '/'),
        port: fc.constantFrom(8080, 8080, 'web', 9090),
        scheme: fc.constantFrom(undefined, undefined, 'HTTP', 'HTTPS'),
        host: optional(fc.constant('example.com'), 8),
        httpHeaders: fc.constantFrom(
          ...[
            undefined,
            undefined,
            undefined,
            [],
            [{ name: 'Host', value: 'h.example' }],
            [{ name: 'host', value: 'h' }],
          ],
          [
            { name: 'Host', value: 'a' },
            { name: 'X', value: 'b' },
          ],
        ),
      })
      .map(compact),
    periodSeconds: fc.constantFrom(undefined, 5, 30),
    timeoutSeconds: fc.constantFrom(undefined, 3, 40),
  })
  .map(({ tcpSocket, httpGet, ...rest }) =>
    compact({ ...rest, ...(tcpSocket === undefined ? { httpGet } : { tcpSocket }) }),
  );

const container = fc
  .record({
    name: fc.constantFrom('main', 'sidecar'),
    ports: fc.array(
      fc.constantFrom({ containerPort: 8080 }, { containerPort: 8080, name: 'web' }, { containerPort: 9090 }),
      {
        maxLength: 2,
      },
    ),
    readinessProbe: usual(probe, 6),
  })
  .map(compact);

const workload = fc
  .record({
    name: fc.constantFrom('a', 'b', 'c', 'd'),
    app: fc.constantFrom('web', 'web', 'api'),
    isPod: fc.boolean(),
    replicas: fc.constantFrom(undefined, 1, 0),
    created: fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'),
    containers: fc.array(container, { minLength: 1, maxLength: 2 }),
  })
  .map(({ name, app, isPod, replicas, created, containers }) => {
    const metadata = { name, namespace: 'shop', creationTimestamp: created };
    const labels = { app };
    if (isPod) return { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, labels }, spec: { containers } };
    const template = { metadata: { labels }, spec: { containers } };
    return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: compact({ replicas, template }) };
  });

const seconds = fc.constantFrom(undefined, undefined, 5, 20);

const backendConfig = fc
  .record({
    healthCheck: optional(
      fc
        .record({
          checkIntervalSec: seconds,
          timeoutSec: seconds,
          healthyThreshold: fc.constantFrom(undefined, 3),
          unhealthyThreshold: fc.constantFrom(undefined, 4),
          type: fc.constantFrom(undefined, undefined, undefined, 'HTTPS', 'HTTP2', 'TCP', ''),
          port: fc.constantFrom(undefined, undefined, 15020),
          requestPath: fc.constantFrom(undefined, '/live', 'live'),
        })
        .map(compact),
    ),
    iap: optional(fc.constantFrom({ enabled: false }, { enabled: true }), 2),
    cdn: optional(
      fc.constantFrom(
        { enabled: false },
        { enabled: true },
        { enabled: true, signedUrlKeys: [{ keyName: 'k', secretName: 's' }] },
      ),
      4,
    ),
    sessionAffinity: optional(
      fc.constantFrom({ affinityType: 'NONE' }, { affinityType: 'x' }, { affinityCookieTtlSec: 86_401 }),
      5,
    ),
    logging: optional(fc.constantFrom({ sampleRate: 0.5 }, { enable: false, sampleRate: 1.5 }), 5),
  })
  .map((spec) => ({
    apiVersion: 'cloud.google.com/v1',
    kind: 'BackendConfig',
    metadata: { name: 'web', namespace: 'shop' },
    spec: compact(spec),
  }));

const IAP = {
  apiVersion: 'cloud.google.com/v1',
  kind: 'BackendConfig',
  metadata: { name: 'iap', namespace: 'shop' },
  spec: { iap: { enabled: true, oauthclientCredentials: { secretName: 's' } } },
};

const secret = fc.subarray(['client_id', 'client_secret', 'key_value']).chain((keys) =>
  fc.constantFrom('s', 'other').map((name) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'shop' },
    stringData: Object.fromEntries(keys.map((key) => [key, 'example'])),
  })),
);

const systemService = fc
  .record({
    type: fc.constantFrom('NodePort', 'NodePort', 'ClusterIP'),
    port: fc.constantFrom('http', 'http', 'web'),
    annotations,
  })
  .map(({ type, port: name, annotations: given }) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'default-http-backend', namespace: 'kube-system', annotations: name === 'http' ? {} : given },
    spec: { type, selector: { 'k8s-app': 'glbc' }, ports: [{ name, port: 80, targetPort: 8080 }] },
  }));

export const arbitraryCase: fc.Arbitrary<ArbitraryCase> = fc
  .record({
    ingress,
    web: service('web'),
    api: usual(service('api'), 9),
    systemService,
    workloads: fc.uniqueArray(workload, { maxLength: 3, selector: ({ metadata }) => metadata.name }),
    backendConfig,
    secret,
    flags: fc.record({
      ingressClass: fc.constantFrom('', '', 'edge'),
      enableIngressGlobalExternal: fc.constantFrom(true, true, false),
      enableIngressRegionalExternal: fc.constant(true),
      enableTransparentHealthChecks: fc.boolean(),
      enableTrafficScaling: fc.boolean(),
    }),
  })
  .map(({ flags, workloads, ...rest }) => ({
    flags,
    objects: [
      rest.ingress,
      rest.web,
      rest.api,
      rest.systemService,
      ...workloads,
      rest.backendConfig,
      IAP,
      rest.secret,
    ].filter((object) => object !== undefined),
  }));
