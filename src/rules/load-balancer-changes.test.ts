import { describeRule, type RuleCase } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import {
  backendConfig,
  deployment,
  frontendConfig,
  ingress,
  ingressOf,
  pathTo,
  type RawObject,
  secret,
  service,
} from '../../test/support/objects.ts';
import { loadBalancerChanges } from './load-balancer-changes.ts';

const NEG = '{"ingress": true}';
const SERVED: RawObject = { status: { loadBalancer: { ingress: [{ ip: '203.0.113.7' }] } } };
const served = (raw: RawObject): RawObject => ({ ...raw, ...SERVED });

const A = service({ name: 'a', neg: NEG });
const B = service({ name: 'b', neg: NEG });

/** Each host leads to the Service of its name. */
function hosts(...names: readonly (readonly [host: string, service: string])[]): RawObject {
  const rules = names.map(([host, name]) => ({
    host: `${host}.example.com`,
    http: { paths: [pathTo('/*', undefined, name)] },
  }));
  return served(ingress({ class: 'gce', spec: { rules } }));
}

const BOTH = hosts(['a', 'a'], ['b', 'b']);
const only = (...paths: readonly RawObject[]): RawObject => served(ingressOf(paths));

/** The stored object, then the one that replaces it. */
function edit(old: RawObject, object: RawObject, ...neighbours: readonly RawObject[]): RuleCase {
  return { old, objects: [object, ...neighbours] };
}

const ONE = served(ingress({ class: 'gce' }));
const WEB = service({ neg: NEG });
const CONFIGURED = service({ neg: NEG, annotations: { 'cloud.google.com/backend-config': '{"default": "web"}' } });
const config = (spec: RawObject): RawObject => backendConfig({ spec });

describeRule(loadBalancerChanges, {
  finds: {
    'the Service of one host no longer has the port, and the host loses its backend': [
      edit(B, service({ name: 'b', neg: NEG, ports: [{ name: 'http', port: 8080, targetPort: 8080 }] }), A, BOTH),
      '',
    ],
    'a host goes': [edit(BOTH, hosts(['a', 'a']), A, B), ''],
    'a host comes': [edit(hosts(['a', 'a']), BOTH, A, B), ''],
    'a host goes, and a wildcard takes its requests': [
      edit(hosts(['b', 'b'], ['*', 'a']), hosts(['*', 'a']), A, B),
      '',
    ],
    'a path goes, and another takes its requests': [
      edit(only(pathTo('/', 'Prefix', 'a'), pathTo('/api', 'Prefix', 'b')), only(pathTo('/', 'Prefix', 'a')), A, B),
      '',
    ],
    'a path goes, and the default backend takes its requests': [
      edit(only(pathTo('/', 'Exact', 'a'), pathTo('/api', 'Prefix', 'b')), only(pathTo('/', 'Exact', 'a')), A, B),
      '',
    ],
    'a path goes to another Service': [
      edit(only(pathTo('/', 'Prefix', 'a')), only(pathTo('/', 'Prefix', 'b')), A, B),
      '',
    ],
    'a path comes': [
      edit(only(pathTo('/', 'Prefix', 'a')), only(pathTo('/', 'Prefix', 'a'), pathTo('/api', 'Prefix', 'b')), A, B),
      '',
    ],
    'one path of a host names a Service that is not there yet': [
      edit(
        only(pathTo('/', 'Prefix', 'a'), pathTo('/api', 'Prefix', 'b')),
        only(pathTo('/', 'Prefix', 'a'), pathTo('/api', 'Prefix', 'c')),
        A,
        B,
      ),
      '',
    ],
    'the default backend is another': [edit(ONE, served(ingress({ class: 'gce', service: 'b' })), WEB, B), ''],
    'the default backend is no Service': [
      edit(
        ONE,
        served(ingress({ class: 'gce', spec: { defaultBackend: { resource: { kind: 'Bucket', name: 'b' } } } })),
        WEB,
      ),
      '',
    ],
    'a path comes with a port that its Service does not have': [
      edit(
        only(pathTo('/', 'Prefix', 'a')),
        only(pathTo('/', 'Prefix', 'a'), {
          ...pathTo('/api', 'Prefix'),
          backend: { service: { name: 'b', port: { name: 'grpc' } } },
        }),
        A,
        B,
      ),
      '',
    ],
    'the Service names another BackendConfig': [
      edit(
        CONFIGURED,
        service({ neg: NEG, annotations: { 'cloud.google.com/backend-config': '{"default": "other"}' } }),
        config({ healthCheck: { requestPath: '/readyz' } }),
        backendConfig({ name: 'other', spec: { healthCheck: { requestPath: '/livez' } } }),
        ONE,
      ),
      '',
    ],
    'a path comes to be one that the controller refuses': [
      edit(only(pathTo('/', 'Prefix', 'a')), only(pathTo('/', 'Prefix', 'a'), pathTo('/*', 'Prefix', 'a')), A),
      '',
    ],
    'and it is corrected': [
      edit(only(pathTo('/', 'Prefix', 'a'), pathTo('/*', 'Prefix', 'a')), only(pathTo('/', 'Prefix', 'a')), A),
      '',
    ],
    'the class turns the load balancer into an internal one': [
      edit(ONE, served(ingress({ class: 'gce-internal' })), WEB),
      '',
    ],
    'an Ingress of another controller comes to GKE': [edit(served(ingress({ class: 'nginx' })), ONE, WEB), ''],
    'TLS vanishes': [
      edit(
        served(ingressOf([pathTo('/', 'Prefix')], 'shop.example.com', { tls: [{ secretName: 'web-tls' }] })),
        only(pathTo('/', 'Prefix')),
        WEB,
      ),
      '',
    ],
    'TLS comes, by a managed certificate': [
      edit(
        ONE,
        served(ingress({ class: 'gce', annotations: { 'networking.gke.io/managed-certificates': 'web' } })),
        WEB,
      ),
      '',
    ],
    'one certificate takes the place of another': [
      edit(
        served(ingress({ class: 'gce', tls: [{ secretName: 'old' }] })),
        served(ingress({ class: 'gce', tls: [{ secretName: 'new' }] })),
        WEB,
      ),
      '',
    ],
    'port 80 is closed': [
      edit(
        served(ingress({ class: 'gce', tls: [{ secretName: 'web-tls' }] })),
        served(
          ingress({
            class: 'gce',
            tls: [{ secretName: 'web-tls' }],
            annotations: { 'kubernetes.io/ingress.allow-http': 'false' },
          }),
        ),
        WEB,
      ),
      '',
    ],
    'and opened': [
      edit(
        served(
          ingress({
            class: 'gce',
            tls: [{ secretName: 'web-tls' }],
            annotations: { 'kubernetes.io/ingress.allow-http': 'false' },
          }),
        ),
        served(ingress({ class: 'gce', tls: [{ secretName: 'web-tls' }] })),
        WEB,
      ),
      '',
    ],
    'another address is asked for': [
      edit(
        served(ingress({ class: 'gce', annotations: { 'kubernetes.io/ingress.global-static-ip-name': 'old' } })),
        served(ingress({ class: 'gce', annotations: { 'kubernetes.io/ingress.global-static-ip-name': 'new' } })),
        WEB,
      ),
      '',
    ],
    'no address is asked for any more': [
      edit(
        served(ingress({ class: 'gce', annotations: { 'kubernetes.io/ingress.global-static-ip-name': 'old' } })),
        ONE,
        WEB,
      ),
      '',
    ],
    'the redirect is turned on': [
      edit(
        frontendConfig(),
        frontendConfig({ spec: { redirectToHttps: { enabled: true } } }),
        served(
          ingress({
            class: 'gce',
            tls: [{ secretName: 'web-tls' }],
            annotations: { 'networking.gke.io/v1beta1.FrontendConfig': 'web' },
          }),
        ),
        WEB,
      ),
      '',
    ],
    'a BackendConfig sets another path': [
      edit(
        config({}),
        config({ healthCheck: { requestPath: '/readyz', port: 8081, type: 'HTTPS', healthyThreshold: 3 } }),
        CONFIGURED,
        ONE,
      ),
      '',
    ],
    'a BackendConfig sets the path no longer, and the check stays': [
      edit(
        config({ healthCheck: { requestPath: '/readyz', checkIntervalSec: 5 } }),
        config({ healthCheck: { checkIntervalSec: 5 } }),
        CONFIGURED,
        ONE,
      ),
      '',
    ],
    'it has no health check any more, which a flag of the controller would make anew': [
      edit(config({ healthCheck: { requestPath: '/readyz' } }), config({}), CONFIGURED, ONE),
      '',
    ],
    'a Service turns to the port of another container, whose probe is not taken up': [
      edit(
        service({ neg: NEG }),
        service({ neg: NEG, ports: [{ name: 'http', port: 80, targetPort: 9090 }] }),
        ONE,
        deployment({
          containers: [
            {
              name: 'web',
              image: 'web',
              ports: [{ containerPort: 8080 }],
              readinessProbe: { httpGet: { path: '/healthz', port: 8080 } },
            },
            {
              name: 'api',
              image: 'api',
              ports: [{ containerPort: 9090 }],
              readinessProbe: { httpGet: { path: '/readyz', port: 9090 } },
            },
          ],
        }),
      ),
      '',
    ],
    'Identity-Aware Proxy and Cloud Armor are turned off, and the timeout is longer': [
      edit(
        config({
          iap: { enabled: true, oauthclientCredentials: { secretName: 'iap' } },
          securityPolicy: { name: 'edge' },
          timeoutSec: 30,
          logging: { enable: true, sampleRate: 0.5 },
        }),
        config({
          iap: { enabled: false, oauthclientCredentials: { secretName: 'iap' } },
          securityPolicy: { name: '' },
          timeoutSec: 60,
          logging: { enable: false },
        }),
        CONFIGURED,
        ONE,
        secret({ name: 'iap', keys: ['client_id', 'client_secret'] }),
      ),
      '',
    ],
    'a BackendConfig sets them no longer, and they stay': [
      edit(
        config({
          cdn: { enabled: true },
          securityPolicy: { name: 'edge' },
          timeoutSec: 60,
          sessionAffinity: { affinityType: 'CLIENT_IP' },
        }),
        config({}),
        CONFIGURED,
        ONE,
      ),
      '',
    ],
    'the protocol is another': [
      edit(WEB, service({ neg: NEG, annotations: { 'cloud.google.com/app-protocols': '{"http":"HTTPS"}' } }), ONE),
      '',
    ],
    'the Service selects other Pods, of which there are none': [
      edit(WEB, service({ neg: NEG, spec: { selector: { app: 'new' } } }), ONE, deployment()),
      '',
    ],
    'the labels of the Pods are others': [
      edit(
        deployment(),
        deployment({ spec: { template: { metadata: { labels: { app: 'new' } }, spec: { containers: [] } } } }),
        WEB,
        ONE,
      ),
      '',
    ],
    'the add-on is off, so that it is what will be': [
      { ...edit(BOTH, hosts(['a', 'a']), A, B), facts: factsOf({ httpLoadBalancing: 'disabled' }) },
      '',
    ],
  },
  passes: {
    'a label and another image': [ONE, WEB, deployment()],
  },
});
