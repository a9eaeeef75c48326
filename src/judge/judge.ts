// Judges objects over one snapshot: which plans each of them is part of, what their faults and the rules say, and at which object
// each finding is said. One judge serves an object and all its neighbours: every Ingress is planned once, every backend
// judged once. A rule that throws is isolated: the others still answer.
import type { Facts } from '../facts/facts.ts';
import { type FieldPath, isSameName, type ObjectName, referenceTo } from '../kubernetes/field-path.ts';
import type { Kind, KubernetesObject } from '../kubernetes/objects.ts';
import type { AppCatalogue } from '../plan/app.ts';
import { isOfSolver } from '../plan/cert-manager.ts';
import { createPlanner, type Planner } from '../plan/plan.ts';
import type { PlanSettings } from '../plan/plan-input.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { askedOnce } from './asked-once.ts';
import { Budget, STEPS_A_PLAN } from './budget.ts';
import { backendsOf, isJudged } from './chain.ts';
import { type Draft, keyOfDraft } from './draft.ts';
import { NOWHERE_ELSE, type OtherNamespaces } from './elsewhere.ts';
import type { ExemptionSettings } from './exemption.ts';
import { type Finding, higherOf } from './finding.ts';
import { advise, renderFix } from './fix.ts';
import { PlanJudge } from './plan-judge.ts';
import type { PreparedRules } from './prepared-rules.ts';
import type { BackendUse, Failure, JudgedObject, SharedContext } from './rule.ts';
import { judgeUnit } from './unit-judge.ts';

/** What judging depends on besides the objects. */
export interface JudgeSettings {
  readonly rules: PreparedRules;
  readonly facts: Facts;
  readonly apps: AppCatalogue;
  readonly trustsObserved: boolean;
  readonly exemptions: ExemptionSettings;
  readonly plans: PlanSettings;
  /** Whether objects of the namespace are out of scope. */
  readonly isExcluded: (namespace: string) => boolean;
  /** Left out: nothing is said of other namespaces. */
  readonly otherNamespaces?: OtherNamespaces;
}

export interface Judgement {
  readonly findings: readonly Finding[];
  /** Those that another finding of the same object makes needless. */
  readonly superseded: readonly Finding[];
  /** Rules that threw: bugs of ours, to be counted and logged. */
  readonly failures: readonly Failure[];
}

export interface Judge {
  readonly planner: Planner;
  /** @param old the stored object that an UPDATE replaces */
  judge(object: KubernetesObject, old?: KubernetesObject): Judgement;
}

const NOTHING: Judgement = { findings: [], superseded: [], failures: [] };

/**
 * @param snapshot one that does not change meanwhile, with the judged objects in it
 * @param budget left out: without bound; what it does not pay for is left out, and is in it
 */
export function createJudge(settings: JudgeSettings, snapshot: Snapshot, budget: Budget = new Budget()): Judge {
  const { rules, facts, trustsObserved, exemptions, otherNamespaces = NOWHERE_ELSE } = settings;
  const apps = askedOnce(settings.apps);
  const planner = createPlanner(snapshot, settings.plans);
  const shared: SharedContext = { snapshot, planner, facts, apps, trustsObserved, exemptions, otherNamespaces };
  const stages = rules.stages.map((stage) => ({ stage, plans: new PlanJudge(stage, shared, budget) }));
  return {
    planner,
    judge: (object, old) => {
      if (!isJudged(object) || isOfSolver(object)) return NOTHING;
      const failures: Failure[] = [];
      const name = referenceTo(object);
      const backends = Array.from(within(budget, planner, backendsOf(object, planner)));
      const drafts = stages.flatMap(({ stage, plans }) => [
        ...judgeUnit({ object, old, backends, rules: stage, budget, shared, failures }),
        ...plans.judge(object, backends, failures),
      ]);
      if (drafts.length === 0 && failures.length === 0) return NOTHING;
      const told = drafts.flatMap((draft) => {
        const path = pathAt(name, draft, settings, snapshot);
        return path === undefined ? [] : [{ draft, path }];
      });
      const findings = merged(told).map((one) => toFinding(one.draft, object, one.path));
      for (const { rule } of failures) findings.push(ruleFailed(rule, object));
      return { ...withoutSuperseded(findings, rules, failures), failures };
    },
  };
}

/** As many as the budget can pay for, and one: so that it is known what did not finish. */
function* within(budget: Budget, { work }: Planner, uses: Iterable<BackendUse>): Iterable<BackendUse> {
  for (const use of uses) {
    yield use;
    if (!budget.spend(STEPS_A_PLAN * work.take())) return;
  }
}

interface Told {
  readonly draft: Draft;
  /** In the object at which it is said. */
  readonly path: FieldPath;
}

/** The field at which a draft is said in this object; undefined where it is said elsewhere, or nowhere. */
function pathAt(
  object: ObjectName,
  { owner, path, witness, plan }: Draft,
  settings: JudgeSettings,
  snapshot: Snapshot,
): FieldPath | undefined {
  if (isSameName(owner, object)) return path;
  // The owner speaks for itself where it is judged.
  if (witness === undefined || plan === undefined || isJudgedName(owner, settings, snapshot)) return undefined;
  return isSameName(referenceTo(plan.ingress), object) ? witness : undefined;
}

function isJudgedName({ kind, namespace, name }: ObjectName, settings: JudgeSettings, snapshot: Snapshot): boolean {
  if (settings.isExcluded(namespace)) return false;
  // Only kinds that the guard reads are in a snapshot.
  const object = snapshot.get(kind as Kind, namespace, name);
  return object !== undefined && isJudged(object);
}

/** One for each problem, however many Ingresses have it: certain before possible, then the first. */
function merged(told: readonly Told[]): readonly Told[] {
  const byKey = new Map<string, [Told, ...Told[]]>();
  for (const one of told) {
    const key = keyOfDraft(one.draft);
    const same = byKey.get(key);
    if (same === undefined) byKey.set(key, [one]);
    else same.push(one);
  }
  return [...byKey.values()].map(joined).toSorted((a, b) => a.draft.prepared.order - b.draft.prepared.order);
}

/** All at once: one problem of a Service may show at each of its thousands of ports. */
function joined(same: readonly [Told, ...Told[]]): Told {
  const [first, ...others] = same;
  if (others.length === 0) return first;
  const best = same.find(({ draft }) => draft.isCertain) ?? first;
  const severity = same.map(({ draft }) => draft.severity).reduce(higherOf);
  const places = same.flatMap(({ draft }) => draft.places);
  return { ...best, draft: { ...best.draft, severity, places } };
}

function toFinding(draft: Draft, object: JudgedObject, path: FieldPath): Finding {
  const { prepared, owner, wording, severity, isCertain, isLate, condition, identity, places } = draft;
  const { message, note = '', elsewhere = '', answeredBy, fix } = wording;
  const { rule } = prepared;
  return {
    rule: rule.id,
    severity,
    isCertain,
    isLate,
    condition,
    object,
    owner,
    path,
    message,
    note,
    ...(answeredBy === undefined ? {} : { answeredBy }),
    elsewhere,
    fix: renderFix(fix ?? [advise(rule.fix)], referenceTo(object)),
    identity,
    places,
  };
}

function ruleFailed(rule: string, object: JudgedObject): Finding {
  return {
    rule,
    severity: 'info',
    isCertain: false,
    isLate: false,
    condition: undefined,
    object,
    owner: referenceTo(object),
    path: [],
    message: 'this rule could not judge the object, because of a fault in the guard; the other rules did.',
    note: '',
    elsewhere: '',
    fix: renderFix([advise('Please report it, with the line that the guard logged')], referenceTo(object)),
    identity: '',
    places: [],
  };
}

/** A rule that failed has found nothing, so it silences nothing. */
function withoutSuperseded(
  findings: readonly Finding[],
  { all }: PreparedRules,
  failures: readonly Failure[],
): Pick<Judgement, 'findings' | 'superseded'> {
  if (findings.length < 2) return { findings, superseded: [] };
  const failed = new Set(failures.map(({ rule }) => rule));
  const found = new Set(findings.map((finding) => finding.rule).filter((id) => !failed.has(id)));
  const silenced = new Set(all.flatMap(({ rule }) => (found.has(rule.id) ? (rule.supersedes ?? []) : [])));
  return {
    findings: findings.filter((finding) => !silenced.has(finding.rule)),
    superseded: findings.filter((finding) => silenced.has(finding.rule)),
  };
}
