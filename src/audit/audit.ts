// Judges what is stored: every object of every kind that is judged, by the same rules over the same plan as `check`. One
// object at a time, so that whoever drives it lets others have their turn in between.
import type { FactName } from '../facts/facts.ts';
import { Budget } from '../judge/budget.ts';
import { isJudged } from '../judge/chain.ts';
import type { OtherNamespaces } from '../judge/elsewhere.ts';
import type { Finding, Severity } from '../judge/finding.ts';
import { createJudge, type Judge, type Judgement } from '../judge/judge.ts';
import type { Failure, JudgedObject } from '../judge/rule.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { createModes, type Mode } from '../policy/policy.ts';
import { type Corridor, exemptionSettings, judgeSettings } from '../verdict/corridor.ts';
import { createExemptions, rank } from '../verdict/verdict.ts';

export interface AuditedFinding {
  readonly finding: Finding;
  readonly mode: Mode;
}

/** What came of one object. */
export interface Audited {
  readonly object: KubernetesObject;
  /** Certain errors and warnings, whatever their mode; rules that are off do not run. */
  readonly findings: readonly AuditedFinding[];
  /** Passed over because the object says so, with a reason. */
  readonly exempted: readonly AuditedFinding[];
  /** Facts of the cluster that are not known and would have decided more. */
  readonly undecided: readonly FactName[];
  readonly failures: readonly Failure[];
  /** False where it took more steps than one object has: some rules have not looked at it. */
  readonly isWhole: boolean;
}

export interface AuditWorld {
  readonly corridor: Corridor;
  /** Left out: nothing is said of other namespaces, as in all that is stored or counted. */
  readonly otherNamespaces?: OtherNamespaces;
  /**
   * Changes whenever the snapshot may have changed for objects of the namespace: plans are made anew then. Left out: the
   * snapshot never changes.
   */
  readonly version?: (namespace: string) => number;
  /** What one object may take (src/judge/budget.ts). Left out: without bound, for whoever waits for the answer. */
  readonly steps?: number;
}

/** What an Event, a metric or a report of stored objects is about. */
export type AuditSeverity = Exclude<Severity, 'info'>;

function isAudited({ isCertain, severity }: Finding): boolean {
  return isCertain && severity !== 'info';
}

/** Objects out of scope, and of kinds that are not judged, are passed over. Those of one namespace come best together. */
export function* auditObjects(objects: Iterable<KubernetesObject>, world: AuditWorld): Generator<Audited> {
  const { corridor } = world;
  const modeOf = createModes(corridor.policy, corridor.snapshot);
  const isExempt = createExemptions(exemptionSettings(corridor));
  const unknownFacts = new Map(corridor.rules.map(({ id, reportsUnknownFact }) => [id, reportsUnknownFact]));
  const judgeOne = createJudges(world);
  for (const object of objects) {
    const { namespace } = object.metadata;
    if (!isJudged(object) || corridor.policy.isExcluded(namespace)) continue;
    const { findings: found, failures, isWhole } = judgeOne(object);
    const findings: AuditedFinding[] = [];
    const exempted: AuditedFinding[] = [];
    const undecided: FactName[] = [];
    for (const finding of rank(found)) {
      const fact = unknownFacts.get(finding.rule);
      if (fact !== undefined) undecided.push(fact);
      else if (isAudited(finding)) {
        const audited = { finding, mode: modeOf(finding.rule, namespace) };
        (isExempt(finding) ? exempted : findings).push(audited);
      }
    }
    yield { object, findings, exempted, undecided, failures, isWhole };
  }
}

interface Judged extends Judgement {
  readonly isWhole: boolean;
}

/** So many objects of the largest kind one judge is for, at least. */
const RESERVE = 2;

/**
 * One judge for the objects of a namespace, as long as nothing around them changes: it plans each Ingress once. An object that
 * takes more than its steps is judged by itself, so that what is said of it does not depend on who came before.
 */
function createJudges(world: AuditWorld): (object: JudgedObject) => Judged {
  const { version = () => 0, steps = Number.POSITIVE_INFINITY } = world;
  let shared: { readonly key: string; readonly judge: Judge; readonly budget: Budget } | undefined;
  return (object) => {
    const { namespace } = object.metadata;
    const key = `${namespace}/${version(namespace)}`;
    if (shared === undefined || shared.key !== key || shared.budget.left < steps) {
      const budget = new Budget(RESERVE * steps);
      shared = { key, budget, judge: judgeFor(world, namespace, budget) };
    }
    const { judge, budget } = shared;
    const before = budget.spent;
    const judgement = judge.judge(object);
    if (!budget.isSpent && budget.spent - before <= steps) return { ...judgement, isWhole: true };
    shared = undefined;
    const own = new Budget(steps);
    return { ...judgeFor(world, namespace, own).judge(object), isWhole: !own.isSpent };
  };
}

function judgeFor({ corridor, otherNamespaces }: AuditWorld, namespace: string, budget: Budget): Judge {
  const settings = judgeSettings(corridor, corridor.snapshot, namespace);
  const told = otherNamespaces === undefined ? settings : { ...settings, otherNamespaces };
  return createJudge(told, corridor.snapshot, budget);
}
