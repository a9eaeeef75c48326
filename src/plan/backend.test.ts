import { describe, expect, it } from 'vitest';
import { factsOf } from '../../test/support/facts.ts';
import { deployment, ingress, type RawObject, service } from '../../test/support/objects.ts';
import { backendOf, faultsOf, planOf } from '../../test/support/plan-of.ts';

const BAD = {
  'cloud.google.com/app-protocols': 'x',
  'networking.gke.io/capacity-scaler': 'x',
  'cloud.google.com/backend-config': 'x',
};
const SCALING = factsOf({ controller: { enableTrafficScaling: true } });

function without(...keys: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(BAD).filter(([key]) => !keys.some((word) => key.includes(word))));
}

/** Facts §5.1, reporting detail: of C4, C5, C6, C7, C8, C9 to C11 only the first. */
describe('the error of a backend', () => {
  it.each([
    ['no Service', 'gone', 80, {}, 'C4 ErrSvcNotFound'],
    ['no port', 'web', 81, { annotations: BAD }, 'C5 ErrSvcPortNotFound'],
    ['the type', 'web', 80, { annotations: BAD }, 'C6 ErrBadSvcType'],
    ['app-protocols', 'web', 80, { type: 'NodePort', annotations: BAD }, 'C7 ErrSvcAppProtosParsing'],
    ['traffic scaling', 'web', 80, { type: 'NodePort', annotations: without('protocols') }, 'C8 ErrTrafficScaling'],
    [
      'the BackendConfig',
      'web',
      80,
      { type: 'NodePort', annotations: without('protocols', 'scaler') },
      'C9 ErrSvcBackendConfig',
    ],
    ['nothing', 'web', 80, { type: 'NodePort' }, undefined],
  ])('%s', (_name, name, number, options, expected) => {
    const { error } = backendOf(
      [ingress({ class: 'gce', service: name, port: { number } }), service(options)],
      SCALING,
    );
    expect(error && `${error.condition} ${error.code}`).toBe(expected);
  });

  it('is told once, however many paths name the backend', () => {
    const path = (one: string): RawObject => ({
      path: one,
      pathType: 'Prefix',
      backend: { service: { name: 'web', port: { number: 80 } } },
    });
    const spec = { rules: [{ http: { paths: [path('/a'), path('/b')] } }] };
    expect(faultsOf([ingress({ class: 'gce', spec }), service()])).toEqual([
      'C6 Service/shop/web metadata.annotations',
    ]);
  });

  it('is not invented where no Service of the namespace is known', () => {
    const backend = backendOf([ingress({ class: 'gce' })]);
    expect([backend.error, backend.group, backend.healthCheck]).toEqual([undefined, undefined, undefined]);
  });
});

describe('the backends of an Ingress', () => {
  const named = (...ports: readonly RawObject[]): RawObject => {
    const paths = ports.map((port, index) => ({
      path: `/${index}`,
      pathType: 'Exact',
      backend: { service: { name: 'web', port } },
    }));
    return ingress({
      class: 'gce',
      spec: { rules: [{ http: { paths } }], defaultBackend: { service: { name: 'web', port: ports[0] } } },
    });
  };
  const ports = [
    { name: 'http', port: 80 },
    { name: 'https', port: 443 },
    { name: 'dns', port: 80, protocol: 'UDP' },
  ];

  it('has a port named by name and by number once', () => {
    const { backends } = planOf([
      named({ name: 'https' }, { number: 443 }, { number: 80 }),
      service({ type: 'NodePort', ports }),
    ]);
    expect(backends.map((backend) => [backend.servicePort?.port, backend.namedAt.length])).toEqual([
      [443, 3],
      [80, 1],
    ]);
  });

  it('takes the name where both are given, and the first port of a number', () => {
    const { backends } = planOf([
      named({ name: 'https', number: 80 }, { number: 80 }, { name: 'dns' }),
      service({ type: 'NodePort', ports }),
    ]);
    expect(backends.map((backend) => backend.servicePort?.name)).toEqual(['https', 'http', 'dns']);
  });

  it("lists the Ingress's own before the system's default backend", () => {
    const paths = [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }];
    const { backends } = planOf([ingress({ class: 'gce', spec: { rules: [{ http: { paths } }] } })]);
    expect(backends.map((backend) => [backend.serviceName, backend.isSystemDefault])).toEqual([
      ['web', false],
      ['default-http-backend', true],
    ]);
  });
});

/** Facts §6 */
describe("the system's default backend", () => {
  const system = (options: Parameters<typeof service>[0]): RawObject =>
    service({ name: 'default-http-backend', namespace: 'kube-system', type: 'NodePort', ...options });
  const plain = (name: string): RawObject => ingress({ class: name, spec: {} });

  it.each([
    ['is taken to exist where kube-system is not known', 'gce', [], 'instanceGroup', []],
    ['is a NEG for a regional class, annotated or not', 'gce-internal', [system({})], 'neg', []],
    ['needs the annotation for a NEG else', 'gce', [system({ neg: '{"ingress": true}' })], 'neg', []],
    ['fails where kube-system has other Services only', 'gce', [system({ name: 'kube-dns' })], null, ['C17']],
    ['fails without a port of the right name', 'gce', [system({ ports: [{ port: 80 }] })], null, ['C17']],
    ['fails as ClusterIP', 'gce', [system({ type: 'ClusterIP' })], null, ['C17']],
    [
      'fails as ClusterIP for a regional class too, since the type is checked first',
      'gce-internal',
      [system({ type: 'ClusterIP' })],
      null,
      ['C17'],
    ],
  ])('%s', (_name, className, objects, group, conditions) => {
    const plan = planOf([plain(className), ...objects]);
    expect(plan.defaultBackend?.group ?? null).toBe(group);
    expect(plan.faults.map(({ condition }) => condition)).toEqual(conditions);
  });

  it('is another Service where the flag says so', () => {
    const facts = factsOf({ controller: { defaultBackendService: 'infra/fallback' } });
    const { backends } = planOf([plain('gce')], facts);
    expect(backends.map(({ namespace, serviceName }) => `${namespace}/${serviceName}`)).toEqual(['infra/fallback']);
  });

  it('is checked on /healthz, by whatever way an Ingress comes to it', () => {
    const own = { defaultBackend: { service: { name: 'default-http-backend', port: { name: 'http' } } } };
    const paths = [plain('gce'), ingress({ namespace: 'kube-system', class: 'gce', spec: own })].map(
      (one) => planOf([one, system({})]).defaultBackend?.healthCheck?.check.path,
    );
    expect(paths).toEqual(['/healthz', '/healthz']);
  });

  it('is not used where the Ingress has a default backend, not even one that fails', () => {
    const plan = planOf([ingress({ class: 'gce' }), service(), deployment()]);
    expect([plan.defaultBackend, plan.backends.map(({ serviceName }) => serviceName)]).toEqual([null, ['web']]);
  });
});
