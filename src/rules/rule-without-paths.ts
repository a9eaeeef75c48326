import { findingsOf } from './plan-findings.ts';
import { defineRule, type RuleFinding } from './rule.ts';

export const ruleWithoutPaths = defineRule({
  id: 'rule-without-paths',
  judges: 'Ingress',
  severity: 'warning',
  summary: 'A rule of the Ingress has no http, and so no paths.',
  why: 'The GKE Ingress controller skips the rule: requests for its host get the default backend, which answers 404 where the Ingress gives none of its own.',
  fix: 'Give the rule its http.paths, or remove it.',
  covers: ['C43'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress'],
  check: ({ ingress, plan }) => {
    if (!plan.class.isClaimed) return [];
    const findings = findingsOf(plan.problems, ingress, ['C43']);
    // With a default backend of its own that is what Kubernetes says of such a rule, and may be meant.
    return ingress.defaultBackend === undefined
      ? findings
      : findings.map((found): RuleFinding => ({ ...found, severity: 'info' }));
  },
});
