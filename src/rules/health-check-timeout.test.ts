import { describeRule } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import { backendConfig, deployment, ingress, type RawObject, service } from '../../test/support/objects.ts';
import { healthCheckTimeout } from './health-check-timeout.ts';

const NEG = '{"ingress": true}';
const INGRESS = ingress({ class: 'gce' });
const CONFIGURED = { 'cloud.google.com/backend-config': '{"default": "web"}' };
const TRANSPARENT = { 'networking.gke.io/transparent-health-checker': '{"enabled": true}' };
const PROBE = 'spec.template.spec.containers[0].readinessProbe.timeoutSeconds';
const SERVED = ingress({ class: 'gce', address: '203.0.113.7' });
const GKE_WRITES_NEG = factsOf({ vpcNative: true, sharedVpc: false, networkPolicy: false, version: '1.30.5-gke.1' });

const probing = (fields: RawObject = {}): RawObject =>
  deployment({ container: { readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, ...fields } } });
const withConfig = (workload: RawObject, healthCheck: RawObject): [RawObject, RawObject, RawObject, RawObject] => [
  workload,
  service({ neg: NEG, annotations: CONFIGURED }),
  INGRESS,
  backendConfig({ spec: { healthCheck } }),
];
const refused = (timeout: string, interval: string, of = 'Ingress "web"'): string =>
  `Google refuses the health check of ${of}: timeout ${timeout} is above interval ${interval}.`;
const SLOW_PROBE = refused('30 s (readiness probe)', '5 s (readiness probe)');
const UNSELECTIVE = service({ neg: NEG, spec: { selector: undefined } });
const FOREIGN_PROBE =
  'Service "web" has no selector, so the probe of any Pod of its namespace counts, here that of Deployment "web".';
const inConfig = (field: string, message: string): string => `BackendConfig/web spec.healthCheck.${field}: ${message}`;
const usingConfig = (): RawObject => service({ neg: NEG, annotations: CONFIGURED });
const nodePort = (): RawObject => service({ type: 'NodePort', annotations: CONFIGURED });
const timing = (healthCheck: RawObject): RawObject => backendConfig({ spec: { healthCheck } });
const ANY_INGRESS = 'an Ingress that uses it';

describeRule(healthCheckTimeout, {
  finds: {
    'a probe that waits longer than its period': [
      [probing({ periodSeconds: 5, timeoutSeconds: 30 }), service({ neg: NEG }), INGRESS],
      `${PROBE}: ${SLOW_PROBE}`,
    ],
    'the timeout of a BackendConfig meets the period of the probe': [
      withConfig(probing(), { timeoutSec: 15 }),
      inConfig('timeoutSec', refused('15 s', '10 s (readiness probe)')),
    ],
    'the interval of a BackendConfig meets the timeout of the probe': [
      withConfig(probing({ periodSeconds: 30, timeoutSeconds: 20 }), { checkIntervalSec: 10 }),
      inConfig('checkIntervalSec', refused('20 s (readiness probe)', '10 s')),
    ],
    'the interval of a BackendConfig meets the default timeout, where a probe may come yet': [
      withConfig(deployment(), { checkIntervalSec: 10, requestPath: '/healthz' }),
      `(possible) ${inConfig('checkIntervalSec', refused('15 s (default)', '10 s'))}`,
    ],
    'both are set in the BackendConfig': [
      withConfig(probing(), { checkIntervalSec: 5, timeoutSec: 6 }),
      inConfig('timeoutSec', refused('6 s', '5 s')),
    ],
    'both are set in the BackendConfig, and no workload is known': [
      [timing({ checkIntervalSec: 20, timeoutSec: 30 }), usingConfig(), INGRESS],
      `spec.healthCheck.timeoutSec: ${refused('30 s', '20 s')}`,
    ],
    'no workload is known, and an instance group waits for a minute by default': [
      [timing({ checkIntervalSec: 7 }), nodePort(), INGRESS],
      `(possible) spec.healthCheck.checkIntervalSec: ${refused('60 s (default)', '7 s')}`,
    ],
    'no workload is known, and a NEG waits for 15 s by default': [
      [timing({ checkIntervalSec: 7 }), usingConfig(), INGRESS],
      `(possible) spec.healthCheck.checkIntervalSec: ${refused('15 s (default)', '7 s')}`,
    ],
    'a BackendConfig alone': [
      [timing({ checkIntervalSec: 20, timeoutSec: 30 })],
      `(possible) spec.healthCheck.timeoutSec: ${refused('30 s', '20 s', ANY_INGRESS)}`,
    ],
    'a BackendConfig and its Service, and no Ingress is known': [
      [timing({ checkIntervalSec: 20, timeoutSec: 30 }), usingConfig()],
      `(possible) spec.healthCheck.timeoutSec: ${refused('30 s', '20 s', ANY_INGRESS)}`,
    ],
    'a BackendConfig of two Services is wrong once': [
      [
        timing({ checkIntervalSec: 20, timeoutSec: 30 }),
        usingConfig(),
        service({ name: 'api', neg: NEG, annotations: CONFIGURED }),
        INGRESS,
        ingress({ name: 'api', class: 'gce', service: 'api' }),
      ],
      `spec.healthCheck.timeoutSec: ${refused('30 s', '20 s', 'Ingress "api"')}`,
    ],
    'a BackendConfig that meets the defaults of two Services': [
      [
        timing({ checkIntervalSec: 7 }),
        usingConfig(),
        service({ name: 'api', type: 'NodePort', annotations: CONFIGURED }),
        INGRESS,
        ingress({ name: 'api', class: 'gce', service: 'api' }),
      ],
      `(possible) spec.healthCheck.checkIntervalSec: ${refused('60 s (default)', '7 s', 'Ingress "api"')}`,
      `(possible) spec.healthCheck.checkIntervalSec: ${refused('15 s (default)', '7 s')}`,
    ],
    'a probe behind an instance group, which is asked a minute less often': [
      [probing({ periodSeconds: 10, timeoutSeconds: 71 }), service({ type: 'NodePort' }), INGRESS],
      `${PROBE}: ${refused('71 s (readiness probe)', '70 s (readiness probe)')}`,
    ],
    'the Ingress is served already: its check may have been made with other numbers': [
      [probing({ periodSeconds: 5, timeoutSeconds: 30 }), service({ neg: NEG }), SERVED],
      `(possible) ${PROBE}: ${SLOW_PROBE}`,
    ],
    'the Ingress is served already, and a BackendConfig sets both': [
      [timing({ checkIntervalSec: 5, timeoutSec: 6 }), usingConfig(), SERVED],
      `spec.healthCheck.timeoutSec: ${refused('6 s', '5 s')}`,
    ],
    'the add-on is off: it will be so once it is on': [
      {
        objects: [timing({ checkIntervalSec: 20, timeoutSec: 30 }), usingConfig(), INGRESS],
        facts: factsOf({ httpLoadBalancing: 'disabled' }),
      },
      `(possible) spec.healthCheck.timeoutSec: ${refused('30 s', '20 s')}`,
    ],
    'transparent health checks are asked for, and nobody said whether the controller does them': [
      [probing({ periodSeconds: 5, timeoutSeconds: 30 }), service({ neg: NEG, annotations: TRANSPARENT }), INGRESS],
      `(possible) (warning) ${PROBE}: ${SLOW_PROBE} (Unless this cluster does transparent health checks; the flag enableTransparentHealthChecks is taken to be off.)`,
    ],
    'a Service without a selector gets the probe of a Pod that it does not select': [
      [probing({ periodSeconds: 5, timeoutSeconds: 30 }), UNSELECTIVE, INGRESS],
      `(possible) Service/web spec: ${SLOW_PROBE} ${FOREIGN_PROBE}`,
    ],
    'a Service without a selector, and the interval of its BackendConfig': [
      [
        probing({ periodSeconds: 30, timeoutSeconds: 20 }),
        service({ neg: NEG, annotations: CONFIGURED, spec: { selector: {} } }),
        INGRESS,
        timing({ checkIntervalSec: 10 }),
      ],
      `(possible) ${inConfig('checkIntervalSec', refused('20 s (readiness probe)', '10 s'))} ${FOREIGN_PROBE}`,
    ],
    'a NEG that GKE is expected to ask for has no minute more': [
      {
        objects: [probing({ periodSeconds: 10, timeoutSeconds: 15 }), service({ type: 'NodePort' }), INGRESS],
        facts: GKE_WRITES_NEG,
        expectsGkeNeg: true,
      },
      `(possible) (warning) ${PROBE}: ${refused('15 s (readiness probe)', '10 s (readiness probe)')}`,
    ],
  },
  passes: {
    'a probe with a shorter timeout': [
      probing({ periodSeconds: 10, timeoutSeconds: 5 }),
      service({ neg: NEG }),
      INGRESS,
    ],
    'equal is allowed': [probing({ periodSeconds: 10, timeoutSeconds: 10 }), service({ neg: NEG }), INGRESS],
    'a Service without a selector, whose Pods are elsewhere': [
      deployment({
        namespace: 'other',
        container: {
          readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 5, timeoutSeconds: 30 },
        },
      }),
      UNSELECTIVE,
      INGRESS,
    ],
    'the defaults are equal': [deployment(), service({ neg: NEG }), INGRESS],
    'an instance group has a minute more': [
      probing({ periodSeconds: 10, timeoutSeconds: 70 }),
      service({ type: 'NodePort' }),
      INGRESS,
    ],
    'a BackendConfig sets both': withConfig(probing({ periodSeconds: 5, timeoutSeconds: 30 }), {
      checkIntervalSec: 30,
      timeoutSec: 30,
    }),
    'the interval of a BackendConfig meets the short timeout of a probe': withConfig(probing(), {
      checkIntervalSec: 5,
    }),
    'the sample of the documentation of GKE': withConfig(deployment(), {
      checkIntervalSec: 15,
      port: 15020,
      type: 'HTTPS',
      requestPath: '/healthz',
    }),
    'a BackendConfig alone that sets one of the two': [timing({ timeoutSec: 30 })],
    'the Service of a BackendConfig is behind no Ingress, so its defaults are not known': [
      timing({ checkIntervalSec: 7 }),
      usingConfig(),
    ],
    'a BackendConfig that is not known may set anything': [
      probing({ periodSeconds: 5, timeoutSeconds: 30 }),
      service({ neg: NEG, annotations: CONFIGURED }),
      INGRESS,
    ],
    'a probe that Google does not take': [
      deployment({
        container: { readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 5, timeoutSeconds: 30 } },
      }),
      service({ neg: NEG }),
      INGRESS,
    ],
    'transparent health checks take no number of the probe': {
      objects: [
        probing({ periodSeconds: 5, timeoutSeconds: 30 }),
        service({ neg: NEG, annotations: TRANSPARENT }),
        INGRESS,
      ],
      facts: factsOf({ controller: { enableTransparentHealthChecks: true } }),
    },
    'no Ingress is in front': [probing({ periodSeconds: 5, timeoutSeconds: 30 }), service({ neg: NEG })],
    'an Ingress of another controller is in front': [
      probing({ periodSeconds: 5, timeoutSeconds: 30 }),
      service({ neg: NEG }),
      ingress({ class: 'nginx' }),
    ],
  },
});
