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

const MANY_PATHS = Array.from({ length: 1002 }, (_, index) => pathTo(`/p${index}`, 'Exact', 'a'));

const ONE = served(ingress({ class: 'gce' }));
const WEB = service({ neg: NEG });
const CONFIGURED = service({ neg: NEG, annotations: { 'cloud.google.com/backend-config': '{"default": "web"}' } });
const config = (spec: RawObject): RawObject => backendConfig({ spec });

describeRule(loadBalancerChanges, {
  finds: {
    'the Service of one host no longer has the port, and the host loses its backend': [
      edit(B, service({ name: 'b', neg: NEG, ports: [{ name: 'http', port: 8080, targetPort: 8080 }] }), A, BOTH),
      'spec.ports: host b.example.com loses its backend, Service "b" port 80: the Service does not have the port. An error ends the sync of the whole Ingress: what is built stays, and no other change of it takes effect.',
    ],
    'a host goes': [
      edit(BOTH, hosts(['a', 'a']), A, B),
      "spec.rules: host b.example.com is no longer served: its requests go to the system's default backend.",
    ],
    'a host comes': [
      edit(hosts(['a', 'a']), BOTH, A, B),
      '(info) spec.rules[1]: host b.example.com is new: its requests go to Service "b" port 80.',
    ],
    'a host goes, and a wildcard takes its requests': [
      edit(hosts(['b', 'b'], ['*', 'a']), hosts(['*', 'a']), A, B),
      'spec.rules: host b.example.com is no longer served: its requests go to what is there for host *.example.com.',
    ],
    'a path goes, and another takes its requests': [
      edit(only(pathTo('/', 'Prefix', 'a'), pathTo('/api', 'Prefix', 'b')), only(pathTo('/', 'Prefix', 'a')), A, B),
      'spec.rules: path /api, /api/* of host shop.example.com is gone: its requests go to Service "a" port 80 (path /*).',
    ],
    'a path goes, and the default backend takes its requests': [
      edit(only(pathTo('/', 'Exact', 'a'), pathTo('/api', 'Prefix', 'b')), only(pathTo('/', 'Exact', 'a')), A, B),
      "spec.rules: path /api, /api/* of host shop.example.com is gone: its requests go to the system's default backend.",
    ],
    'a path goes to another Service': [
      edit(only(pathTo('/', 'Prefix', 'a')), only(pathTo('/', 'Prefix', 'b')), A, B),
      '(info) spec.rules[0].http.paths[0].backend: path /* of host shop.example.com goes to Service "b" port 80, no longer to Service "a" port 80.',
    ],
    'a path comes': [
      edit(only(pathTo('/', 'Prefix', 'a')), only(pathTo('/', 'Prefix', 'a'), pathTo('/api', 'Prefix', 'b')), A, B),
      '(info) spec.rules[0].http.paths[1].backend: path /api, /api/* of host shop.example.com is new: its requests go to Service "b" port 80.',
    ],
    'one path of a host names a Service that is not there yet': [
      edit(
        only(pathTo('/', 'Prefix', 'a'), pathTo('/api', 'Prefix', 'b')),
        only(pathTo('/', 'Prefix', 'a'), pathTo('/api', 'Prefix', 'c')),
        A,
        B,
      ),
      '(late) spec.rules[0].http.paths[1].backend: path /api, /api/* of host shop.example.com loses its backend, Service "c" port 80: the Service does not exist. An error ends the sync of the whole Ingress: what is built stays, and no other change of it takes effect.',
    ],
    'the default backend is another': [
      edit(ONE, served(ingress({ class: 'gce', service: 'b' })), WEB, B),
      '(info) spec.defaultBackend: what no rule takes goes to Service "b" port 80, no longer to Service "web" port 80.',
    ],
    'the default backend is no Service': [
      edit(
        ONE,
        served(ingress({ class: 'gce', spec: { defaultBackend: { resource: { kind: 'Bucket', name: 'b' } } } })),
        WEB,
      ),
      'spec.defaultBackend: what no rule takes loses its backend: it names a backend that is not a Service. An error ends the sync of the whole Ingress: what is built stays, and no other change of it takes effect.',
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
      'spec.rules[0].http.paths[1].backend: GKE stops building Ingress "web": Service "b" port "grpc": the Service does not have the port. An error ends the sync of the whole Ingress: what is built stays, and no other change of it takes effect.',
    ],
    'the Service names another BackendConfig': [
      edit(
        CONFIGURED,
        service({ neg: NEG, annotations: { 'cloud.google.com/backend-config': '{"default": "other"}' } }),
        config({ healthCheck: { requestPath: '/readyz' } }),
        backendConfig({ name: 'other', spec: { healthCheck: { requestPath: '/livez' } } }),
        ONE,
      ),
      '(info) metadata.annotations["cloud.google.com/backend-config"]: Google\'s health check of Service "web" port 80 changes from GET /readyz every 15 s within 15 s to GET /livez every 15 s within 15 s.',
    ],
    'a path comes to be one that the controller refuses': [
      edit(only(pathTo('/', 'Prefix', 'a')), only(pathTo('/', 'Prefix', 'a'), pathTo('/*', 'Prefix', 'a')), A),
      'spec.rules[0].http.paths[1].path: GKE stops building Ingress "web": a Prefix path is empty or has a wildcard. An error ends the sync of the whole Ingress: what is built stays, and no other change of it takes effect.',
    ],
    'and it is corrected': [
      edit(only(pathTo('/', 'Prefix', 'a'), pathTo('/*', 'Prefix', 'a')), only(pathTo('/', 'Prefix', 'a')), A),
      '(info) : GKE builds Ingress "web" again: the error that ended its sync is gone.',
    ],
    'the class turns the load balancer into an internal one': [
      edit(ONE, served(ingress({ class: 'gce-internal' })), WEB),
      'metadata.annotations["kubernetes.io/ingress.class"]: its class goes from "gce" to "gce-internal": GKE builds another load balancer with another address, and deletes this one.',
    ],
    'an Ingress of another controller comes to GKE': [
      edit(served(ingress({ class: 'nginx' })), ONE, WEB),
      '(info) metadata.annotations["kubernetes.io/ingress.class"]: GKE builds a load balancer for it.',
    ],
    'TLS vanishes': [
      edit(
        served(ingressOf([pathTo('/', 'Prefix')], 'shop.example.com', { tls: [{ secretName: 'web-tls' }] })),
        only(pathTo('/', 'Prefix')),
        WEB,
      ),
      'spec: TLS vanishes: no certificate is left, and port 443 is closed. It serves host shop.example.com.',
    ],
    'TLS comes, by a managed certificate': [
      edit(
        ONE,
        served(ingress({ class: 'gce', annotations: { 'networking.gke.io/managed-certificates': 'web' } })),
        WEB,
      ),
      '(info) metadata.annotations["networking.gke.io/managed-certificates"]: port 443 is opened for HTTPS.',
    ],
    'one certificate takes the place of another': [
      edit(
        served(ingress({ class: 'gce', tls: [{ secretName: 'old' }] })),
        served(ingress({ class: 'gce', tls: [{ secretName: 'new' }] })),
        WEB,
      ),
      '(info) spec.tls: its certificates change: "old" goes, "new" comes.',
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
      'metadata.annotations["kubernetes.io/ingress.allow-http"]: port 80 is closed: clients that ask by HTTP get no answer.',
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
      '(info) metadata.annotations: port 80 is opened for HTTP.',
    ],
    'another address is asked for': [
      edit(
        served(ingress({ class: 'gce', annotations: { 'kubernetes.io/ingress.global-static-ip-name': 'old' } })),
        served(ingress({ class: 'gce', annotations: { 'kubernetes.io/ingress.global-static-ip-name': 'new' } })),
        WEB,
      ),
      'metadata.annotations["kubernetes.io/ingress.global-static-ip-name"]: its address changes to "new", no longer "old": both forwarding rules are made anew.',
    ],
    'no address is asked for any more': [
      edit(
        served(ingress({ class: 'gce', annotations: { 'kubernetes.io/ingress.global-static-ip-name': 'old' } })),
        ONE,
        WEB,
      ),
      '(info) metadata.annotations: the address "old" is no longer asked for: the load balancer keeps it, and a new one would get another.',
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
      '(info) spec.redirectToHttps: HTTP of Ingress "web" is redirected to HTTPS.',
    ],
    'a BackendConfig sets another path': [
      edit(
        config({}),
        config({ healthCheck: { requestPath: '/readyz', port: 8081, type: 'HTTPS', healthyThreshold: 3 } }),
        CONFIGURED,
        ONE,
      ),
      '(info) spec.healthCheck: Google\'s health check of Service "web" port 80 changes from GET / every 15 s within 15 s, over HTTP, on the serving port, healthy after 1 to GET /readyz every 15 s within 15 s, over HTTPS, on port 8081, healthy after 3.',
    ],
    'a BackendConfig sets the path no longer, and the check stays': [
      edit(
        config({ healthCheck: { requestPath: '/readyz', checkIntervalSec: 5 } }),
        config({ healthCheck: { checkIntervalSec: 5 } }),
        CONFIGURED,
        ONE,
      ),
      'spec.healthCheck: Google\'s health check of Service "web" port 80 stays GET /readyz every 5 s within 15 s; a new backend would get GET / every 5 s within 15 s. The controller makes the check once: afterwards it changes only what a BackendConfig sets, the protocol and the port.',
    ],
    'it has no health check any more, which a flag of the controller would make anew': [
      edit(config({ healthCheck: { requestPath: '/readyz' } }), config({}), CONFIGURED, ONE),
      '(possible) spec: Google\'s health check of Service "web" port 80 stays GET /readyz every 15 s within 15 s; a new backend would get GET / every 15 s within 15 s. The controller makes the check once: afterwards it changes only what a BackendConfig sets, the protocol and the port.',
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
      'spec.ports: Google\'s health check of Service "web" port 80 stays GET /healthz every 10 s within 1 s; a new backend would get GET /readyz every 10 s within 1 s. The controller makes the check once: afterwards it changes only what a BackendConfig sets, the protocol and the port.',
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
      'spec.iap: Identity-Aware Proxy of Service "web" port 80 goes from on to off.',
      'spec.securityPolicy: the Cloud Armor policy of Service "web" port 80 goes from "edge" to none.',
      '(info) spec.timeoutSec: the timeout of Service "web" port 80 goes from 30 s to 60 s.',
      '(info) spec.logging: the logged share of Service "web" port 80 goes from 50 % to 0 %.',
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
      'spec: the Cloud Armor policy of Service "web" port 80 stays "edge"; a new backend would get none. GKE leaves alone what a BackendConfig no longer sets.',
      'spec: Cloud CDN of Service "web" port 80 stays on; a new backend would get off. GKE leaves alone what a BackendConfig no longer sets.',
      'spec: the timeout of Service "web" port 80 stays 60 s; a new backend would get 30 s. GKE leaves alone what a BackendConfig no longer sets.',
      'spec: session affinity of Service "web" port 80 stays CLIENT_IP; a new backend would get NONE. GKE leaves alone what a BackendConfig no longer sets.',
    ],
    'the protocol is another': [
      edit(WEB, service({ neg: NEG, annotations: { 'cloud.google.com/app-protocols': '{"http":"HTTPS"}' } }), ONE),
      '(info) metadata.annotations["cloud.google.com/app-protocols"]: Google speaks HTTPS to Service "web" port 80, no longer HTTP.',
    ],
    'the Service selects other Pods, of which there are none': [
      edit(WEB, service({ neg: NEG, spec: { selector: { app: 'new' } } }), ONE, deployment()),
      'spec.selector: Service "web" port 80 has no Pods any more: nothing here has the labels that its selector asks for.',
    ],
    'the labels of the Pods are others': [
      edit(
        deployment(),
        deployment({ spec: { template: { metadata: { labels: { app: 'new' } }, spec: { containers: [] } } } }),
        WEB,
        ONE,
      ),
      'spec.template.metadata.labels: Service "web" port 80 has no Pods any more: nothing here has the labels that its selector asks for.',
    ],
    'the add-on is off, so that it is what will be': [
      { ...edit(BOTH, hosts(['a', 'a']), A, B), facts: factsOf({ httpLoadBalancing: 'disabled' }) },
      "(possible) spec.rules: host b.example.com is no longer served: its requests go to the system's default backend.",
    ],
  },
  passes: {
    'another image': edit(deployment(), deployment({ container: { image: 'web:2' } }), WEB, ONE),
    'an Ingress that has no load balancer yet': edit(
      ingress({ class: 'gce' }),
      ingress({ class: 'gce', service: 'b' }),
      WEB,
      B,
    ),
    'a label of a Service': edit(WEB, service({ neg: NEG, labels: { team: 'shop' } }), ONE),
    'a port by its name that was named by its number': edit(
      ONE,
      served(ingress({ class: 'gce', port: { name: 'http' } })),
      WEB,
    ),
    'a path that is written otherwise and means the same': edit(
      only(pathTo('/', 'Prefix', 'a')),
      only(pathTo('/*', undefined, 'a')),
      A,
    ),
    'what is gone in a Service that no Ingress names': edit(
      B,
      service({ name: 'b', neg: NEG, ports: [{ name: 'http', port: 8080, targetPort: 8080 }] }),
      A,
      hosts(['a', 'a']),
    ),
    'an edited probe, of which probe-edit-ignored speaks': edit(
      deployment({ container: { readinessProbe: { httpGet: { path: '/healthz', port: 8080 } } } }),
      deployment({ container: { readinessProbe: { httpGet: { path: '/readyz', port: 8080 } } } }),
      WEB,
      ONE,
    ),
    'an Ingress that leaves GKE, of which load-balancer-will-be-deleted speaks': edit(
      ONE,
      served(ingress({ class: 'nginx' })),
      WEB,
    ),
    'a move to instance groups, of which neg-switched-on-live-service speaks': edit(
      service({ neg: NEG, type: 'NodePort' }),
      service({ type: 'NodePort', neg: '{"ingress": false}' }),
      ONE,
    ),
    'an Ingress of another controller': edit(
      served(ingress({ class: 'nginx' })),
      served(ingress({ class: 'nginx', service: 'b' })),
      WEB,
    ),
    'one that failed before and fails as it did': edit(
      served(ingress({ class: 'gce', port: { name: 'grpc' } })),
      served(ingress({ class: 'gce', port: { name: 'grpc' }, tls: [{ secretName: 'web-tls' }] })),
      WEB,
    ),
    'more paths than an admission plans twice': edit(only(...MANY_PATHS), only(...MANY_PATHS.slice(1)), A),
  },
});
