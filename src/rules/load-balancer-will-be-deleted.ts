import { type Facts, isKnownToBe } from '../facts/facts.ts';
import type { RuleFinding } from '../judge/finding.ts';
import { inWords, type Remedy, remove, removeAnnotation, set, setAnnotation, together } from '../judge/fix.ts';
import { defineRule, type IngressContext } from '../judge/rule.ts';
import { annotationPath } from '../kubernetes/field-path.ts';
import type { Ingress } from '../kubernetes/objects.ts';
import { INGRESS_CLASS } from '../plan/annotation-keys.ts';
import { decideClass, MULTI_CLUSTER } from '../plan/ingress-class.ts';
import { namingSchemeOf } from '../plan/load-balancer-name.ts';

const CLASS_NAME = ['spec', 'ingressClassName'] as const;

export const loadBalancerWillBeDeleted = defineRule({
  id: 'load-balancer-will-be-deleted',
  judges: ['Ingress'],
  severity: 'warning',
  summary: 'The update takes an Ingress that GKE serves away from GKE: its load balancer is deleted.',
  why: 'The GKE Ingress controller does not just leave an Ingress alone whose class stops being its own: it deletes the load balancer at once, and with it the address, unless that is reserved.',
  fix: 'Let a second Ingress take over the traffic before you change or delete this one.',
  covers: ['C2', 'R4'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/concepts/ingress',
    'https://github.com/huggingface/Google-Cloud-Containers/pull/108',
  ],
  isAboutClass: true,
  check: { Ingress: findDeleted },
});

function findDeleted({ ingress, old, plan, facts }: IngressContext): readonly RuleFinding[] {
  // With the add-on off no controller runs that deletes it: see finalizer-without-controller.
  if (old === undefined || isKnownToBe(facts.httpLoadBalancing, 'disabled')) return [];
  const { annotation, isClaimed } = plan.class;
  if (isClaimed || annotation === MULTI_CLUSTER || !isServedByGke(old, facts)) return [];
  const isByField = annotation === '';
  const now = isByField ? `spec.ingressClassName "${ingress.ingressClassName ?? ''}"` : `class "${annotation}"`;
  return [
    {
      path: isByField ? CLASS_NAME : annotationPath(INGRESS_CLASS),
      message: `with ${now} GKE no longer serves it: GKE deletes its load balancer, and the address too unless it is reserved.`,
      fix: [restoreClass(ingress, old)],
      // The finalizer is what makes the controller look at an Ingress of another class.
      isCertain: namingSchemeOf(ingress) !== undefined && facts.httpLoadBalancing.known,
      identity: 'class',
    },
  ];
}

/** An address alone may be another controller's, where nothing else says that GKE takes an Ingress without a class. */
function isServedByGke(old: Ingress, facts: Facts): boolean {
  const { isClaimed, isClassless } = decideClass(old, facts);
  if (!isClaimed) return false;
  if (namingSchemeOf(old) !== undefined) return true;
  return old.hasAddress && (!isClassless || isKnownToBe(facts.httpLoadBalancing, 'enabled'));
}

function restoreClass(ingress: Ingress, old: Ingress): Remedy {
  const was = old.metadata.annotations[INGRESS_CLASS];
  const changes: Remedy[] = [];
  if (was !== undefined) changes.push(setAnnotation(ingress, INGRESS_CLASS, was));
  else if (ingress.metadata.annotations[INGRESS_CLASS] !== undefined) {
    changes.push(removeAnnotation(ingress, INGRESS_CLASS));
  }
  const name = old.ingressClassName;
  if (name !== ingress.ingressClassName) {
    changes.push(name === undefined ? remove(ingress, CLASS_NAME) : set(ingress, CLASS_NAME, name));
  }
  const keep = was === undefined || was === '' ? 'leave it without a class' : `keep class ${was}`;
  return inWords(`${keep} until another Ingress has the traffic`, together(...changes));
}
