// Judges objects over one snapshot: which plans each of them is part of, what their faults and the rules say, and at which object
// each finding is said. One judge serves an object and all its neighbours: every Ingress is planned once, every backend
// judged once. A rule that throws is isolated: the others still answer.
import type { Facts } from '../facts/facts.ts';
import { type FieldPath, isSameName, type ObjectName, referenceTo } from '../kubernetes/field-path.ts';
import type { Kind, KubernetesObject } from '../kubernetes/objects.ts';
import { countValues } from '../kubernetes/size.ts';
import type { AppCatalogue } from '../plan/app.ts';
import { isOfSolver } from '../plan/cert-manager.ts';
import { readOnce } from '../plan/lazy.ts';
import { createPlanner, type Planner } from '../plan/plan.ts';
import type { PlanSettings } from '../plan/plan-input.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { AskedOnce } from './asked-once.ts';
import { Budget, STEPS_A_PLAN, VALUES_A_STEP } from './budget.ts';
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
  /** Whether findings of what may come a second later are not wanted. They still silence others. */
  readonly leavesOutLate?: boolean;
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
  const { rules, facts, trustsObserved, exemptions, otherNamespaces = NOWHERE_ELSE, leavesOutLate = false } = settings;
  const apps = AskedOnce.of(settings.apps);
  const planner = createPlanner(snapshot, settings.plans);
  const shared: SharedContext = { snapshot, planner, facts, apps, trustsObserved, exemptions, otherNamespaces };
  const stages = rules.stages.map((stage) => ({ stage, plans: new PlanJudge(stage, shared, budget, leavesOutLate) }));
  return {
    planner,
    judge: (object, old) => {
      if (!isJudged(object) || isOfSolver(object)) return NOTHING;
      const failures: Failure[] = [];
      const backends = within(budget, planner, backendsOf(object, planner));
      const drafts: Draft[] = [];
      // A rule may look at all of the object.
      const steps = budget.isBounded ? 1 + sizeOf(object) / VALUES_A_STEP : 1;
      for (const { stage, plans } of stages) {
        const unit = { object, old, backends, rules: stage, budget, steps, shared, failures };
        for (const draft of judgeUnit(unit)) drafts.push(draft);
        for (const draft of plans.judge(object, backends, failures)) drafts.push(draft);
      }
      if (drafts.length === 0 && failures.length === 0) return NOTHING;
      const said = merged(saidAt(referenceTo(object), drafts, settings, snapshot));
      return judgementOf(said, object, settings, failures);
    },
  };
}

/** An object of more values is counted whole, and once. */
const FEW_VALUES = 64;

const sizeOfLarge = readOnce((object: KubernetesObject) => countValues(object));

function sizeOf(object: KubernetesObject): number {
  const few = countValues(object, FEW_VALUES);
  return few < FEW_VALUES ? few : sizeOfLarge(object);
}

/** As many as the budget can pay for, and one: so that it is known what did not finish. */
function within(budget: Budget, { work }: Planner, uses: Iterable<BackendUse>): readonly BackendUse[] {
  const paid: BackendUse[] = [];
  for (const use of uses) {
    paid.push(use);
    if (!budget.spend(STEPS_A_PLAN * work.take())) break;
  }
  return paid;
}

/** A draft with the field at which one object says it. */
interface Said {
  readonly draft: Draft;
  readonly path: FieldPath;
}

/** Those of the drafts that this object says. */
function saidAt(
  object: ObjectName,
  drafts: readonly Draft[],
  settings: JudgeSettings,
  snapshot: Snapshot,
): readonly Said[] {
  const said: Said[] = [];
  for (const draft of drafts) {
    const path = pathAt(object, draft, settings, snapshot);
    if (path !== undefined) said.push({ draft, path });
  }
  return said;
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
function merged(said: readonly Said[]): readonly Said[] {
  const once = areOfDifferentRules(said) ? said : joinedByKey(said);
  return once.length < 2 ? once : once.toSorted((a, b) => a.draft.prepared.order - b.draft.prepared.order);
}

function areOfDifferentRules(said: readonly Said[]): boolean {
  return said.length < 2 || new Set(said.map(({ draft }) => draft.prepared)).size === said.length;
}

function joinedByKey(said: readonly Said[]): readonly Said[] {
  const byKey = new Map<string, [Said, ...Said[]]>();
  for (const one of said) {
    const key = keyOfDraft(one.draft);
    const same = byKey.get(key);
    if (same === undefined) byKey.set(key, [one]);
    else same.push(one);
  }
  return [...byKey.values()].map(joined);
}

/** All at once: one problem of a Service may show at each of its thousands of ports. */
function joined(same: readonly [Said, ...Said[]]): Said {
  const [first, ...others] = same;
  if (others.length === 0) return first;
  const best = same.find(({ draft }) => draft.isCertain) ?? first;
  const severity = same.map(({ draft }) => draft.severity).reduce(higherOf);
  const places = same.flatMap(({ draft }) => draft.places);
  return { ...best, draft: { ...best.draft, severity, places } };
}

/** Words are put together for those only that are wanted: most of a new Ingress say that its Service is not there yet. */
function judgementOf(
  said: readonly Said[],
  object: JudgedObject,
  { rules, leavesOutLate = false }: JudgeSettings,
  failures: readonly Failure[],
): Judgement {
  const silenced = silencedBy(said, rules, failures);
  const findings: Finding[] = [];
  const superseded: Finding[] = [];
  for (const { draft, path } of said) {
    if (leavesOutLate && draft.isLate) continue;
    const among = silenced.has(draft.prepared.rule.id) ? superseded : findings;
    among.push(toFinding(draft, object, path));
  }
  for (const { rule } of failures) (silenced.has(rule) ? superseded : findings).push(ruleFailed(rule, object));
  return { findings, superseded, failures };
}

const NO_RULES: ReadonlySet<string> = new Set();

/** Ids of the rules that another makes needless. A rule that failed has found nothing, so it silences nothing. */
function silencedBy(
  said: readonly Said[],
  { superseding }: PreparedRules,
  failures: readonly Failure[],
): ReadonlySet<string> {
  if (said.length + failures.length < 2) return NO_RULES;
  const silenced = new Set<string>();
  for (const { draft } of said) {
    const { id } = draft.prepared.rule;
    const needless = superseding.get(id);
    if (needless === undefined || failures.some(({ rule }) => rule === id)) continue;
    for (const rule of needless) silenced.add(rule);
  }
  return silenced;
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
