// The plan: what the GKE Ingress controller would build for one Ingress, computed from the object, its neighbours and
// the cluster's facts. Each decision has a file of its own here; this one puts them together, each part made when somebody
// looks at it. Nothing in this folder does I/O, says how bad a fault is, or words it.
import type { Ingress, KubernetesObject, Service } from '../kubernetes/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { type Backends, type BackendWithFaults, planBackends } from './backend.ts';
import type { BackendPlan } from './backend-plan.ts';
import type { Fault } from './fault.ts';
import { type FrontEndPlan, planFrontEnd } from './front-end.ts';
import { type ClassDecision, decideClass } from './ingress-class.ts';
import { lazy, readOnce } from './lazy.ts';
import { negOwners } from './neg-owners.ts';
import type { PlanInput, PlanSettings } from './plan-input.ts';
import { oldestFirst } from './probe.ts';
import { backendsOfPaths, findReplaced } from './replaced.ts';
import { decideServed, isBuiltForMultiCluster, type ServedDecision } from './served.ts';
import { planUrlMap, type UrlMap } from './url-map.ts';

export interface IngressPlan {
  readonly ingress: Ingress;
  readonly class: ClassDecision;
  /** Class and add-on together. The rest of the plan is there all the same. */
  readonly served: ServedDecision;
  readonly urlMap: UrlMap;
  /** One for each Service port that the Ingress names, and the system's default backend where it is used. */
  readonly backends: readonly BackendWithFaults[];
  /** The ports of one Service among them, without planning the others. */
  backendsOf(service: KubernetesObject): readonly BackendWithFaults[];
  /** null where it fails to translate. */
  readonly defaultBackend: BackendWithFaults | null;
  readonly frontEnd: FrontEndPlan;
  /** Everything known to stand in the way: backends first, front end last. */
  readonly faults: readonly Fault[];
}

/** Plans over one snapshot that does not change meanwhile; each Ingress is planned once. */
export interface Planner {
  readonly snapshot: Snapshot;
  readonly settings: PlanSettings;
  planOf(ingress: Ingress): IngressPlan;
  /** What plans are made from, for an Ingress that is only taken to be there. */
  inputFor(ingress: Ingress): PlanInput;
}

export function createPlanner(snapshot: Snapshot, settings: PlanSettings): Planner {
  const plans = new WeakMap<Ingress, IngressPlan>();
  const owners = negOwners(snapshot);
  const workloadsOf = readOnce((service: Service) => oldestFirst(snapshot.workloadsOf(service)));
  const inputFor = (ingress: Ingress): PlanInput => ({
    ...settings,
    ingress,
    classDecision: decideClass(ingress, settings.facts),
    snapshot,
    negOwners: owners,
    workloadsOf,
    isReplaced: () => false,
  });
  const planOf = (ingress: Ingress): IngressPlan => {
    const known = plans.get(ingress);
    if (known !== undefined) return known;
    const plan = planFrom(inputFor(ingress));
    plans.set(ingress, plan);
    return plan;
  };
  return { snapshot, settings, planOf, inputFor };
}

/** Never throws, whatever shape the objects had. */
function planFrom(input: PlanInput): IngressPlan {
  const { ingress, classDecision, facts } = input;
  const backends = lazy((): Backends => planBackends({ ...input, isReplaced: (key) => replaced().has(key) }));
  const urlMap = lazy((): UrlMap => planUrlMap(ingress, backends()));
  const replaced = lazy(() => findReplaced(ingress, urlMap));
  const frontEnd = lazy(() => planFrontEnd(input));
  const defaultBackend = lazy(() => defaultBackendOf(ingress, backends()));
  const used = (): readonly (BackendPlan | null)[] => [...backendsOfPaths(urlMap()), defaultBackend()];
  const served = lazy((): ServedDecision => {
    const decided = decideServed(ingress, classDecision, facts);
    if (decided.reason !== 'class' || !isBuiltForMultiCluster(classDecision, facts, used)) return decided;
    return { served: true, reason: 'no-instance-group', concern: 'none' };
  });
  return {
    ingress,
    class: classDecision,
    get served() {
      return served();
    },
    get urlMap() {
      return urlMap();
    },
    get backends() {
      return backends().all;
    },
    backendsOf: ({ metadata }) =>
      metadata.namespace === ingress.metadata.namespace ? backends().ofService(metadata.name) : [],
    get defaultBackend() {
      return defaultBackend();
    },
    get frontEnd() {
      return frontEnd();
    },
    get faults() {
      return [...backends().all.flatMap(({ faults }) => faults), ...urlMap().faults, ...frontEnd().faults];
    },
  };
}

/** Unlike a path, the default backend is dropped for any error (TranslateIngress). */
function defaultBackendOf({ defaultBackend }: Ingress, backends: Backends): BackendWithFaults | null {
  const plan = defaultBackend === undefined ? backends.systemDefault : backends.of(defaultBackend);
  return plan === undefined || plan.error !== undefined ? null : plan;
}
