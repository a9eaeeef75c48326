// The rules: each words some conditions of the plan, or judges a unit by itself, and says what it found. A rule is pure data
// and pure functions; it never decides allow or deny, and never formats output.
import type { FactName, Facts } from '../facts/facts.ts';
import type {
  BackendConfig,
  FrontendConfig,
  Ingress,
  KubernetesObject,
  ManagedCertificate,
  Service,
  Workload,
} from '../kubernetes/objects.ts';
import type { AppCatalogue } from '../plan/app.ts';
import type { BackendWithFaults } from '../plan/backend.ts';
import type { BackendPlan } from '../plan/backend-plan.ts';
import type { CatalogueNumber } from '../plan/conditions.ts';
import type { FaultCondition, FaultOf } from '../plan/fault.ts';
import type { IngressPlan, Planner } from '../plan/plan.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { OtherNamespaces } from './elsewhere.ts';
import type { ExemptionSettings } from './exemption.ts';
import type { RuleFinding, Severity, Wording } from './finding.ts';

/** What every check sees, whatever it judges. */
export interface SharedContext {
  /** With the judged object laid over. */
  readonly snapshot: Snapshot;
  readonly planner: Planner;
  readonly facts: Facts;
  readonly apps: AppCatalogue;
  /** Whether what was only observed in the cluster counts as proof (policy facts.trustObserved). */
  readonly trustsObserved: boolean;
  readonly exemptions: ExemptionSettings;
  /** For `elsewhere`; finds nothing where nothing may be said of other namespaces. */
  readonly otherNamespaces: OtherNamespaces;
}

/** For the words of a fault: `plan` is undefined where no Ingress is known that uses the Service or the BackendConfig. */
export interface WordingContext extends SharedContext {
  readonly plan: IngressPlan | undefined;
}

export interface IngressContext extends SharedContext {
  readonly ingress: Ingress;
  /** The stored object that an UPDATE replaces. */
  readonly old: Ingress | undefined;
  readonly plan: IngressPlan;
}

/** The side of one Ingress that clients see: its FrontendConfig and its certificates may be the owners of what is found. */
export interface FrontEndContext extends SharedContext {
  readonly ingress: Ingress;
  readonly plan: IngressPlan;
}

/** One Service port behind one Ingress; its Service, BackendConfig or workloads may be the owners of what is found. */
export interface BackendContext extends SharedContext {
  /** undefined where the Ingress is only taken for granted. */
  readonly plan: IngressPlan | undefined;
  readonly backend: BackendPlan;
  readonly service: Service;
}

/** A Service port behind an Ingress that is judged. */
export interface BackendUse {
  readonly plan: IngressPlan;
  readonly backend: BackendWithFaults;
}

export interface ServiceContext extends SharedContext {
  readonly service: Service;
  readonly old: Service | undefined;
  /** Where Ingresses use this Service. */
  readonly backends: readonly BackendUse[];
}

export interface WorkloadContext extends SharedContext {
  readonly workload: Workload;
  readonly old: Workload | undefined;
  /** Where Ingresses reach this workload's Pods. */
  readonly backends: readonly BackendUse[];
  /** Services that select this workload's Pods. */
  readonly services: readonly Service[];
}

/** Every kind at which something may be said. */
export type JudgedObject = Ingress | Service | Workload | BackendConfig | FrontendConfig | ManagedCertificate;

/** A rule that threw: a bug of ours, to be counted and logged. */
export interface Failure {
  readonly rule: string;
  readonly error: unknown;
}

/** For a rule that judges objects of more kinds than one by themselves. */
export interface ObjectContext extends SharedContext {
  readonly object: JudgedObject;
  readonly old: KubernetesObject | undefined;
}

/** What of a unit a rule finds by itself, beside the conditions of the plan. */
export interface Checks {
  readonly Ingress?: (context: IngressContext) => readonly RuleFinding[];
  readonly FrontEnd?: (context: FrontEndContext) => readonly RuleFinding[];
  readonly Backend?: (context: BackendContext) => readonly RuleFinding[];
  readonly Service?: (context: ServiceContext) => readonly RuleFinding[];
  readonly Workload?: (context: WorkloadContext) => readonly RuleFinding[];
  readonly Object?: (context: ObjectContext) => readonly RuleFinding[];
}

export type Unit = keyof Checks;

/** The words for conditions of the plan; undefined where the rule has nothing to say of this one. */
export type FaultWords = {
  readonly [C in FaultCondition]?: (fault: FaultOf<C>, context: WordingContext) => Wording | undefined;
};

/** As pages and lists name it: workloads are one. */
export type JudgedKind = Exclude<JudgedObject['kind'], Workload['kind']> | 'Workload';

export interface Rule {
  /** kebab-case; names the problem found, and never changes its meaning once released. */
  readonly id: string;
  readonly severity: Severity;
  /** At which objects it is said. */
  readonly judges: readonly JudgedKind[];
  /** One sentence: what is found. */
  readonly summary: string;
  /** What happens then, and why nobody notices. */
  readonly why: string;
  /** What to do, as an instruction. */
  readonly fix: string;
  /** Why no finding of it has edits or commands; left out: some have. */
  readonly noEdits?: string;
  /** Conditions and root causes of the catalogue that the rule decides. */
  readonly covers: readonly CatalogueNumber[];
  readonly references: readonly string[];
  /** Rules whose findings on the same object say nothing more once this one has found something. */
  readonly supersedes?: readonly string[];
  /**
   * Set on a rule whose finding is that a fact of the cluster is not known. In `check` it is one line at the end, not a
   * finding of an object.
   */
  readonly reportsUnknownFact?: FactName;
  /** It is about whose the Ingress is, so it judges those too that GKE does not serve. */
  readonly isAboutClass?: true;
  /** It is about the end of the Ingress, so it judges one too that is being deleted with a finalizer of GKE. */
  readonly isAboutDeletion?: true;
  /** What it finds holds whether the add-on is on or off: what an app answers. */
  readonly holdsWithoutAddOn?: true;
  /** Its cause is the cluster's: lists say it once, first, with all that it stops. */
  readonly isAboutCluster?: true;
  /** It says what a change does, to who made it: a controller of the control plane reads nothing, so that its changes are passed over. */
  readonly isForPeople?: true;
  readonly words?: FaultWords;
  readonly check?: Checks;
}

/** Checks at start what the compiler cannot: ids are kebab-case, texts are sentences, there is something to find. */
export function defineRule(rule: Rule): Rule {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(rule.id)) throw new TypeError(`rule id "${rule.id}" is not kebab-case`);
  for (const text of [rule.summary, rule.why, rule.fix]) {
    if (!text.endsWith('.')) throw new TypeError(`rule ${rule.id}: "${text}" is no sentence`);
  }
  if (rule.words === undefined && rule.check === undefined) throw new TypeError(`rule ${rule.id} finds nothing`);
  return Object.freeze(rule);
}
