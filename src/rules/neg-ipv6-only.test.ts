import { describeRule } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import { ingress, type RawObject, service } from '../../test/support/objects.ts';
import { negIpv6Only } from './neg-ipv6-only.ts';

const GCE = ingress({ class: 'gce' });
const OFF = factsOf({ controller: { enableIpv6OnlyNeg: false } });
const ON = factsOf({ controller: { enableIpv6OnlyNeg: true } });

const ipv6 = (options: Parameters<typeof service>[0] = { neg: '{"ingress": true}' }, spec: RawObject = {}): RawObject =>
  service({ ...options, spec: { ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv6'], ...spec } });

const assumed = (then: string): string =>
  `(possible) (warning) spec.ipFamilies: spec.ipFamilies is IPv6 only, and the controller makes no NEG for ${then} unless its enableIpv6OnlyNeg is on. The facts do not say whether it is; by default it is off (controller.enableIpv6OnlyNeg).`;
const given = (then: string): string =>
  `spec.ipFamilies: spec.ipFamilies is IPv6 only, and the controller makes no NEG for ${then}. The facts say that its enableIpv6OnlyNeg is off.`;

describeRule(negIpv6Only, {
  finds: {
    'a single-stack IPv6 Service with NEGs, behind an Ingress': [
      { objects: [ipv6(), GCE], facts: OFF },
      given('Ingress "web"'),
    ],
    'the flag is not known, so that its default is assumed': [[ipv6(), GCE], assumed('Ingress "web"')],
    'no policy, which is single-stack': [
      { objects: [ipv6(undefined, { ipFamilyPolicy: undefined }), GCE], facts: OFF },
      given('Ingress "web"'),
    ],
    'exposed ports, behind no Ingress': [
      { objects: [ipv6({ neg: '{"exposed_ports": {"80": {}}}' })], facts: OFF },
      `(possible) ${given('it')}`,
    ],
    'once the add-on is on': [
      {
        objects: [ipv6(), GCE],
        facts: factsOf({ controller: { enableIpv6OnlyNeg: false }, httpLoadBalancing: 'disabled' }),
      },
      `(possible) ${given('Ingress "web"')}`,
    ],
    'behind two Ingresses, of which one names a port that the Service does not have': [
      { objects: [ipv6(), ingress({ name: 'api', class: 'gce', port: { number: 81 } }), GCE], facts: OFF },
      given('Ingress "web"'),
    ],
    'behind an Ingress that fails for its BackendConfig: the NEG controller does not look at that': [
      {
        objects: [ipv6({ neg: '{"ingress": true}', annotations: { 'cloud.google.com/backend-config': '{' } }), GCE],
        facts: OFF,
      },
      given('Ingress "web"'),
    ],
    'exposed ports beside instance groups': [
      { objects: [ipv6({ type: 'NodePort', neg: '{"exposed_ports": {"80": {}}}' }), GCE], facts: OFF },
      `(possible) ${given('it')}`,
    ],
    'exposed ports, where the flag is not known': [[ipv6({ neg: '{"exposed_ports": {"80": {}}}' })], assumed('it')],
  },
  passes: {
    'dual-stack': {
      objects: [ipv6(undefined, { ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv6', 'IPv4'] }), GCE],
      facts: OFF,
    },
    'a policy that may give it both': {
      objects: [ipv6(undefined, { ipFamilyPolicy: 'PreferDualStack' }), GCE],
      facts: OFF,
    },
    'IPv4 only': { objects: [ipv6(undefined, { ipFamilies: ['IPv4'] }), GCE], facts: OFF },
    'families that are not said': { objects: [service({ neg: '{"ingress": true}' }), GCE], facts: OFF },
    'a controller that makes such NEGs': { objects: [ipv6(), GCE], facts: ON },
    'a LoadBalancer Service, which the controller lets pass': {
      objects: [ipv6({ type: 'LoadBalancer', neg: '{"ingress": true}' }), GCE],
      facts: OFF,
    },
    'NEGs for an Ingress, and none is known': { objects: [ipv6()], facts: OFF },
    'instance groups': { objects: [ipv6({ type: 'NodePort' }), GCE], facts: OFF },
    'an annotation that cannot be decoded, which is another finding': {
      objects: [ipv6({ type: 'NodePort', neg: 'yes' }), GCE],
      facts: OFF,
    },
  },
});
