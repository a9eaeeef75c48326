import { isKnownToBe } from '../facts/facts.ts';
import { findForeignAnnotation, INGRESS_CLASS } from '../plan/annotation-keys.ts';
import { defineRule } from './rule.ts';

export const ingressClassMissing = defineRule({
  id: 'ingress-class-missing',
  judges: 'Ingress',
  severity: 'warning',
  summary: 'The Ingress names no class, but carries annotations of another controller.',
  why: 'The GKE Ingress controller takes every Ingress without a class and ignores those annotations; where the add-on is off, nobody may take it.',
  fix: 'Name the class of the controller that shall serve it in spec.ingressClassName.',
  covers: ['R5', 'R17'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress'],
  check: ({ ingress, plan, facts }) => {
    if (!plan.class.isClassless) return [];
    const foreign = findForeignAnnotation(ingress.metadata.annotations);
    if (foreign === undefined) return [];
    const fate = isKnownToBe(facts.httpLoadBalancing, 'disabled')
      ? 'and with the add-on off nobody may serve it'
      : isKnownToBe(facts.httpLoadBalancing, 'enabled')
        ? 'so GKE takes it and ignores that'
        : 'so where its add-on is on, GKE takes it and ignores that';
    return [
      {
        path: ['metadata', 'annotations', foreign.key],
        message: `it has "${foreign.key}" (${foreign.controller}) but no class, ${fate}.`,
        fix: `Set spec.ingressClassName: ${foreign.ingressClass}, or for GKE ${INGRESS_CLASS}: gce`,
        isCertain: false,
      },
    ];
  },
});
