import { isKnownToBe } from '../facts/facts.ts';
import { nameGceClass, nameOtherClass } from '../judge/add-on-claim.ts';
import type { RuleFinding } from '../judge/finding.ts';
import { advise } from '../judge/fix.ts';
import { defineRule, type IngressContext } from '../judge/rule.ts';
import { ANNOTATIONS, annotationPath } from '../kubernetes/field-path.ts';
import { keysIn } from '../kubernetes/read.ts';
import { findForeignAnnotation, isGceOnly } from '../plan/annotation-keys.ts';
import { hasSameClass } from '../plan/ingress-class.ts';
import { mayBeAnothers } from '../plan/served.ts';

export const ingressClassMissing = defineRule({
  id: 'ingress-class-missing',
  judges: ['Ingress'],
  severity: 'warning',
  summary:
    'The Ingress names no class, and may be meant for another controller: it carries annotations of one, or it is not known whether the HTTP load balancing add-on is on.',
  why: 'The GKE Ingress controller takes every Ingress without a class and ignores those annotations; where the add-on is off, another controller may take it, or none. As long as it is not known whose the Ingress is, nothing else of it is judged. Kubernetes calls the annotation deprecated; GKE reads nothing else.',
  fix: 'Name the class of the controller that is meant to serve it; for GKE that is the annotation kubernetes.io/ingress.class: gce.',
  covers: ['R5', 'R17'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress'],
  // One warning about whose an Ingress is; this one has the way out for either.
  supersedes: ['http-load-balancing-unknown'],
  isAboutClass: true,
  check: { Ingress: (context) => findForeign(context) ?? findUndecided(context) },
});

/** Annotations of another controller. */
function findForeign({ ingress, plan, facts }: IngressContext): readonly RuleFinding[] | undefined {
  const { annotations } = ingress.metadata;
  const foreign = findForeignAnnotation(annotations);
  if (!plan.class.isClassless || foreign === undefined) return undefined;
  const { key, controller, ingressClass } = foreign;
  const addOn = facts.httpLoadBalancing;
  const then = isKnownToBe(addOn, 'disabled')
    ? 'and with the HTTP load balancing add-on off nothing may serve it'
    : `so GKE ${addOn.known ? 'takes it and ignores that' : 'may serve it without that'}`;
  const ways = [nameOtherClass(ingress, ingressClass), nameGceClass(ingress, 'gce', 'for GKE')];
  return [
    {
      path: annotationPath(key),
      message: `it has "${key}" (${controller}) but no class, ${then}.`,
      ...(addOn.known ? {} : { note: '(GKE takes it if the HTTP load balancing add-on is on, which is not known.)' }),
      fix: keysIn(annotations).some(isGceOnly) ? ways.toReversed() : ways,
      isCertain: false,
      identity: 'class',
    },
  ];
}

/** Nothing at all says whose it is. */
function findUndecided({ ingress, old, plan, facts }: IngressContext): readonly RuleFinding[] {
  if (facts.httpLoadBalancing.known || !mayBeAnothers(ingress, plan.class, facts)) return [];
  if (old !== undefined && hasSameClass(old, ingress)) return [];
  return [
    {
      path: ANNOTATIONS,
      message: 'it names no class, and whether GKE takes it is not known.',
      note: 'If the HTTP load balancing add-on is on, GKE takes it; if it is off, another controller may, or none. Until that is known, nothing else of it is judged.',
      fix: [
        advise('Declare httpLoadBalancing in the facts'),
        nameGceClass(ingress, 'gce', 'for GKE'),
        advise('name another class in spec.ingressClassName'),
      ],
      isCertain: false,
      identity: 'class',
    },
  ];
}
