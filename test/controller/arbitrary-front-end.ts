// Generated sets around the front end: certificates, addresses, redirects, SSL policies, and the settings of a backend
// that a BackendConfig makes; and Pods of different ages, which all have a probe that a health check could be made of. The
// backends themselves are arbitraryCase's business.
import fc from 'fast-check';
import type { RawObject } from './case.ts';

const NAMESPACE = 'shop';

/** Leaves out what is undefined, so that raw objects look as if written by hand. */
function compact<T>(record: Readonly<Record<string, T | undefined>>): Record<string, T> {
  const entries = Object.entries(record).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  return Object.fromEntries(entries);
}

const certificates = (count: number): string => Array.from({ length: count }, (_, index) => `cert-${index}`).join(',');

const annotations = fc
  .record({
    'kubernetes.io/ingress.class': fc.constantFrom(undefined, 'gce', 'gce', 'gce-internal', 'gce-regional-external'),
    'kubernetes.io/ingress.allow-http': fc.constantFrom(undefined, undefined, undefined, 'false', 'no', 'true'),
    // Reserved by name; by its address none is found.
    'kubernetes.io/ingress.global-static-ip-name': fc.constantFrom(
      ...[undefined, undefined, undefined, undefined, undefined, undefined, 'web-ip', 'web-ip', '', '203.0.113.7'],
    ),
    'kubernetes.io/ingress.regional-static-ip-name': fc.constantFrom(
      ...[undefined, undefined, undefined, undefined, undefined, undefined, 'inner-ip', 'inner-ip', '10.0.0.7'],
    ),
    'ingress.gcp.kubernetes.io/pre-shared-cert': fc.constantFrom(
      ...[undefined, undefined, undefined, 'one', 'one, two', ' , ', certificates(15), certificates(16)],
    ),
    'networking.gke.io/v1beta1.FrontendConfig': fc.constantFrom(undefined, 'front', 'front', 'gone'),
  })
  .map((given) => compact<string>(given));

const tls = fc.array(
  fc.constantFrom({ secretName: 'tls-a' }, { secretName: 'tls-a' }, { secretName: 'tls-b' }, { hosts: ['x.example'] }),
  { maxLength: 2 },
);

const frontendConfig = fc
  .record({
    sslPolicy: fc.constantFrom(undefined, undefined, '', 'modern'),
    redirectToHttps: fc.constantFrom<unknown>(
      ...[undefined, undefined, { enabled: false }, { enabled: true }],
      ...[
        { enabled: true, responseCodeName: 'FOUND' },
        { enabled: true, responseCodeName: 'TEAPOT' },
      ],
    ),
  })
  .map((spec) => object('networking.gke.io/v1beta1', 'FrontendConfig', 'front', {}, compact<unknown>(spec)));

const backendConfig = fc
  .record({
    timeoutSec: fc.constantFrom(undefined, 40),
    connectionDraining: fc.constantFrom(undefined, { drainingTimeoutSec: 60 }),
    sessionAffinity: fc.constantFrom<unknown>(
      ...[undefined, { affinityType: 'CLIENT_IP' }, { affinityType: 'GENERATED_COOKIE', affinityCookieTtlSec: 50 }],
    ),
    iap: fc.constantFrom<unknown>(undefined, undefined, { enabled: true }),
    cdn: fc.constantFrom<unknown>(
      ...[undefined, undefined, undefined, { enabled: true }],
      ...[
        { enabled: true, cachePolicy: {} },
        { enabled: true, cachePolicy: { includeHost: true }, cacheMode: 'FORCE_CACHE_ALL', clientTtl: 60, maxTtl: 90 },
        { enabled: true, cacheMode: 'USE_ORIGIN_HEADERS', defaultTtl: 30, clientTtl: 60 },
      ],
    ),
    securityPolicy: fc.constantFrom(undefined, undefined, undefined, { name: 'armor' }),
    customRequestHeaders: fc.constantFrom(undefined, { headers: ['X-Region: {client_region}'] }),
    logging: fc.constantFrom<unknown>(undefined, { enable: false }, { enable: true, sampleRate: 0.25 }),
    healthCheck: fc.constantFrom<unknown>(undefined, { checkIntervalSec: 10, timeoutSec: 5, port: 9000 }),
  })
  .map((spec) => object('cloud.google.com/v1', 'BackendConfig', 'web', {}, compact<unknown>(spec)));

const families = fc.constantFrom<unknown>(
  ...[{}, {}, {}, { ipFamilies: ['IPv6'], ipFamilyPolicy: 'SingleStack' }, { ipFamilyPolicy: 'PreferDualStack' }],
);

const service = fc
  .record({
    type: fc.constantFrom('ClusterIP', 'NodePort', 'LoadBalancer'),
    neg: fc.constantFrom(
      ...['{"ingress": true}', '{"ingress": true}', '{"ingress": true}', '{"exposed_ports": {"80": {}}}'],
      ...['{"exposed_ports": {"80": {"name": "own-name"}}}', '{"ingress": true, "exposed_ports": {"80": {}}}'],
      ...[
        '{"ingress": true, "exposed_ports": {"81": {}}}',
        '{"ingress": true, "exposed_ports": {"80": {"name": "x"}}}',
      ],
    ),
    families,
  })
  .map(({ type, neg, families: given }) =>
    object(
      'v1',
      'Service',
      'web',
      { 'cloud.google.com/neg': neg, 'cloud.google.com/backend-config': '{"default": "web"}' },
      { type, selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }], ...(given as object) },
    ),
  );

const AGES = ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', undefined];

/** Each tells its health check by a path of its own. */
const pod = fc
  .record({
    name: fc.constantFrom('a', 'b', 'c', 'd'),
    created: fc.constantFrom(...AGES),
    isBare: fc.boolean(),
    // One in three is not of the Service, and one in five has no port that the Service sends to.
    app: fc.constantFrom('web', 'web', 'other'),
    containerPort: fc.constantFrom(8080, 8080, 8080, 8080, 9090),
    periodSeconds: fc.constantFrom(undefined, 5, 30),
  })
  .map(({ name, created, isBare, app, containerPort, periodSeconds }): RawObject => {
    const readinessProbe = compact<unknown>({ httpGet: { path: `/of-${name}`, port: containerPort }, periodSeconds });
    const containers = [{ name: 'main', ports: [{ containerPort }], readinessProbe }];
    const metadata = { name, namespace: NAMESPACE, ...(created === undefined ? {} : { creationTimestamp: created }) };
    const labels = { app };
    if (isBare) return { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, labels }, spec: { containers } };
    const template = { metadata: { labels }, spec: { containers } };
    return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { template } };
  });

const pods = fc.uniqueArray(pod, { maxLength: 4, selector: ({ metadata }) => metadata.name });

/** Each of another content: the controller makes one certificate of equal ones. */
function secret(name: string): RawObject {
  const stringData = { 'tls.crt': `certificate of ${name}`, 'tls.key': `key of ${name}` };
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: NAMESPACE }, stringData } as RawObject;
}

function object(
  apiVersion: string,
  kind: string,
  name: string,
  given: Readonly<Record<string, string>>,
  spec: Readonly<Record<string, unknown>>,
): RawObject {
  return { apiVersion, kind, metadata: { name, namespace: NAMESPACE, annotations: given }, spec };
}

const backend = { service: { name: 'web', port: { number: 80 } } };

const spec = fc.record({
  defaultBackend: fc.constantFrom(undefined, backend),
  host: fc.constantFrom(undefined, 'shop.example.com', '*.example.com'),
  path: fc.constantFrom('/', '/cart', '/cart/*'),
});

export const arbitraryFrontEnd: fc.Arbitrary<readonly RawObject[]> = fc
  .record({
    annotations,
    tls,
    spec,
    frontendConfig,
    backendConfig,
    service,
    pods,
    hasSecret: fc.constantFrom(true, true, false),
  })
  .map((all) => {
    const { host, path, defaultBackend } = all.spec;
    const http = { paths: [{ path, pathType: 'ImplementationSpecific', backend }] };
    const rules = [compact<unknown>({ host, http })];
    const ingress = object(
      'networking.k8s.io/v1',
      'Ingress',
      'web',
      all.annotations,
      compact<unknown>({ defaultBackend, rules, tls: all.tls }),
    );
    const secrets = [secret('tls-a'), ...(all.hasSecret ? [secret('tls-b')] : [])];
    return [ingress, all.service, all.frontendConfig, all.backendConfig, ...all.pods, ...secrets];
  });
