import { isKnownToBe } from '../facts/facts.ts';
import { NEG } from '../plan/annotation-keys.ts';
import { readNegAnnotation } from '../plan/neg.ts';
import { howToEnableNegInWords } from '../plan/neg-fix.ts';
import { annotationPath } from '../plan/problem.ts';
import { defineRule, type ServiceContext } from './rule.ts';

export const internalIngressWithoutNeg = defineRule({
  id: 'internal-ingress-without-neg',
  judges: 'Service',
  severity: 'error',
  summary: 'A Service is behind an internal or regional GKE Ingress without container-native load balancing.',
  why: 'The Ingress controller takes a NEG for granted there, but the NEG controller makes one only where the annotation says so: the sync waits for a NEG that never comes, and the Ingress gets no address.',
  fix: `Set the annotation ${NEG}: '{"ingress": true}' on the Service.`,
  covers: ['C33', 'R16'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/how-to/internal-load-balance-ingress',
    'https://cloud.google.com/kubernetes-engine/docs/how-to/container-native-load-balancing',
  ],
  check: (context) => {
    const { service, uses, facts } = context;
    const annotation = readNegAnnotation(service.metadata.annotations);
    const waiting = uses.find(({ backend }) => backend.isNegForced);
    // One that cannot be decoded is a finding of its own, and says the same.
    if (waiting === undefined || annotation.state === 'invalid') return [];
    const { ingress, class: decision } = waiting.plan;
    const mayBeAdded = annotation.state === 'absent' && isAddedByGkeMaybe(context);
    return [
      {
        path: annotation.state === 'absent' ? ['metadata', 'annotations'] : annotationPath(NEG),
        message: `class ${decision.annotation} takes NEGs only, and none is made without "ingress": true: Ingress "${ingress.metadata.name}" never syncs.`,
        note: mayBeAdded
          ? 'GKE adds the annotation by itself only to new Services on VPC-native clusters without Shared VPC and network policy.'
          : '',
        fix: isKnownToBe(facts.vpcNative, false)
          ? 'Move to a VPC-native cluster: NEGs do not work on this routes-based one.'
          : howToEnableNegInWords(service),
        isCertain: !mayBeAdded,
        subject: 'neg',
      },
    ];
  },
});

/** GKE's own webhook adds it to new Services, under conditions that may not be known. */
function isAddedByGkeMaybe({ facts, injects, old }: ServiceContext): boolean {
  if (!injects || old !== undefined) return false;
  const isExcluded =
    isKnownToBe(facts.vpcNative, false) || isKnownToBe(facts.sharedVpc, true) || isKnownToBe(facts.networkPolicy, true);
  return !isExcluded;
}
