import { describeRule } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import { ingress, ingressClass } from '../../test/support/objects.ts';
import { gceClassNotOffered } from './gce-class-not-offered.ts';

const CLASS_PATH = 'metadata.annotations["kubernetes.io/ingress.class"]';
const GLOBAL_OFF = factsOf({ controller: { enableIngressGlobalExternal: false, enableIngressRegionalExternal: true } });
const REGIONAL_OFF = factsOf({ controller: { enableIngressRegionalExternal: false } });

const ASSUMED = `(possible) ${CLASS_PATH}: class "gce-regional-external" is off by default in the controller, and then nothing serves it.`;
const given = (name: string, flag: string): string =>
  `${CLASS_PATH}: this cluster's controller does not serve class "${name}" (the facts say ${flag}: false): nothing would.`;

describeRule(gceClassNotOffered, {
  finds: {
    'class gce-regional-external, and nothing is known of the controller': [
      [ingress({ class: 'gce-regional-external' })],
      ASSUMED,
    ],
    'class gce-regional-external, where the facts say that it is not offered': [
      { objects: [ingress({ class: 'gce-regional-external' })], facts: REGIONAL_OFF },
      given('gce-regional-external', 'enableIngressRegionalExternal'),
    ],
    'class gce in a sovereign cloud': [
      { objects: [ingress({ class: 'gce' })], facts: GLOBAL_OFF },
      given('gce', 'enableIngressGlobalExternal'),
    ],
    'class gce, where the other class is not known to be offered either': [
      {
        objects: [ingress({ class: 'gce' })],
        facts: factsOf({ controller: { enableIngressGlobalExternal: false } }),
      },
      given('gce', 'enableIngressGlobalExternal'),
    ],
    'the annotation decides, whatever the field says': [
      [ingress({ class: 'gce-regional-external', ingressClassName: 'gce-regional-external' })],
      ASSUMED,
    ],
  },
  needsMore: {
    'class gce, where the other class is not known to be offered either':
      'the flag of the other class has to be declared too',
  },
  passes: {
    'class gce-regional-external, where the facts say that it is offered': {
      objects: [ingress({ class: 'gce-regional-external' })],
      facts: factsOf({ controller: { enableIngressRegionalExternal: true } }),
    },
    'class gce, as everywhere': [ingress({ class: 'gce' })],
    'class gce-internal, which is always offered': {
      objects: [ingress({ class: 'gce-internal' })],
      facts: factsOf({
        controller: { enableIngressGlobalExternal: false, enableIngressRegionalExternal: false },
      }),
    },
    'no class, which is served although class gce is not': { objects: [ingress()], facts: GLOBAL_OFF },
    'class gce is not offered, but is the value of the --ingress-class flag': {
      objects: [ingress({ class: 'gce' })],
      facts: factsOf({ controller: { enableIngressGlobalExternal: false, ingressClass: 'gce' } }),
    },
    'class gce-multi-cluster': [ingress({ class: 'gce-multi-cluster' })],
    'class nginx': [ingress({ class: 'nginx' })],
    'that class in the field only, which is another finding': [ingress({ ingressClassName: 'gce-regional-external' })],
    'an IngressClass of that name belongs to another controller': [
      ingress({ class: 'gce-regional-external' }),
      ingressClass('gce-regional-external', 'example.com/gateway'),
    ],
  },
});
