import { describeRule } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import { fakeApps } from '../../test/support/fake-apps.ts';
import {
  argocdServer,
  backendConfig,
  deployment,
  ingress,
  type RawObject,
  service,
} from '../../test/support/objects.ts';
import { probeMissing } from './probe-missing.ts';

const NEG = '{"ingress": true}';
const INGRESS = ingress({ class: 'gce' });
const CONFIGURED = { 'cloud.google.com/backend-config': '{"default": "web"}' };
const PROBE = { httpGet: { path: '/healthz', port: 8080 } };

const missing = (where = 'port 8080', every = 15, container = 0): string =>
  `(possible) spec.template.spec.containers[${container}]: without a readiness probe Google checks GET / on ${where} every ${every} s, and only 200 passes. It is behind Ingress "web".`;

const withConfig = (spec: RawObject): [RawObject, RawObject, RawObject, RawObject] => [
  deployment(),
  service({ neg: NEG, annotations: CONFIGURED }),
  INGRESS,
  backendConfig({ spec }),
];

describeRule(probeMissing, {
  finds: {
    'neither a readiness probe nor a BackendConfig': [[deployment(), service({ neg: NEG }), INGRESS], missing()],
    'a liveness probe is never looked at': [
      [deployment({ container: { livenessProbe: PROBE } }), service({ neg: NEG }), INGRESS],
      missing(),
    ],
    'behind an instance group': [[deployment(), service({ type: 'NodePort' }), INGRESS], missing('the node port', 60)],
    'a BackendConfig that says nothing of the path': [
      withConfig({ healthCheck: { checkIntervalSec: 20 } }),
      missing('port 8080', 20),
    ],
    'a BackendConfig without a health check': [withConfig({ timeoutSec: 40 }), missing()],
    'the container that serves the port is named': [
      [
        deployment({
          containers: [{ name: 'proxy' }, { name: 'web', ports: [{ name: 'http', containerPort: 8080 }] }],
        }),
        service({ neg: NEG, ports: [{ port: 80, targetPort: 'http' }] }),
        INGRESS,
      ],
      missing('port "http"', 15, 1),
    ],
    'no port is declared either': [
      [deployment({ container: { ports: [] } }), service({ neg: NEG }), INGRESS],
      missing(),
    ],
    'a bare Pod': [
      [
        {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' } },
          spec: { containers: [{ name: 'web', image: 'web', ports: [{ containerPort: 8080 }] }] },
        },
        service({ neg: NEG }),
        INGRESS,
      ],
      missing().replace('spec.template.spec', 'spec'),
    ],
    'each workload behind the Service': [
      [deployment(), deployment({ name: 'canary' }), service({ neg: NEG }), INGRESS],
      missing(),
      `(possible) Deployment/canary ${missing().replace('(possible) ', '')}`,
    ],
    'beside a workload whose probe Google does not take': [
      [
        deployment(),
        deployment({ name: 'canary', container: { readinessProbe: { tcpSocket: { port: 8080 } } } }),
        service({ neg: NEG }),
        INGRESS,
      ],
      missing(),
    ],
  },
  passes: {
    'a readiness probe on the port that is served': [
      deployment({ container: { readinessProbe: PROBE } }),
      service({ neg: NEG }),
      INGRESS,
    ],
    'a BackendConfig says what to check': withConfig({ healthCheck: { requestPath: '/healthz' } }),
    'a BackendConfig that is not known may say it': [
      deployment(),
      service({ neg: NEG, annotations: CONFIGURED }),
      INGRESS,
    ],
    'a probe that Google does not take is the business of another rule': [
      deployment({ container: { readinessProbe: { tcpSocket: { port: 8080 } } } }),
      service({ neg: NEG }),
      INGRESS,
    ],
    'another workload behind the Service has the probe that is taken': [
      deployment({ name: 'new' }),
      deployment({ name: 'old', container: { readinessProbe: PROBE } }),
      service({ neg: NEG }),
      INGRESS,
    ],
    'an app that is known to answer GET / with 200': {
      objects: [deployment({ container: { image: 'hello-app' } }), service({ neg: NEG }), INGRESS],
      apps: fakeApps({ 'hello-app': [{ path: '/', status: 200 }] }),
    },
    'of an app that is known to answer something else another rule says more': [
      argocdServer({ readinessProbe: undefined }),
      service({ neg: NEG, namespace: 'argocd' }),
      ingress({ class: 'gce', namespace: 'argocd' }),
    ],
    'transparent health checks ask the node': {
      objects: [
        deployment(),
        service({ neg: NEG, annotations: { 'networking.gke.io/transparent-health-checker': '{"enabled": true}' } }),
        INGRESS,
      ],
      facts: factsOf({ controller: { enableTransparentHealthChecks: true } }),
    },
    'a Service without a selector has no Pods of its own': [
      deployment(),
      service({ neg: NEG, spec: { selector: {} } }),
      INGRESS,
    ],
    'no Ingress is in front': [deployment(), service({ neg: NEG })],
    'an Ingress of another controller is in front': [deployment(), service({ neg: NEG }), ingress({ class: 'nginx' })],
    'the Service fails before a health check is made': [deployment(), service(), INGRESS],
  },
});
