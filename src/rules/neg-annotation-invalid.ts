import type { Wording } from '../judge/finding.ts';
import { chooseNeg } from '../judge/neg-remedies.ts';
import { ingressInWords, wholeIngressFails } from '../judge/plan-words.ts';
import { quoted } from '../judge/quoted.ts';
import { defineRule, type WordingContext } from '../judge/rule.ts';
import type { Service } from '../kubernetes/objects.ts';
import { NEG } from '../plan/annotation-keys.ts';
import type { FaultOf } from '../plan/fault.ts';
import type { IngressPlan } from '../plan/plan.ts';

export const negAnnotationInvalid = defineRule({
  id: 'neg-annotation-invalid',
  judges: ['Service'],
  severity: 'error',
  summary: `The annotation ${NEG} of a Service is not the JSON that the GKE Ingress controller decodes.`,
  why: 'The controller ignores the annotation and continues without NEGs: a ClusterIP Service then cannot be a backend, a NodePort one falls back to instance groups. The only sign is an event on the Service.',
  fix: `Write '{"ingress": true}'.`,
  covers: ['C35'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/container-native-load-balancing'],
  words: { C35: wordInvalid },
});

function wordInvalid(fault: FaultOf<'C35'>, { plan, facts }: WordingContext): Wording {
  const { service, backend, text, error } = fault;
  return {
    message: `${NEG} ${quoted(text)} cannot be decoded (${error}), ${consequence(fault, plan)}.`,
    fix: chooseNeg(service, backend.isNegForced, facts),
  };
}

/** What the controller does then, as the end of a sentence. */
function consequence({ service, backend }: FaultOf<'C35'>, plan: IngressPlan | undefined): string {
  // A regional class takes nothing but NEGs, and the NEG controller makes none from what it cannot decode (C33).
  if (backend.isNegForced) return `and ${ingressInWords(plan, 'an Ingress that uses it')} needs a NEG: its sync fails`;
  if (hasNodePorts(service)) return 'so instance groups are used instead';
  const fails = wholeIngressFails(backend.error?.condition === 'C6' ? plan : undefined, 'it');
  return service.type === 'ExternalName'
    ? `so ${fails}: an ExternalName Service cannot be a backend`
    : `so ${fails}: a ${service.type} Service needs NEGs`;
}

function hasNodePorts({ type }: Service): boolean {
  return type === 'NodePort' || type === 'LoadBalancer';
}
