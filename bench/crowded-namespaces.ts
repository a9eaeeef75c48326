// What one admission costs in a namespace that is crowded on purpose (test/support/crowded-namespaces.ts), at a size and at twice
// it: the processor time of the first admission over a new view, and the least of some rounds over the same one.
//
//   node bench/crowded-namespaces.ts [SIZE] [TEXT OF THE NAME]
import { admit } from '../src/admission/admit.ts';
import { parseReview } from '../src/admission/review.ts';
import { corridorOf } from '../test/support/corridor.ts';
import { CROWDS, type Crowd } from '../test/support/crowded-namespaces.ts';
import { ADD_ON_ON } from '../test/support/facts.ts';
import { reviewOf } from '../test/support/reviews.ts';

const [size = '2000', text = ''] = process.argv.slice(2);
const ROUNDS = 5;
const LIMIT_MS = 100;

interface Measured {
  readonly firstMs: number;
  readonly leastMs: number;
  readonly steps: number;
  readonly leftOut: string;
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function measure(crowd: Crowd, count: number, webhook: 'mutate' | 'validate'): Measured {
  const corridor = corridorOf(crowd.stored(count), { facts: ADD_ON_ON });
  const review = JSON.stringify(reviewOf(crowd.arrival(count)));
  const rounds = Array.from({ length: ROUNDS }, () => {
    const result = parseReview(JSON.parse(review));
    if (!result.ok) throw new TypeError(result.detail);
    const start = cpuMs();
    const { steps, leftOut } = admit(webhook, result.review, corridor);
    return { ms: cpuMs() - start, steps, leftOut: `${leftOut.rules.length} rules, ${leftOut.neighbours} neighbours` };
  });
  const [first] = rounds;
  if (first === undefined) throw new TypeError('no rounds');
  const { steps, leftOut } = first;
  return { firstMs: first.ms, leastMs: Math.min(...rounds.map(({ ms }) => ms)), steps, leftOut };
}

function inWords({ firstMs, leastMs, steps, leftOut }: Measured): string {
  return `${leastMs.toFixed(0)} ms (first ${firstMs.toFixed(0)}; ${Math.round(steps)} steps; left out: ${leftOut})`;
}

const beyond: string[] = [];
for (const crowd of CROWDS.filter(({ name }) => name.includes(text))) {
  for (const webhook of ['validate', 'mutate'] as const) {
    if (webhook === 'mutate' && crowd.arrival(1)['kind'] !== 'Service') continue;
    const [one, two] = [measure(crowd, Number(size), webhook), measure(crowd, 2 * Number(size), webhook)];
    if (two.leastMs >= LIMIT_MS) beyond.push(`${webhook}: ${crowd.name}`);
    console.log(`${webhook}: ${crowd.name}\n  ${inWords(one)}\n  ${inWords(two)}`);
  }
}
console.log(`at ${LIMIT_MS} ms and beyond: ${beyond.join('; ') || 'none'}`);
