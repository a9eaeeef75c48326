import { describeRule } from '../../test/support/describe-rule.ts';
import { ADD_ON_OFF } from '../../test/support/facts.ts';
import { backendConfig, ingress, type RawObject, service } from '../../test/support/objects.ts';
import { loadBalancerBypassesIngress } from './load-balancer-bypasses-ingress.ts';

const open = (annotations: Readonly<Record<string, string>> = {}, spec: RawObject = {}): RawObject =>
  service({
    type: 'LoadBalancer',
    neg: '{"ingress": true}',
    annotations: { 'cloud.google.com/backend-config': '{"default": "web"}', ...annotations },
    spec,
  });
const ARMOR = backendConfig({ spec: { securityPolicy: { name: 'armor' } } });
const INGRESS = ingress({ class: 'gce' });
const round = (what: string): string =>
  `spec.type: type LoadBalancer gives it an external address of its own, open to all, which goes round ${what} of Ingress "web".`;
const BESIDE = 'spec.type: type LoadBalancer gives it an external address of its own beside that of Ingress "web".';

describeRule(loadBalancerBypassesIngress, {
  finds: {
    'a LoadBalancer Service behind an Ingress with Cloud Armor': [[open(), ARMOR, INGRESS], round('Cloud Armor')],
    'IAP, on a Service without NEGs': [
      [
        service({ type: 'LoadBalancer', annotations: { 'cloud.google.com/backend-config': '{"default": "web"}' } }),
        backendConfig({ spec: { iap: { enabled: true }, securityPolicy: { name: 'armor' } } }),
        INGRESS,
      ],
      round('IAP and Cloud Armor'),
    ],
    'source ranges that let everybody in': [
      [open({}, { loadBalancerSourceRanges: ['0.0.0.0/0'] }), ARMOR, INGRESS],
      round('Cloud Armor'),
    ],
    'a load balancer by its class': [
      [open({}, { loadBalancerClass: 'networking.gke.io/l4-regional-external' }), ARMOR, INGRESS],
      round('Cloud Armor'),
    ],
    'while the add-on is off': [
      { objects: [open(), ARMOR, INGRESS], facts: ADD_ON_OFF },
      `(possible) ${round('Cloud Armor')}`,
    ],
    'an Ingress that protects nothing': [[open(), backendConfig(), INGRESS], `(info) ${BESIDE}`],
    'a BackendConfig that is not known': [[open(), INGRESS], `(info) ${BESIDE}`],
  },
  passes: {
    'a Service without a load balancer of its own': [service({ neg: '{"ingress": true}' }), ARMOR, INGRESS],
    'one that few may reach': [open({}, { loadBalancerSourceRanges: ['192.0.2.0/24'] }), ARMOR, INGRESS],
    'the same as an annotation': [
      open({ 'service.beta.kubernetes.io/load-balancer-source-ranges': '192.0.2.0/24' }),
      ARMOR,
      INGRESS,
    ],
    'an internal one': [open({ 'networking.gke.io/load-balancer-type': 'Internal' }), ARMOR, INGRESS],
    'a class of somebody else': [open({}, { loadBalancerClass: 'example.com/lb' }), ARMOR, INGRESS],
    'one behind no Ingress': [open(), ARMOR],
    'one behind an Ingress of another controller': [open(), ARMOR, ingress({ class: 'nginx' })],
  },
});
