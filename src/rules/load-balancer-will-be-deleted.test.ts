import { describeRule } from '../../test/support/describe-rule.ts';
import { ADD_ON_OFF, ADD_ON_ON, factsOf } from '../../test/support/facts.ts';
import { ingress } from '../../test/support/objects.ts';
import { loadBalancerWillBeDeleted } from './load-balancer-will-be-deleted.ts';

const CLASS_PATH = 'metadata.annotations["kubernetes.io/ingress.class"]';
const V2 = ['networking.gke.io/ingress-finalizer-V2'];
const V1 = ['networking.gke.io/ingress-finalizer'];
const address = '203.0.113.7';

const deleted = (path: string, now: string): string =>
  `${path}: with ${now} GKE no longer serves it: GKE deletes its load balancer, and the address too unless it is reserved.`;
const TO_NGINX = deleted(CLASS_PATH, 'class "nginx"');

describeRule(loadBalancerWillBeDeleted, {
  finds: {
    'the class of a served Ingress changes from gce to nginx': [
      {
        old: ingress({ class: 'gce', finalizers: V2, address }),
        objects: [ingress({ class: 'nginx', finalizers: V2, address })],
        facts: ADD_ON_ON,
      },
      TO_NGINX,
    ],
    'the annotation gives way to spec.ingressClassName, which GKE does not read': [
      {
        old: ingress({ class: 'gce', finalizers: V2, address }),
        objects: [ingress({ ingressClassName: 'gce', finalizers: V2, address })],
        facts: ADD_ON_ON,
      },
      deleted('spec.ingressClassName', 'spec.ingressClassName "gce"'),
    ],
    'an Ingress without class gets that of another controller': [
      {
        old: ingress({ finalizers: V2, address }),
        objects: [ingress({ ingressClassName: 'nginx', finalizers: V2, address })],
        facts: ADD_ON_ON,
      },
      deleted('spec.ingressClassName', 'spec.ingressClassName "nginx"'),
    ],
    'a misspelt class': [
      {
        old: ingress({ class: 'gce-internal', finalizers: V1 }),
        objects: [ingress({ class: 'gce-intenal', finalizers: V1 })],
        facts: ADD_ON_ON,
      },
      deleted(CLASS_PATH, 'class "gce-intenal"'),
    ],
    'class gce-regional-external, which as far as is known this cluster does not offer': [
      {
        old: ingress({ class: 'gce', finalizers: V2 }),
        objects: [ingress({ class: 'gce-regional-external', finalizers: V2 })],
        facts: ADD_ON_ON,
      },
      deleted(CLASS_PATH, 'class "gce-regional-external"'),
    ],
    'nothing is known of the add-on, but the finalizer is there': [
      { old: ingress({ class: 'gce', finalizers: V2 }), objects: [ingress({ class: 'nginx', finalizers: V2 })] },
      `(possible) ${TO_NGINX}`,
    ],
    'an address without finalizer: the controller may come by only later': [
      { old: ingress({ class: 'gce', address }), objects: [ingress({ class: 'nginx', address })], facts: ADD_ON_ON },
      `(possible) ${TO_NGINX}`,
    ],
    'no class and an address, where the add-on is on': [
      { old: ingress({ address }), objects: [ingress({ class: 'nginx', address })], facts: ADD_ON_ON },
      `(possible) ${TO_NGINX}`,
    ],
  },
  passes: {
    'an update that leaves the class alone': {
      old: ingress({ class: 'gce', finalizers: V2, address }),
      objects: [ingress({ class: 'gce', finalizers: V2, address, labels: { team: 'shop' } })],
      facts: ADD_ON_ON,
    },
    'the annotation gce is removed, and no class is gce as well': {
      old: ingress({ class: 'gce', finalizers: V2, address }),
      objects: [ingress({ finalizers: V2, address })],
      facts: ADD_ON_ON,
    },
    'the field is added beside the annotation, which decides': {
      old: ingress({ class: 'gce', finalizers: V2, address }),
      objects: [ingress({ class: 'gce', ingressClassName: 'gce', finalizers: V2, address })],
      facts: ADD_ON_ON,
    },
    'another class of GKE': {
      old: ingress({ class: 'gce', finalizers: V2, address }),
      objects: [ingress({ class: 'gce-internal', finalizers: V2, address })],
      facts: ADD_ON_ON,
    },
    'class gce-multi-cluster, which the controller keeps': {
      old: ingress({ class: 'gce', finalizers: V2 }),
      objects: [ingress({ class: 'gce-multi-cluster', finalizers: V2 })],
      facts: ADD_ON_ON,
    },
    'it was never served': { old: ingress({ class: 'gce' }), objects: [ingress({ class: 'nginx' })], facts: ADD_ON_ON },
    "it was another controller's": {
      old: ingress({ class: 'nginx', address }),
      objects: [ingress({ class: 'traefik', address })],
      facts: ADD_ON_ON,
    },
    'it had left before': {
      old: ingress({ class: 'nginx', finalizers: V2 }),
      objects: [ingress({ class: 'traefik', finalizers: V2 })],
      facts: ADD_ON_ON,
    },
    'no class and an address that may be from anybody': {
      old: ingress({ address }),
      objects: [ingress({ ingressClassName: 'nginx', address })],
      facts: factsOf({ vpcNative: true }),
    },
    'the add-on is off, so that nobody deletes anything': {
      old: ingress({ class: 'gce', finalizers: V2, address }),
      objects: [ingress({ class: 'nginx', finalizers: V2, address })],
      facts: ADD_ON_OFF,
    },
    'a new Ingress of another class': { objects: [ingress({ class: 'nginx' })], facts: ADD_ON_ON },
  },
});
