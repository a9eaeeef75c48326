import type { Wording } from '../judge/finding.ts';
import { removeAnnotation } from '../judge/fix.ts';
import { defineRule, type WordingContext } from '../judge/rule.ts';
import { GLOBAL_STATIC_IP, REGIONAL_STATIC_IP } from '../plan/annotation-keys.ts';
import type { FaultOf } from '../plan/fault.ts';

export const staticIpConflict = defineRule({
  id: 'static-ip-conflict',
  judges: ['Ingress'],
  severity: 'error',
  summary: 'The Ingress names both a global and a regional static address.',
  why: 'The controller refuses both together, whatever the class: the sync of the load balancer fails until one of them is gone.',
  fix: 'Keep the one that goes with the class: regional for gce-internal and gce-regional-external, else global.',
  covers: ['C18', 'R9'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress'],
  words: { C18: wordBoth },
});

function wordBoth({ scope }: FaultOf<'C18'>, { plan }: WordingContext): Wording {
  const other = scope === 'global' ? REGIONAL_STATIC_IP : GLOBAL_STATIC_IP;
  return {
    message: `both ${GLOBAL_STATIC_IP} and ${REGIONAL_STATIC_IP} are set: the sync fails.`,
    ...(plan === undefined ? {} : { fix: [removeAnnotation(plan.ingress, other, 'not for this class')] }),
    // The path follows the class, but it stays the same problem.
    identity: 'static-ip',
  };
}
