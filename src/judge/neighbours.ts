// What an object's arrival does to its neighbours: an Ingress makes a Service's fault certain, a Service brings a
// workload's probe before Google. Objects come in any order, so whoever comes last hears of it.
import { formatPath } from '../kubernetes/field-path.ts';
import { type KubernetesObject, nameOf } from '../kubernetes/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { Budget } from './budget.ts';
import { isJudged, neighboursOf } from './chain.ts';
import type { Finding } from './finding.ts';
import { createJudge, type Judge, type Judgement, type JudgeSettings } from './judge.ts';
import type { Failure } from './rule.ts';

/** An admission must not grow with what one empty selector reaches; the first hundred are judged. */
const MAX_NEIGHBOURS = 100;

export interface Arrival {
  readonly settings: JudgeSettings;
  readonly object: KubernetesObject;
  readonly old: KubernetesObject | undefined;
  /** What is stored, without the object. */
  readonly stored: Snapshot;
  /** Over `stored` with the object. */
  readonly judge: Judge;
  /** That of the judge; left out: without bound. */
  readonly budget?: Budget;
}

export interface NeighbourJudgement extends Judgement {
  /** Neighbours that the budget did not reach. */
  readonly leftOut: number;
}

/**
 * The findings that neighbours have once the object is there and did not have before it came, or with its old version.
 * Each names the object that causes it.
 */
export function judgeNeighbours({
  settings,
  object,
  old,
  stored,
  judge,
  budget = new Budget(),
}: Arrival): NeighbourJudgement {
  const findings: Finding[] = [];
  const failures: Failure[] = [];
  if (!isJudged(object)) return { findings, superseded: [], failures, leftOut: 0 };
  const neighbours = neighboursOf(object, judge.planner.snapshot, MAX_NEIGHBOURS);
  let earlier: Judge | undefined;
  for (const [index, neighbour] of neighbours.entries()) {
    const now = judge.judge(neighbour);
    failures.push(...now.failures);
    if (budget.isSpent) return { findings, superseded: [], failures, leftOut: neighbours.length - index };
    if (now.findings.length === 0) continue;
    earlier ??= createJudge(settings, old === undefined ? stored : stored.overlay(old), budget);
    const known = new Set(earlier.judge(neighbour).findings.map(wordsOf));
    // What it had before is not known whole, so that nothing can be called news.
    if (budget.isSpent) return { findings, superseded: [], failures, leftOut: neighbours.length - index };
    for (const finding of now.findings) if (!known.has(wordsOf(finding))) findings.push(withCause(finding, object));
  }
  return { findings, superseded: [], failures, leftOut: 0 };
}

/** What was only possible and now is certain is news, and so is what can be said more exactly now, or has another fix. */
function wordsOf({ rule, identity, path, isCertain, message, fix }: Finding): string {
  return [rule, identity, formatPath(path), isCertain, message, fix.text].join('\0');
}

function withCause(finding: Finding, cause: KubernetesObject): Finding {
  const because = `(Since ${nameOf(cause)} comes.)`;
  return { ...finding, note: finding.note === '' ? because : `${finding.note} ${because}` };
}
