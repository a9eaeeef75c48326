// One review of the fuzzer, all of it from a seed, and what its answers have to be.
import { globSync, readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { admit, type Webhook } from '../../src/admission/admit.ts';
import { parseReview } from '../../src/admission/review.ts';
import type { Rule } from '../../src/judge/rule.ts';
import { parseObject } from '../../src/kubernetes/parse.ts';
import { RULES } from '../../src/rules/index.ts';
import { createSnapshot } from '../../src/snapshot/snapshot.ts';
import { corridorOf, policyOf } from '../../test/support/corridor.ts';
import { ADD_ON_OFF, ADD_ON_ON } from '../../test/support/facts.ts';
import type { RawObject } from '../../test/support/objects.ts';
import { reviewOf } from '../../test/support/reviews.ts';
import { RULE_IDS } from '../../test/support/rule-ids.ts';
import { mutated, pick, type Random, randomFrom } from './mutate.ts';

/** One review of a few kilobytes; what takes longer is a hang, on any machine. */
const MAX_REVIEW_MS = 5000;
const MAX_WARNING = 256;
export const ACTING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

const ROOT = new URL('../..', import.meta.url).pathname;
/** What people write, and what they write wrong: the cases of the corpus. */
export const CORPUS: readonly RawObject[] = globSync('test/corpus/*/{broken,working}.yaml', { cwd: ROOT })
  .toSorted()
  .flatMap((file) => parseAllDocuments(readFileSync(`${ROOT}/${file}`, 'utf8')).map((one) => one.toJS() as RawObject));

const ENFORCING = policyOf({ modes: Object.fromEntries(RULE_IDS.map((id) => [id, 'enforce'])) });
const POLICIES = [ENFORCING, policyOf(), policyOf({ neg: { inject: 'always', types: ['ClusterIP', 'NodePort'] } })];

export function objectsFrom(random: Random, count: number): readonly RawObject[] {
  return Array.from({ length: count }, () => mutated(pick(random, CORPUS), CORPUS, random));
}

/** The API server has read kind and version before it writes a review; the object in it may say anything. */
function reviewFor(object: RawObject, options: Parameters<typeof reviewOf>[1]): RawObject {
  const text = (key: string): string => (typeof object[key] === 'string' ? object[key] : 'v1');
  const review = reviewOf({ ...object, apiVersion: text('apiVersion'), kind: text('kind') }, options);
  // As it is sent: JSON, and nothing else.
  return JSON.parse(JSON.stringify({ ...review, request: { ...(review['request'] as RawObject), object } }));
}

/** @throws Error where an answer is not what the API server can take */
export function fuzzReview(seed: number, rules: readonly Rule[] = RULES): void {
  const random = randomFrom(seed);
  const [object = {}, old = {}, ...stored] = objectsFrom(random, 5);
  const whole = reviewFor(object, random() < 0.3 ? { old, operation: 'UPDATE' } : {});
  const review = random() < 0.1 ? mutated(whole, CORPUS, random) : whole;
  const parsed = parseReview(review);
  const corridor = corridorOf([], {
    rules,
    policy: pick(random, POLICIES),
    facts: pick(random, [ADD_ON_ON, ADD_ON_OFF]),
    snapshot: createSnapshot(
      stored.flatMap((raw) => parseObject(JSON.parse(JSON.stringify(raw))) ?? []),
      pick(random, ['listed', 'everything'] as const),
    ),
  });
  if (!parsed.ok) return;
  for (const webhook of ['mutate', 'validate'] as const) {
    const startedAt = performance.now();
    const { answer, failures } = admit(webhook, parsed.review, corridor);
    if (performance.now() - startedAt > MAX_REVIEW_MS) throw new Error(`${webhook} took more than ${MAX_REVIEW_MS} ms`);
    for (const { rule, error } of failures) throw new Error(`the rule ${rule} threw`, { cause: error });
    requireAnswer(webhook, parsed.review.uid, answer.response);
  }
}

function requireAnswer(webhook: Webhook, uid: string, response: ReturnType<typeof admit>['answer']['response']): void {
  const { allowed, status, warnings = [], patch } = response;
  const require = (holds: boolean, what: string): void => {
    if (!holds) throw new Error(`${webhook} ${what}: ${JSON.stringify(response)}`);
  };
  require(response.uid === uid, 'answers with another uid');
  require(allowed || status?.code === 403, 'refuses with another code than 403');
  require(webhook === 'validate' || allowed, 'refuses');
  require(webhook === 'mutate' || patch === undefined, 'patches');
  for (const warning of warnings) {
    require(warning.length <= MAX_WARNING, 'has a warning that is too long');
    require(!ACTING.test(warning), 'has a warning that acts');
  }
  require(!ACTING.test((status?.message ?? '').replaceAll('\n', '')), 'has a message that acts');
}
