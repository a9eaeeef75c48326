import type { Wording } from '../judge/finding.ts';
import { defineRule } from '../judge/rule.ts';
import type { FaultOf } from '../plan/fault.ts';
import { GOOGLE_CERTIFICATE_LIMIT } from '../plan/tls.ts';

export const tooManyCertificates = defineRule({
  id: 'too-many-certificates',
  judges: ['Ingress'],
  severity: 'error',
  summary: 'The Ingress has more certificates than one load balancer takes.',
  why: 'Certificates of every kind count together. Google takes 15 for one load balancer and refuses more, so that the sync fails; above 10, for which the controller is built, it is a warning.',
  fix: 'Put several domains into one certificate, or split the Ingress.',
  noEdits: 'Which certificates to join, or where to split, only their owner knows.',
  covers: ['C25'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-multi-ssl',
    'https://github.com/GoogleCloudPlatform/gke-managed-certs',
  ],
  words: { C25: wordCount },
});

function wordCount({ count }: FaultOf<'C25'>): Wording {
  const identity = 'certificates';
  if (count > GOOGLE_CERTIFICATE_LIMIT) {
    const limit = `Google takes ${GOOGLE_CERTIFICATE_LIMIT} for one load balancer at most`;
    return { message: `${count} certificates, and ${limit}: the sync fails.`, identity };
  }
  return {
    message: `${count} certificates: the controller is built for 10 a load balancer, and Google takes ${GOOGLE_CERTIFICATE_LIMIT} at most.`,
    identity,
    severity: 'warning',
  };
}
