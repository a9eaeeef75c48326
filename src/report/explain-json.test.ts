import { expect, it } from 'vitest';
import { explainOnly } from '../../test/support/explain-file.ts';
import { ADD_ON_ON } from '../../test/support/facts.ts';
import { deployment, ingress, service } from '../../test/support/objects.ts';
import { explainAllJson, explainJson } from './explain-json.ts';

const probe = {
  readinessProbe: { httpGet: { path: '/healthz', port: 8080 } },
  lifecycle: { preStop: { sleep: { seconds: 20 } } },
};
const FEATURES = {
  timeoutSec: { value: 30, source: 'default' },
  sessionAffinity: { value: 'NONE', source: 'default' },
  drainingTimeoutSec: { value: 0, source: 'default' },
  iap: { value: false, source: 'default' },
  cloudArmor: { value: '', source: 'default' },
  cdn: { value: false, source: 'default' },
  logging: { value: 1, source: 'default' },
};
const paths = [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { name: 'http' } } } }];
const web = ingress({ spec: { rules: [{ http: { paths } }] } });

it('has the fields of the documented example, in their order', () => {
  const explained = explainOnly(
    [web, service({ neg: '{"ingress": true}' }), deployment({ container: probe })],
    ADD_ON_ON,
  );
  const expected = {
    ingress: { namespace: 'shop', name: 'web' },
    class: 'gce',
    served: true,
    servedBecause:
      'It names no class at all, and the GKE Ingress controller takes those, and the HTTP load balancing add-on is on (says the facts file).',
    hostRules: [{ host: '*', paths: [{ path: '/*', service: 'web', port: 80 }] }],
    defaultBackend: { namespace: 'kube-system', service: 'default-http-backend', port: 'http' },
    backends: [
      {
        namespace: 'shop',
        service: 'web',
        port: 80,
        portName: 'http',
        protocol: 'HTTP',
        group: 'neg',
        error: null,
        known: true,
        negSource: 'annotation',
        workloads: [{ kind: 'Deployment', name: 'web' }],
        healthCheck: {
          source: 'readinessProbe',
          reason: 'the readiness probe of container "web" of Deployment/shop/web is adopted',
          protocol: 'HTTP',
          path: '/healthz',
          host: '',
          port: null,
          intervalSec: 10,
          timeoutSec: 1,
          healthyThreshold: 1,
          unhealthyThreshold: 2,
        },
        features: FEATURES,
      },
      {
        namespace: 'kube-system',
        service: 'default-http-backend',
        port: 'http',
        portName: 'http',
        protocol: 'HTTP',
        group: 'instanceGroup',
        error: null,
        known: false,
        negSource: 'none',
        workloads: [],
        healthCheck: {
          source: 'default',
          reason: 'it is the default backend of the system',
          protocol: 'HTTP',
          path: '/healthz',
          host: '',
          port: null,
          intervalSec: 60,
          timeoutSec: 60,
          healthyThreshold: 1,
          unhealthyThreshold: 10,
        },
        features: FEATURES,
      },
    ],
    problems: [],
  };
  expect(JSON.stringify(explainJson(explained), null, 1)).toBe(JSON.stringify(expected, null, 1));
});

it('has nulls where an error leaves nothing, and the port by the name that cannot be resolved', () => {
  const explained = explainOnly([ingress({ class: 'gce', port: { name: 'grpc' } }), service()], ADD_ON_ON);
  const { backends, defaultBackend, problems } = explainJson(explained);
  expect({ backends, defaultBackend, problems }).toEqual({
    defaultBackend: null,
    backends: [
      {
        namespace: 'shop',
        service: 'web',
        port: 'grpc',
        portName: 'grpc',
        protocol: null,
        group: null,
        error: 'ErrSvcPortNotFound',
        known: true,
        negSource: 'none',
        workloads: [],
        healthCheck: null,
        features: FEATURES,
      },
    ],
    problems: [
      {
        condition: 'C5',
        rule: 'backend-port-missing',
        severity: 'error',
        certain: true,
        late: false,
        object: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', namespace: 'shop', name: 'web' },
        owner: { kind: 'Ingress', namespace: 'shop', name: 'web' },
        path: 'spec.defaultBackend.service.port.name',
        message: 'Service "web" has no port "grpc" (it has "http" (80)), so the whole Ingress fails to translate.',
        fix: 'Write port: { number: 80 }',
        edits: [
          {
            object: { kind: 'Ingress', namespace: 'shop', name: 'web' },
            path: 'spec.defaultBackend.service.port',
            operation: 'set',
            value: { number: 80 },
          },
        ],
        commands: [],
        alternatives: [],
        docs: 'docs/rules/backend-port-missing.md',
      },
    ],
  });
});

it('wraps many plans with a version', () => {
  const explained = explainOnly([ingress()]);
  expect(explainAllJson([explained])).toEqual({ version: 1, plans: [explainJson(explained)] });
});
