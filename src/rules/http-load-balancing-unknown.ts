import type { Ingress } from '../kubernetes/objects.ts';
import { INGRESS_CLASS } from '../plan/annotation-keys.ts';
import { findAddOnClaim } from './add-on-claim.ts';
import { defineRule } from './rule.ts';

export const httpLoadBalancingUnknown = defineRule({
  id: 'http-load-balancing-unknown',
  judges: 'Ingress',
  severity: 'info',
  summary:
    'The Ingress is for the GKE Ingress controller, and the guard does not know whether the HTTP load balancing add-on is on.',
  why: 'With the add-on off the Ingress would wait for ever without any message; unknown is not off, so the guard refuses nothing.',
  fix: 'Declare httpLoadBalancing in the facts file (serve --facts FILE).',
  covers: ['R7'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/load-balance-ingress'],
  reportsUnknownFact: 'httpLoadBalancing',
  check: ({ ingress, old, plan, facts, snapshot }) => {
    if (facts.httpLoadBalancing.known) return [];
    const claim = findAddOnClaim(ingress, plan.class, snapshot);
    if (claim === undefined || (old !== undefined && hasSameClass(old, ingress))) return [];
    return [
      {
        path: claim.path,
        message: `${claim.what}, and it is not known whether the HTTP load balancing add-on is on; if it is off, nothing serves it.`,
        isCertain: false,
        subject: 'class',
      },
    ];
  },
});

function hasSameClass(old: Ingress, current: Ingress): boolean {
  // An empty annotation is to the controller as none.
  const classOf = ({ metadata }: Ingress): string => metadata.annotations[INGRESS_CLASS] ?? '';
  return old.ingressClassName === current.ingressClassName && classOf(old) === classOf(current);
}
