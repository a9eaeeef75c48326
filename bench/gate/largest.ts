// The fields that a client can blow up, at half and at all of the 1.5 MB that etcd stores, and the crowded namespaces, at a size and
// at twice it: judging must be linear in the one, and bounded in the other.
import { admit } from '../../src/admission/admit.ts';
import { parseReview } from '../../src/admission/review.ts';
import { corridorOf } from '../../test/support/corridor.ts';
import { CROWDS } from '../../test/support/crowded-namespaces.ts';
import { ADD_ON_ON } from '../../test/support/facts.ts';
import { FULL_OBJECTS, growable, sizeFor } from '../../test/support/largest-objects.ts';
import { ingress, type RawObject } from '../../test/support/objects.ts';
import { reviewOf } from '../../test/support/reviews.ts';
import type { Growth } from './growth.ts';

const STORED = 1_500_000;
/** The API server takes no more annotations of an object together. */
const ANNOTATIONS = 256 * 1024;
/** What is linear doubles, what is quadratic makes four of one. */
const LINEAR = 3.5;
const RUNS = 1;
const ROUNDS = 4;
const CROWD = 1000;

const FIELDS: readonly (readonly [kind: string, field: string, bytes: number])[] = [
  ['Ingress', 'spec.rules[].http.paths[]', STORED],
  ['Ingress', 'spec.rules[]', STORED],
  ['Ingress', 'spec.tls[]', STORED],
  ['Ingress', 'metadata.annotations{}', ANNOTATIONS],
  ['Service', 'spec.ports[]', STORED],
  ['Service', 'spec.selector{}', STORED],
  ['Deployment', 'spec.template.spec.containers[]', STORED],
  ['Deployment', 'spec.template.spec.containers[].env[]', STORED],
];

const NEIGHBOURS = FULL_OBJECTS.map(([object]) => object);

/** The review is parsed each time: what is remembered of an object would make the next round look cheap. */
function judged(object: RawObject, stored: readonly RawObject[], old?: RawObject): () => unknown {
  const text = JSON.stringify(reviewOf(object, old === undefined ? {} : { old }));
  const corridor = corridorOf(stored, { facts: ADD_ON_ON });
  return () => {
    const read = parseReview(JSON.parse(text));
    if (!read.ok) throw new TypeError(read.detail);
    return admit('validate', read.review, corridor);
  };
}

/** An Ingress that is served and gets other certificates: what it has and what it had are compared. */
function replacedCertificates(count: number): () => unknown {
  const named = (prefix: string): RawObject => {
    const tls = Array.from({ length: count }, (_, index) => ({ secretName: `${prefix}${index}` }));
    return ingress({ class: 'gce', address: '203.0.113.7', tls });
  };
  return judged(named('new'), [named('old')], named('old'));
}

function fieldOf(kind: string, field: string): ReturnType<typeof growable> {
  const objects = FULL_OBJECTS.find(([object]) => object['kind'] === kind) ?? [];
  return growable(field, objects);
}

export const LARGEST: readonly Growth[] = [
  ...FIELDS.map(([kind, field, bytes]): Growth => {
    const large = fieldOf(kind, field);
    if (large === undefined || large === 'fixed') throw new TypeError(`${kind} ${field} does not grow`);
    const sized = (share: number): (() => unknown) => judged(large.grow(sizeFor(large, bytes * share)), NEIGHBOURS);
    return {
      what: `twice as much in ${kind} ${field}`,
      most: LINEAR,
      runs: RUNS,
      rounds: ROUNDS,
      once: sized(0.5),
      times: sized(1),
    };
  }),
  ...CROWDS.map(
    (crowd): Growth => ({
      what: `a namespace twice as crowded: ${crowd.name}`,
      most: LINEAR,
      runs: RUNS,
      rounds: ROUNDS,
      once: judged(crowd.arrival(CROWD / 2), crowd.stored(CROWD / 2)),
      times: judged(crowd.arrival(CROWD), crowd.stored(CROWD)),
    }),
  ),
  {
    what: 'eight times the certificates, all replaced by an update',
    most: 8 * (LINEAR / 2),
    runs: RUNS,
    rounds: ROUNDS,
    once: replacedCertificates(2000),
    times: replacedCertificates(16_000),
  },
];
