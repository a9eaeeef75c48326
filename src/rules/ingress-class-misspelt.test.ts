import { describeRule } from '../../test/support/describe-rule.ts';
import { ADD_ON_OFF, factsOf } from '../../test/support/facts.ts';
import { ingress, ingressClass } from '../../test/support/objects.ts';
import { ingressClassMisspelt } from './ingress-class-misspelt.ts';

const misspelt = (written: string, meant: string): string =>
  `(possible) metadata.annotations["kubernetes.io/ingress.class"]: the class "${written}" is not "${meant}": GKE compares it exactly and does not serve this Ingress.`;

describeRule(ingressClassMisspelt, {
  finds: {
    'a letter is missing': [[ingress({ class: 'gce-intenal' })], misspelt('gce-intenal', 'gce-internal')],
    'capital letters': [[ingress({ class: 'GCE' })], misspelt('GCE', 'gce')],
    'a space at the end': [[ingress({ class: 'gce ' })], misspelt('gce ', 'gce')],
    'spaces and capitals around a longer class': [
      [ingress({ class: ' Gce-Internal' })],
      misspelt(' Gce-Internal', 'gce-internal'),
    ],
    'two letters changed places, which is two edits': [[ingress({ class: 'gec' })], misspelt('gec', 'gce')],
    'the name of the product': [[ingress({ class: 'gke' })], misspelt('gke', 'gce')],
    'an underscore for a hyphen': [[ingress({ class: 'gce_internal' })], misspelt('gce_internal', 'gce-internal')],
    'the regional class': [
      [ingress({ class: 'gce-regional-externel' })],
      misspelt('gce-regional-externel', 'gce-regional-external'),
    ],
    'the class of Multi Cluster Ingress': [
      [ingress({ class: 'gce-multicluster' })],
      misspelt('gce-multicluster', 'gce-multi-cluster'),
    ],
    'the external class by what it is called': [[ingress({ class: 'gce-external' })], misspelt('gce-external', 'gce')],
    'on a cluster whose add-on is off, by itself': [
      { objects: [ingress({ class: 'GCE' })], facts: ADD_ON_OFF },
      misspelt('GCE', 'gce'),
    ],
    'the annotation decides, whatever the field says': [
      [ingress({ class: 'GCE', ingressClassName: 'GCE' })],
      misspelt('GCE', 'gce'),
    ],
    'an IngressClass of another name is known': [
      [ingress({ class: 'gce-intern' }), ingressClass('nginx', 'k8s.io/ingress-nginx')],
      misspelt('gce-intern', 'gce-internal'),
    ],
  },
  passes: {
    'the class is written exactly': [ingress({ class: 'gce-internal' })],
    'a GCE class that this cluster does not offer is spelt well': [ingress({ class: 'gce-regional-external' })],
    'class gce-multi-cluster': [ingress({ class: 'gce-multi-cluster' })],
    'no class': [ingress()],
    'an empty class': [ingress({ class: '' })],
    'spaces only are nearer to nothing': [ingress({ class: '  ' })],
    'another class that is as short': [ingress({ class: 'alb' })],
    'a class that is three edits away': [ingress({ class: 'gce-intrnl-1' })],
    'a class that is longer than any': [ingress({ class: `gce${'e'.repeat(200_000)}` })],
    'class nginx': [ingress({ class: 'nginx' })],
    'a known IngressClass has that name': [ingress({ class: 'gke' }), ingressClass('gke', 'example.com/gateway')],
    'it is the class of the --ingress-class flag': {
      objects: [ingress({ class: 'gcp' })],
      facts: factsOf({ controller: { ingressClass: 'gcp' } }),
    },
    'the same letters in the field, which is never compared': [ingress({ ingressClassName: 'GCE' })],
  },
});
