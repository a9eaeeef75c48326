import type { Wording } from '../judge/finding.ts';
import { inWords, set } from '../judge/fix.ts';
import { defineRule, type WordingContext } from '../judge/rule.ts';
import type { FaultOf } from '../plan/fault.ts';

export const ingressNameInvalid = defineRule({
  id: 'ingress-name-invalid',
  judges: ['Ingress'],
  severity: 'error',
  summary: 'The name of the Ingress makes a name for its load balancer that Google does not take.',
  why: 'Kubernetes allows dots in the name of an Ingress, and Google allows none in that of a URL map, which is made from it: every sync fails ("invalid loadbalancer name"), and there is never an address.',
  fix: 'Create it under a name without dots; an Ingress cannot be renamed.',
  covers: ['C32'],
  references: ['https://cloud.google.com/compute/docs/naming-resources'],
  words: { C32: wordName },
});

function wordName({ name, path }: FaultOf<'C32'>, { plan }: WordingContext): Wording {
  const message = `the name "${name}" has a dot, and Google takes none in the load balancer's: every sync fails.`;
  if (plan === undefined) return { message };
  const dashed = name.replaceAll('.', '-');
  // Where it is stored already, that makes another Ingress, and this one has to be deleted.
  return { message, fix: [inWords(`name it without dots, such as "${dashed}"`, set(plan.ingress, path, dashed))] };
}
