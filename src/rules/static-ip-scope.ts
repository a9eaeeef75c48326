import type { Wording } from '../judge/finding.ts';
import { advise, inWords, type Remedy, removeAnnotation, run, setAnnotation, together } from '../judge/fix.ts';
import { defineRule, type WordingContext } from '../judge/rule.ts';
import type { FaultOf } from '../plan/fault.ts';
import { keyOfScope } from '../plan/static-ip.ts';

export const staticIpScope = defineRule({
  id: 'static-ip-scope',
  judges: ['Ingress'],
  severity: 'error',
  summary: "The static address is named by the annotation of the other scope, or is no address's name.",
  why: 'The class decides whether the name is looked up among the global or the regional addresses, not the annotation. Where it is not found, the sync of the load balancer fails.',
  fix: 'Reserve an address in the scope of the class, and name it in the annotation of that scope.',
  covers: ['C19', 'R9'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/concepts/ingress',
    'https://cloud.google.com/kubernetes-engine/docs/concepts/ingress-ilb',
  ],
  words: { C19: wordAddress },
});

function wordAddress({ key, name, scope, why }: FaultOf<'C19'>, { plan }: WordingContext): Wording {
  if (why !== 'scope') {
    const what = why === 'address' ? 'is an address, not the name of one' : 'is no name of an address';
    return {
      message: `${key} is "${name}", which ${what}: the sync fails.`,
      fix: [why === 'address' ? lookUp(name, scope) : advise(`write the name of a ${scope} address`)],
    };
  }
  const wanted = keyOfScope(scope);
  const message = `for this class "${name}" is looked up among the ${scope} addresses, and the sync fails if it is not there.`;
  // One of that name may be there.
  const severity = 'warning';
  if (plan === undefined) return { message, severity };
  const { ingress } = plan;
  const move = together(setAnnotation(ingress, wanted, name), removeAnnotation(ingress, key));
  return { message, severity, fix: [inWords(`use ${wanted}, with the name of a ${scope} address`, move)] };
}

/** @param address digits, dots and colons only */
function lookUp(address: string, scope: 'global' | 'regional'): Remedy {
  const ofScope = scope === 'global' ? ['--global'] : [];
  const command = ['gcloud', 'compute', 'addresses', 'list', `--filter=address=${address}`, ...ofScope];
  return inWords('write its name', run(command));
}
