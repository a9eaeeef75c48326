// What the plan says of the front end, as findings of the Ingress. Whatever its annotations ask for, an Ingress that the GKE
// Ingress controller does not claim gets nothing of it from there, and is left alone.
import { findingsOf } from './plan-findings.ts';
import type { IngressContext, RuleFinding } from './rule.ts';

export function frontEndFindings(
  { ingress, plan }: IngressContext,
  conditions: readonly string[],
): readonly RuleFinding[] {
  return plan.class.isClaimed ? findingsOf(plan.frontEnd.problems, ingress, conditions) : [];
}
