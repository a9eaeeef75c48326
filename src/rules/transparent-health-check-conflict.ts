import type { Wording } from '../judge/finding.ts';
import { advise, type Remedy, remove, removeAnnotation } from '../judge/fix.ts';
import { enableNeg } from '../judge/neg-remedies.ts';
import { ingressInWords } from '../judge/plan-words.ts';
import { defineRule, type WordingContext } from '../judge/rule.ts';
import type { BackendConfig } from '../kubernetes/objects.ts';
import { NEG, TRANSPARENT_HEALTH_CHECKER } from '../plan/annotation-keys.ts';
import type { BackendPlan } from '../plan/backend-plan.ts';
import type { FaultOf } from '../plan/fault.ts';

export const transparentHealthCheckConflict = defineRule({
  id: 'transparent-health-check-conflict',
  judges: ['Service'],
  severity: 'warning',
  summary: 'A Service opts into transparent health checks, and something turns them off.',
  why: 'Transparent health checks work with NEGs only, a health check in a BackendConfig wins over them, and the controller does them only with a flag. Google then checks the app itself, and only an event on the Service may tell.',
  fix: 'Remove the annotation; or turn NEGs on, and remove spec.healthCheck from the BackendConfig.',
  covers: ['C40'],
  references: ['https://github.com/kubernetes/ingress-gce/blob/master/pkg/annotations/service.go'],
  words: { C40: wordConflict },
});

function wordConflict(fault: FaultOf<'C40'>, context: WordingContext): Wording {
  return { message: whyNot(fault, context), ...noteOf(fault), fix: remedies(fault, context) };
}

function whyNot({ why, backend }: FaultOf<'C40'>, { plan }: WordingContext): string {
  switch (why) {
    case 'backend-config':
      return `BackendConfig "${configOf(backend)?.metadata.name}" has a health check, which wins over the transparent one.`;
    case 'no-neg': {
      const groups = `${ingressInWords(plan, '')} uses instance groups`;
      const without = plan === undefined ? `${NEG} does not say "ingress": true` : groups;
      return `transparent health checks work with NEGs only, and ${without}.`;
    }
    case 'flag':
      return 'the controller does no transparent health checks: its flag enableTransparentHealthChecks is off.';
  }
}

function noteOf({ restsOn }: FaultOf<'C40'>): Pick<Wording, 'note' | 'severity'> {
  // Nobody said that it is off: most clusters that are asked for them do them.
  return restsOn === undefined
    ? {}
    : { note: '(Unless this cluster sets it: the facts do not say, and off is the default.)', severity: 'info' };
}

/** The annotation does nothing now, so that its removal changes nothing; the other ways help only where the flag is on. */
function remedies({ why, backend, service, restsOn }: FaultOf<'C40'>, { facts }: WordingContext): readonly Remedy[] {
  const opposite = removeAnnotation(service, TRANSPARENT_HEALTH_CHECKER);
  if (restsOn !== undefined) {
    return [advise('Declare controller.enableTransparentHealthChecks in the facts file'), opposite];
  }
  const isOffered = facts.controller.enableTransparentHealthChecks.value;
  if (why === 'flag' || !isOffered) return [opposite];
  if (why === 'no-neg') return [opposite, ...enableNeg(service, facts)];
  const config = configOf(backend);
  return config === undefined || backend.group !== 'neg'
    ? [opposite]
    : [opposite, remove(config, ['spec', 'healthCheck'])];
}

function configOf({ backendConfig }: BackendPlan): BackendConfig | undefined {
  return backendConfig.state === 'found' ? backendConfig.object : undefined;
}
