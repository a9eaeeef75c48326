import { describeRule } from '../../test/support/describe-rule.ts';
import { ADD_ON_OFF, ADD_ON_ON, factsOf } from '../../test/support/facts.ts';
import { ingress, ingressClass } from '../../test/support/objects.ts';
import { httpLoadBalancingUnknown } from './http-load-balancing-unknown.ts';

const CLASS_PATH = 'metadata.annotations["kubernetes.io/ingress.class"]';

const unknown = (path: string, what: string): string =>
  `(possible) ${path}: ${what}, and it is not known whether the HTTP load balancing add-on is on; if it is off, nothing serves it.`;

describeRule(httpLoadBalancingUnknown, {
  finds: {
    'class gce, and nothing is known of the add-on': [
      [ingress({ class: 'gce' })],
      unknown(CLASS_PATH, 'its class is "gce"'),
    ],
    'class gce-internal': [[ingress({ class: 'gce-internal' })], unknown(CLASS_PATH, 'its class is "gce-internal"')],
    'no class, but an annotation that only GKE reads': [
      [ingress({ annotations: { 'networking.gke.io/managed-certificates': 'web' } })],
      unknown(
        'metadata.annotations["networking.gke.io/managed-certificates"]',
        'it names no class and has "networking.gke.io/managed-certificates", which only GKE reads',
      ),
    ],
    'no class at all': [[ingress()], unknown('metadata.annotations', 'it names no class')],
    'only other facts are known': [
      { objects: [ingress({ class: 'gce' })], facts: factsOf({ vpcNative: true }) },
      unknown(CLASS_PATH, 'its class is "gce"'),
    ],
    "the class of the controller's own flag": [
      { objects: [ingress({ class: 'edge' })], facts: factsOf({ controller: { ingressClass: 'edge' } }) },
      unknown(CLASS_PATH, 'its class is "edge"'),
    ],
    'an UPDATE that changes the class': [
      { objects: [ingress({ class: 'gce' })], old: ingress({ class: 'nginx' }) },
      unknown(CLASS_PATH, 'its class is "gce"'),
    ],
    'an UPDATE that takes the class out of the field': [
      { objects: [ingress()], old: ingress({ ingressClassName: 'nginx' }) },
      unknown('metadata.annotations', 'it names no class'),
    ],
  },
  passes: {
    'the add-on is known to be on': { objects: [ingress({ class: 'gce' })], facts: ADD_ON_ON },
    'the add-on is known to be off, which is another finding': {
      objects: [ingress({ class: 'gce' })],
      facts: ADD_ON_OFF,
    },
    'an UPDATE that leaves the class alone': {
      objects: [ingress({ class: 'gce', labels: { team: 'shop' } })],
      old: ingress({ class: 'gce' }),
    },
    'an UPDATE that empties an annotation that was absent': { objects: [ingress({ class: '' })], old: ingress() },
    "another controller's class": [ingress({ class: 'nginx' })],
    'class gce in the field only, which no add-on would serve': [ingress({ ingressClassName: 'gce' })],
    'an IngressClass of that name belongs to another controller': [
      ingress({ class: 'gce' }),
      ingressClass('gce', 'example.com/gateway'),
    ],
  },
});
