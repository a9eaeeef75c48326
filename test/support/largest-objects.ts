// Objects that have every field which the guard reads, and what becomes of them when one field is as large as it can be.
// test/largest-objects.test.ts finds a field that is missing here; bench/largest-objects.ts takes the time.
import type { RawObject } from './objects.ts';

const META = {
  name: 'web',
  generateName: 'web-',
  namespace: 'shop',
  labels: { team: 'shop' },
  annotations: { note: 'none' },
  finalizers: ['example.com/finalizer'],
  creationTimestamp: '2026-01-01T00:00:00Z',
};

const TO_WEB = { service: { name: 'web', port: { number: 80 } } };

const INGRESS = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { ...META, annotations: { 'kubernetes.io/ingress.class': 'gce' } },
  spec: {
    defaultBackend: TO_WEB,
    rules: [{ host: 'shop.example.com', http: { paths: [{ path: '/a', pathType: 'Prefix', backend: TO_WEB }] } }],
    tls: [{ hosts: ['shop.example.com'], secretName: 'tls' }],
  },
  status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } },
};

/** Fields that another takes the place of. */
const INGRESS_OTHERWISE = {
  ...INGRESS,
  metadata: { ...INGRESS.metadata, name: '' },
  spec: {
    ingressClassName: 'gce',
    defaultBackend: { resource: { kind: 'Bucket', name: 'files' } },
    rules: [
      {
        http: {
          paths: [
            { path: '/b', pathType: 'Exact', backend: { service: { name: 'web', port: { name: 'http' } } } },
            { path: '/c', pathType: 'Exact', backend: { resource: { kind: 'Bucket', name: 'files' } } },
          ],
        },
      },
    ],
  },
};

const INGRESS_BY_NAME = {
  ...INGRESS,
  spec: { defaultBackend: { service: { name: 'web', port: { name: 'http' } } } },
};

/** As old files have it. */
const OLD_INGRESS = {
  ...INGRESS,
  apiVersion: 'extensions/v1beta1',
  spec: {
    backend: { serviceName: 'web', servicePort: 'http' },
    rules: [{ http: { paths: [{ path: '/a', backend: { serviceName: 'web', servicePort: 'http' } }] } }],
  },
};

const OLD_INGRESS_OTHERWISE = {
  ...INGRESS,
  spec: {
    backend: { service: { name: 'web', port: { name: 'http', number: 80 } }, resource: { kind: 'A', name: 'a' } },
  },
};

/** Of either spelling at either place. */
const MIXED_INGRESS = { ...INGRESS, spec: { defaultBackend: { serviceName: 'web', servicePort: 'http' } } };

const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { ...META, annotations: { 'cloud.google.com/neg': '{"ingress": true}' } },
  spec: {
    type: 'ClusterIP',
    clusterIP: '10.0.0.1',
    selector: { app: 'web' },
    ports: [{ name: 'http', port: 80, targetPort: 8080, nodePort: 30_080, protocol: 'TCP', appProtocol: 'http' }],
    allocateLoadBalancerNodePorts: true,
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
    externalTrafficPolicy: 'Cluster',
    loadBalancerClass: 'none',
    loadBalancerSourceRanges: ['192.0.2.0/24'],
  },
};

const HTTP_GET = {
  path: '/healthz',
  port: 8080,
  host: '',
  scheme: 'HTTP',
  httpHeaders: [{ name: 'Host', value: 'shop.example.com' }],
};

const CONTAINER = {
  name: 'web',
  image: 'registry.example/web:1.0',
  command: ['web'],
  args: ['--port=8080'],
  env: [{ name: 'A', value: 'b', valueFrom: { configMapKeyRef: { name: 'web', key: 'a' } } }],
  envFrom: [{ prefix: 'P', configMapRef: { name: 'web' } }],
  ports: [{ name: 'http', containerPort: 8080 }],
  volumeMounts: [
    { name: 'config', mountPath: '/etc/nginx/nginx.conf', subPath: 'web.conf' },
    { name: 'config', mountPath: '/etc/nginx/conf.d', subPathExpr: '$(A)' },
    { name: 'data', mountPath: '/data' },
  ],
  readinessProbe: { httpGet: HTTP_GET, periodSeconds: 10, timeoutSeconds: 1 },
  lifecycle: { preStop: { sleep: { seconds: 5 }, exec: { command: ['sleep', '5'] } } },
};

const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: META,
  spec: {
    replicas: 1,
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        containers: [
          CONTAINER,
          { name: 'tcp', image: 'registry.example/tcp:1', readinessProbe: { tcpSocket: { port: 1 } } },
          { name: 'exec', image: 'registry.example/exec:1', readinessProbe: { exec: { command: ['true'] } } },
          { name: 'grpc', image: 'registry.example/grpc:1', readinessProbe: { grpc: { port: 2 } } },
        ],
        initContainers: [{ name: 'proxy', restartPolicy: 'Always', ports: [{ name: 'proxy', containerPort: 9090 }] }],
        volumes: [{ name: 'config', configMap: { name: 'web', items: [{ key: 'a', path: 'web.conf' }] } }],
        terminationGracePeriodSeconds: 30,
      },
    },
  },
};

const BACKEND_CONFIG = {
  apiVersion: 'cloud.google.com/v1',
  kind: 'BackendConfig',
  metadata: META,
  spec: {
    iap: { enabled: false, oauthclientCredentials: { secretName: 'iap' } },
    cdn: {
      enabled: true,
      signedUrlKeys: [{ keyName: 'k', secretName: 'cdn' }],
      cacheMode: 'CACHE_ALL_STATIC',
      cachePolicy: { includeHost: true, includeProtocol: true, includeQueryString: true },
      clientTtl: 60,
      defaultTtl: 60,
      maxTtl: 60,
    },
    securityPolicy: { name: 'armor' },
    timeoutSec: 30,
    connectionDraining: { drainingTimeoutSec: 10 },
    sessionAffinity: { affinityType: 'NONE', affinityCookieTtlSec: 10 },
    customRequestHeaders: { headers: ['A:b'] },
    customResponseHeaders: { headers: ['A:b'] },
    healthCheck: {
      checkIntervalSec: 10,
      timeoutSec: 5,
      healthyThreshold: 1,
      unhealthyThreshold: 2,
      type: 'HTTP',
      port: 8080,
      requestPath: '/',
    },
    logging: { enable: true, sampleRate: 1 },
  },
};

const FRONTEND_CONFIG = {
  apiVersion: 'networking.gke.io/v1beta1',
  kind: 'FrontendConfig',
  metadata: META,
  spec: { sslPolicy: 'modern', redirectToHttps: { enabled: true, responseCodeName: 'FOUND' } },
};

const MANAGED_CERTIFICATE = {
  apiVersion: 'networking.gke.io/v1',
  kind: 'ManagedCertificate',
  metadata: META,
  spec: { domains: ['shop.example.com'] },
  status: { certificateStatus: 'Active' },
};

/** Of each kind that the webhook judges; the other workloads are read as Deployments are. */
export const FULL_OBJECTS: readonly (readonly [RawObject, ...RawObject[]])[] = [
  [INGRESS, INGRESS_OTHERWISE, INGRESS_BY_NAME, OLD_INGRESS, OLD_INGRESS_OTHERWISE, MIXED_INGRESS],
  [SERVICE],
  [DEPLOYMENT],
  [BACKEND_CONFIG],
  [FRONTEND_CONFIG],
  [MANAGED_CERTIFICATE],
];

/** With the first two the object is none that is judged; the others are written by the API server, and short. */
export const NOT_GROWN: readonly string[] = ['apiVersion', 'kind', 'metadata.deletionTimestamp', 'metadata.uid'];

type Value = RawObject | readonly unknown[] | string | number | boolean;

/** A field in an object that has it, with what makes it as large as is asked. */
export interface LargeField {
  readonly field: string;
  readonly grow: (size: number) => RawObject;
}

/** @returns undefined where no object has the field, and no `grow` where its values do not grow */
export function growable(field: string, objects: readonly RawObject[]): LargeField | 'fixed' | undefined {
  for (const object of objects) {
    const value = valueAt(object, keysOf(field));
    if (value === undefined) continue;
    if (typeof value === 'number' || typeof value === 'boolean') return 'fixed';
    return { field, grow: (size) => replaced(object, keysOf(field), larger(value, size)) as RawObject };
  }
  return undefined;
}

/** `a[].b` → a, 0, b: of a list the first item that has the rest. */
function keysOf(field: string): readonly string[] {
  return field
    .replace(/(\{\}|\[\])$/, '')
    .replaceAll('[]', '.[]')
    .split('.');
}

function isObject(value: unknown): value is RawObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueAt(value: unknown, [key, ...rest]: readonly string[]): Value | undefined {
  if (key === undefined) return value as Value | undefined;
  if (key === '[]') {
    const items: readonly unknown[] = Array.isArray(value) ? value : [];
    return items.map((item) => valueAt(item, rest)).find((found) => found !== undefined);
  }
  return isObject(value) && Object.hasOwn(value, key) ? valueAt(value[key], rest) : undefined;
}

function replaced(value: unknown, [key, ...rest]: readonly string[], by: Value): unknown {
  if (key === undefined) return by;
  if (key !== '[]') return isObject(value) ? { ...value, [key]: replaced(value[key], rest, by) } : value;
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  const index = items.findIndex((item) => valueAt(item, rest) !== undefined);
  return items.with(index, replaced(items[index], rest, by));
}

function larger(value: Value, size: number): Value {
  if (typeof value === 'string') return `${value}${'x'.repeat(size)}`;
  if (Array.isArray(value))
    return Array.from({ length: size }, (_, index) => another(value[index % value.length], index));
  if (!isObject(value)) return value;
  const more = Array.from({ length: size }, (_, index) => [`key-${index}`, `value-${index}`] as const);
  return { ...value, ...Object.fromEntries(more) };
}

/** What has to differ between the items of a list. */
const DISTINCT = /^(?:name|host|path|secretName|keyName|port|containerPort|nodePort)$/;

/** Another item like this one: what the API server wants unique is unique, and Service and container ports still meet. */
function another(item: unknown, index: number): unknown {
  if (typeof item === 'string') return `${item}${index}`;
  if (Array.isArray(item)) return item.map((one) => another(one, index));
  if (!isObject(item)) return item;
  return Object.fromEntries(
    Object.entries(item).map(([key, value]) => {
      if (key === 'backend' || key === 'readinessProbe') return [key, value];
      if (DISTINCT.test(key) && typeof value === 'number') return [key, value + index];
      if (DISTINCT.test(key) && typeof value === 'string') return [key, `${value}${index}`];
      return [key, typeof value === 'object' ? another(value, index) : value];
    }),
  );
}

/** How often the field must grow for the object to have so many bytes of JSON. */
export function sizeFor({ grow }: LargeField, bytes: number): number {
  const [small, large] = [JSON.stringify(grow(1)).length, JSON.stringify(grow(1001)).length];
  const each = (large - small) / 1000;
  return Math.max(1, Math.floor((bytes - small) / Math.max(each, 1)));
}
