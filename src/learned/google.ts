// What Google itself has found of an app, without a request: the controller writes the health of each backend service at the Ingress
// (ingress.kubernetes.io/backends), and the NEG controller at each Pod with a readiness gate. Both are read with the plan, and what
// has another cause than the app says nothing of the app.
import type { Fact, Facts } from '../facts/facts.ts';
import type { ExplainedFinding } from '../judge/explained.ts';
import type { BackendPlan } from '../plan/backend-plan.ts';
import type { IngressPlan } from '../plan/plan.ts';
import { readSeen, type SeenIngress } from '../seen/seen.ts';
import { type BackendMatches, matchBackends } from '../seen/seen-backends.ts';
import type { ClusterPod } from './cluster-pod.ts';

/** As ingress-gce has them (pkg/neg/readiness/reflector.go). */
const NEG_HEALTHY = 'LoadBalancerNegReady';

/** Of annotations and NEGs alone: nobody reads Events for it. */
function seenOf(plan: IngressPlan): SeenIngress {
  const services = plan.backends.flatMap(({ service }) => service ?? []);
  const nothing = {
    addresses: [],
    events: [],
    knowsEvents: false,
    hasSystemDefault: undefined,
    serverVersion: undefined,
  };
  return readSeen({ ingress: plan.ingress, services, ...nothing });
}

export interface SeenBackends {
  readonly seen: SeenIngress;
  readonly matches: BackendMatches;
}

export function seenBackendsOf(plan: IngressPlan): SeenBackends {
  const seen = seenOf(plan);
  return { seen, matches: matchBackends(plan.backends, seen) };
}

/** As the annotation has it; undefined where it does not, or says of two that they differ. */
export function healthOf(backend: BackendPlan, { matches }: SeenBackends): string | undefined {
  const found = matches.of(backend).filter(({ group }) => group === backend.group);
  const words = new Set(found.map(({ seen }) => seen.health));
  return words.size === 1 ? [...words][0] : undefined;
}

/** Rules that speak of what the app answers; every other finding of a backend is another cause. */
const OF_THE_APP: readonly string[] = ['probe-redirects-to-https', 'health-check-not-ok'];

/** Whether something but the app would make Google call it UNHEALTHY. @param findings of the Ingress and of all behind it */
function hasOtherCause(backend: BackendPlan, findings: readonly ExplainedFinding[]): boolean {
  return findings.some(({ finding: { rule, severity }, place }) => {
    if (severity === 'info' || OF_THE_APP.includes(rule)) return false;
    // One error anywhere ends the sync of the whole Ingress, and what is written there is old.
    return severity === 'error' || (place.at === 'backend' && place.key === backend.key);
  });
}

/** Where nobody knows whether NetworkPolicies are enforced, one that keeps Google out may be the cause. */
export function assumingPolicies(facts: Facts): Facts {
  const assumed = { known: true, value: true, source: 'observed', learntAtMs: 0 } as const;
  const or = (fact: Fact<boolean>): Fact<boolean> => (fact.known ? fact : assumed);
  return { ...facts, networkPolicy: or(facts.networkPolicy), dataplaneV2: or(facts.dataplaneV2) };
}

/** Whether the NEG controller saw Google find the Pod healthy. */
export function isHealthyByGate({ negReason }: ClusterPod): boolean {
  return negReason === NEG_HEALTHY;
}

/** A sync of the controller comes as often (ingress-gce, --sync-period; GKE's is not shown), and writes the annotation. */
export const SYNC_MS = 10 * 60_000;

export interface UnhealthyInput {
  readonly backend: BackendPlan;
  /** All that run behind the Service. */
  readonly pods: readonly ClusterPod[];
  readonly findings: readonly ExplainedFinding[];
  /** Since when the annotation has said so without a break, as far as it was looked at; milliseconds since the epoch. */
  readonly sinceMs: number;
  readonly isReached: boolean;
  readonly nowMs: number;
}

/**
 * Whether Google's UNHEALTHY is the app's: nothing in the plan is in the way, Google reaches other backends, and every Pod has been
 * Ready, and the same, for longer than the annotation takes to be written anew.
 */
export function isAppUnhealthy({ backend, pods, findings, sinceMs, isReached, nowMs }: UnhealthyInput): boolean {
  const { workloads } = backend;
  if (!isReached || workloads.length !== 1 || pods.length === 0 || hasOtherCause(backend, findings)) return false;
  if (nowMs - sinceMs < SYNC_MS) return false;
  return pods.every(
    (pod) => pod.isReady && !pod.isLeaving && (pod.startedAtMs ?? nowMs) <= sinceMs && !isHealthyByGate(pod),
  );
}
