import { describeRule } from '../../test/support/describe-rule.ts';
import { ADD_ON_OFF } from '../../test/support/facts.ts';
import { ingress, type RawObject, service } from '../../test/support/objects.ts';
import { localTrafficPolicy } from './local-traffic-policy.ts';

const GCE = ingress({ class: 'gce' });
const FOUND =
  'spec.externalTrafficPolicy: only nodes with a ready Pod pass the health check and get traffic; the others show as UNHEALTHY, by design.';

const local = (type: string, options: Parameters<typeof service>[0] = {}): RawObject =>
  service({ type, spec: { externalTrafficPolicy: 'Local' }, ...options });

describeRule(localTrafficPolicy, {
  finds: {
    'a NodePort Service': [[local('NodePort'), GCE], FOUND],
    'a LoadBalancer Service': [[local('LoadBalancer'), GCE], FOUND],
    'behind two Ingresses, once': [[local('NodePort'), GCE, ingress({ name: 'api', class: 'gce' })], FOUND],
    'while the add-on is off': [{ objects: [local('NodePort'), GCE], facts: ADD_ON_OFF }, `(possible) ${FOUND}`],
  },
  passes: {
    'behind a NEG, where Google asks the Pods': [local('NodePort', { neg: '{"ingress": true}' }), GCE],
    'externalTrafficPolicy: Cluster': [service({ type: 'NodePort' }), GCE],
    'behind no Ingress': [local('LoadBalancer')],
    "another controller's class": [local('NodePort'), ingress({ class: 'nginx' })],
  },
});
