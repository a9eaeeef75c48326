import type { Wording } from '../judge/finding.ts';
import { enableNeg, makeNodePort } from '../judge/neg-remedies.ts';
import { wholeIngressFails } from '../judge/plan-words.ts';
import { defineRule, type WordingContext } from '../judge/rule.ts';
import { NEG } from '../plan/annotation-keys.ts';
import type { FaultOf } from '../plan/fault.ts';
import { type NegAnnotation, readNegAnnotation } from '../plan/neg.ts';

export const clusterIpWithoutNeg = defineRule({
  id: 'cluster-ip-without-neg',
  judges: ['Service'],
  severity: 'error',
  summary: 'A ClusterIP Service is behind a GKE Ingress without container-native load balancing.',
  why: 'Without NEGs Google reaches Pods through node ports, and such a Service has none: the translation of the whole Ingress fails, for its other backends too.',
  fix: `Set the annotation ${NEG}: '{"ingress": true}' on the Service (on a VPC-native cluster), or make it type NodePort.`,
  covers: ['C6', 'R3'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/container-native-load-balancing'],
  words: { C6: wordWithoutNeg },
});

function wordWithoutNeg({ service, backend }: FaultOf<'C6'>, { plan, facts }: WordingContext): Wording | undefined {
  // No annotation helps an ExternalName: it has a rule of its own.
  if (service.type === 'ExternalName') return undefined;
  const annotation = readNegAnnotation(service.metadata.annotations);
  const isHeadless = service.clusterIP === 'None';
  const is = isHeadless ? 'headless' : `of type ${service.type}`;
  const isUnsure = backend.negSource === 'maybe';
  return {
    message: `it is ${is} and ${inWords(annotation)}, so ${wholeIngressFails(plan)} to translate.`,
    ...(isUnsure
      ? { note: '(Unless the NEG annotation is added when the Service is created, as on a VPC-native cluster.)' }
      : {}),
    fix: [...enableNeg(service, facts), makeNodePort(service, facts)],
    identity: 'neg',
  };
}

function inWords(annotation: NegAnnotation): string {
  if (annotation.state === 'absent') return 'without NEGs';
  if (annotation.state === 'invalid') return `its ${NEG} cannot be decoded`;
  return annotation.exposedPorts.size > 0
    ? `its ${NEG} has exposed_ports without "ingress": true`
    : `its ${NEG} does not say "ingress": true`;
}
