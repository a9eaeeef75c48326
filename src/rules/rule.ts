// The rules: each judges one kind of object by the plan and says what it found. A rule is pure data and one pure
// function; it never decides allow or deny, and never formats output.
import type { FactName, Facts } from '../facts/facts.ts';
import type { Ingress, KubernetesObject, Service, Workload } from '../kubernetes/objects.ts';
import type { AppCatalogue } from '../plan/app.ts';
import type { BackendUse, IngressPlan } from '../plan/plan.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { ExemptionSettings } from './exemption.ts';

/** error: the controller will refuse it or never serve it; warning: built wrong or unhealthy; info: worth knowing. */
export type Severity = 'error' | 'warning' | 'info';

export const SEVERITIES = ['error', 'warning', 'info'] as const satisfies readonly Severity[];

/** Keys and indexes from the object down to the field. */
export type FieldPath = readonly (string | number)[];

/** What a rule's check returns: one problem of this object. */
export interface RuleFinding {
  readonly path: FieldPath;
  /** What and why, with the values that make it true of this object. Names in double quotes; whole sentences. */
  readonly message: string;
  /** A caveat, or more of the why: what a short line can do without. Whole sentences. */
  readonly note?: string;
  /** What to do about this object, where the rule's own fix can be said more exactly. */
  readonly fix?: string;
  /** Left out: certain. Enforcing refuses only what is certain. */
  readonly isCertain?: boolean;
  /** Left out: the rule's. For a finding that is less than the others of its rule; a higher one counts as the rule's. */
  readonly severity?: Severity;
  /** What stays the same of this problem when the object is edited; left out: the path. */
  readonly subject?: string;
}

export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly object: KubernetesObject;
  readonly path: FieldPath;
  readonly message: string;
  /** "" for none. */
  readonly note: string;
  readonly fix: string;
  readonly isCertain: boolean;
  readonly subject: string;
}

/** What every check sees, whatever it judges. */
export interface SharedContext {
  /** With the judged object laid over. */
  readonly snapshot: Snapshot;
  readonly facts: Facts;
  readonly apps: AppCatalogue;
  /** Whether what was only observed in the cluster counts as proof (policy facts.trustObserved). */
  readonly trustsObserved: boolean;
  readonly exemptions: ExemptionSettings;
  /** False where objects are judged as written (--no-mutate): nothing will add the NEG annotation then. */
  readonly injects: boolean;
}

export interface IngressContext extends SharedContext {
  readonly ingress: Ingress;
  /** The stored object that an UPDATE replaces. */
  readonly old: Ingress | undefined;
  readonly plan: IngressPlan;
}

export interface ServiceContext extends SharedContext {
  readonly service: Service;
  readonly old: Service | undefined;
  /** Where Ingresses that the controller claims use this Service. */
  readonly uses: readonly BackendUse[];
}

export interface WorkloadContext extends SharedContext {
  readonly workload: Workload;
  readonly old: Workload | undefined;
  /** Where Ingresses that the controller claims reach this workload's Pods. */
  readonly uses: readonly BackendUse[];
  /** Services that select this workload's Pods. */
  readonly services: readonly Service[];
}

/** For a rule that judges more kinds than one. */
export interface ObjectContext extends SharedContext {
  readonly object: Ingress | Service | Workload;
  readonly old: KubernetesObject | undefined;
}

interface RuleText {
  /** kebab-case; names the problem found, and never changes its meaning once released. */
  readonly id: string;
  readonly severity: Severity;
  /** One sentence: what is found. */
  readonly summary: string;
  /** What happens then, and why nobody is told. */
  readonly why: string;
  /** What to do, as an instruction. */
  readonly fix: string;
  /** Conditions of the controller (C…) and root causes (R…) that the rule decides. */
  readonly covers: readonly string[];
  readonly references: readonly string[];
  /** Rules whose findings on the same object say nothing more once this one has found something. */
  readonly supersedes?: readonly string[];
  /**
   * Set on a rule whose finding is that a fact of the cluster is not known. In `check` it is one line at the end, not a
   * finding of an object.
   */
  readonly reportsUnknownFact?: FactName;
}

export type Rule =
  | (RuleText & { readonly judges: 'Ingress'; readonly check: (context: IngressContext) => readonly RuleFinding[] })
  | (RuleText & { readonly judges: 'Service'; readonly check: (context: ServiceContext) => readonly RuleFinding[] })
  | (RuleText & { readonly judges: 'Workload'; readonly check: (context: WorkloadContext) => readonly RuleFinding[] })
  /** Every Ingress, Service and workload. */
  | (RuleText & { readonly judges: 'Object'; readonly check: (context: ObjectContext) => readonly RuleFinding[] });

/** Checks at start what the compiler cannot: ids are kebab-case, texts are sentences. */
export function defineRule<R extends Rule>(rule: R): R {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(rule.id)) throw new TypeError(`rule id "${rule.id}" is not kebab-case`);
  for (const text of [rule.summary, rule.why, rule.fix]) {
    if (!text.endsWith('.')) throw new TypeError(`rule ${rule.id}: "${text}" is no sentence`);
  }
  return Object.freeze(rule);
}

/** A field path as it can be pasted: metadata.annotations["kubernetes.io/ingress.class"], spec.rules[0].host */
export function formatPath(path: FieldPath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(part)) return `${text}[${JSON.stringify(part)}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}
