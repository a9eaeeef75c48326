import { expect, it } from 'vitest';
import { ADD_ON_ON } from '../../test/support/facts.ts';
import { deployment, ingress, service } from '../../test/support/objects.ts';
import { planOf } from '../../test/support/plan-of.ts';
import { explainAllJson, explainJson } from './explain-json.ts';

const probe = { readinessProbe: { httpGet: { path: '/healthz', port: 8080 } } };
const paths = [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { name: 'http' } } } }];
const web = ingress({ spec: { rules: [{ http: { paths } }] } });

it('has the fields of the documented example, in their order', () => {
  const plan = planOf([web, service({ neg: '{"ingress": true}' }), deployment({ container: probe })], ADD_ON_ON);
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
      },
      {
        namespace: 'kube-system',
        service: 'default-http-backend',
        port: 'http',
        portName: 'http',
        protocol: 'HTTP',
        group: 'instanceGroup',
        error: null,
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
      },
    ],
    problems: [],
  };
  expect(JSON.stringify(explainJson(plan), null, 1)).toBe(JSON.stringify(expected, null, 1));
});

it('has nulls where an error leaves nothing, and the port by the name that cannot be resolved', () => {
  const plan = planOf([ingress({ class: 'gce', port: { name: 'grpc' } }), service()]);
  const { backends, defaultBackend, problems } = explainJson(plan);
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
        workloads: [],
        healthCheck: null,
      },
    ],
    problems: [
      { condition: 'C5', message: 'Service shop/web has no port named "grpc". The whole Ingress fails to translate.' },
    ],
  });
});

it('wraps many plans with a version', () => {
  const plan = planOf([ingress()]);
  expect(explainAllJson([plan])).toEqual({ version: 1, plans: [explainJson(plan)] });
});
