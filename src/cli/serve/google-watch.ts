// What Google says of the backends, followed over the looks of the asker: since when each is UNHEALTHY, and which kinds of group it
// reaches at all.
import { ADMISSION_STEPS } from '../../admission/left-out.ts';
import { Budget } from '../../judge/budget.ts';
import { explainFindings } from '../../judge/explained.ts';
import { createJudge } from '../../judge/judge.ts';
import type { Ingress } from '../../kubernetes/objects.ts';
import type { Candidate } from '../../learned/candidates.ts';
import type { ClusterPod } from '../../learned/cluster-pod.ts';
import { assumingPolicies, healthOf, isAppUnhealthy, isHealthyByGate, seenBackendsOf } from '../../learned/google.ts';
import { ingressNow } from '../../learned/worth-asking.ts';
import type { BackendPlan } from '../../plan/backend-plan.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type Corridor, judgeSettings } from '../../verdict/corridor.ts';

interface Word {
  readonly health: string;
  /** Since when, as far as it was looked at, in milliseconds since the epoch. */
  readonly sinceMs: number;
}

export interface UnhealthyQuestion {
  readonly ingress: Ingress;
  readonly backend: BackendPlan;
  readonly pods: readonly ClusterPod[];
  readonly corridor: Corridor;
  readonly snapshot: Snapshot;
}

export class GoogleWatch {
  #words = new Map<string, Word>();
  #next = new Map<string, Word>();
  #reached = new Set<BackendPlan['group']>();

  /** A look at everything; what it does not find again is forgotten. */
  begin(): void {
    this.#next = new Map();
    this.#reached = new Set();
  }

  look(ingress: Ingress, corridor: Corridor, snapshot: Snapshot, nowMs: number): void {
    const { planner } = createJudge(judgeSettings(corridor, snapshot, ingress.metadata.namespace), snapshot);
    const plan = planner.planOf(ingress);
    const seen = seenBackendsOf(plan);
    for (const backend of plan.backends) {
      const health = healthOf(backend, seen);
      if (health === 'HEALTHY') this.#reached.add(backend.group);
      if (health === undefined) continue;
      const key = keyOf(ingress, backend);
      const before = this.#words.get(key);
      this.#next.set(key, before?.health === health ? before : { health, sinceMs: nowMs });
    }
  }

  end(): void {
    this.#words = this.#next;
  }

  /** Whether it is worth looking at the Pods for what Google says. */
  hasWord(ingress: Ingress, backend: BackendPlan): boolean {
    const health = this.#words.get(keyOf(ingress, backend))?.health;
    return health === 'UNHEALTHY' || health === 'HEALTHY';
  }

  /** By the gate of a Pod behind one workload: an annotation says that some endpoint is healthy, and not which. */
  isHealthy(ingress: Ingress, backend: BackendPlan, candidates: readonly Candidate[]): boolean {
    const isSo = this.#words.get(keyOf(ingress, backend))?.health === 'HEALTHY';
    return isSo && backend.workloads.length === 1 && candidates.some(({ pod }) => isHealthyByGate(pod));
  }

  isAppUnhealthy({ ingress, backend, pods, corridor, snapshot }: UnhealthyQuestion): boolean {
    const word = this.#words.get(keyOf(ingress, backend));
    if (word?.health !== 'UNHEALTHY') return false;
    const budget = new Budget(ADMISSION_STEPS);
    const given = { ...corridor, facts: assumingPolicies(corridor.facts) };
    const judge = createJudge(judgeSettings(given, snapshot, ingress.metadata.namespace), snapshot, budget);
    // As the judge finds it: what is said of another version of it would not be found.
    const now = ingressNow(ingress, snapshot);
    if (now === undefined) return false;
    const findings = explainFindings(judge.planner.planOf(now), judge);
    // What was not looked at may be another cause.
    if (budget.unfinishedRules.size > 0) return false;
    const isReached = this.#reached.has(backend.group);
    return isAppUnhealthy({ backend, pods, findings, sinceMs: word.sinceMs, isReached, nowMs: Date.now() });
  }
}

function keyOf({ metadata }: Ingress, { key }: BackendPlan): string {
  return JSON.stringify([metadata.namespace, metadata.name, key]);
}
