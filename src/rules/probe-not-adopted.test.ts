import { describeRule } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import {
  backendConfig,
  configMap,
  deployment,
  ingress,
  ingressOf,
  pathTo,
  type RawObject,
  service,
} from '../../test/support/objects.ts';
import { probeNotAdopted } from './probe-not-adopted.ts';

const NEG = '{"ingress": true}';
const BEHIND = 'Behind Ingress "web" only the status 200 passes.';
const INGRESS = ingress({ class: 'gce' });

function probed(readinessProbe: RawObject, container: RawObject = {}): RawObject {
  return deployment({ container: { readinessProbe, ...container } });
}

function httpGet(fields: RawObject): RawObject {
  return { httpGet: { path: '/healthz', port: 8080, ...fields } };
}

const ignored = (
  reason: string,
  check = 'GET / on port 8080 every 15 s',
  container = 0,
  name = 'web',
  note = BEHIND,
): string =>
  `spec.template.spec.containers[${container}].readinessProbe: Google checks ${check}, not the readiness probe of "${name}": ${reason}. ${note}`;

const OTHER_PORT = "it is on port 9090, and the Service's targetPort is 8080";

describeRule(probeNotAdopted, {
  finds: {
    'the probe is on another port than the one that is served': [
      [probed(httpGet({ port: 9090 })), service({ neg: NEG }), INGRESS],
      ignored(OTHER_PORT),
    ],
    'a tcpSocket probe': [
      [probed({ tcpSocket: { port: 8080 } }), service({ neg: NEG }), INGRESS],
      ignored('it is a tcpSocket probe, and only httpGet is read'),
    ],
    'an exec probe': [
      [probed({ exec: { command: ['true'] } }), service({ neg: NEG }), INGRESS],
      ignored('it is an exec probe, and only httpGet is read'),
    ],
    'a grpc probe': [
      [probed({ grpc: { port: 8080 } }), service({ neg: NEG }), INGRESS],
      ignored('it is a grpc probe, and only httpGet is read'),
    ],
    'the probe asks another host': [
      [probed(httpGet({ host: 'web.example.com' })), service({ neg: NEG }), INGRESS],
      ignored('it sets httpGet.host ("web.example.com")'),
    ],
    'the probe sends a header, as people do for apps that redirect': [
      [
        probed(httpGet({ httpHeaders: [{ name: 'X-Forwarded-Proto', value: 'https' }] })),
        service({ neg: NEG }),
        INGRESS,
      ],
      ignored('it sends the header "X-Forwarded-Proto", and only one named exactly "Host" may be there'),
    ],
    'the name of the Host header in small letters': [
      [probed(httpGet({ httpHeaders: [{ name: 'host', value: 'web' }] })), service({ neg: NEG }), INGRESS],
      ignored('it sends the header "host", and only one named exactly "Host" may be there'),
    ],
    'two Host headers': [
      [
        probed(
          httpGet({
            httpHeaders: [
              { name: 'Host', value: 'a' },
              { name: 'Host', value: 'b' },
            ],
          }),
        ),
        service({ neg: NEG }),
        INGRESS,
      ],
      ignored('it sends 2 headers, and only one may be there'),
    ],
    'an HTTPS probe behind a Service port that speaks HTTP': [
      [probed(httpGet({ scheme: 'HTTPS' })), service({ neg: NEG }), INGRESS],
      ignored('its scheme is HTTPS, and the Service port speaks HTTP'),
    ],
    'an HTTP probe behind a Service port that speaks HTTPS': [
      [
        probed(httpGet({})),
        service({ neg: NEG, annotations: { 'cloud.google.com/app-protocols': '{"http": "HTTPS"}' } }),
        INGRESS,
      ],
      ignored('its scheme is HTTP, and the Service port speaks HTTPS'),
    ],
    'the container declares no port': [
      [probed(httpGet({}), { ports: [] }), service({ neg: NEG }), INGRESS],
      ignored('container "web" declares no port 8080, the Service\'s targetPort'),
    ],
    'the targetPort is a name that the container does not declare': [
      [
        probed(httpGet({})),
        deployment({ name: 'other', container: { ports: [{ name: 'web', containerPort: 8080 }] } }),
        service({ neg: NEG, ports: [{ name: 'http', port: 80, targetPort: 'web' }] }),
        INGRESS,
      ],
      ignored('container "web" declares no port "web", the Service\'s targetPort', 'GET / on port "web" every 15 s'),
    ],
    'instance groups are asked on the node port, less often': [
      [probed(httpGet({ port: 9090 })), service({ type: 'NodePort' }), INGRESS],
      ignored(OTHER_PORT, 'GET / on the node port every 60 s'),
    ],
    'a BackendConfig that only sets an interval leaves the path as it is': [
      [
        probed(httpGet({ port: 9090 })),
        service({ neg: NEG, annotations: { 'cloud.google.com/backend-config': '{"default": "web"}' } }),
        INGRESS,
        backendConfig({ spec: { healthCheck: { checkIntervalSec: 5 } } }),
      ],
      ignored(OTHER_PORT, 'GET / on port 8080 every 5 s'),
    ],
    'the probe of the container that serves, not that of a sidecar': [
      [
        deployment({
          containers: [
            {
              name: 'proxy',
              image: 'proxy',
              ports: [{ containerPort: 9000 }],
              readinessProbe: httpGet({ port: 9000 }),
            },
            { name: 'web', image: 'web', ports: [{ containerPort: 8080 }], readinessProbe: { exec: {} } },
          ],
        }),
        service({ neg: NEG }),
        INGRESS,
      ],
      ignored('it is an exec probe, and only httpGet is read', undefined, 1),
    ],
    'behind an Ingress without class, where GKE serves those': [
      {
        objects: [probed(httpGet({ port: 9090 })), service({ neg: NEG }), ingress()],
        facts: factsOf({ httpLoadBalancing: 'enabled' }),
      },
      ignored(OTHER_PORT),
    ],
    'while the add-on is off': [
      {
        objects: [probed(httpGet({ port: 9090 })), service({ neg: NEG }), INGRESS],
        facts: factsOf({ httpLoadBalancing: 'disabled' }),
      },
      `(possible) ${ignored(OTHER_PORT)}`,
    ],
    'another workload of the Service has the probe that is adopted': [
      [
        probed(httpGet({ port: 9090 })),
        deployment({ name: 'older', container: { readinessProbe: httpGet({}) } }),
        service({ neg: NEG }),
        INGRESS,
      ],
      `(info) ${ignored(OTHER_PORT, 'GET /healthz on port 8080 every 10 s', 0, 'web', 'The check is made from the probe of Deployment/shop/older.')}`,
    ],
    'each workload whose probe is passed over': [
      [
        probed(httpGet({ port: 9090 })),
        { ...probed({ exec: { command: ['true'] } }), metadata: { name: 'canary', namespace: 'shop' } },
        service({ neg: NEG }),
        INGRESS,
      ],
      ignored(OTHER_PORT),
      `Deployment/canary ${ignored('it is an exec probe, and only httpGet is read')}`,
    ],
    'two Services, of which one has the probe that is adopted': [
      [
        probed(httpGet({})),
        service({ neg: NEG }),
        service({ name: 'admin', neg: NEG, ports: [{ port: 80, targetPort: 9090 }] }),
        ingressOf([pathTo('/', 'Prefix'), pathTo('/admin', 'Prefix', 'admin')]),
      ],
      ignored('container "web" declares no port 9090, the Service\'s targetPort', 'GET / on port 9090 every 15 s'),
    ],
    'a NodePort Service that GKE is expected to give a NEG': [
      {
        objects: [probed(httpGet({ port: 9090 })), service({ type: 'NodePort' }), INGRESS],
        facts: factsOf({ vpcNative: true, sharedVpc: false, networkPolicy: false, version: '1.30.5-gke.1' }),
        expectsGkeNeg: true,
      },
      ignored(OTHER_PORT),
    ],
    'the Ingress is served: the probe is not read again': [
      [probed(httpGet({ port: 9090 })), service({ neg: NEG }), ingress({ class: 'gce', address: '203.0.113.7' })],
      ignored(OTHER_PORT),
    ],
    'a BackendConfig that could ask what the probe asks': [
      [
        probed(httpGet({ port: 9090 })),
        service({ neg: NEG, annotations: { 'cloud.google.com/backend-config': '{"default": "web"}' } }),
        INGRESS,
        backendConfig({ spec: { timeoutSec: 60 } }),
      ],
      ignored(OTHER_PORT),
    ],
    'a BackendConfig that could ask over HTTPS': [
      [
        probed(httpGet({ scheme: 'HTTPS' })),
        service({ neg: NEG, annotations: { 'cloud.google.com/backend-config': '{"default": "web"}' } }),
        INGRESS,
        backendConfig(),
      ],
      ignored('its scheme is HTTPS, and the Service port speaks HTTP'),
    ],
    'the probe of a StatefulSet': [
      [{ ...probed(httpGet({ port: 9090 })), kind: 'StatefulSet' }, service({ neg: NEG }), INGRESS],
      ignored(OTHER_PORT),
    ],
  },
  passes: {
    'the probe is an httpGet on the port that is served': [probed(httpGet({})), service({ neg: NEG }), INGRESS],
    'a targetPort whose name no container has: there is no endpoint to check, which another rule says': [
      probed(httpGet({})),
      service({ neg: NEG, ports: [{ name: 'http', port: 80, targetPort: 'web' }] }),
      INGRESS,
    ],
    'one header named Host': [
      probed(httpGet({ httpHeaders: [{ name: 'Host', value: 'web.example.com' }] })),
      service({ neg: NEG }),
      INGRESS,
    ],
    'probe and Service name the same port, one by name and one by number': [
      probed(httpGet({ port: 'http' }), { ports: [{ name: 'http', containerPort: 8080 }] }),
      service({ neg: NEG }),
      INGRESS,
    ],
    'an HTTPS probe behind a Service port that speaks HTTP2': [
      probed(httpGet({ scheme: 'HTTPS' })),
      service({ neg: NEG, annotations: { 'cloud.google.com/app-protocols': '{"http": "HTTP2"}' } }),
      INGRESS,
    ],
    'the probe of a sidecar, where the one that serves is adopted': [
      deployment({
        containers: [
          { name: 'proxy', image: 'proxy', ports: [{ containerPort: 9000 }], readinessProbe: httpGet({ port: 9000 }) },
          { name: 'web', image: 'web', ports: [{ containerPort: 8080 }], readinessProbe: httpGet({}) },
        ],
      }),
      service({ neg: NEG }),
      INGRESS,
    ],
    'a BackendConfig says what is asked': [
      probed(httpGet({ port: 9090 })),
      service({ neg: NEG, annotations: { 'cloud.google.com/backend-config': '{"default": "web"}' } }),
      INGRESS,
      backendConfig({ spec: { healthCheck: { requestPath: '/healthz', port: 9090 } } }),
    ],
    'a BackendConfig that is not known may say it': [
      probed(httpGet({ port: 9090 })),
      service({ neg: NEG, annotations: { 'cloud.google.com/backend-config': '{"default": "web"}' } }),
      INGRESS,
    ],
    'the Service opts into transparent health checks, which the cluster has': {
      objects: [
        probed(httpGet({ port: 9090 })),
        service({ neg: NEG, annotations: { 'networking.gke.io/transparent-health-checker': '{"enabled": true}' } }),
        INGRESS,
      ],
      facts: factsOf({ controller: { enableTransparentHealthChecks: true } }),
    },
    'there is no readiness probe': [deployment(), service({ neg: NEG }), INGRESS],
    'no Pod is there to be probed': [
      deployment({ container: { readinessProbe: httpGet({ port: 9090 }) }, spec: { replicas: 0 } }),
      service({ neg: NEG }),
      INGRESS,
    ],
    'no Ingress is known to use it': [probed(httpGet({ port: 9090 })), service({ neg: NEG })],
    'only an Ingress of another controller uses it': [
      probed(httpGet({ port: 9090 })),
      service({ neg: NEG }),
      ingress({ class: 'nginx' }),
    ],
    'no Service selects it': [
      probed(httpGet({ port: 9090 })),
      service({ neg: NEG, spec: { selector: { app: 'other' } } }),
      INGRESS,
    ],
    'the Service fails before a health check is made': [probed(httpGet({ port: 9090 })), service(), INGRESS],
    'what else stands beside it says nothing of probes': [probed(httpGet({ port: 9090 })), configMap()],
  },
});
