import type { Wording } from '../judge/finding.ts';
import { advise, remove } from '../judge/fix.ts';
import { defineRule, type WordingContext } from '../judge/rule.ts';
import type { FaultOf } from '../plan/fault.ts';

export const hostRepeated = defineRule({
  id: 'host-repeated',
  judges: ['Ingress'],
  severity: 'warning',
  summary: 'One host has two rules in the Ingress.',
  why: 'The GKE Ingress controller does not merge them: the later rule replaces the earlier one, whose paths are gone. Only its log says so.',
  fix: 'Put all paths of a host into one rule.',
  covers: ['C41', 'R21'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress'],
  words: { C41: wordRepeated },
});

function wordRepeated({ host, earlier, later }: FaultOf<'C41'>, { plan }: WordingContext): Wording {
  return {
    message: `host "${host}" has two rules: the later, spec.rules[${later}], replaces spec.rules[${earlier}] and its paths.`,
    identity: host,
    fix: [
      advise('put all paths of the host into one rule'),
      ...(plan === undefined ? [] : [remove(plan.ingress, ['spec', 'rules', earlier], 'GKE already leaves it out')]),
    ],
  };
}
