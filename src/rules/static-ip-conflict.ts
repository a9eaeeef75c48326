import { frontEndFindings } from './front-end-findings.ts';
import { defineRule } from './rule.ts';

export const staticIpConflict = defineRule({
  id: 'static-ip-conflict',
  judges: 'Ingress',
  severity: 'error',
  summary: 'The Ingress names both a global and a regional static address.',
  why: 'The controller refuses both together, whatever the class: the sync of the load balancer fails until one of them is gone.',
  fix: 'Keep the one that goes with the class: regional for gce-internal and gce-regional-external, else global.',
  covers: ['C18', 'R9'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress'],
  // The path follows the class, but it stays the same problem.
  check: (context) => frontEndFindings(context, ['C18']).map((found) => ({ ...found, subject: 'static-ip' })),
});
