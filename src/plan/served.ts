// Whether the GKE Ingress controller would act on an Ingress at all: its class and the HTTP load balancing add-on
// together (ingress-gce pkg/utils/utils.go IsGLBCIngress, NeedsCleanup), and so whether it is judged.

import { type Facts, isKnownToBe } from '../facts/facts.ts';
import type { Ingress } from '../kubernetes/objects.ts';
import { keysIn } from '../kubernetes/read.ts';
import { isGceOnly } from './annotation-keys.ts';
import type { BackendPlan } from './backend-plan.ts';
import { type ClassDecision, MULTI_CLUSTER } from './ingress-class.ts';
import { findGceFinalizer } from './load-balancer-name.ts';

/**
 * How what is found in an Ingress, and behind it, is taken. `certain`: as it is. `possible`: it names a GKE class and the add-on
 * is off, so it is judged as it will be once the add-on is on. `none`: it is somebody else's, or may be, or is on its way out.
 */
export type Concern = 'certain' | 'possible' | 'none';

export type ServedReason = 'class' | 'no-instance-group' | 'deleting' | 'add-on-unknown' | 'add-on-on' | 'add-on-off';

export interface ServedDecision {
  readonly served: boolean;
  readonly reason: ServedReason;
  readonly concern: Concern;
}

export function decideServed(ingress: Ingress, decision: ClassDecision, facts: Facts): ServedDecision {
  if (ingress.metadata.isBeingDeleted && findGceFinalizer(ingress) !== undefined) {
    return { served: false, reason: 'deleting', concern: 'none' };
  }
  if (!decision.isClaimed) return { served: false, reason: 'class', concern: 'none' };
  const addOn = facts.httpLoadBalancing;
  const isOff = isKnownToBe(addOn, 'disabled');
  if (mayBeAnothers(ingress, decision, facts)) {
    return { served: !isOff, reason: isOff ? 'add-on-off' : 'add-on-unknown', concern: 'none' };
  }
  if (!addOn.known) return { served: true, reason: 'add-on-unknown', concern: 'certain' };
  return isOff
    ? { served: false, reason: 'add-on-off', concern: 'possible' }
    : { served: true, reason: 'add-on-on', concern: 'certain' };
}

/**
 * An Ingress of class gce-multi-cluster is built like any other, unless it needs an instance group: only with those its sync
 * ends before its backends (pkg/controller/controller.go SyncBackends, syncInstanceGroup). That nobody has promised, and what
 * is built outlives garbage collection only because it is in use, so no rule speaks of it.
 *
 * @param used what its URL map has; null for a default backend that fails to translate
 */
export function isBuiltForMultiCluster(
  { annotation }: ClassDecision,
  { httpLoadBalancing }: Facts,
  used: () => readonly (Pick<BackendPlan, 'group'> | null)[],
): boolean {
  if (annotation !== MULTI_CLUSTER || isKnownToBe(httpLoadBalancing, 'disabled')) return false;
  return used().every((backend) => backend?.group === 'neg');
}

/**
 * Whether an Ingress that GKE would claim may be another controller's: it names no class, nothing in it is GKE's alone,
 * and the GKE Ingress controller is not known to run. What GKE would refuse of it may work there.
 */
export function mayBeAnothers(ingress: Ingress, decision: ClassDecision, facts: Facts): boolean {
  if (!decision.isClassless || isKnownToBe(facts.httpLoadBalancing, 'enabled')) return false;
  // The controller has taken it.
  if (findGceFinalizer(ingress) !== undefined) return false;
  return !keysIn(ingress.metadata.annotations).some(isGceOnly);
}
