// The plan: what the GKE Ingress controller would build for one Ingress, computed from the object, its neighbours and
// the cluster's facts. Each decision has a file of its own here; this one puts them together and looks plans up from
// the Service's and the workload's side. Nothing in this folder does I/O or says how bad a problem is.
import type { Facts } from '../facts/facts.ts';
import type { Ingress, Service, Workload } from '../kubernetes/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { type BackendPlan, type Backends, planBackends } from './backend.ts';
import { findBackendProblems } from './backend-problems.ts';
import { type FrontEndPlan, planFrontEnd } from './front-end.ts';
import { type ClassDecision, decideClass } from './ingress-class.ts';
import { type PlanProblem, problem, referenceTo } from './problem.ts';
import { decideServed } from './served.ts';
import { type HostRule, type LeftOutPath, planUrlMap } from './url-map.ts';

export interface IngressPlan {
  readonly ingress: Ingress;
  readonly class: ClassDecision;
  /** Class and add-on together. The rest of the plan is there all the same. */
  readonly served: boolean;
  /** One sentence. */
  readonly servedBecause: string;
  readonly hostRules: readonly HostRule[];
  /** Paths that get into no URL map. */
  readonly leftOut: readonly LeftOutPath[];
  /** One for each Service port that the Ingress names, and the system's default backend where it is used. */
  readonly backends: readonly BackendPlan[];
  /** null where it fails to translate. */
  readonly defaultBackend: BackendPlan | null;
  readonly frontEnd: FrontEndPlan;
  /** Everything known to stand in the way, whole Ingress first, front end last. */
  readonly problems: readonly PlanProblem[];
}

/** A Service port behind an Ingress that the controller claims. */
export interface BackendUse {
  readonly plan: IngressPlan;
  readonly backend: BackendPlan;
}

/** Plans over one snapshot; each Ingress is planned once. */
export interface Planner {
  planOf(ingress: Ingress): IngressPlan;
  usesOfService(service: Service): readonly BackendUse[];
  usesOfWorkload(workload: Workload): readonly BackendUse[];
}

export function createPlanner(snapshot: Snapshot, facts: Facts): Planner {
  const plans = new WeakMap<Ingress, IngressPlan>();
  const planOf = (ingress: Ingress): IngressPlan => {
    const known = plans.get(ingress);
    if (known !== undefined) return known;
    const plan = planIngress(ingress, snapshot, facts);
    plans.set(ingress, plan);
    return plan;
  };
  const usesOfService = (service: Service): readonly BackendUse[] => {
    const { namespace, name } = service.metadata;
    return snapshot.ingressesOf(service.metadata).flatMap((ingress) => {
      const plan = planOf(ingress);
      if (!plan.class.isClaimed) return [];
      const named = plan.backends.filter((backend) => backend.namespace === namespace && backend.serviceName === name);
      return named.map((backend) => ({ plan, backend }));
    });
  };
  const usesOfWorkload = (workload: Workload): readonly BackendUse[] =>
    snapshot.servicesOf(workload).flatMap(usesOfService);
  return { planOf, usesOfService, usesOfWorkload };
}

/** Never throws, whatever shape the objects had. */
export function planIngress(ingress: Ingress, snapshot: Snapshot, facts: Facts): IngressPlan {
  const classDecision = decideClass(ingress, facts);
  const input = { ingress, classDecision, snapshot, facts };
  const served = decideServed(ingress, classDecision, facts);
  const backends = planBackends(input);
  const urlMap = planUrlMap(ingress, backends);
  const frontEnd = planFrontEnd(input);
  return {
    ingress,
    class: classDecision,
    served: served.served,
    servedBecause: served.because,
    hostRules: urlMap.hostRules,
    leftOut: urlMap.leftOut,
    backends: backends.all,
    defaultBackend: defaultBackendOf(ingress, backends),
    frontEnd,
    problems: [
      ...served.problems,
      ...findBackendProblems(backends.all, input),
      ...urlMap.problems,
      ...findDefaultWithoutService(ingress),
      ...frontEnd.problems,
    ],
  };
}

/** Unlike a path, the default backend is dropped for any error (TranslateIngress). */
function defaultBackendOf({ defaultBackend }: Ingress, backends: Backends): BackendPlan | null {
  const plan = defaultBackend === undefined ? backends.systemDefault : backends.of(defaultBackend);
  return plan === undefined || plan.error !== undefined ? null : plan;
}

/** C3 */
function findDefaultWithoutService(ingress: Ingress): readonly PlanProblem[] {
  const { defaultBackend } = ingress;
  if (defaultBackend === undefined || defaultBackend.service !== undefined) return [];
  return [
    problem({
      condition: 'C3',
      message:
        'the default backend is not a Service, and the GKE Ingress controller knows no other: the whole Ingress fails.',
      fix: 'Name a Service and its port: spec.defaultBackend.service.name and spec.defaultBackend.service.port',
      object: referenceTo(ingress),
      path: ['spec', 'defaultBackend'],
      place: { at: 'host', key: '' },
    }),
  ];
}
