import { type AddOnClaim, findAddOnClaim } from '../judge/add-on-claim.ts';
import type { RuleFinding } from '../judge/finding.ts';
import { defineRule, type IngressContext } from '../judge/rule.ts';
import { hasSameClass } from '../plan/ingress-class.ts';

export const httpLoadBalancingUnknown = defineRule({
  id: 'http-load-balancing-unknown',
  judges: ['Ingress'],
  severity: 'info',
  summary:
    'The Ingress is for the GKE Ingress controller, and the guard does not know whether the HTTP load balancing add-on is on.',
  why: 'With the add-on off the Ingress would wait forever without any message; unknown is not off, so the guard refuses nothing.',
  fix: 'Declare httpLoadBalancing in the facts file (--facts FILE).',
  noEdits: 'No object has to change: a fact of the cluster has to be declared.',
  covers: ['R7'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/load-balance-ingress'],
  reportsUnknownFact: 'httpLoadBalancing',
  isAboutClass: true,
  check: { Ingress: findUnknown },
});

function findUnknown({ ingress, old, plan, facts, snapshot }: IngressContext): readonly RuleFinding[] {
  if (facts.httpLoadBalancing.known) return [];
  const claim = findAddOnClaim(ingress, plan.class, snapshot);
  if (claim === undefined || (old !== undefined && hasSameClass(old, ingress))) return [];
  return [
    {
      path: claim.path,
      message: `${claimInWords(claim)}, and it is not known whether the HTTP load balancing add-on is on; if it is off, nothing serves it.`,
      isCertain: false,
      identity: 'class',
    },
  ];
}

function claimInWords({ className, proof }: AddOnClaim): string {
  if (className !== undefined) return `its class is "${className}"`;
  // ingress-class-missing has more to say of an Ingress that nothing shows to be for GKE.
  return proof === undefined ? 'it names no class' : `it names no class and has "${proof}", which only GKE reads`;
}
