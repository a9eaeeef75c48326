import { describe, expect, it } from 'vitest';
import { deployment, ingress, type RawObject, service } from '../../test/support/objects.ts';
import { backendOf } from '../../test/support/plan-of.ts';

const INGRESS = ingress({ class: 'gce' });
const HTTPS = { 'cloud.google.com/app-protocols': '{"http": "HTTPS"}' };
const HTTP2 = { 'cloud.google.com/app-protocols': '{"http": "HTTP2"}' };

const httpGet = (fields: RawObject = {}): RawObject => ({
  readinessProbe: { httpGet: { path: '/healthz', port: 8080, ...fields } },
});

/** Facts §4.2: all eight conditions. */
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
    [
      'tcpSocket',
      {},
      { readinessProbe: { tcpSocket: { port: 8080 } } },
      'it is a tcpSocket probe, and only httpGet is read',
    ],
    ['exec', {}, { readinessProbe: { exec: { command: ['true'] } } }, 'it is an exec probe, and only httpGet is read'],
    ['grpc', {}, { readinessProbe: { grpc: { port: 8080 } } }, 'it is a grpc probe, and only httpGet is read'],
    ['a host', {}, httpGet({ host: 'example.com' }), 'it sets httpGet.host ("example.com")'],
    ['the header Host', {}, httpGet({ httpHeaders: [{ name: 'Host', value: 'a' }] }), undefined],
    [
      'the header host in lower case',
      {},
      httpGet({ httpHeaders: [{ name: 'host', value: 'a' }] }),
      'it sends the header "host", and only one named exactly "Host" may be there',
    ],
    [
      'another header',
      {},
      httpGet({ httpHeaders: [{ name: 'X-Forwarded-Proto', value: 'https' }] }),
      'it sends the header "X-Forwarded-Proto", and only one named exactly "Host" may be there',
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
      'it sends 2 headers, and only one may be there',
    ],
    [
      'HTTPS behind an HTTP port',
      {},
      httpGet({ scheme: 'HTTPS' }),
      'its scheme is HTTPS, and the Service port speaks HTTP',
    ],
    [
      'HTTP behind an HTTPS port',
      { annotations: HTTPS },
      httpGet(),
      'its scheme is HTTP, and the Service port speaks HTTPS',
    ],
    ['HTTPS behind an HTTP2 port', { annotations: HTTP2 }, httpGet({ scheme: 'HTTPS' }), undefined],
    [
      'HTTP behind an HTTP2 port',
      { annotations: HTTP2 },
      httpGet(),
      'its scheme is HTTP, and the Service port speaks HTTP2',
    ],
    [
      'no declared port',
      {},
      { ...httpGet(), ports: [] },
      'container "web" declares no port 8080, the Service\'s targetPort',
    ],
    [
      'a name that no port has',
      { ports: [{ port: 80, targetPort: 'web' }] },
      httpGet(),
      'container "web" declares no port "web", the Service\'s targetPort',
    ],
    [
      'another port',
      {},
      { ...httpGet({ port: 9090 }), ports: [{ containerPort: 8080 }, { containerPort: 9090 }] },
      "it is on port 9090, and the Service's targetPort is 8080",
    ],
  ])('%s', (_name, options, container, reason) => {
    const web = service({ type: 'NodePort', ...options });
    const { adopted, ignored } = backendOf([INGRESS, web, deployment({ container })]).healthCheck?.probes ?? {};
    expect([adopted === undefined, ignored?.map((one) => one.reason)]).toEqual([
      reason !== undefined,
      reason === undefined ? [] : [reason],
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
