import { describe, expect, it } from 'vitest';
import { deployment, ingress, type RawObject, service } from '../../test/support/objects.ts';
import { backendOf } from '../../test/support/plan-of.ts';

const INGRESS = ingress({ class: 'gce' });
const HTTPS = { 'cloud.google.com/app-protocols': '{"http": "HTTPS"}' };
const HTTP2 = { 'cloud.google.com/app-protocols': '{"http": "HTTP2"}' };

const httpGet = (fields: RawObject = {}): RawObject => ({
  readinessProbe: { httpGet: { path: '/healthz', port: 8080, ...fields } },
});

/** ingress-gce pkg/controller/translator/translator.go getHTTPProbe, isSimpleHTTPProbe, getProbeScheme: every condition. */
describe('a readiness probe', () => {
  it.each([
    ['httpGet on the target port', {}, httpGet(), undefined],
    [
      'a port by name on both sides',
      { ports: [{ name: 'http', port: 80, targetPort: 'web' }] },
      { ...httpGet({ port: 'web' }), ports: [{ name: 'web', containerPort: 8080 }] },
      undefined,
    ],
    [
      'a target port by number, a probe by name',
      {},
      { ...httpGet({ port: 'web' }), ports: [{ name: 'web', containerPort: 8080 }] },
      undefined,
    ],
    ['tcpSocket', {}, { readinessProbe: { tcpSocket: { port: 8080 } } }, { why: 'handler', handler: 'tcpSocket' }],
    ['exec', {}, { readinessProbe: { exec: { command: ['true'] } } }, { why: 'handler', handler: 'exec' }],
    ['grpc', {}, { readinessProbe: { grpc: { port: 8080 } } }, { why: 'handler', handler: 'grpc' }],
    ['a probe without a handler', {}, { readinessProbe: { periodSeconds: 5 } }, { why: 'handler', handler: 'none' }],
    ['a host', {}, httpGet({ host: 'example.com' }), { why: 'host', host: 'example.com' }],
    ['the header Host', {}, httpGet({ httpHeaders: [{ name: 'Host', value: 'a' }] }), undefined],
    [
      'the header host in lower case',
      {},
      httpGet({ httpHeaders: [{ name: 'host', value: 'a' }] }),
      { why: 'header', name: 'host' },
    ],
    [
      'another header',
      {},
      httpGet({ httpHeaders: [{ name: 'X-Forwarded-Proto', value: 'https' }] }),
      { why: 'header', name: 'X-Forwarded-Proto' },
    ],
    [
      'Host twice',
      {},
      httpGet({
        httpHeaders: [
          { name: 'Host', value: 'a' },
          { name: 'Host', value: 'b' },
        ],
      }),
      { why: 'headers', count: 2 },
    ],
    [
      'HTTPS behind an HTTP port',
      {},
      httpGet({ scheme: 'HTTPS' }),
      { why: 'scheme', scheme: 'HTTPS', protocol: 'HTTP' },
    ],
    [
      'HTTP behind an HTTPS port',
      { annotations: HTTPS },
      httpGet(),
      { why: 'scheme', scheme: 'HTTP', protocol: 'HTTPS' },
    ],
    ['HTTPS behind an HTTP2 port', { annotations: HTTP2 }, httpGet({ scheme: 'HTTPS' }), undefined],
    [
      'HTTP behind an HTTP2 port',
      { annotations: HTTP2 },
      httpGet(),
      { why: 'scheme', scheme: 'HTTP', protocol: 'HTTP2' },
    ],
    ['no declared port', {}, { ...httpGet(), ports: [] }, { why: 'undeclared', targetPort: 8080 }],
    [
      'a name that no port has',
      { ports: [{ port: 80, targetPort: 'web' }] },
      httpGet(),
      { why: 'undeclared', targetPort: 'web' },
    ],
    [
      'another port',
      {},
      { ...httpGet({ port: 9090 }), ports: [{ containerPort: 8080 }, { containerPort: 9090 }] },
      { why: 'port', port: 9090, targetPort: 8080 },
    ],
  ])('%s', (_name, options, container, because) => {
    const web = service({ type: 'NodePort', ...options });
    const { adopted, ignored } = backendOf([INGRESS, web, deployment({ container })]).healthCheck?.probes ?? {};
    expect([adopted === undefined, ignored?.map((one) => one.because)]).toEqual([
      because !== undefined,
      because === undefined ? [] : [because],
    ]);
  });

  it('is looked for in containers only, the liveness probe never', () => {
    const { readinessProbe } = httpGet();
    const spec = {
      template: {
        metadata: { labels: { app: 'web' } },
        spec: {
          containers: [
            {
              name: 'web',
              ports: [{ containerPort: 8080 }],
              livenessProbe: readinessProbe,
              startupProbe: readinessProbe,
            },
          ],
          initContainers: [{ name: 'side', restartPolicy: 'Always', ports: [{ containerPort: 8080 }], readinessProbe }],
        },
      },
    };
    const backend = backendOf([INGRESS, service({ type: 'NodePort' }), deployment({ spec })]);
    expect(backend.healthCheck?.check.source).toBe('default');
  });
});

describe('of several workloads', () => {
  const named = (name: string, container: RawObject): RawObject => deployment({ name, container });

  it('each that would be adopted is known, and each that would give another check', () => {
    const { adopted, adopters, ignored, disagreeing } =
      backendOf([
        INGRESS,
        service({ type: 'NodePort' }),
        named('a', { readinessProbe: { tcpSocket: { port: 8080 } } }),
        named('b', httpGet()),
        named('c', httpGet()),
        named('d', httpGet({ path: '/other' })),
        named('e', {}),
      ]).healthCheck?.probes ?? {};
    const namesOf = (workloads: Iterable<{ readonly metadata: { readonly name: string } }> | undefined) =>
      [...(workloads ?? [])].map(({ metadata }) => metadata.name);
    expect(adopted?.workload.metadata.name).toBe('b');
    expect(namesOf(adopters)).toEqual(['b', 'c', 'd']);
    expect(namesOf(ignored?.map(({ workload }) => workload))).toEqual(['a']);
    expect(namesOf(disagreeing)).toEqual(['d', 'e']);
  });
});

describe('the Pod that decides', () => {
  const pod = (name: string, created: string, path: string, port = 8080): RawObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', creationTimestamp: created, labels: { app: 'web' } },
    spec: {
      containers: [{ name: 'web', ports: [{ containerPort: port }], readinessProbe: { httpGet: { path, port } } }],
    },
  });
  const pathOf = (...pods: readonly RawObject[]): string | undefined =>
    backendOf([INGRESS, service({ type: 'NodePort' }), ...pods]).healthCheck?.check.path;

  it('is the oldest', () => {
    expect(pathOf(pod('a', '2026-02-02T00:00:00Z', '/young'), pod('b', '2026-01-01T00:00:00Z', '/old'))).toBe('/old');
  });

  it('is the first by name among Pods of one age', () => {
    expect(pathOf(pod('b', '2026-01-01T00:00:00Z', '/b'), pod('a', '2026-01-01T00:00:00Z', '/a'))).toBe('/a');
  });

  it('is the next one where the oldest has no such port', () => {
    expect(pathOf(pod('a', '2026-01-01T00:00:00Z', '/other', 9090), pod('b', '2026-02-02T00:00:00Z', '/web'))).toBe(
      '/web',
    );
  });

  it('has its first container with such a probe decide', () => {
    const named = (name: string, path: string): RawObject => ({
      name,
      ports: [{ containerPort: 8080 }],
      ...httpGet({ path }),
    });
    const containers = [{ name: 'side' }, named('a', '/first'), named('b', '/second')];
    expect(pathOf(deployment({ containers }))).toBe('/first');
  });

  it('is not one that is only in a file yet, beside one that runs', () => {
    expect(pathOf(pod('a', '', '/new'), pod('b', '2026-02-02T00:00:00Z', '/running'))).toBe('/running');
  });

  it('is any Pod of the namespace where the selector is empty', () => {
    const web = service({ type: 'NodePort', spec: { selector: {} } });
    const other = {
      ...pod('x', '2026-01-01T00:00:00Z', '/x'),
      metadata: { name: 'x', namespace: 'shop', labels: { app: 'other' } },
    };
    expect(backendOf([INGRESS, web, other]).healthCheck?.check.path).toBe('/x');
  });

  it('is none of a workload without replicas', () => {
    const idle = deployment({ container: httpGet(), spec: { replicas: 0 } });
    const { check } = backendOf([INGRESS, service({ type: 'NodePort' }), idle]).healthCheck ?? {};
    expect([check?.source, check?.path]).toEqual(['default', '/']);
  });

  it('is found through the first of two ports with the number that the Ingress names, for a NEG', () => {
    const ports = [
      { name: 'udp', port: 80, targetPort: 9090, protocol: 'UDP' },
      { name: 'http', port: 80, targetPort: 8080 },
    ];
    const byName = ingress({ class: 'gce', port: { name: 'http' } });
    const web = deployment({ container: httpGet() });
    const sourceOf = (options: Parameters<typeof service>[0]) =>
      backendOf([byName, service({ ports, ...options }), web]).healthCheck?.check.source;
    expect([sourceOf({ neg: '{"ingress": true}' }), sourceOf({ type: 'NodePort' })]).toEqual([
      'default',
      'readinessProbe',
    ]);
  });
});
