// What the rules say of an object by itself: as an Ingress, a Service or a workload, and as any object.
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { AT_INGRESS } from '../plan/fault.ts';
import type { IngressPlan } from '../plan/plan.ts';
import { isWorkload } from '../snapshot/snapshot.ts';
import type { Budget } from './budget.ts';
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
  /** That each rule costs. */
  readonly steps: number;
  readonly shared: SharedContext;
  /** Rules that threw are added here. */
  readonly failures: Failure[];
}

export function judgeUnit(input: UnitInput): readonly Draft[] {
  const { object, old, rules, shared } = input;
  const plan = object.kind === 'Ingress' ? shared.planner.planOf(object) : undefined;
  const unit = new Unit(input, plan);
  // What is on its way out is nobody's any more, unless it never gets there.
  const isDeleting = plan?.served.reason === 'deleting';
  const isForeign = plan?.served.concern === 'none';
  if (!isDeleting) {
    const context = { ...shared, object, old };
    for (const { prepared, check } of rules.checks.Object) {
      if (!isForeign || prepared.rule.isAboutClass) unit.run(prepared, check, context);
    }
  }
  if (object.kind === 'Ingress' && plan !== undefined) {
    const context = { ...shared, ingress: object, old: old?.kind === 'Ingress' ? old : undefined, plan };
    for (const { prepared, check } of rules.checks.Ingress) {
      const { isAboutClass, isAboutDeletion } = prepared.rule;
      const isWanted = isDeleting ? isAboutDeletion : !isForeign || isAboutClass;
      if (isWanted) unit.run(prepared, check, context);
    }
    if (plan.served.concern !== 'possible') return unit.drafts;
    return unit.drafts.map((draft) => (draft.prepared.rule.isAboutClass ? draft : { ...draft, isCertain: false }));
  }
  if (object.kind === 'Service') judgeService(object, input, unit);
  else if (isWorkload(object)) judgeWorkload(object, input, unit);
  return unit.drafts;
}

/** What the checks of one object found so far. */
class Unit {
  readonly drafts: Draft[] = [];
  readonly #input: UnitInput;
  readonly #plan: IngressPlan | undefined;

  constructor(input: UnitInput, plan: IngressPlan | undefined) {
    this.#input = input;
    this.#plan = plan;
  }

  run<C>(prepared: PreparedRule, check: (context: C) => readonly RuleFinding[], context: C): void {
    const { object, budget, steps, failures } = this.#input;
    if (!budget.pays(prepared.rule.id, steps)) return;
    for (const found of safely(prepared, check, context, failures)) {
      this.drafts.push(draftOfCheck(found, object, prepared, this.#plan, AT_INGRESS));
    }
  }
}

function judgeService(
  service: Extract<JudgedObject, { kind: 'Service' }>,
  { old, backends, rules, shared }: UnitInput,
  unit: Unit,
): void {
  const context = { ...shared, service, old: old?.kind === 'Service' ? old : undefined, backends };
  for (const { prepared, check } of rules.checks.Service) unit.run(prepared, check, context);
}

function judgeWorkload(
  workload: Extract<JudgedObject, { containers: unknown }>,
  { old, backends, rules, shared }: UnitInput,
  unit: Unit,
): void {
  const previous = old !== undefined && isWorkload(old) ? old : undefined;
  const services = shared.snapshot.servicesOf(workload);
  const context = { ...shared, workload, old: previous, backends, services };
  for (const { prepared, check } of rules.checks.Workload) unit.run(prepared, check, context);
}

/** @returns nothing where the check throws, and a failure with it */
export function safely<C, T>(
  prepared: PreparedRule,
  check: (context: C) => readonly T[],
  context: C,
  failures: Failure[],
): readonly T[] {
  try {
    return check(context);
  } catch (error) {
    const { id } = prepared.rule;
    if (failures.every(({ rule }) => rule !== id)) failures.push({ rule: id, error });
    return [];
  }
}
