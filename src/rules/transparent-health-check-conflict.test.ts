import { describeRule } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import { backendConfig, deployment, ingress, type RawObject, service } from '../../test/support/objects.ts';
import { transparentHealthCheckConflict } from './transparent-health-check-conflict.ts';

const GCE = ingress({ class: 'gce' });
const KEY = 'networking.gke.io/transparent-health-checker';
const ON = '{"enabled": true}';
const NEG = { 'cloud.google.com/neg': '{"ingress": true}' };
const CONFIG = { 'cloud.google.com/backend-config': '{"default": "web"}' };
const CHECKING = backendConfig({ spec: { healthCheck: { requestPath: '/healthz' } } });

const asking = (annotations: Readonly<Record<string, string>> = {}, type = 'NodePort'): RawObject =>
  service({ type, annotations: { [KEY]: ON, ...annotations } });
const withoutNeg = (why: string): string =>
  `metadata.annotations["${KEY}"]: transparent health checks work with NEGs only, and ${why}.`;
const OFFERED = factsOf({ controller: { enableTransparentHealthChecks: true } });
const NOT_OFFERED = factsOf({ controller: { enableTransparentHealthChecks: false } });
const OFF = `metadata.annotations["${KEY}"]: the controller does no transparent health checks: its flag enableTransparentHealthChecks is off.`;
const TAKEN_TO_BE_OFF = `(possible) (info) ${OFF} (Unless this cluster sets it: the facts do not say, and off is the default.)`;
const OVERRIDDEN = `metadata.annotations["${KEY}"]: BackendConfig "web" has a health check, which wins over the transparent one.`;

describeRule(transparentHealthCheckConflict, {
  finds: {
    'a NodePort Service behind an Ingress, without NEGs': [
      [asking(), GCE],
      withoutNeg('Ingress "web" uses instance groups'),
    ],
    'a BackendConfig with a health check': [[asking({ ...NEG, ...CONFIG }), GCE, CHECKING], OVERRIDDEN],
    'both, of which the controller reports the BackendConfig': [[asking(CONFIG), GCE, CHECKING], OVERRIDDEN],
    'a controller that does them': [
      { objects: [asking(), GCE], facts: OFFERED },
      withoutNeg('Ingress "web" uses instance groups'),
    ],
    'a controller that does not do them': [{ objects: [asking(NEG), GCE], facts: NOT_OFFERED }, OFF],
    'nobody said whether the controller does them': [[asking(NEG), GCE], TAKEN_TO_BE_OFF],
    'the same, and no Ingress is known': [[asking(NEG)], TAKEN_TO_BE_OFF],
    'an internal Ingress, which takes NEGs only, and nobody said whether the controller does them': [
      [asking(), ingress({ class: 'gce-internal' })],
      TAKEN_TO_BE_OFF,
    ],
    'no NEGs, and no Ingress is known': [
      [asking({ 'cloud.google.com/neg': '{"ingress": false}' })],
      `(possible) ${withoutNeg('cloud.google.com/neg does not say "ingress": true')}`,
    ],
    'a NodePort Service without the annotation, and no Ingress is known': [
      [asking()],
      `(possible) ${withoutNeg('cloud.google.com/neg does not say "ingress": true')}`,
    ],
    'a BackendConfig with a health check, and no Ingress is known': [
      [asking({ ...NEG, ...CONFIG }), CHECKING],
      `(possible) ${OVERRIDDEN}`,
    ],
    'two ports, of which one has the BackendConfig': [
      {
        objects: [
          service({
            annotations: { [KEY]: ON, ...NEG, 'cloud.google.com/backend-config': '{"ports": {"http": "web"}}' },
            ports: [
              { name: 'http', port: 80, targetPort: 8080 },
              { name: 'admin', port: 81, targetPort: 8081 },
            ],
          }),
          ingress({ class: 'gce' }),
          ingress({ class: 'gce', name: 'admin', port: { number: 81 } }),
          CHECKING,
        ],
        facts: OFFERED,
      },
      OVERRIDDEN,
    ],
  },
  passes: {
    'with NEGs': { objects: [asking(NEG), GCE], facts: OFFERED },
    'with NEGs, and no Ingress is known': { objects: [asking(NEG)], facts: OFFERED },
    'with NEGs and Pods': { objects: [asking(NEG), GCE, deployment()], facts: OFFERED },
    'a BackendConfig without a health check': {
      objects: [asking({ ...NEG, ...CONFIG }), GCE, backendConfig({ spec: { timeoutSec: 60 } })],
      facts: OFFERED,
    },
    'a BackendConfig that is not known': { objects: [asking({ ...NEG, ...CONFIG }), GCE], facts: OFFERED },
    'an internal Ingress, which takes NEGs only': {
      objects: [asking(), ingress({ class: 'gce-internal' })],
      facts: OFFERED,
    },
    'a ClusterIP Service that may get the annotation yet': [asking({}, 'ClusterIP')],
    'a ClusterIP Service without NEGs behind an Ingress, which is another finding': [asking({}, 'ClusterIP'), GCE],
    'not opted in': [service({ type: 'NodePort', annotations: { [KEY]: '{"enabled": false}' } }), GCE],
    'a value that cannot be decoded, which counts as no': [
      service({ type: 'NodePort', annotations: { [KEY]: 'true' } }),
      GCE,
    ],
    'no annotation': [service({ type: 'NodePort' }), GCE],
  },
});
