import { describeRule } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import { backendConfig, deployment, ingress, type RawObject, service } from '../../test/support/objects.ts';
import { healthCheckTimeout } from './health-check-timeout.ts';

const NEG = '{"ingress": true}';
const INGRESS = ingress({ class: 'gce' });
const CONFIGURED = { 'cloud.google.com/backend-config': '{"default": "web"}' };
const TRANSPARENT = { 'networking.gke.io/transparent-health-checker': '{"enabled": true}' };
const CONTAINER = 'spec.template.spec.containers[0]';
const PROBE = `${CONTAINER}.readinessProbe.timeoutSeconds`;

const probing = (fields: RawObject = {}): RawObject =>
  deployment({ container: { readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, ...fields } } });
const withConfig = (workload: RawObject, healthCheck: RawObject): [RawObject, RawObject, RawObject, RawObject] => [
  workload,
  service({ neg: NEG, annotations: CONFIGURED }),
  INGRESS,
  backendConfig({ spec: { healthCheck } }),
];
const refused = (timeout: string, interval: string): string =>
  `Google refuses the health check of Ingress "web": timeout ${timeout} is above interval ${interval}.`;

describeRule(healthCheckTimeout, {
  finds: {
    'a probe that waits longer than its period': [
      [probing({ periodSeconds: 5, timeoutSeconds: 30 }), service({ neg: NEG }), INGRESS],
      `${PROBE}: ${refused('30 s (probe)', '5 s (probe)')}`,
    ],
    'the timeout of a BackendConfig meets the period of the probe': [
      withConfig(probing(), { timeoutSec: 15 }),
      `${CONTAINER}: ${refused('15 s (BackendConfig "web")', '10 s (probe)')}`,
    ],
    'the interval of a BackendConfig meets the default timeout': [
      withConfig(deployment(), { checkIntervalSec: 10, requestPath: '/healthz' }),
      `${CONTAINER}: ${refused('15 s (default)', '10 s (BackendConfig "web")')}`,
    ],
    'both are set in the BackendConfig': [
      withConfig(probing(), { checkIntervalSec: 5, timeoutSec: 6 }),
      `${CONTAINER}: ${refused('6 s (BackendConfig "web")', '5 s (BackendConfig "web")')}`,
    ],
    'a probe behind an instance group, which is asked a minute less often': [
      [probing({ periodSeconds: 10, timeoutSeconds: 71 }), service({ type: 'NodePort' }), INGRESS],
      `${PROBE}: ${refused('71 s (probe)', '70 s (probe)')}`,
    ],
    'the Ingress is served already: its check may have been made with other numbers': [
      [
        probing({ periodSeconds: 5, timeoutSeconds: 30 }),
        service({ neg: NEG }),
        { ...INGRESS, status: { loadBalancer: { ingress: [{ ip: '203.0.113.7' }] } } },
      ],
      `(possible) ${PROBE}: ${refused('30 s (probe)', '5 s (probe)')}`,
    ],
    'transparent health checks are asked for, and nobody said whether the controller does them': [
      [probing({ periodSeconds: 5, timeoutSeconds: 30 }), service({ neg: NEG, annotations: TRANSPARENT }), INGRESS],
      `(possible) (warning) ${PROBE}: ${refused('30 s (probe)', '5 s (probe)')} (Unless this cluster does transparent health checks; the flag enableTransparentHealthChecks is taken to be off.)`,
    ],
  },
  passes: {
    'a probe with a shorter timeout': [
      probing({ periodSeconds: 10, timeoutSeconds: 5 }),
      service({ neg: NEG }),
      INGRESS,
    ],
    'equal is allowed': [probing({ periodSeconds: 10, timeoutSeconds: 10 }), service({ neg: NEG }), INGRESS],
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
