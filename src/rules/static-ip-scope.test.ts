import { describeRule } from '../../test/support/describe-rule.ts';
import { ADD_ON_OFF, factsOf } from '../../test/support/facts.ts';
import { ingress } from '../../test/support/objects.ts';
import { staticIpScope } from './static-ip-scope.ts';

const GLOBAL = 'kubernetes.io/ingress.global-static-ip-name';
const REGIONAL = 'kubernetes.io/ingress.regional-static-ip-name';
const REGIONAL_OFFERED = factsOf({ controller: { enableIngressRegionalExternal: true } });

const scope = (key: string, is: string, name = 'shop-ip'): string =>
  `(possible) (warning) metadata.annotations["${key}"]: for this class "${name}" is looked up among the ${is} addresses, and the sync fails if it is not there.`;
const noName = (key: string, name: string, what: string): string =>
  `metadata.annotations["${key}"]: ${key} is "${name}", which ${what}: the sync fails.`;
const IS_ADDRESS = 'is an address, not the name of one';

describeRule(staticIpScope, {
  finds: {
    'the address itself in place of its name': [
      [ingress({ class: 'gce', annotations: { [GLOBAL]: '203.0.113.7' } })],
      noName(GLOBAL, '203.0.113.7', IS_ADDRESS),
    ],
    'an IPv6 address': [
      [ingress({ class: 'gce', annotations: { [GLOBAL]: '2001:db8::7' } })],
      noName(GLOBAL, '2001:db8::7', IS_ADDRESS),
    ],
    'an address on class gce-internal': [
      [ingress({ class: 'gce-internal', annotations: { [REGIONAL]: '10.0.0.7' } })],
      noName(REGIONAL, '10.0.0.7', IS_ADDRESS),
    ],
    'a name that no address can have': [
      [ingress({ class: 'gce', annotations: { [GLOBAL]: 'Shop_IP' } })],
      noName(GLOBAL, 'Shop_IP', 'is no name of an address'),
    ],
    'the global annotation on class gce-internal': [
      [ingress({ class: 'gce-internal', annotations: { [GLOBAL]: 'shop-ip' } })],
      scope(GLOBAL, 'regional'),
    ],
    'the global annotation on class gce-regional-external': [
      {
        objects: [ingress({ class: 'gce-regional-external', annotations: { [GLOBAL]: 'shop-ip' } })],
        facts: REGIONAL_OFFERED,
      },
      scope(GLOBAL, 'regional'),
    ],
    'the regional annotation on class gce': [
      [ingress({ class: 'gce', annotations: { [REGIONAL]: 'shop-ip' } })],
      scope(REGIONAL, 'global'),
    ],
    'the regional annotation without a class': [
      [ingress({ annotations: { [REGIONAL]: 'shop-ip' } })],
      scope(REGIONAL, 'global'),
    ],
    'the add-on is off, and will be turned on': [
      { objects: [ingress({ class: 'gce', annotations: { [GLOBAL]: '203.0.113.7' } })], facts: ADD_ON_OFF },
      `(possible) ${noName(GLOBAL, '203.0.113.7', IS_ADDRESS)}`,
    ],
  },
  passes: {
    'a name in the global annotation, class gce': [ingress({ class: 'gce', annotations: { [GLOBAL]: 'shop-ip' } })],
    'a name in the global annotation, no class': [ingress({ annotations: { [GLOBAL]: 'shop-ip' } })],
    'a name in the regional annotation, class gce-internal': [
      ingress({ class: 'gce-internal', annotations: { [REGIONAL]: 'shop-ip' } }),
    ],
    'a name in the regional annotation, class gce-regional-external': {
      objects: [ingress({ class: 'gce-regional-external', annotations: { [REGIONAL]: 'shop-ip' } })],
      facts: REGIONAL_OFFERED,
    },
    'a name of one letter': [ingress({ class: 'gce', annotations: { [GLOBAL]: 'a' } })],
    'the annotation of the other scope is empty': [
      ingress({ class: 'gce', annotations: { [GLOBAL]: 'shop-ip', [REGIONAL]: '' } }),
    ],
    'both, which is another finding': [
      ingress({ class: 'gce', annotations: { [GLOBAL]: 'shop-ip', [REGIONAL]: 'shop-ip' } }),
    ],
    "another controller's class": [ingress({ class: 'nginx', annotations: { [GLOBAL]: '203.0.113.7' } })],
    'class gce-multi-cluster': [ingress({ class: 'gce-multi-cluster', annotations: { [GLOBAL]: '203.0.113.7' } })],
  },
});
