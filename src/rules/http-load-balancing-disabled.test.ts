import { describeRule } from '../../test/support/describe-rule.ts';
import { ADD_ON_OFF, ADD_ON_ON, factsOf, LEARNT_AT } from '../../test/support/facts.ts';
import { ingress, ingressClass } from '../../test/support/objects.ts';
import type { FactSource, Facts } from '../facts/facts.ts';
import { httpLoadBalancingDisabled } from './http-load-balancing-disabled.ts';

const CLASS_PATH = 'metadata.annotations["kubernetes.io/ingress.class"]';
const EVER = 'the Ingress would wait forever, without an event or a log line.';

const named = (name: string, says = 'says the facts file'): string =>
  `${CLASS_PATH}: the HTTP load balancing add-on is off, so nothing serves class "${name}". ` +
  `Cluster "prod" does not run the GKE Ingress controller (${says}), which the annotation kubernetes.io/ingress.class asks for: ${EVER}`;

const proven = (key: string): string =>
  `metadata.annotations["${key}"]: the HTTP load balancing add-on is off, so nothing serves this Ingress. ` +
  `Cluster "prod" does not run the GKE Ingress controller (says the facts file), which the annotation ${key} asks for: ${EVER}`;

const classless = (says: string): string =>
  `(possible) (warning) metadata.annotations: it names no class, and HTTP load balancing is off. ` +
  `The add-on is off (${says}): if the Ingress is meant for GKE, nothing will ever serve it; otherwise another controller may take it.`;

const OBSERVED = 'no l7-default-backend is seen in kube-system';

/** What merging makes of a GKE API that says off while the default backend is seen. */
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

const running = (what: string): string =>
  `(possible) ${CLASS_PATH}: the add-on is off (says the GKE API), but its backend runs. ` +
  `HTTP load balancing may just have been turned on; if not, nothing serves ${what}, without an event or a log line. The guard is asking again.`;

function offBy(source: FactSource): Facts {
  return { ...ADD_ON_OFF, httpLoadBalancing: { known: true, value: 'disabled', source, learntAtMs: LEARNT_AT } };
}

describeRule(httpLoadBalancingDisabled, {
  finds: {
    'class gce on a cluster whose add-on is off': [
      { objects: [ingress({ class: 'gce' })], facts: ADD_ON_OFF },
      named('gce'),
    ],
    'class gce-internal': [{ objects: [ingress({ class: 'gce-internal' })], facts: ADD_ON_OFF }, named('gce-internal')],
    'class gce-regional-external, whether the controller would serve it or not': [
      { objects: [ingress({ class: 'gce-regional-external' })], facts: ADD_ON_OFF },
      named('gce-regional-external'),
    ],
    'class gce where the facts say that the cluster does not offer it either': [
      {
        objects: [ingress({ class: 'gce' })],
        facts: {
          ...ADD_ON_OFF,
          controller: factsOf({ controller: { enableIngressGlobalExternal: false } }).controller,
        },
      },
      named('gce'),
    ],
    "the class of the controller's own flag": [
      {
        objects: [ingress({ class: 'edge' })],
        facts: { ...ADD_ON_OFF, controller: factsOf({ controller: { ingressClass: 'edge' } }).controller },
      },
      named('edge'),
    ],
    'the annotation decides, whatever spec.ingressClassName says': [
      { objects: [ingress({ class: 'gce', ingressClassName: 'gce' })], facts: ADD_ON_OFF },
      named('gce'),
    ],
    'an IngressClass that somebody wrote for GKE changes nothing': [
      { objects: [ingress({ class: 'gce' }), ingressClass('gce', 'k8s.io/ingress-gce')], facts: ADD_ON_OFF },
      named('gce'),
    ],
    'no class, but a global static IP, which only GKE reads': [
      {
        objects: [ingress({ annotations: { 'kubernetes.io/ingress.global-static-ip-name': 'web-ip' } })],
        facts: ADD_ON_OFF,
      },
      proven('kubernetes.io/ingress.global-static-ip-name'),
    ],
    'no class, but a regional static IP': [
      {
        objects: [ingress({ annotations: { 'kubernetes.io/ingress.regional-static-ip-name': 'web-ip' } })],
        facts: ADD_ON_OFF,
      },
      proven('kubernetes.io/ingress.regional-static-ip-name'),
    ],
    'an empty class and a pre-shared certificate': [
      {
        objects: [ingress({ class: '', annotations: { 'ingress.gcp.kubernetes.io/pre-shared-cert': 'web' } })],
        facts: ADD_ON_OFF,
      },
      proven('ingress.gcp.kubernetes.io/pre-shared-cert'),
    ],
    'no class, but managed certificates': [
      { objects: [ingress({ annotations: { 'networking.gke.io/managed-certificates': 'web' } })], facts: ADD_ON_OFF },
      proven('networking.gke.io/managed-certificates'),
    ],
    'no class and nothing that shows what it is for: another controller may serve it': [
      { objects: [ingress()], facts: ADD_ON_OFF },
      classless('says the facts file'),
    ],
    'no class, and annotations of another controller': [
      {
        objects: [ingress({ annotations: { 'nginx.ingress.kubernetes.io/rewrite-target': '/' } })],
        facts: ADD_ON_OFF,
      },
      classless('says the facts file'),
    ],
    "the word of Google's API is proof": [
      { objects: [ingress({ class: 'gce' })], facts: offBy('gke-api') },
      named('gce', 'says the GKE API'),
    ],
    'what was only observed is no proof': [
      { objects: [ingress({ class: 'gce' })], facts: offBy('observed') },
      `(possible) ${CLASS_PATH}: the add-on seems off: kube-system has no l7-default-backend. Cluster "prod" most likely does not run the GKE Ingress controller (${OBSERVED}), which the annotation kubernetes.io/ingress.class asks for: the Ingress would wait forever, without an event or a log line.`,
    ],
    'what was observed is proof where the policy trusts it': [
      { objects: [ingress({ class: 'gce' })], facts: offBy('observed'), trustsObserved: true },
      named('gce', OBSERVED),
    ],
    'trusting what was observed proves nothing of an Ingress without class': [
      { objects: [ingress()], facts: offBy('observed'), trustsObserved: true },
      classless(OBSERVED),
    ],
    'off by the API, but the default backend is running: the add-on may just have been turned on': [
      { objects: [ingress({ class: 'gce' })], facts: CONTRADICTED },
      running('class "gce"'),
    ],
    'trusting what was observed makes no proof of what it contradicts': [
      { objects: [ingress({ class: 'gce-internal' })], facts: CONTRADICTED, trustsObserved: true },
      running('class "gce-internal"'),
    ],
    'no class, and the default backend is running': [
      { objects: [ingress()], facts: CONTRADICTED },
      classless('says the GKE API, but the default backend is running'),
    ],
    'a cluster whose name is not known': [
      { objects: [ingress({ class: 'gce' })], facts: factsOf({ httpLoadBalancing: 'disabled' }) },
      named('gce').replace('Cluster "prod"', 'The cluster'),
    ],
  },
  passes: {
    'class gce on a cluster whose add-on is on': { objects: [ingress({ class: 'gce' })], facts: ADD_ON_ON },
    'no class on a cluster whose add-on is on': { objects: [ingress()], facts: ADD_ON_ON },
    "another controller's class": { objects: [ingress({ class: 'nginx' })], facts: ADD_ON_OFF },
    "another controller's class in the field": { objects: [ingress({ ingressClassName: 'nginx' })], facts: ADD_ON_OFF },
    "another controller's class, with an annotation that only GKE reads": {
      objects: [ingress({ class: 'nginx', annotations: { 'kubernetes.io/ingress.global-static-ip-name': 'web-ip' } })],
      facts: ADD_ON_OFF,
    },
    'another class in the field, with an annotation that only GKE reads': {
      objects: [
        ingress({ ingressClassName: 'nginx', annotations: { 'networking.gke.io/managed-certificates': 'web' } }),
      ],
      facts: ADD_ON_OFF,
    },
    'an IngressClass named gce belongs to another controller, which serves it': {
      objects: [ingress({ class: 'gce' }), ingressClass('gce', 'example.com/gateway')],
      facts: ADD_ON_OFF,
    },
    'class gce-multi-cluster, which this controller never serves': {
      objects: [ingress({ class: 'gce-multi-cluster' })],
      facts: ADD_ON_OFF,
    },
    'class gce in the field only: the add-on would change nothing': {
      objects: [ingress({ ingressClassName: 'gce' })],
      facts: ADD_ON_OFF,
    },
    'nothing is known of the add-on': [ingress({ class: 'gce' })],
    'only other facts are known': { objects: [ingress({ class: 'gce' })], facts: factsOf({ vpcNative: true }) },
  },
});
