import { describe, expect, it } from 'vitest';
import { parseObject } from './parse.ts';

function parse(raw: unknown): unknown {
  return parseObject(raw);
}

describe('parseObject', () => {
  it("reads the old Ingress's serviceName and servicePort, by name and by number", () => {
    const backend = (servicePort: unknown): unknown => ({ serviceName: 'web', servicePort });
    const raw = {
      apiVersion: 'extensions/v1beta1',
      kind: 'Ingress',
      metadata: { name: 'web' },
      spec: { backend: backend('http'), rules: [{ http: { paths: [{ path: '/a', backend: backend(80) }] } }] },
    };
    expect(parse(raw)).toMatchObject({
      defaultBackend: { service: { name: 'web', portName: 'http', portNumber: 0 } },
      rules: [
        { paths: [{ pathType: undefined, backend: { service: { name: 'web', portName: '', portNumber: 80 } } }] },
      ],
    });
  });

  it('knows a Secret by the names of its keys and never by their values', () => {
    const raw = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
      data: { 'tls.crt': 'b25l', empty: null },
      stringData: { 'tls.key': 'two' },
    };
    const parsed = parse(raw);
    expect(parsed).toMatchObject({ keys: ['tls.crt', 'tls.key'] });
    expect(JSON.stringify(parsed)).not.toMatch(/b25l|two/);
  });

  it('tells an empty BackendConfig field from one that is not set', () => {
    const raw = (spec: unknown): unknown => ({
      apiVersion: 'cloud.google.com/v1',
      kind: 'BackendConfig',
      metadata: { name: 'b' },
      spec,
    });
    expect(parse(raw({ securityPolicy: {}, healthCheck: {} }))).toMatchObject({
      securityPolicy: '',
      healthCheck: { type: undefined },
      iap: undefined,
    });
    expect(parse(raw({ securityPolicy: null }))).toMatchObject({ securityPolicy: undefined, healthCheck: undefined });
  });

  it('reads FrontendConfigs and ManagedCertificates of their own group only', () => {
    const raw = (apiVersion: string, kind: string, spec: unknown): unknown => ({
      apiVersion,
      kind,
      metadata: { name: 'x' },
      spec,
    });
    expect(
      parse(raw('networking.gke.io/v1beta1', 'FrontendConfig', { redirectToHttps: { enabled: true } })),
    ).toMatchObject({
      redirectToHttps: { isEnabled: true, responseCodeName: '' },
    });
    expect(parse(raw('networking.gke.io/v1', 'ManagedCertificate', { domains: ['a.example'] }))).toMatchObject({
      domains: ['a.example'],
    });
    expect(parse(raw('example.com/v1', 'FrontendConfig', {}))).toBeUndefined();
  });

  it('reads what makes Pods, wherever their template stands', () => {
    const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main' }] } };
    const raw = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'web' } };
    const parsed = parseObject({ ...raw, spec: { jobTemplate: { spec: { template } } } });
    expect(parsed).toMatchObject({ podLabels: { app: 'web' }, containers: [{ name: 'main' }] });
    expect(parsed).toMatchObject({ podSpecPath: ['spec', 'jobTemplate', 'spec', 'template', 'spec'] });
  });

  it.each(['apps/v1 ReplicaSet', 'batch/v1 Job'])('passes over a %s that a controller has made', (type) => {
    const [apiVersion, kind] = type.split(' ');
    const metadata = { name: 'web', ownerReferences: [{ kind: 'Any', name: 'web', controller: true }] };
    expect(parseObject({ apiVersion, kind, metadata: { name: 'web' } })).toMatchObject({ kind });
    expect(parseObject({ apiVersion, kind, metadata })).toBeUndefined();
  });

  it('fills in what the API server would', () => {
    const raw = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { ports: [{ port: 80 }] } };
    expect(parse(raw)).toMatchObject({
      metadata: { namespace: 'default' },
      type: 'ClusterIP',
      externalTrafficPolicy: 'Cluster',
      ports: [{ port: 80, targetPort: 80, protocol: 'TCP', nodePort: 0 }],
    });
  });
});
