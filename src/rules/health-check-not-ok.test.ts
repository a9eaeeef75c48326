import { describeRule, type RuleCase } from '../../test/support/describe-rule.ts';
import { ADD_ON_OFF, factsOf } from '../../test/support/facts.ts';
import { fakeApps } from '../../test/support/fake-apps.ts';
import {
  backendConfig,
  deployment,
  ingress,
  ingressOf,
  pathTo,
  type RawObject,
  service,
} from '../../test/support/objects.ts';
import { healthCheckNotOk } from './health-check-not-ok.ts';

const INFLUX = 'docker.io/library/influxdb:1.8.10';
const GRAFANA = 'docker.io/grafana/grafana:12.1.0';
const DASHBOARD = 'docker.io/kubernetesui/dashboard:v2.7.0';
const BOTH = 'registry.example/both:1';
const HIDDEN = 'registry.example/hidden:1';
const HTTPS_REDIRECT = 'registry.example/redirect:1';

const apps = fakeApps({
  [INFLUX]: [
    { name: 'InfluxDB', path: '/ping', status: 204, fix: 'Ask GET /ping?verbose=true or /health.' },
    { name: 'InfluxDB', path: '/health', status: 200 },
    { name: 'InfluxDB', status: 404 },
  ],
  [GRAFANA]: [
    { name: 'Grafana', path: '/api/health', status: 200 },
    { name: 'Grafana', path: '/', status: 302, fix: 'Probe GET /api/health.' },
  ],
  [DASHBOARD]: [
    { name: 'Kubernetes Dashboard', status: 400, speaksTlsOnly: true, fix: 'Set --enable-insecure-login.' },
  ],
  [BOTH]: [
    { port: 8443, status: 400, speaksTlsOnly: true },
    { port: 8080, path: '/' },
  ],
  [HIDDEN]: [{ name: 'Hidden', status: 401, unless: 'ConfigMap "hidden" sets anonymous' }],
  [HTTPS_REDIRECT]: [{ status: 301, redirectsToHttps: true }],
});

const TRANSPARENT = factsOf({ controller: { enableTransparentHealthChecks: true } });
const NEG = '{"ingress": true}';
const INGRESS = ingress({ class: 'gce' });
const TLS_INGRESS = ingress({ class: 'gce', port: { number: 443 } });
const CONTAINER = 'spec.template.spec.containers[0]';
const PROBE = `${CONTAINER}.readinessProbe.httpGet`;

/** An app on one port, with a probe of this path. */
function running(image: string, path?: string, container: RawObject = {}): RawObject {
  const probe = path === undefined ? {} : { readinessProbe: { httpGet: { path, port: 8080 } } };
  return deployment({ container: { image, ...probe, ...container } });
}

const tls = (container: RawObject = {}): RawObject =>
  running(DASHBOARD, undefined, { ports: [{ containerPort: 8443 }], ...container });
const toTls = (annotations: Readonly<Record<string, string>> = {}): RawObject =>
  service({ neg: NEG, annotations, ports: [{ name: 'https', port: 443, targetPort: 8443 }] });
const ofConfig = { 'cloud.google.com/backend-config': '{"default": "web"}' };

const gets = (status: number, path: string, name: string, when = 'behind Ingress "web"'): string =>
  `${when} Google's check GET ${path} gets ${status} from ${name}, not 200: UNHEALTHY.`;
const SPEAKS = (when = 'behind a GKE Ingress'): string =>
  `${when} Google's check GET / speaks plain HTTP, and Kubernetes Dashboard speaks TLS only on that port: UNHEALTHY.`;

const TAKEN = ' Kubernetes calls the Pod Ready: the kubelet takes 204, as all from 200 to 399.';
const NO_PROBE = ' Kubernetes calls the Pod Ready all the same: it has no readiness probe.';
const NO_PAGE = ' Kubernetes calls the Pod Ready all the same: its readiness probe (tcpSocket) asks for no page.';
const SHOWN = ' Kubernetes shows it too: the readiness probe gets the same, and the Pod is never Ready.';
const asks = (what: string): string =>
  ` Kubernetes may call the Pod Ready all the same: its readiness probe asks ${what}.`;

const of = (...objects: RuleCase['objects']): RuleCase => ({ objects, apps });

describeRule(healthCheckNotOk, {
  finds: {
    'a probe that is answered with 204: Ready to the kubelet, UNHEALTHY to Google': [
      of(running(INFLUX, '/ping'), service({ neg: NEG }), INGRESS),
      `${PROBE}: ${gets(204, '/ping', 'InfluxDB')}${TAKEN}`,
    ],
    'a probe that Google does not adopt leaves GET /, which is a redirect to the login page': [
      of(
        running(GRAFANA, undefined, { readinessProbe: { tcpSocket: { port: 8080 } } }),
        service({ neg: NEG }),
        INGRESS,
      ),
      `(possible) ${CONTAINER}: ${gets(302, '/', 'Grafana')}${NO_PAGE}`,
    ],
    'no probe, and another workload may bring one': [
      of(running(GRAFANA), service({ neg: NEG }), INGRESS),
      `(possible) ${CONTAINER}: ${gets(302, '/', 'Grafana')}${NO_PROBE}`,
    ],
    'no probe, and a BackendConfig asks for it': [
      of(
        running(GRAFANA),
        service({ neg: NEG, annotations: ofConfig }),
        INGRESS,
        backendConfig({ spec: { healthCheck: { requestPath: '/' } } }),
      ),
      `${CONTAINER}: ${gets(302, '/', 'Grafana')}${NO_PROBE}`,
    ],
    'what an app answers does not depend on the add-on': [
      { ...of(running(INFLUX, '/ping'), service({ neg: NEG }), INGRESS), facts: ADD_ON_OFF },
      `${PROBE}: ${gets(204, '/ping', 'InfluxDB')}${TAKEN}`,
    ],
    'two workloads behind one Service': [
      of(
        running(INFLUX, '/ping'),
        { ...running(INFLUX), metadata: { name: 'x-canary', namespace: 'shop' } },
        service({ neg: NEG }),
        INGRESS,
      ),
      `${PROBE}: ${gets(204, '/ping', 'InfluxDB')}${TAKEN}`,
      `Deployment/x-canary ${CONTAINER}: ${gets(204, '/ping', 'InfluxDB')}${NO_PROBE}`,
    ],
    'a BackendConfig asks for it': [
      of(
        running(INFLUX, '/health'),
        service({ neg: NEG, annotations: ofConfig }),
        INGRESS,
        backendConfig({ spec: { healthCheck: { requestPath: '/ping' } } }),
      ),
      `${CONTAINER}: ${gets(204, '/ping', 'InfluxDB')}${asks('HTTP GET /health on port 8080')}`,
    ],
    'the workload arrives before its Service and its Ingress': [
      of(running(INFLUX, '/ping')),
      `(possible) ${PROBE}: ${gets(204, '/ping', 'InfluxDB', 'behind a GKE Ingress')}${TAKEN}`,
    ],
    'a setting that cannot be seen may turn it off': [
      of(running(HIDDEN, '/'), service({ neg: NEG }), INGRESS),
      `(possible) ${PROBE}: ${gets(401, '/', 'Hidden')} (Unless ConfigMap "hidden" sets anonymous.)${SHOWN}`,
    ],
    'a port that speaks TLS only behind a Service port that speaks HTTP': [
      of(tls(), toTls(), TLS_INGRESS),
      `${CONTAINER}: ${SPEAKS('behind Ingress "web"')}${NO_PROBE}`,
    ],
    'alone, an app whose port speaks TLS only': [of(tls()), `(possible) ${CONTAINER}: ${SPEAKS()}${NO_PROBE}`],
    'alone, with an HTTPS probe': [
      of(tls({ readinessProbe: { httpGet: { path: '/', port: 8443, scheme: 'HTTPS' } } })),
      `(possible) ${CONTAINER}: ${SPEAKS()}${asks('HTTPS GET / on port 8443')}`,
    ],
    'with a Service that speaks HTTP to it, before an Ingress is there': [
      of(tls(), toTls()),
      `(possible) ${CONTAINER}: ${SPEAKS()}${NO_PROBE}`,
    ],
  },
  passes: {
    'a probe that is answered with 200': of(running(INFLUX, '/health'), service({ neg: NEG }), INGRESS),
    'alone too': of(running(GRAFANA, '/api/health')),
    'alone without a probe nothing is asked yet': of(running(GRAFANA)),
    'a Service without a selector has no Pods of its own': of(
      running(INFLUX, undefined),
      service({ neg: NEG, spec: { selector: {} } }),
      INGRESS,
    ),
    'a later path has taken the only one that led there': of(
      running(INFLUX),
      service({ neg: NEG }),
      service({ name: 'other', neg: NEG, spec: { selector: { app: 'other' } } }),
      ingressOf([pathTo('/', 'Prefix'), pathTo('/', 'Prefix', 'other')], 'shop.example.com', {
        defaultBackend: { service: { name: 'other', port: { number: 80 } } },
      }),
    ),
    'an app that nobody knows': of(running('registry.example/web:1.0', '/ping'), service({ neg: NEG }), INGRESS),
    'a path that nobody knows': of(running(GRAFANA, '/metrics'), service({ neg: NEG }), INGRESS),
    'a redirect to HTTPS is the business of another rule': of(
      running(HTTPS_REDIRECT, '/'),
      service({ neg: NEG }),
      INGRESS,
    ),
    'the Service port speaks HTTPS to it': of(
      tls(),
      toTls({ 'cloud.google.com/app-protocols': '{"https": "HTTPS"}' }),
      TLS_INGRESS,
    ),
    'the Service port speaks HTTPS to it, and no Ingress is there yet': of(
      tls(),
      toTls({ 'cloud.google.com/app-protocols': '{"https": "HTTPS"}' }),
    ),
    'a BackendConfig asks over HTTPS': of(
      tls(),
      toTls(ofConfig),
      TLS_INGRESS,
      backendConfig({ spec: { healthCheck: { type: 'HTTPS' } } }),
    ),
    'a BackendConfig asks another path': of(
      running(INFLUX, '/ping'),
      service({ neg: NEG, annotations: ofConfig }),
      INGRESS,
      backendConfig({ spec: { healthCheck: { requestPath: '/health' } } }),
    ),
    'a BackendConfig that is not known may ask anything': of(
      running(INFLUX, '/ping'),
      service({ neg: NEG, annotations: ofConfig }),
      INGRESS,
    ),
    'alone, another port of it speaks HTTP': of(
      running(BOTH, undefined, { ports: [{ containerPort: 8443 }, { containerPort: 8080 }] }),
    ),
    'the Service names the port that speaks HTTP': of(
      running(BOTH, undefined, { ports: [{ containerPort: 8443 }, { containerPort: 8080 }] }),
      service({ neg: NEG }),
    ),
    'the Service names a port of another app in the Pod': of(
      deployment({
        containers: [
          { name: 'dashboard', image: DASHBOARD, ports: [{ containerPort: 8443 }] },
          { name: 'web', image: 'web', ports: [{ containerPort: 8080 }] },
        ],
      }),
      service({ neg: NEG }),
    ),
    'transparent health checks are answered by the node': {
      ...of(
        running(INFLUX, '/ping'),
        service({ neg: NEG, annotations: { 'networking.gke.io/transparent-health-checker': '{"enabled": true}' } }),
        INGRESS,
      ),
      facts: TRANSPARENT,
    },
  },
});
