import { enableAddOnCommand, isProof } from '../facts/facts.ts';
import type { RuleFinding } from '../judge/finding.ts';
import { run } from '../judge/fix.ts';
import { defineRule, type IngressContext } from '../judge/rule.ts';
import { MULTI_CLUSTER } from '../plan/ingress-class.ts';
import { findGceFinalizer } from '../plan/load-balancer-name.ts';

export const finalizerWithoutController = defineRule({
  id: 'finalizer-without-controller',
  judges: ['Ingress'],
  severity: 'warning',
  summary: 'The Ingress has a finalizer of the GKE Ingress controller, and the add-on that runs the controller is off.',
  why: 'Only that controller removes its finalizer. Without it the deletion of the Ingress, and of its namespace, never ends, and the load balancer in the project is left behind.',
  fix: 'Turn the add-on on before you delete the Ingress; turn it off again once the Ingress is gone.',
  covers: ['R7'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/load-balance-ingress'],
  isAboutClass: true,
  isAboutDeletion: true,
  check: { Ingress: findFinalizer },
});

function findFinalizer({ ingress, plan, facts, trustsObserved }: IngressContext): readonly RuleFinding[] {
  const addOn = facts.httpLoadBalancing;
  if (!addOn.known || addOn.value !== 'disabled' || plan.class.annotation === MULTI_CLUSTER) return [];
  const finalizer = findGceFinalizer(ingress);
  if (finalizer === undefined) return [];
  const isRunning = addOn.contradictedBy !== undefined;
  return [
    {
      path: ['metadata', 'finalizers', ingress.metadata.finalizers.indexOf(finalizer)],
      message: isRunning
        ? 'deleting it hangs if the add-on is still off; its default backend is running, so it may just have been turned on.'
        : 'deleting it hangs while the HTTP load balancing add-on is off.',
      note: `Only the GKE Ingress controller removes "${finalizer}", and until then namespace "${ingress.metadata.namespace}" cannot be deleted either; removing it by hand leaves the load balancer behind.`,
      fix: [run(enableAddOnCommand(facts.cluster))],
      isCertain: isProof(addOn, trustsObserved),
      identity: 'finalizer',
    },
  ];
}
