// What the rules say of the parts of plans: paths, front end, and each Service port behind each Ingress. A part is judged once,
// and its drafts are handed to every object that is part of it.
import type { BackendConfig, Service } from '../kubernetes/objects.ts';
import { assumedBackends, assumedIngress } from '../plan/assumed.ts';
import type { BackendWithFaults } from '../plan/backend.ts';
import { findConfigFaultsAlone } from '../plan/backend-faults.ts';
import { isSolverName } from '../plan/cert-manager.ts';
import type { ConditionNumber } from '../plan/conditions.ts';
import { AT_FRONT_END, type Fault } from '../plan/fault.ts';
import { readOnce } from '../plan/lazy.ts';
import type { IngressPlan } from '../plan/plan.ts';
import { findCodeFaults } from '../plan/redirect.ts';
import { type Budget, STEPS_A_BACKEND, STEPS_A_FAULT } from './budget.ts';
import { plansNaming, servicesOfConfig } from './chain.ts';
import { asPossible, type Draft, draftOfCheck, draftOfFault, keyOfDraft } from './draft.ts';
import { lowerOf } from './finding.ts';
import type { PreparedRule, RuleStage } from './prepared-rules.ts';
import type { BackendUse, Failure, JudgedObject, SharedContext } from './rule.ts';
import { safely } from './unit-judge.ts';

export interface PlanJudge {
  /** @param backends those that the object is part of; rules that threw are added to `failures` */
  judge(object: JudgedObject, backends: readonly BackendUse[], failures: Failure[]): readonly Draft[];
}

interface Part {
  readonly drafts: readonly Draft[];
  readonly failures: readonly Failure[];
}

export function createPlanJudge(rules: RuleStage, shared: SharedContext, budget: Budget): PlanJudge {
  const run = <T>(prepared: PreparedRule, failures: Failure[], steps: number, work: () => readonly T[]): readonly T[] =>
    budget.run(prepared.rule.id, steps, () => safely(prepared, work, failures));
  const words = (faults: readonly Fault[], plan: IngressPlan | undefined, failures: Failure[]): readonly Draft[] =>
    faults.flatMap((one) => {
      for (const { prepared, word } of rules.wordsFor(one)) {
        const [wording] = run(prepared, failures, STEPS_A_FAULT, () => [word(one, { ...shared, plan })]);
        if (wording !== undefined) return [draftOfFault(one, wording, prepared, plan)];
      }
      return [];
    });
  const part = (
    kind: keyof RuleStage['ofPart'],
    make: (failures: Failure[]) => readonly Draft[],
    plan: IngressPlan | undefined,
    steps: number,
  ): Part => {
    const failures: Failure[] = [];
    if (!budget.spend(steps)) {
      for (const rule of rules.ofPart[kind]) budget.unfinished(rule);
      return { drafts: [], failures };
    }
    const drafts = make(failures);
    return { drafts: plan?.served.concern === 'possible' ? drafts.map(onceItIsOn) : drafts, failures };
  };
  const frontEndOf = readOnce((plan: IngressPlan) =>
    part(
      'frontEnd',
      (failures) => {
        const context = { ...shared, ingress: plan.ingress, plan };
        return [
          ...words(plan.frontEnd.faults, plan, failures),
          ...rules.checks.FrontEnd.flatMap(({ prepared, check }) =>
            run(prepared, failures, 1, () => check(context)).map((found) =>
              draftOfCheck(found, plan.ingress, prepared, plan, AT_FRONT_END),
            ),
          ),
        ];
      },
      plan,
      1 + plan.ingress.tls.length,
    ),
  );
  const pathsOf = readOnce((plan: IngressPlan) =>
    part('paths', (failures) => words(plan.urlMap.faults, plan, failures), plan, 1 + plan.ingress.rules.length),
  );
  const judgeBackend = (
    backend: BackendWithFaults,
    plan: IngressPlan | undefined,
    failures: Failure[],
  ): readonly Draft[] => {
    const { service, key } = backend;
    // What cert-manager adds for a challenge, and takes away again.
    if (isSolverName(backend.serviceName)) return [];
    const place = { at: 'backend', key } as const;
    const faults = plan === undefined ? backend.faults.filter(holdsAlone) : backend.faults;
    const worded = words(faults, plan, failures);
    if (service === undefined || backend.isSystemDefault) return worded;
    const context = { ...shared, plan, backend, service };
    const checked = rules.checks.Backend.flatMap(({ prepared, check }) =>
      run(prepared, failures, 1 + backend.workloads.length, () => check(context)).map((found) =>
        draftOfCheck(found, service, prepared, plan, place),
      ),
    );
    return [...worded, ...checked];
  };
  const partsOfBackend = new WeakMap<BackendWithFaults, Part>();
  const backendOf = ({ plan, backend }: BackendUse): Part => {
    const known = partsOfBackend.get(backend);
    if (known !== undefined) return known;
    const made = part(
      'backend',
      (failures) => {
        const drafts = judgeBackend(backend, plan, failures);
        const { otherwise } = backend;
        return otherwise === undefined ? drafts : eitherWay(backend, drafts, judgeBackend(otherwise, plan, failures));
      },
      plan,
      stepsOf(backend),
    );
    partsOfBackend.set(backend, made);
    return made;
  };
  const aloneOf = (service: Service, failures: Failure[]): readonly Draft[] =>
    assumedBackends(service, shared.planner).flatMap((backend) => {
      const made = part('backend', (failed) => judgeBackend(backend, undefined, failed), undefined, stepsOf(backend));
      addEach(made.failures, failures);
      return made.drafts.map(asPossible);
    });
  const configAlone = (config: BackendConfig, failures: Failure[]): readonly Draft[] => {
    const services = servicesOfConfig(config, shared.snapshot);
    if (services.length > 0) return services.flatMap((service) => aloneOf(service, failures));
    const input = shared.planner.inputFor(assumedIngress(config.metadata.namespace));
    return words(findConfigFaultsAlone(config, input), undefined, failures);
  };
  return {
    judge: (object, backends, failures) => {
      const drafts: Draft[] = [];
      const add = (made: Part): void => {
        for (const draft of made.drafts) drafts.push(draft);
        addEach(made.failures, failures);
      };
      const plan = object.kind === 'Ingress' ? shared.planner.planOf(object) : undefined;
      if (plan !== undefined && plan.served.concern !== 'none') {
        // What needs no neighbour is judged first, and told after them.
        const own = [pathsOf(plan), frontEndOf(plan)];
        for (const use of backends) add(backendOf(use));
        own.forEach(add);
        return drafts;
      }
      for (const use of backends) add(backendOf(use));
      if (object.kind === 'FrontendConfig' || object.kind === 'ManagedCertificate') {
        const plans = plansNaming(object, shared.planner);
        for (const plan of plans) add(frontEndOf(plan));
        if (plans.length === 0 && object.kind === 'FrontendConfig') {
          drafts.push(...words(findCodeFaults(object, false), undefined, failures));
        }
      } else if (backends.length === 0 && object.kind === 'Service') drafts.push(...aloneOf(object, failures));
      else if (backends.length === 0 && object.kind === 'BackendConfig') drafts.push(...configAlone(object, failures));
      return drafts;
    },
  };
}

/** A rule is told once, however often it throws. */
function addEach(more: readonly Failure[], failures: Failure[]): void {
  for (const failure of more) if (failures.every(({ rule }) => rule !== failure.rule)) failures.push(failure);
}

/** Planning it has taken as much: its Pods' probes, and which of its workloads is the oldest. */
function stepsOf({ workloads }: BackendWithFaults): number {
  return STEPS_A_BACKEND * (1 + workloads.length);
}

/** Faults that a Service or a BackendConfig has whichever Ingress will use it. */
const ALONE: ReadonlySet<ConditionNumber> = new Set<ConditionNumber>([
  ...([
    'C7',
    'C8',
    'C9',
    'C11',
    'C13',
    'C31',
    'C35',
    'C36',
    'C37',
    'C38',
    'C39',
    'C40',
    'C44',
    'C56',
    'C57',
    'G2',
    'G4',
  ] as const),
]);

function holdsAlone(fault: Fault): boolean {
  if (fault.condition === 'C48') return fault.timeoutFrom === 'backendConfig' && fault.intervalFrom === 'backendConfig';
  return ALONE.has(fault.condition);
}

/** The controller does not run yet; what an app answers does not depend on it. */
function onceItIsOn(draft: Draft): Draft {
  return draft.prepared.rule.holdsWithoutAddOn ? draft : asPossible(draft);
}

/** What the absence of the NEG annotation alone does: nothing to be said where it is expected to be written. */
const WITHOUT_NEG: readonly (ConditionNumber | undefined)[] = ['C6', 'C33', 'C34'];

/**
 * GKE may or may not write the NEG annotation: certain is only what holds either way. What holds one way is possible, and never
 * above a warning; of what holds only if GKE does not do what is expected, the missing annotation itself is left out.
 */
function eitherWay(
  { negSource }: BackendWithFaults,
  drafts: readonly Draft[],
  others: readonly Draft[],
): readonly Draft[] {
  const keys = new Set(drafts.map(keyOfDraft));
  const otherKeys = new Set(others.map(keyOfDraft));
  const maybe = (draft: Draft): Draft => ({
    ...draft,
    isCertain: false,
    severity: lowerOf(draft.severity, 'warning'),
  });
  const kept = drafts.map((draft) => (otherKeys.has(keyOfDraft(draft)) ? draft : maybe(draft)));
  if (negSource !== 'gke') return kept;
  const only = others.filter((draft) => !keys.has(keyOfDraft(draft)) && !WITHOUT_NEG.includes(draft.condition));
  return [...kept, ...only.map(maybe)];
}
