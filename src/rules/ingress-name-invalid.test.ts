import { describeRule } from '../../test/support/describe-rule.ts';
import { ADD_ON_OFF, factsOf } from '../../test/support/facts.ts';
import { ingress, type RawObject } from '../../test/support/objects.ts';
import { ingressNameInvalid } from './ingress-name-invalid.ts';

const invalid = (name: string): string =>
  `metadata.name: the name "${name}" has a dot, and Google takes none in the load balancer's: every sync fails.`;

/** 45 characters before the dot: V2's 36 lose it, V1's 55 keep it. */
const LATE_DOT = `${'w'.repeat(45)}.v2`;
const EARLY_DOT = `web.${'w'.repeat(60)}`;
const CUT_DOT = `${'w'.repeat(60)}.v2`;

function named(name: string, finalizer?: string, ingressClass = 'gce'): RawObject {
  const object = ingress({ name, class: ingressClass });
  if (finalizer === undefined) return object;
  const { metadata } = object as { readonly metadata: RawObject };
  return { ...object, metadata: { ...metadata, finalizers: [`networking.gke.io/${finalizer}`] } };
}

describeRule(ingressNameInvalid, {
  finds: {
    'a host as the name': [[named('shop.example.com')], invalid('shop.example.com')],
    'a version in the name': [[named('web.v2')], invalid('web.v2')],
    'a dot that both schemes keep': [[named(EARLY_DOT)], invalid(EARLY_DOT)],
    'a dot that one scheme keeps and the other cuts off, before it is known which': [
      [named(LATE_DOT)],
      `(possible) ${invalid(LATE_DOT)}`,
    ],
    'the scheme of the first version is known, and keeps it': [
      [named(LATE_DOT, 'ingress-finalizer')],
      invalid(LATE_DOT),
    ],
    'no class, and the add-on is on': [
      { objects: [ingress({ name: 'web.v2' })], facts: factsOf({ httpLoadBalancing: 'enabled' }) },
      invalid('web.v2'),
    ],
    'the add-on is off, and will be turned on': [
      { objects: [named('web.v2')], facts: ADD_ON_OFF },
      `(possible) ${invalid('web.v2')}`,
    ],
    'no class, and an annotation that only GKE reads': [
      [ingress({ name: 'web.v2', annotations: { 'networking.gke.io/managed-certificates': 'web' } })],
      invalid('web.v2'),
    ],
    'class gce-internal': [[named('web.v2', undefined, 'gce-internal')], invalid('web.v2')],
  },
  passes: {
    'a name with dashes': [named('shop-example-com')],
    'a dot that both schemes cut off': [named(CUT_DOT)],
    'the scheme of the second version is known, and cuts it off': [named(LATE_DOT, 'ingress-finalizer-V2')],
    'dots in the name of the namespace there are none, and in hosts they are as they should be': [
      ingress({ class: 'gce', spec: { rules: [{ host: 'shop.example.com' }] } }),
    ],
    'no class, which another controller may serve while the add-on is not known to be on': [
      ingress({ name: 'web.v2' }),
    ],
    'no class, and the add-on is off': { objects: [ingress({ name: 'web.v2' })], facts: ADD_ON_OFF },
    'an Ingress of another controller': [named('web.v2', undefined, 'nginx')],
    'Multi Cluster Ingress': [named('web.v2', undefined, 'gce-multi-cluster')],
  },
});
