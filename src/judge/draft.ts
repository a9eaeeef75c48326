// A finding before it is known at which object it is said: what rules made of the faults and units of one plan.
import type { FieldPath, ObjectName } from '../kubernetes/field-path.ts';
import { formatPath, referenceTo } from '../kubernetes/field-path.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import type { ConditionNumber } from '../plan/conditions.ts';
import type { Fault } from '../plan/fault.ts';
import type { IngressPlan } from '../plan/plan.ts';
import { type FindingPlace, lowerOf, type RuleFinding, type Severity, type Wording } from './finding.ts';
import type { PreparedRule } from './prepared-rules.ts';

export interface Draft {
  readonly prepared: PreparedRule;
  readonly owner: ObjectName;
  readonly path: FieldPath;
  /** Where it is said in the Ingress if nobody judges the owner. */
  readonly witness: FieldPath | undefined;
  readonly plan: IngressPlan | undefined;
  readonly places: readonly FindingPlace[];
  readonly wording: Wording;
  readonly severity: Severity;
  readonly isCertain: boolean;
  readonly isLate: boolean;
  readonly condition: ConditionNumber | undefined;
  readonly identity: string;
}

export function draftOfFault(
  fault: Fault,
  wording: Wording,
  prepared: PreparedRule,
  plan: IngressPlan | undefined,
): Draft {
  const { owner, path, witness, isLate, condition, restsOn, place } = fault;
  const stated = lowerOf(prepared.rule.severity, wording.severity ?? prepared.rule.severity);
  return {
    prepared,
    owner,
    path,
    witness,
    plan,
    places: plan === undefined ? [] : [{ ingress: plan.ingress, place }],
    wording,
    // What rests on a flag that nobody gave is never more than a warning.
    severity: restsOn === undefined ? stated : lowerOf(stated, 'warning'),
    isCertain: fault.isCertain && (wording.isCertain ?? true),
    isLate,
    condition,
    identity: wording.identity ?? formatPath(path),
  };
}

export function draftOfCheck(
  found: RuleFinding,
  judged: KubernetesObject,
  prepared: PreparedRule,
  plan: IngressPlan | undefined,
  place?: FindingPlace['place'],
): Draft {
  const { owner = judged, path, isLate = false, condition = prepared.condition } = found;
  const at = found.place ?? place;
  const { severity } = prepared.rule;
  return {
    prepared,
    owner: referenceTo(owner),
    path,
    witness: undefined,
    plan,
    places: plan === undefined || at === undefined ? [] : [{ ingress: plan.ingress, place: at }],
    wording: found,
    severity: lowerOf(severity, found.severity ?? severity),
    isCertain: found.isCertain ?? true,
    isLate,
    condition,
    identity: found.identity ?? formatPath(path),
  };
}

/** What is the same problem of the same object, however many Ingresses show it. */
export function keyOfDraft({ prepared, owner, path, identity }: Draft): string {
  return `${prepared.order}\0${owner.kind}\0${owner.namespace}\0${owner.name}\0${formatPath(path)}\0${identity}`;
}

export function asPossible(draft: Draft): Draft {
  return draft.isCertain ? { ...draft, isCertain: false } : draft;
}
