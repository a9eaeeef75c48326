import { describeRule } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import { ingress, ingressClass, type RawObject } from '../../test/support/objects.ts';
import { ingressClassNameIgnored } from './ingress-class-name-ignored.ts';

const stored = (raw: RawObject): RawObject => ({
  ...raw,
  metadata: { ...(raw['metadata'] as RawObject), creationTimestamp: '2026-01-01T00:00:00Z' },
});
const ignored = (name: string): string =>
  `spec.ingressClassName: spec.ingressClassName is "${name}", but GKE reads nothing but the deprecated annotation: nothing would serve this Ingress or say why.`;

describeRule(ingressClassNameIgnored, {
  finds: {
    'class gce in the field only': [[ingress({ ingressClassName: 'gce' })], ignored('gce')],
    'class gce-internal in the field, the annotation empty': [
      [ingress({ ingressClassName: 'gce-internal', class: '' })],
      ignored('gce-internal'),
    ],
    "the value of the controller's own flag": [
      { objects: [ingress({ ingressClassName: 'edge' })], facts: factsOf({ controller: { ingressClass: 'edge' } }) },
      ignored('edge'),
    ],
    'an IngressClass that somebody wrote for GKE changes nothing': [
      [ingress({ ingressClassName: 'gce' }), ingressClass('gce', 'k8s.io/ingress-gce')],
      ignored('gce'),
    ],
    'another class in the field than in the annotation': [
      [ingress({ class: 'gce', ingressClassName: 'nginx' })],
      '(possible) (warning) spec.ingressClassName: spec.ingressClassName is "nginx" and the annotation says "gce": as a new Ingress the API server refuses it. Where it is stored already, GKE goes by the annotation.',
    ],
  },
  passes: {
    'another class in the field than in the annotation, of another controller': [
      ingress({ class: 'nginx', ingressClassName: 'gce' }),
    ],
    'another class in the field, and it is stored': [stored(ingress({ class: 'gce', ingressClassName: 'nginx' }))],
    'the annotation decides, whatever the field says': [ingress({ class: 'gce', ingressClassName: 'gce' })],
    'another class in the field': [ingress({ ingressClassName: 'nginx' })],
    'no class at all': [ingress()],
    "an IngressClass of that name is another controller's": [
      ingress({ ingressClassName: 'gce' }),
      ingressClass('gce', 'example.com/gateway'),
    ],
  },
});
