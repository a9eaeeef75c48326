import type { Wording } from '../judge/finding.ts';
import { advise } from '../judge/fix.ts';
import { enableNeg } from '../judge/neg-remedies.ts';
import { defineRule, type WordingContext } from '../judge/rule.ts';
import { NEG } from '../plan/annotation-keys.ts';
import type { FaultOf } from '../plan/fault.ts';
import { readNegAnnotation } from '../plan/neg.ts';

export const internalIngressWithoutNeg = defineRule({
  id: 'internal-ingress-without-neg',
  judges: ['Service'],
  severity: 'error',
  summary: 'A Service is behind an internal or regional GKE Ingress without container-native load balancing.',
  why: 'The Ingress controller takes a NEG for granted there, but the NEG controller makes one only where the annotation says so: the sync waits for a NEG that never comes, and the Ingress gets no address.',
  fix: `Set the annotation ${NEG}: '{"ingress": true}' on the Service.`,
  covers: ['C33', 'R16'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/how-to/internal-load-balance-ingress',
    'https://cloud.google.com/kubernetes-engine/docs/how-to/container-native-load-balancing',
  ],
  words: { C33: wordForced },
});

function wordForced({ service, backend }: FaultOf<'C33'>, { plan, facts }: WordingContext): Wording | undefined {
  // One that cannot be decoded is C35, which says the same.
  if (plan === undefined || readNegAnnotation(service.metadata.annotations).state === 'invalid') return undefined;
  const { ingress, class: decision } = plan;
  const remedies = enableNeg(service, facts);
  return {
    message: `class ${decision.annotation} takes NEGs only, and none is made without "ingress": true: Ingress "${ingress.metadata.name}" never syncs.`,
    ...(backend.negSource === 'maybe'
      ? {
          note: 'GKE adds the annotation by itself only to new Services on VPC-native clusters without Shared VPC and network policy.',
        }
      : {}),
    fix:
      remedies.length > 0
        ? remedies
        : [advise('move to a VPC-native cluster: NEGs do not work on this routes-based one')],
    identity: 'neg',
  };
}
