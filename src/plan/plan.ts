// The plan: what the GKE Ingress controller would build for one Ingress, computed from the object, its neighbours and
// the cluster's facts. Each decision has a file of its own here; this one puts them together, each part made when somebody
// looks at it. Nothing in this folder does I/O, says how bad a fault is, or words it.
import type { Ingress, KubernetesObject, Service } from '../kubernetes/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { BackendWithFaults } from './backend.ts';
import type { BackendPlan } from './backend-plan.ts';
import { type Backends, planBackends } from './backends.ts';
import type { Fault } from './fault.ts';
import { type FrontEndPlan, planFrontEnd } from './front-end.ts';
import { type ClassDecision, decideClass } from './ingress-class.ts';
import { type NegOwners, negOwners } from './neg-owners.ts';
import { type PlanInput, type PlanSettings, PlanWork } from './plan-input.ts';
import { Pods } from './pods.ts';
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
  /** Everything known to be in the way: backends first, front end last. */
  readonly faults: readonly Fault[];
}

/** Plans over one snapshot that does not change meanwhile; each Ingress is planned once. */
export interface Planner {
  readonly snapshot: Snapshot;
  readonly settings: PlanSettings;
  readonly work: PlanWork;
  planOf(ingress: Ingress): IngressPlan;
  /** What plans are made from, for an Ingress that is only taken to be there. */
  inputFor(ingress: Ingress): PlanInput;
}

export function createPlanner(snapshot: Snapshot, settings: PlanSettings): Planner {
  return new SnapshotPlanner(snapshot, settings);
}

class SnapshotPlanner implements Planner {
  readonly snapshot: Snapshot;
  readonly settings: PlanSettings;
  readonly work = new PlanWork();
  readonly #negOwners: NegOwners;
  readonly #plans = new Map<Ingress, IngressPlan>();
  readonly #pods = new Map<Service, Pods>();

  constructor(snapshot: Snapshot, settings: PlanSettings) {
    this.snapshot = snapshot;
    this.settings = settings;
    this.#negOwners = negOwners(snapshot);
  }

  planOf(ingress: Ingress): IngressPlan {
    let plan = this.#plans.get(ingress);
    if (plan === undefined) {
      plan = new PlannedIngress(this.inputFor(ingress));
      this.#plans.set(ingress, plan);
    }
    return plan;
  }

  inputFor(ingress: Ingress): PlanInput {
    const { facts, expectsGkeNeg, isInjected } = this.settings;
    return {
      facts,
      expectsGkeNeg,
      isInjected,
      ingress,
      classDecision: decideClass(ingress, facts),
      snapshot: this.snapshot,
      work: this.work,
      negOwners: this.#negOwners,
      podsOf: this.#podsOf,
      isReplaced: () => false,
    };
  }

  readonly #podsOf = (service: Service): Pods => {
    let pods = this.#pods.get(service);
    if (pods === undefined) {
      pods = new Pods(() => {
        const workloads = this.snapshot.workloadsOf(service);
        this.work.addWorkloads(workloads.length);
        return workloads;
      });
      this.#pods.set(service, pods);
    }
    return pods;
  };
}

/** Never throws, whatever shape the objects had. */
class PlannedIngress implements IngressPlan {
  readonly ingress: Ingress;
  readonly class: ClassDecision;
  readonly #input: PlanInput;
  #served: ServedDecision | undefined;
  #planned: Backends | undefined;
  #defaultBackend: BackendWithFaults | null | undefined;
  #urlMap: UrlMap | undefined;
  #replaced: ReadonlySet<string> | undefined;
  #frontEnd: FrontEndPlan | undefined;

  constructor(input: PlanInput) {
    this.ingress = input.ingress;
    this.class = input.classDecision;
    this.#input = { ...input, isReplaced: (key) => this.#replacedKeys.has(key) };
  }

  get served(): ServedDecision {
    this.#served ??= this.#decideServed();
    return this.#served;
  }

  #decideServed(): ServedDecision {
    const { facts } = this.#input;
    const decided = decideServed(this.ingress, this.class, facts);
    const used = (): readonly (BackendPlan | null)[] => [...backendsOfPaths(this.urlMap), this.defaultBackend];
    if (decided.reason !== 'class' || !isBuiltForMultiCluster(this.class, facts, used)) return decided;
    return { served: true, reason: 'no-instance-group', concern: 'none' };
  }

  get urlMap(): UrlMap {
    this.#urlMap ??= planUrlMap(this.ingress, this.#backends);
    return this.#urlMap;
  }

  get backends(): readonly BackendWithFaults[] {
    return this.#backends.all;
  }

  backendsOf({ metadata: { namespace, name } }: KubernetesObject): readonly BackendWithFaults[] {
    return namespace === this.ingress.metadata.namespace ? this.#backends.ofService(name) : [];
  }

  get defaultBackend(): BackendWithFaults | null {
    if (this.#defaultBackend === undefined) this.#defaultBackend = defaultBackendOf(this.ingress, this.#backends);
    return this.#defaultBackend;
  }

  get frontEnd(): FrontEndPlan {
    this.#frontEnd ??= planFrontEnd(this.#input);
    return this.#frontEnd;
  }

  get faults(): readonly Fault[] {
    const ofBackends = this.backends.flatMap(({ faults }) => faults);
    return [...ofBackends, ...this.urlMap.faults, ...this.frontEnd.faults];
  }

  get #backends(): Backends {
    this.#planned ??= planBackends(this.#input);
    return this.#planned;
  }

  get #replacedKeys(): ReadonlySet<string> {
    this.#replaced ??= findReplaced(this.ingress, () => this.urlMap);
    return this.#replaced;
  }
}

/** Unlike a path, the default backend is dropped for any error (TranslateIngress). */
function defaultBackendOf({ defaultBackend }: Ingress, backends: Backends): BackendWithFaults | null {
  const plan = defaultBackend === undefined ? backends.systemDefault : backends.of(defaultBackend);
  return plan === undefined || plan.error !== undefined ? null : plan;
}
