// The pipeline from a review to its answer, in one screen. Pure: no look-up, no write, no clock; a dry run is answered
// like a real one.
import { isJudged } from '../judge/chain.ts';
import type { Finding } from '../judge/finding.ts';
import { createJudge } from '../judge/judge.ts';
import { judgeNeighbours } from '../judge/neighbours.ts';
import type { Failure } from '../judge/rule.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { nameOf } from '../kubernetes/objects.ts';
import { parseObject } from '../kubernetes/parse.ts';
import { at } from '../kubernetes/read.ts';
import { NEG } from '../plan/annotation-keys.ts';
import { createModes, type Policy } from '../policy/policy.ts';
import { type Corridor, exemptionSettings, judgeSettings } from '../verdict/corridor.ts';
import { decide, type RankedFinding } from '../verdict/verdict.ts';
import { fitWarnings } from '../verdict/words.ts';
import { decideInjection } from './neg-injection.ts';
import { addAnnotation, type JsonPatch } from './patch.ts';
import { type AdmissionReviewResponse, allow, allowPatched, deny } from './response.ts';
import type { Review } from './review.ts';

export interface Admission {
  readonly answer: AdmissionReviewResponse;
  readonly findings: readonly RankedFinding[];
  readonly patch: JsonPatch | undefined;
  readonly failures: readonly Failure[];
}

export type Webhook = 'mutate' | 'validate';

export function admit(webhook: Webhook, review: Review, corridor: Corridor): Admission {
  const incoming = readIncoming(review, corridor.policy);
  if (incoming === undefined) return plain(allow(review.uid));
  return webhook === 'mutate' ? mutate(review, incoming, corridor) : validate(review, incoming, corridor);
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

function mutate(review: Review, { object, old }: Incoming, { facts, policy, snapshot }: Corridor): Admission {
  if (object.kind !== 'Service') return plain(allow(review.uid));
  const stored = old?.kind === 'Service' ? old : undefined;
  const injection = decideInjection({ service: object, old: stored, facts, policy, snapshot });
  if (!injection.inject)
    return plain(allow(review.uid, injection.unknownFact === undefined ? [] : notInjected(object)));
  const patch = addAnnotation(review.object, NEG, injection.value);
  if (patch === undefined) return plain(allow(review.uid));
  return { ...plain(allowPatched(review.uid, patch)), patch };
}

function validate(review: Review, { object, old }: Incoming, corridor: Corridor): Admission {
  const { policy, snapshot: stored } = corridor;
  if (!isJudged(object)) return plain(allow(review.uid));
  const settings = judgeSettings(corridor, stored, object.metadata.namespace);
  const judge = createJudge(settings, stored.overlay(object));
  const own = judge.judge(object, old);
  const neighbours = judgeNeighbours({ settings, object, old, stored, judge });
  const found = sayable(own.findings);
  // The stored object needs judging only where something could be refused.
  const before =
    old !== undefined && found.length > 0 ? createJudge(settings, stored.overlay(old)).judge(old).findings : [];
  const verdict = decide(
    { own: found, ofNeighbours: sayable(neighbours.findings), before },
    { modeOf: createModes(policy, stored), exemptions: exemptionSettings(corridor) },
  );
  const answer = verdict.allowed
    ? allow(review.uid, verdict.warnings)
    : deny(review.uid, verdict.message, verdict.warnings);
  return { answer, findings: verdict.findings, patch: undefined, failures: [...own.failures, ...neighbours.failures] };
}

/** What is not there may come a second later in the same apply: commands and the audit say it, an answer does not. */
function sayable(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ isLate }) => !isLate);
}

function plain(answer: AdmissionReviewResponse): Admission {
  return { answer, findings: [], patch: undefined, failures: [] };
}

function notInjected(service: KubernetesObject): readonly string[] {
  return fitWarnings([
    {
      objectName: nameOf(service),
      message: `the annotation ${NEG} was not added: it is not known whether the cluster is VPC-native.`,
      note: '',
      fix: "Declare vpcNative in the guard's facts, or write the annotation yourself",
      tag: 'neg-injection',
      isPossible: false,
    },
  ]);
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
