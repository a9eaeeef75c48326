// One problem of one object, worded once: what every door shows, stores and counts.
import type { FieldPath, ObjectName } from '../kubernetes/field-path.ts';
import type { Ingress, KubernetesObject } from '../kubernetes/objects.ts';
import type { AnswerSource } from '../plan/app.ts';
import type { ConditionNumber } from '../plan/conditions.ts';
import type { Place } from '../plan/fault.ts';
import type { Fix, Remedy } from './fix.ts';

/** error: the controller will refuse it or never serve it; warning: built wrong or unhealthy; info: worth knowing. */
export type Severity = 'error' | 'warning' | 'info';

export const SEVERITIES = ['error', 'warning', 'info'] as const satisfies readonly Severity[];

/** The less severe of two. */
export function lowerOf(a: Severity, b: Severity): Severity {
  return SEVERITIES.indexOf(a) > SEVERITIES.indexOf(b) ? a : b;
}

/** The more severe of two. */
export function higherOf(a: Severity, b: Severity): Severity {
  return SEVERITIES.indexOf(a) < SEVERITIES.indexOf(b) ? a : b;
}

/** What a rule says of a fault of the plan: everything else is in the fault. */
export interface Wording {
  /** What and why, with the values that make it true of this object. Names in double quotes; whole sentences. */
  readonly message: string;
  /** A caveat, or more of the why: what a short line can do without. Whole sentences. */
  readonly note?: string;
  /** What to do, the best first. Left out: the rule's own words. */
  readonly fix?: readonly Remedy[];
  /** Left out: as the fault has it. False only takes certainty away. */
  readonly isCertain?: boolean;
  /** Left out: the rule's. For a finding that is less than the others of its rule; a higher one counts as the rule's. */
  readonly severity?: Severity;
  /** What stays the same of this problem when the object is edited; left out: the path. */
  readonly identity?: string;
  /** Who says what an app answers, where that is what the finding rests on. */
  readonly answeredBy?: AnswerSource;
  /** About objects of another namespace; for the reader's own files and rights, never for a webhook's answer. */
  readonly elsewhere?: string;
}

/** What the check of a rule returns: one problem that no condition of the plan is. */
export interface RuleFinding extends Wording {
  /** Left out: the judged object. */
  readonly owner?: KubernetesObject;
  readonly path: FieldPath;
  /** It rests on something that is not there, or that nothing refers to, yet. Left out: it does not. */
  readonly isLate?: boolean;
  /** Left out: the only condition that the rule covers, if there is one. */
  readonly condition?: ConditionNumber;
  /** Where in the Ingress it shows; left out: where the unit is. */
  readonly place?: Place;
}

/** Where in the load balancer of which Ingress a finding shows. */
export interface FindingPlace {
  readonly ingress: Ingress;
  readonly place: Place;
}

export interface Finding {
  readonly rule: string;
  /** That of the rule, or lower. */
  readonly severity: Severity;
  /** Whether, with what is known, the controller or Google will fail for it; otherwise it is possible. */
  readonly isCertain: boolean;
  /** It rests on something that is not there, or not referred to, yet. */
  readonly isLate: boolean;
  readonly condition: ConditionNumber | undefined;
  /** The object at which it is said: the owner, or the nearest object that leads to it. */
  readonly object: KubernetesObject;
  /** The object that has to change. */
  readonly owner: ObjectName;
  /** In `object`. */
  readonly path: FieldPath;
  readonly message: string;
  /** "" for none. */
  readonly note: string;
  /** Who says what an app answers; left out where the finding rests on no answer. */
  readonly answeredBy?: AnswerSource;
  /** "" for none. */
  readonly elsewhere: string;
  readonly fix: Fix;
  /** Of this problem among those of its rule and object, however it is worded. */
  readonly identity: string;
  /** Empty where it concerns the object alone. */
  readonly places: readonly FindingPlace[];
}
