import { GOOGLE_CERTIFICATE_LIMIT } from '../plan/tls.ts';
import { frontEndFindings } from './front-end-findings.ts';
import { defineRule, type RuleFinding } from './rule.ts';

export const tooManyCertificates = defineRule({
  id: 'too-many-certificates',
  judges: 'Ingress',
  severity: 'error',
  summary: 'The Ingress has more certificates than one load balancer takes.',
  why: 'Certificates of every kind count together. Google takes 15 for one load balancer and refuses more, so that the sync fails; above 10, for which the controller is built, it is a warning.',
  fix: 'Put several domains into one certificate, or split the Ingress.',
  covers: ['C25'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-multi-ssl',
    'https://github.com/GoogleCloudPlatform/gke-managed-certs',
  ],
  check: (context) => {
    const isRefused = context.plan.frontEnd.tls.certificateCount > GOOGLE_CERTIFICATE_LIMIT;
    return frontEndFindings(context, ['C25']).map(
      (found): RuleFinding => ({ ...found, ...(isRefused ? {} : { severity: 'warning' }), subject: 'certificates' }),
    );
  },
});
