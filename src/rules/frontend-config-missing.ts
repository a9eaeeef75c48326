import { frontEndFindings } from './front-end-findings.ts';
import { defineRule } from './rule.ts';

export const frontendConfigMissing = defineRule({
  id: 'frontend-config-missing',
  judges: 'Ingress',
  severity: 'warning',
  summary: 'The FrontendConfig that the Ingress names does not exist.',
  why: 'The load balancer is built without it, so without its redirect and its SSL policy; an event says so, and the sync is tried over and over.',
  fix: 'Create the FrontendConfig in the namespace of the Ingress, or correct the name.',
  covers: ['C26', 'R25'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration'],
  check: (context) => {
    // There it would be of no use either: see redirect-unsupported.
    if (context.plan.class.isInternal) return [];
    return frontEndFindings(context, ['C26']).map((found) => ({ ...found, isCertain: false }));
  },
});
