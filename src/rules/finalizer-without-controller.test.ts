import { describeRule } from '../../test/support/describe-rule.ts';
import { ADD_ON_OFF, ADD_ON_ON, LEARNT_AT } from '../../test/support/facts.ts';
import { ingress } from '../../test/support/objects.ts';
import type { Facts } from '../facts/facts.ts';
import { finalizerWithoutController } from './finalizer-without-controller.ts';

const V2 = 'networking.gke.io/ingress-finalizer-V2';
const V1 = 'networking.gke.io/ingress-finalizer';
const OBSERVED_OFF: Facts = {
  ...ADD_ON_OFF,
  httpLoadBalancing: { known: true, value: 'disabled', source: 'observed', learntAtMs: LEARNT_AT },
};

const CONTRADICTED: Facts = {
  ...ADD_ON_OFF,
  httpLoadBalancing: {
    known: true,
    value: 'disabled',
    source: 'gke-api',
    learntAtMs: LEARNT_AT,
    contradictedBy: 'observed',
  },
};

const only = (finalizer: string): string =>
  `Only the GKE Ingress controller removes "${finalizer}", and until then namespace "shop" cannot be deleted either; removing it by hand leaves the load balancer behind.`;

const hangs = (finalizer: string, index = 0): string =>
  `metadata.finalizers[${index}]: deleting it hangs while the HTTP load balancing add-on is off. ${only(finalizer)}`;

describeRule(finalizerWithoutController, {
  finds: {
    'the add-on is off, and the Ingress has been served before': [
      { objects: [ingress({ class: 'gce', finalizers: [V2] })], facts: ADD_ON_OFF },
      hangs(V2),
    ],
    'the finalizer of the first naming scheme': [
      { objects: [ingress({ class: 'gce', finalizers: [V1] })], facts: ADD_ON_OFF },
      hangs(V1),
    ],
    'among finalizers of others': [
      {
        objects: [ingress({ class: 'gce', finalizers: ['foregroundDeletion', V2] })],
        facts: ADD_ON_OFF,
      },
      hangs(V2, 1),
    ],
    'another class by now, for the finalizer is there still': [
      { objects: [ingress({ class: 'nginx', finalizers: [V2] })], facts: ADD_ON_OFF },
      hangs(V2),
    ],
    'what was only observed is no proof': [
      { objects: [ingress({ class: 'gce', finalizers: [V2] })], facts: OBSERVED_OFF },
      `(possible) ${hangs(V2)}`,
    ],
    'what was observed is proof where the policy trusts it': [
      { objects: [ingress({ class: 'gce', finalizers: [V2] })], facts: OBSERVED_OFF, trustsObserved: true },
      hangs(V2),
    ],
    'the API says off, but the default backend is running': [
      { objects: [ingress({ class: 'gce', finalizers: [V2] })], facts: CONTRADICTED, trustsObserved: true },
      `(possible) metadata.finalizers[0]: deleting it hangs if the add-on is still off; its default backend is running, so it may just have been turned on. ` +
        only(V2),
    ],
  },
  passes: {
    'the add-on is on': { objects: [ingress({ class: 'gce', finalizers: [V2] })], facts: ADD_ON_ON },
    'nothing is known of the add-on': [ingress({ class: 'gce', finalizers: [V2] })],
    'no finalizer': { objects: [ingress({ class: 'gce' })], facts: ADD_ON_OFF },
    'the finalizer of another controller': {
      objects: [ingress({ class: 'alb', finalizers: ['ingress.k8s.aws/resources'] })],
      facts: ADD_ON_OFF,
    },
    'an update that takes the finalizer off': {
      old: ingress({ class: 'gce', finalizers: [V2] }),
      objects: [ingress({ class: 'gce' })],
      facts: ADD_ON_OFF,
    },
    'class gce-multi-cluster': {
      objects: [ingress({ class: 'gce-multi-cluster', finalizers: [V2] })],
      facts: ADD_ON_OFF,
    },
  },
});
