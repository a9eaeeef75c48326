import { frontEndFindings } from './front-end-findings.ts';
import { defineRule } from './rule.ts';

export const staticIpScope = defineRule({
  id: 'static-ip-scope',
  judges: 'Ingress',
  severity: 'warning',
  summary: "The static address is named by the annotation of the other scope, or is no address's name.",
  why: 'The class decides whether the name is looked up among the global or the regional addresses, not the annotation. Where it is not found, the sync of the load balancer fails.',
  fix: 'Reserve an address in the scope of the class, and name it in the annotation of that scope.',
  covers: ['C19', 'R9'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/concepts/ingress',
    'https://cloud.google.com/kubernetes-engine/docs/concepts/ingress-ilb',
  ],
  check: (context) => frontEndFindings(context, ['C19']),
});
