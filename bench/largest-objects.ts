// What one admission costs where one field is as large as the API server takes it: every field of every judged kind, at half
// and at all of 1.5 MB (what etcd stores) and at 3 MB (what the API server reads, for a dry run). Both the processor time and
// the steps that were counted; a ratio near 2 is linear, near 4 quadratic.
import { admit } from '../src/admission/admit.ts';
import { parseReview } from '../src/admission/review.ts';
import { corridorOf } from '../test/support/corridor.ts';
import { ADD_ON_ON } from '../test/support/facts.ts';
import { FULL_OBJECTS, growable, NOT_GROWN, sizeFor } from '../test/support/largest-objects.ts';
import type { RawObject } from '../test/support/objects.ts';
import { readFields } from '../test/support/read-fields.ts';
import { reviewOf } from '../test/support/reviews.ts';

const STORED = 1_500_000;
/** The API server takes no more annotations of an object together (apimachinery pkg/api/validation TotalAnnotationSizeLimitB). */
const MAX_ANNOTATIONS = 256 * 1024;
const ROUNDS = 5;
/** What is shorter says nothing about how it grows. */
const MIN_MS = 2;

interface Measured {
  readonly ms: number;
  readonly steps: number;
  readonly isWhole: boolean;
}

function measure(object: RawObject): Measured {
  const corridor = corridorOf(
    FULL_OBJECTS.map(([neighbour]) => neighbour),
    { facts: ADD_ON_ON },
  );
  const result = parseReview(JSON.parse(JSON.stringify(reviewOf(object))));
  if (!result.ok) throw new TypeError(result.detail);
  const rounds = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    const { steps, leftOut } = admit('validate', result.review, corridor);
    const { user, system } = process.cpuUsage(before);
    return { ms: (user + system) / 1000, steps, isWhole: leftOut.rules.length + leftOut.neighbours === 0 };
  });
  return rounds.reduce((best, one) => (one.ms < best.ms ? one : best));
}

const worst = { ms: 0, ratio: 0 };
for (const objects of FULL_OBJECTS) {
  const [{ kind, apiVersion }] = objects;
  for (const field of readFields(String(kind), String(apiVersion))) {
    const large = NOT_GROWN.includes(field) ? undefined : growable(field, objects);
    if (large === undefined || large === 'fixed') continue;
    const most = field === 'metadata.annotations{}' ? MAX_ANNOTATIONS : STORED * 2;
    const sizes = [Math.min(STORED, most) / 2, Math.min(STORED, most), most];
    const [half, full, dryRun] = sizes.map((bytes) => measure(large.grow(sizeFor(large, bytes))));
    if (half === undefined || full === undefined || dryRun === undefined) continue;
    const ratio = full.ms < MIN_MS ? undefined : full.ms / half.ms;
    worst.ms = Math.max(worst.ms, full.ms, dryRun.ms);
    worst.ratio = Math.max(worst.ratio, ratio ?? 0);
    const words = [half, full, dryRun].map(
      ({ ms, steps, isWhole }) => `${ms.toFixed(1)} ms (${Math.round(steps)} steps${isWhole ? '' : ', not whole'})`,
    );
    console.log(`${kind} ${field}: ${words.join(', ')}${ratio === undefined ? '' : `, ratio ${ratio.toFixed(1)}`}`);
  }
}
console.log(`the longest: ${worst.ms.toFixed(0)} ms, the largest ratio ${worst.ratio.toFixed(1)}`);
