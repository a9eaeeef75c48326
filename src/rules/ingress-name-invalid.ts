import { findingsOf } from './plan-findings.ts';
import { defineRule } from './rule.ts';

export const ingressNameInvalid = defineRule({
  id: 'ingress-name-invalid',
  judges: 'Ingress',
  severity: 'error',
  summary: 'The name of the Ingress makes a name for its load balancer that Google does not take.',
  why: 'Kubernetes allows dots in the name of an Ingress, and Google allows none in that of a URL map, which is made from it: every sync fails ("invalid loadbalancer name"), and there is never an address.',
  fix: 'Create it under a name without dots; an Ingress cannot be renamed.',
  covers: ['C32'],
  references: ['https://cloud.google.com/compute/docs/naming-resources'],
  check: ({ ingress, plan }) => (plan.class.isClaimed ? findingsOf(plan.problems, ingress, ['C32']) : []),
});
