import { type Facts, isKnownToBe } from '../facts/facts.ts';
import type { Ingress } from '../kubernetes/objects.ts';
import { INGRESS_CLASS } from '../plan/annotation-keys.ts';
import { decideClass, MULTI_CLUSTER } from '../plan/ingress-class.ts';
import { namingSchemeOf } from '../plan/load-balancer-name.ts';
import { defineRule } from './rule.ts';

export const loadBalancerWillBeDeleted = defineRule({
  id: 'load-balancer-will-be-deleted',
  judges: 'Ingress',
  severity: 'warning',
  summary: 'The update takes an Ingress that GKE serves away from GKE: its load balancer is deleted.',
  why: 'The GKE Ingress controller does not just leave an Ingress alone whose class stops being its own: it deletes the load balancer at once, and with it the address, unless that is reserved.',
  fix: 'Let a second Ingress take over the traffic before you change or delete this one.',
  covers: ['C2', 'R4'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/concepts/ingress',
    'https://github.com/huggingface/Google-Cloud-Containers/pull/108',
  ],
  check: ({ ingress, old, plan, facts }) => {
    // With the add-on off nobody is there to delete it: see finalizer-without-controller.
    if (old === undefined || isKnownToBe(facts.httpLoadBalancing, 'disabled')) return [];
    const { annotation, isClaimed } = plan.class;
    if (isClaimed || annotation === MULTI_CLUSTER || !isServedByGke(old, facts)) return [];
    const now =
      annotation === '' ? `spec.ingressClassName "${ingress.ingressClassName ?? ''}"` : `class "${annotation}"`;
    const was = old.metadata.annotations[INGRESS_CLASS] ?? '';
    const keep = was === '' ? 'Leave it without a class' : `Keep class ${was}`;
    return [
      {
        path: annotation === '' ? ['spec', 'ingressClassName'] : ['metadata', 'annotations', INGRESS_CLASS],
        message: `with ${now} GKE lets go of it: its load balancer is deleted, and the address too unless reserved.`,
        fix: `${keep} until another Ingress has the traffic.`,
        // The finalizer is what makes the controller look at an Ingress of another class.
        isCertain: namingSchemeOf(ingress) !== undefined && facts.httpLoadBalancing.known,
        subject: 'class',
      },
    ];
  },
});

/** An address alone may be another controller's, where nothing else says that GKE takes an Ingress without a class. */
function isServedByGke(old: Ingress, facts: Facts): boolean {
  const { isClaimed, isClassless } = decideClass(old, facts);
  if (!isClaimed) return false;
  if (namingSchemeOf(old) !== undefined) return true;
  return old.hasAddress && (!isClassless || isKnownToBe(facts.httpLoadBalancing, 'enabled'));
}
