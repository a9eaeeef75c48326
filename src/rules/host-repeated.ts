import { findingsOf } from './plan-findings.ts';
import { defineRule } from './rule.ts';

export const hostRepeated = defineRule({
  id: 'host-repeated',
  judges: 'Ingress',
  severity: 'warning',
  summary: 'One host stands in two rules of the Ingress.',
  why: 'The GKE Ingress controller does not merge them: the later rule replaces the earlier one, whose paths are gone. Only its log tells.',
  fix: 'Put all paths of a host into one rule.',
  covers: ['C41', 'R21'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress'],
  check: ({ ingress, plan }) => (plan.class.isClaimed ? findingsOf(plan.problems, ingress, ['C41']) : []),
});
