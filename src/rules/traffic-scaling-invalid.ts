import type { Wording } from '../judge/finding.ts';
import { advise, removeAnnotation } from '../judge/fix.ts';
import { wholeIngressFails } from '../judge/plan-words.ts';
import { quoted } from '../judge/quoted.ts';
import { defineRule, type WordingContext } from '../judge/rule.ts';
import type { FaultOf } from '../plan/fault.ts';

export const trafficScalingInvalid = defineRule({
  id: 'traffic-scaling-invalid',
  judges: ['Service'],
  severity: 'warning',
  summary: 'A traffic scaling annotation of a Service is out of range, on a cluster whose controller reads it.',
  why: 'With its flag enableTrafficScaling the controller reads max-rate-per-endpoint and capacity-scaler, and one bad value fails the whole Ingress; without the flag nobody reads them.',
  fix: 'Set max-rate-per-endpoint to a number of at least 0, capacity-scaler to one from 0 to 1.',
  covers: ['C8', 'C54'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/configure-traffic-management'],
  words: { C8: wordOutOfRange, C54: wordNoNumber },
});

function wordOutOfRange({ service, key, text, legal }: FaultOf<'C8'>, { plan }: WordingContext): Wording {
  return {
    message: `${key} is ${quoted(text)}, and must be ${legal}, so ${wholeIngressFails(plan, 'the Service')}.`,
    fix: [advise(`write ${legal}`), removeAnnotation(service, key)],
  };
}

function wordNoNumber({ service, key, text, legal }: FaultOf<'C54'>): Wording {
  return {
    message: `${key} is ${quoted(text)}, which passes for a number and cannot be sent to Google: every sync of the Ingress fails.`,
    fix: [advise(`write ${legal}`), removeAnnotation(service, key)],
  };
}
