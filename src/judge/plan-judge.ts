// What the rules say of the parts of plans: paths, front end, and each Service port behind each Ingress. A part is judged once,
// and its drafts are handed to every object that is part of it.
import type { BackendConfig, Service } from '../kubernetes/objects.ts';
import { assumedBackends, assumedIngress } from '../plan/assumed.ts';
import type { BackendWithFaults } from '../plan/backend.ts';
import { findConfigFaultsAlone } from '../plan/backend-faults.ts';
import { isSolverName } from '../plan/cert-manager.ts';
import { AT_FRONT_END, type Fault } from '../plan/fault.ts';
import type { IngressPlan } from '../plan/plan.ts';
import { findCodeFaults } from '../plan/redirect.ts';
import { type Budget, STEPS_A_BACKEND, STEPS_A_FAULT, STEPS_A_PLAN } from './budget.ts';
import { eitherWay, holdsAlone, onceItIsOn } from './certainty.ts';
import { plansNaming, servicesOfConfig } from './chain.ts';
import { asPossible, type Draft, draftOfCheck, draftOfFault } from './draft.ts';
import type { RuleFinding } from './finding.ts';
import type { PreparedRule, RuleStage } from './prepared-rules.ts';
import type { BackendUse, Failure, JudgedObject, SharedContext } from './rule.ts';
import { safely } from './unit-judge.ts';

interface Part {
  readonly drafts: readonly Draft[];
  readonly failures: readonly Failure[];
}

export class PlanJudge {
  readonly #rules: RuleStage;
  readonly #shared: SharedContext;
  readonly #budget: Budget;
  readonly #leavesOutLate: boolean;
  readonly #frontEnds = new Map<IngressPlan, Part>();
  readonly #paths = new Map<IngressPlan, Part>();
  readonly #backends = new Map<BackendWithFaults, Part>();

  /** @param leavesOutLate whether faults of what may come a second later need no words */
  constructor(rules: RuleStage, shared: SharedContext, budget: Budget, leavesOutLate: boolean) {
    this.#leavesOutLate = leavesOutLate;
    this.#rules = rules;
    this.#shared = shared;
    this.#budget = budget;
  }

  /** @param backends those that the object is part of; rules that threw are added to `failures` */
  judge(object: JudgedObject, backends: readonly BackendUse[], failures: Failure[]): readonly Draft[] {
    const drafts: Draft[] = [];
    const add = (made: Part): void => {
      for (const draft of made.drafts) drafts.push(draft);
      addEach(made.failures, failures);
    };
    const { planner } = this.#shared;
    const plan = object.kind === 'Ingress' ? planner.planOf(object) : undefined;
    if (plan !== undefined && plan.served.concern !== 'none') {
      // What needs no neighbour is judged first, and reported after them.
      const own = [this.#pathsOf(plan), this.#frontEndOf(plan)];
      for (const use of backends) add(this.#backendOf(use));
      own.forEach(add);
      return drafts;
    }
    for (const use of backends) add(this.#backendOf(use));
    if (object.kind === 'FrontendConfig' || object.kind === 'ManagedCertificate') {
      const plans = plansNaming(object, planner);
      for (const one of plans) add(this.#frontEndOf(one));
      if (plans.length === 0 && object.kind === 'FrontendConfig') {
        this.#word(findCodeFaults(object, false), undefined, drafts, failures);
      }
    } else if (backends.length === 0 && object.kind === 'Service') drafts.push(...this.#aloneOf(object, failures));
    else if (backends.length === 0 && object.kind === 'BackendConfig') {
      drafts.push(...this.#configAlone(object, failures));
    }
    return drafts;
  }

  #frontEndOf(plan: IngressPlan): Part {
    let made = this.#frontEnds.get(plan);
    if (made === undefined) {
      made = this.#part(
        'frontEnd',
        plan,
        () => 1 + plan.ingress.tls.length,
        (drafts, failures) => {
          this.#word(plan.frontEnd.faults, plan, drafts, failures);
          this.#check(
            this.#rules.checks.FrontEnd,
            { ...this.#shared, ingress: plan.ingress, plan },
            1,
            failures,
            (found, prepared) => drafts.push(draftOfCheck(found, plan.ingress, prepared, plan, AT_FRONT_END)),
          );
        },
      );
      this.#frontEnds.set(plan, made);
    }
    return made;
  }

  #pathsOf(plan: IngressPlan): Part {
    let made = this.#paths.get(plan);
    if (made === undefined) {
      made = this.#part(
        'paths',
        plan,
        () => 1 + plan.ingress.rules.length,
        (drafts, failures) => this.#word(plan.urlMap.faults, plan, drafts, failures),
      );
      this.#paths.set(plan, made);
    }
    return made;
  }

  #backendOf({ plan, backend }: BackendUse): Part {
    let made = this.#backends.get(backend);
    if (made === undefined) {
      made = this.#part(
        'backend',
        plan,
        () => stepsOf(backend),
        (drafts, failures) => {
          const { otherwise } = backend;
          const own = this.#judgeBackend(backend, plan, failures);
          const all =
            otherwise === undefined ? own : eitherWay(backend, own, this.#judgeBackend(otherwise, plan, failures));
          for (const draft of all) drafts.push(draft);
        },
      );
      this.#backends.set(backend, made);
    }
    return made;
  }

  #part(
    kind: keyof RuleStage['ofPart'],
    plan: IngressPlan | undefined,
    steps: () => number,
    judge: (drafts: Draft[], failures: Failure[]) => void,
  ): Part {
    const drafts: Draft[] = [];
    const failures: Failure[] = [];
    if (!this.#budget.isSpent && this.#budget.spend(steps())) {
      judge(drafts, failures);
      this.#budget.spend(STEPS_A_PLAN * this.#shared.planner.work.take());
    } else for (const rule of this.#rules.ofPart[kind]) this.#budget.unfinished(rule);
    return { drafts: plan?.served.concern === 'possible' ? drafts.map(onceItIsOn) : drafts, failures };
  }

  #judgeBackend(backend: BackendWithFaults, plan: IngressPlan | undefined, failures: Failure[]): readonly Draft[] {
    const { service, key, workloads } = backend;
    // What cert-manager adds for a challenge, and takes away again.
    if (isSolverName(backend.serviceName)) return [];
    const drafts: Draft[] = [];
    this.#word(plan === undefined ? backend.faults.filter(holdsAlone) : backend.faults, plan, drafts, failures);
    if (service === undefined || backend.isSystemDefault) return drafts;
    const place = { at: 'backend', key } as const;
    const context = { ...this.#shared, plan, backend, service };
    this.#check(this.#rules.checks.Backend, context, 1 + workloads.length, failures, (found, prepared) =>
      drafts.push(draftOfCheck(found, service, prepared, plan, place)),
    );
    return drafts;
  }

  #aloneOf(service: Service, failures: Failure[]): readonly Draft[] {
    return assumedBackends(service, this.#shared.planner).flatMap((backend) => {
      const made = this.#part(
        'backend',
        undefined,
        () => stepsOf(backend),
        (drafts, failed) => drafts.push(...this.#judgeBackend(backend, undefined, failed)),
      );
      addEach(made.failures, failures);
      return made.drafts.map(asPossible);
    });
  }

  #configAlone(config: BackendConfig, failures: Failure[]): readonly Draft[] {
    const { snapshot, planner } = this.#shared;
    const services = servicesOfConfig(config, snapshot);
    if (services.length > 0) return services.flatMap((service) => this.#aloneOf(service, failures));
    const input = planner.inputFor(assumedIngress(config.metadata.namespace));
    const drafts: Draft[] = [];
    this.#word(findConfigFaultsAlone(config, input), undefined, drafts, failures);
    return drafts;
  }

  #word(faults: readonly Fault[], plan: IngressPlan | undefined, drafts: Draft[], failures: Failure[]): void {
    for (const fault of faults) {
      const draft = this.#draftOf(fault, plan, failures);
      if (draft !== undefined) drafts.push(draft);
    }
  }

  /** Of the rules that word the condition the first that has something to say. */
  #draftOf(fault: Fault, plan: IngressPlan | undefined, failures: Failure[]): Draft | undefined {
    if (this.#leavesOutLate && fault.isLate && !this.#rules.maySilence(fault)) return undefined;
    for (const { prepared, word } of this.#rules.wordsFor(fault)) {
      if (!this.#budget.pays(prepared.rule.id, STEPS_A_FAULT)) continue;
      const context = { ...this.#shared, plan };
      const [wording] = safely(prepared, () => [word(fault, context)], undefined, failures);
      if (wording !== undefined) return draftOfFault(fault, wording, prepared, plan);
    }
    return undefined;
  }

  #check<C>(
    checks: readonly { readonly prepared: PreparedRule; readonly check: (context: C) => readonly RuleFinding[] }[],
    context: C,
    steps: number,
    failures: Failure[],
    tell: (found: RuleFinding, prepared: PreparedRule) => void,
  ): void {
    for (const { prepared, check } of checks) {
      if (!this.#budget.pays(prepared.rule.id, steps)) continue;
      for (const found of safely(prepared, check, context, failures)) tell(found, prepared);
    }
  }
}

/** A rule is reported once, however often it throws. */
function addEach(more: readonly Failure[], failures: Failure[]): void {
  for (const failure of more) if (failures.every(({ rule }) => rule !== failure.rule)) failures.push(failure);
}

/** Planning it has taken as much: its Pods' probes, and which of its workloads is the oldest. */
function stepsOf({ workloads }: BackendWithFaults): number {
  return STEPS_A_BACKEND * (1 + workloads.length);
}
