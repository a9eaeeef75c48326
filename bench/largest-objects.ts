// What one admission costs where one field is as large as the API server takes it: every field of every judged kind, at half
// and at all of 1.5 MB (what etcd stores) and at 3 MB (what the API server reads, for a dry run). The processor time from the
// text of the review to the answer, and the steps that were counted; a ratio near 2 is linear, near 4 quadratic.
//
//   node bench/largest-objects.ts [KIND[:FIELD]]...     all, or these only
import { admit } from '../src/admission/admit.ts';
import { parseReview } from '../src/admission/review.ts';
import { corridorOf } from '../test/support/corridor.ts';
import { ADD_ON_ON } from '../test/support/facts.ts';
import { FULL_OBJECTS, growable, type LargeField, NOT_GROWN, sizeFor } from '../test/support/largest-objects.ts';
import type { RawObject } from '../test/support/objects.ts';
import { readFields } from '../test/support/read-fields.ts';
import { reviewOf } from '../test/support/reviews.ts';

const STORED = 1_500_000;
/** The API server takes no more annotations of an object together (apimachinery pkg/api/validation TotalAnnotationSizeLimitB). */
const MAX_ANNOTATIONS = 256 * 1024;
/** What other programs do to the machine only adds, so the least of some rounds is what it takes. */
const ROUNDS = 12;
/** What is shorter says nothing about how it grows. */
const MIN_MS = 2;
const LIMIT_MS = 100;
const LIMIT_RATIO = 2.5;

interface Measured {
  /** From the text of the review to the answer. */
  readonly ms: number;
  /** Of it, JSON.parse alone. */
  readonly parseMs: number;
  readonly steps: number;
  readonly isWhole: boolean;
}

const CORRIDOR = corridorOf(
  FULL_OBJECTS.map(([neighbour]) => neighbour),
  { facts: ADD_ON_ON },
);

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Parsed anew each time, as every review is: what is remembered of an object would make the next round look cheap. */
function measure(object: RawObject): Measured {
  const text = JSON.stringify(reviewOf(object));
  const rounds = Array.from({ length: ROUNDS }, () => {
    const start = cpuMs();
    const body: unknown = JSON.parse(text);
    const parsed = cpuMs();
    const result = parseReview(body);
    if (!result.ok) throw new TypeError(result.detail);
    const { steps, leftOut } = admit('validate', result.review, CORRIDOR);
    const end = cpuMs();
    return {
      ms: end - start,
      parseMs: parsed - start,
      steps,
      isWhole: leftOut.rules.length + leftOut.neighbours === 0,
    };
  });
  return rounds.reduce((best, one) => (one.ms < best.ms ? one : best));
}

interface Case {
  readonly name: string;
  readonly large: LargeField;
}

function* cases(): Generator<Case> {
  const asked = process.argv.slice(2);
  for (const objects of FULL_OBJECTS) {
    const [{ kind, apiVersion }] = objects;
    if (asked.length > 0 && !asked.some((one) => one.split(':')[0] === kind)) continue;
    for (const field of readFields(String(kind), String(apiVersion))) {
      const isAsked = asked.length === 0 || asked.includes(String(kind)) || asked.includes(`${kind}:${field}`);
      const large = !isAsked || NOT_GROWN.includes(field) ? undefined : growable(field, objects);
      if (large !== undefined && large !== 'fixed') yield { name: `${kind} ${field}`, large };
    }
  }
}

function ratioOf(whole: Measured, half: Measured): number | undefined {
  return whole.ms < MIN_MS ? undefined : whole.ms / half.ms;
}

const worst = { ms: 0, ratio: 0 };
const beyond: string[] = [];
let count = 0;
for (const { name, large } of cases()) {
  const most = large.field === 'metadata.annotations{}' ? MAX_ANNOTATIONS : STORED * 2;
  const sizes = [most / 4, most / 2, most] as const;
  const [half, full, dryRun] = sizes.map((bytes) => measure(large.grow(sizeFor(large, bytes))));
  if (half === undefined || full === undefined || dryRun === undefined) continue;
  const ratios = [ratioOf(full, half), ratioOf(dryRun, full)].map((ratio) => ratio?.toFixed(1) ?? '-');
  const ratio = Math.max(ratioOf(full, half) ?? 0, ratioOf(dryRun, full) ?? 0);
  count += 1;
  worst.ms = Math.max(worst.ms, dryRun.ms);
  worst.ratio = Math.max(worst.ratio, ratio);
  if (dryRun.ms >= LIMIT_MS || ratio >= LIMIT_RATIO) beyond.push(name);
  const words = [half, full, dryRun].map(
    ({ ms, parseMs, steps, isWhole }) =>
      `${ms.toFixed(1)} ms (${parseMs.toFixed(1)} to parse; ${Math.round(steps)} steps${isWhole ? '' : ', not whole'})`,
  );
  console.log(`${name}: ${words.join(', ')}, ratios ${ratios.join(' ')}`);
}
console.log(`${count} fields, the longest: ${worst.ms.toFixed(0)} ms, the largest ratio ${worst.ratio.toFixed(1)}`);
console.log(`at ${LIMIT_MS} ms or a ratio of ${LIMIT_RATIO} and beyond: ${beyond.join(', ') || 'none'}`);
