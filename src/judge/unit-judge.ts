// What the rules say of an object by itself: as an Ingress, a Service or a workload, and as any object.
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { countValues } from '../kubernetes/size.ts';
import { AT_INGRESS } from '../plan/fault.ts';
import { readOnce } from '../plan/lazy.ts';
import { isWorkload } from '../snapshot/snapshot.ts';
import { type Budget, VALUES_A_STEP } from './budget.ts';
import { type Draft, draftOfCheck } from './draft.ts';
import type { RuleFinding } from './finding.ts';
import type { PreparedRule, RuleStage } from './prepared-rules.ts';
import type { BackendUse, Failure, JudgedObject, SharedContext } from './rule.ts';

export interface UnitInput {
  readonly object: JudgedObject;
  readonly old: KubernetesObject | undefined;
  readonly backends: readonly BackendUse[];
  readonly rules: RuleStage;
  readonly budget: Budget;
  readonly shared: SharedContext;
  /** Rules that threw are added here. */
  readonly failures: Failure[];
}

export function judgeUnit(input: UnitInput): readonly Draft[] {
  const { object, old, rules, budget, shared, failures } = input;
  const plan = object.kind === 'Ingress' ? shared.planner.planOf(object) : undefined;
  // What is on its way out is nobody's any more, unless it never gets there.
  const isDeleting = plan?.served.reason === 'deleting';
  const drafts: Draft[] = [];
  const take = (prepared: PreparedRule, check: () => readonly RuleFinding[]): void => {
    const steps = 1 + sizeOf(object) / VALUES_A_STEP;
    for (const found of budget.run(prepared.rule.id, steps, () => safely(prepared, check, failures))) {
      drafts.push(draftOfCheck(found, object, prepared, plan, AT_INGRESS));
    }
  };
  const isForeign = plan?.served.concern === 'none';
  for (const { prepared, check } of rules.checks.Object) {
    if (!isDeleting && (!isForeign || prepared.rule.isAboutClass))
      take(prepared, () => check({ ...shared, object, old }));
  }
  if (object.kind === 'Ingress' && plan !== undefined) {
    const context = { ...shared, ingress: object, old: old?.kind === 'Ingress' ? old : undefined, plan };
    for (const { prepared, check } of rules.checks.Ingress) {
      const { isAboutClass, isAboutDeletion } = prepared.rule;
      const isWanted = isDeleting ? isAboutDeletion : !isForeign || isAboutClass;
      if (isWanted) take(prepared, () => check(context));
    }
    if (plan.served.concern !== 'possible') return drafts;
    return drafts.map((draft) => (draft.prepared.rule.isAboutClass ? draft : { ...draft, isCertain: false }));
  }
  if (object.kind === 'Service') judgeService(object, input, take);
  else if (isWorkload(object)) judgeWorkload(object, input, take);
  return drafts;
}

/** A rule may look at all of it; counted once an object. */
const sizeOf = readOnce((object: KubernetesObject) => countValues(object));

type Take = (prepared: PreparedRule, check: () => readonly RuleFinding[]) => void;

function judgeService(
  service: Extract<JudgedObject, { kind: 'Service' }>,
  { old, backends, rules, shared }: UnitInput,
  take: Take,
): void {
  const context = { ...shared, service, old: old?.kind === 'Service' ? old : undefined, backends };
  for (const { prepared, check } of rules.checks.Service) take(prepared, () => check(context));
}

function judgeWorkload(
  workload: Extract<JudgedObject, { containers: unknown }>,
  { old, backends, rules, shared }: UnitInput,
  take: Take,
): void {
  const previous = old !== undefined && isWorkload(old) ? old : undefined;
  const services = shared.snapshot.servicesOf(workload);
  const context = { ...shared, workload, old: previous, backends, services };
  for (const { prepared, check } of rules.checks.Workload) take(prepared, () => check(context));
}

/** @returns nothing where the rule throws, and a failure with it */
export function safely<T>(prepared: PreparedRule, run: () => readonly T[], failures: Failure[]): readonly T[] {
  try {
    return run();
  } catch (error) {
    const { id } = prepared.rule;
    if (failures.every(({ rule }) => rule !== id)) failures.push({ rule: id, error });
    return [];
  }
}
