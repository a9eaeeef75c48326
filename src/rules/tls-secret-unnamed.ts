import { frontEndFindings } from './front-end-findings.ts';
import { defineRule } from './rule.ts';

export const tlsSecretUnnamed = defineRule({
  id: 'tls-secret-unnamed',
  judges: 'Ingress',
  severity: 'error',
  summary: 'An entry of spec.tls names no Secret.',
  why: 'Other controllers take an entry of hosts alone as a wish for their default certificate. The GKE Ingress controller looks for a Secret without a name, and the sync of the load balancer fails.',
  fix: 'Name a Secret in secretName, or remove the entry: certificates that annotations name need no spec.tls.',
  covers: ['C23', 'R18'],
  references: [
    'https://github.com/kubernetes/ingress-gce/issues/1334',
    'https://github.com/kubernetes/ingress-gce/issues/713',
  ],
  check: (context) => frontEndFindings(context, ['C23']),
});
