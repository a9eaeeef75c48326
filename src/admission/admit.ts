// The pipeline from a review to its answer, in one screen. Pure: no look-up, no write, no clock; a dry run is answered
// like a real one.
import { AskedOnce } from '../judge/asked-once.ts';
import { Budget } from '../judge/budget.ts';
import { isJudged } from '../judge/chain.ts';
import { createJudge } from '../judge/judge.ts';
import { judgeNeighbours } from '../judge/neighbours.ts';
import type { PreparedRules } from '../judge/prepared-rules.ts';
import type { Failure } from '../judge/rule.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { parseObject } from '../kubernetes/parse.ts';
import { at } from '../kubernetes/read.ts';
import { NEG } from '../plan/annotation-keys.ts';
import { createModes, type Policy } from '../policy/policy.ts';
import { type Corridor, exemptionSettings, judgeSettings } from '../verdict/corridor.ts';
import { decide, type RankedFinding, type Verdict } from '../verdict/verdict.ts';
import { ADMISSION_STEPS, denialOfLeftOut, isAny, type LeftOut, lineOfLeftOut, NOTHING_LEFT_OUT } from './left-out.ts';
import { decideInjection } from './neg-injection.ts';
import { negWarnings } from './neg-warnings.ts';
import { addAnnotation, type JsonPatch } from './patch.ts';
import { type AdmissionReviewResponse, allow, allowPatched, deny } from './response.ts';
import { isOfControlPlane, type Review } from './review.ts';

export interface Admission {
  readonly answer: AdmissionReviewResponse;
  readonly findings: readonly RankedFinding[];
  readonly patch: JsonPatch | undefined;
  readonly failures: readonly Failure[];
  readonly leftOut: LeftOut;
  /** How many it took. */
  readonly steps: number;
}

export type Webhook = 'mutate' | 'validate';

/** @param steps what judging may take; the rules that refuse come first (src/judge/budget.ts) */
export function admit(
  webhook: Webhook,
  review: Review,
  corridor: Corridor,
  steps: number = ADMISSION_STEPS,
): Admission {
  const incoming = readIncoming(review, corridor.policy);
  if (incoming === undefined) return plain(allow(review.uid));
  return webhook === 'mutate' ? mutate(review, incoming, corridor) : validate(review, incoming, corridor, steps);
}

interface Incoming {
  readonly object: KubernetesObject;
  readonly old: KubernetesObject | undefined;
}

/** undefined for all that passes unseen: other kinds and operations, status and scale, what is being deleted. */
function readIncoming(review: Review, policy: Policy): Incoming | undefined {
  const { operation, subResource, namespace } = review;
  if ((operation !== 'CREATE' && operation !== 'UPDATE') || subResource !== '') return undefined;
  const object = parseObject(review.object, namespace || undefined);
  if (object === undefined || object.metadata.isBeingDeleted || policy.isExcluded(object.metadata.namespace))
    return undefined;
  return { object, old: operation === 'UPDATE' ? parseObject(review.oldObject, namespace || undefined) : undefined };
}

function mutate(review: Review, { object, old }: Incoming, corridor: Corridor): Admission {
  if (object.kind !== 'Service') return plain(allow(review.uid));
  const { facts, policy, snapshot } = corridor;
  const stored = old?.kind === 'Service' ? old : undefined;
  const injection = decideInjection({ service: object, old: stored, facts, policy, snapshot });
  const patch = injection.inject ? addAnnotation(review.object, NEG, injection.value) : undefined;
  if (injection.inject && patch === undefined) return plain(allow(review.uid));
  const warnings = negWarnings(object, injection, corridor);
  if (patch === undefined) return plain(allow(review.uid, warnings));
  return { ...plain(allowPatched(review.uid, patch, warnings)), patch };
}

function validate(review: Review, { object, old }: Incoming, corridor: Corridor, steps: number): Admission {
  const { policy, snapshot: stored } = corridor;
  if (!isJudged(object)) return plain(allow(review.uid));
  const asked = { ...corridor, isForControlPlane: isOfControlPlane(review) };
  // Whatever is judged on the way, with the object or without: it is no ConfigMap, so no answer of the catalogue changes.
  const apps = AskedOnce.of(corridor.apps);
  const settings = { ...judgeSettings(asked, stored, object.metadata.namespace), apps };
  const budget = new Budget(steps);
  const forOld = old === undefined ? new Budget(0) : budget.halve();
  // What is not there may come a second later in the same apply: commands and the audit say it, an answer does not.
  const judge = createJudge({ ...settings, leavesOutLate: true }, stored.overlay(object), budget);
  const own = judge.judge(object, old);
  const unfinished = new Set(budget.unfinishedRules);
  // The stored object needs judging only where something could be refused.
  const before =
    old !== undefined && own.findings.length > 0
      ? createJudge(settings, stored.overlay(old), forOld).judge(old).findings
      : [];
  budget.giveBack(forOld);
  const neighbours = judgeNeighbours({ settings, object, old, stored, judge, budget });
  const isOldUndecided = isAnyOf(forOld.unfinishedRules, settings.rules.decisive);
  const leftOut: LeftOut = {
    isUndecided: isOldUndecided || isAnyOf(unfinished, settings.rules.decisive),
    rules: rulesOf([unfinished, forOld.unfinishedRules], settings.rules),
    neighbours: neighbours.leftOut,
  };
  const verdict = decide(
    // Where it is not known what the stored object had, nothing is refused as if it were new.
    { own: own.findings, ofNeighbours: neighbours.findings, before: isOldUndecided ? own.findings : before },
    { modeOf: createModes(policy, stored), exemptions: exemptionSettings(corridor) },
    isAny(leftOut) ? [lineOfLeftOut(object, leftOut)] : [],
  );
  const failures = [...own.failures, ...neighbours.failures];
  return {
    answer: answerOf(review, object, verdict, leftOut, policy),
    findings: verdict.findings,
    patch: undefined,
    failures,
    leftOut,
    steps: budget.spent + forOld.spent,
  };
}

function answerOf(
  { uid }: Review,
  object: KubernetesObject,
  { allowed, message, warnings }: Verdict,
  leftOut: LeftOut,
  { onBudget }: Policy,
): AdmissionReviewResponse {
  if (!allowed) return deny(uid, message, warnings);
  if (leftOut.isUndecided && onBudget === 'deny') return deny(uid, denialOfLeftOut(object, leftOut), warnings);
  return allow(uid, warnings);
}

function isAnyOf(rules: ReadonlySet<string>, decisive: ReadonlySet<string>): boolean {
  return !rules.isDisjointFrom(decisive);
}

/** Those that decide what is refused first, each group in the order in which findings are reported. */
function rulesOf(unfinished: readonly ReadonlySet<string>[], { all, decisive }: PreparedRules): readonly string[] {
  if (unfinished.every(({ size }) => size === 0)) return [];
  const ids = all.map(({ rule }) => rule.id).filter((id) => unfinished.some((rules) => rules.has(id)));
  return [...ids.filter((id) => decisive.has(id)), ...ids.filter((id) => !decisive.has(id))];
}

/** An answer with nothing found. */
export function plain(answer: AdmissionReviewResponse): Admission {
  return { answer, findings: [], patch: undefined, failures: [], leftOut: NOTHING_LEFT_OUT, steps: 0 };
}

/** `namespace/name` as logs say it, from the request, since the object may be of a kind that is not read. */
export function subjectOf(review: Review): {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
} {
  const generated = at(review.object, 'metadata', 'generateName');
  const name = review.name || (typeof generated === 'string' ? generated : '');
  return { kind: review.kind.kind, namespace: review.namespace, name };
}
