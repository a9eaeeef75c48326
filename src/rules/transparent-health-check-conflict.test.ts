import { describeRule } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import { backendConfig, ingress, type RawObject, service } from '../../test/support/objects.ts';
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
const OVERRIDDEN = `metadata.annotations["${KEY}"]: BackendConfig "web" has a health check, which wins over the transparent one.`;

describeRule(transparentHealthCheckConflict, {
  finds: {
    'a NodePort Service behind an Ingress, without NEGs': [
      [asking(), GCE],
      withoutNeg('Ingress "web" uses instance groups'),
    ],
    'a BackendConfig with a health check': [[asking({ ...NEG, ...CONFIG }), GCE, CHECKING], OVERRIDDEN],
    'both, of which the controller tells the BackendConfig': [[asking(CONFIG), GCE, CHECKING], OVERRIDDEN],
    'a controller that does them': [
      { objects: [asking(), GCE], facts: factsOf({ controller: { enableTransparentHealthChecks: true } }) },
      withoutNeg('Ingress "web" uses instance groups'),
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
  },
  passes: {
    'with NEGs': [asking(NEG), GCE],
    'with NEGs, and no Ingress is known': [asking(NEG)],
    'a BackendConfig without a health check': [
      asking({ ...NEG, ...CONFIG }),
      GCE,
      backendConfig({ spec: { timeoutSec: 60 } }),
    ],
    'a BackendConfig that is not known': [asking({ ...NEG, ...CONFIG }), GCE],
    'an internal Ingress, which takes NEGs only': [asking(), ingress({ class: 'gce-internal' })],
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
