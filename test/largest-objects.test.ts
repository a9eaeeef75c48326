// That no field of a judged object makes judging grow faster than the object: by counted steps here, in time in
// bench/largest-objects.ts.
import { describe, expect, it } from 'vitest';
import { admit } from '../src/admission/admit.ts';
import { parseReview } from '../src/admission/review.ts';
import { corridorOf } from './support/corridor.ts';
import { ADD_ON_ON } from './support/facts.ts';
import { FULL_OBJECTS, growable, NOT_GROWN } from './support/largest-objects.ts';
import type { RawObject } from './support/objects.ts';
import { readFields } from './support/read-fields.ts';
import { reviewOf } from './support/reviews.ts';

const UNBOUNDED = Number.MAX_SAFE_INTEGER;
const NEIGHBOURS = FULL_OBJECTS.map(([object]) => object);

function stepsOf(object: RawObject): number {
  const result = parseReview(reviewOf(object));
  if (!result.ok) throw new TypeError(result.detail);
  const { steps, failures } = admit('validate', result.review, corridorOf(NEIGHBOURS, { facts: ADD_ON_ON }), UNBOUNDED);
  expect(failures).toEqual([]);
  return steps;
}

describe.each(FULL_OBJECTS.map((objects) => [String(objects[0]['kind']), objects] as const))('%s', (kind, objects) => {
  const fields = readFields(kind, String(objects[0]['apiVersion'])).filter((field) => !NOT_GROWN.includes(field));

  it('has each field that its reader reads among the objects that grow', () => {
    expect(fields.length).toBeGreaterThan(7);
    expect(fields.filter((field) => growable(field, objects) === undefined)).toEqual([]);
  });

  it.each(fields.filter((field) => growable(field, objects) !== 'fixed'))('takes steps by the size of %s', (field) => {
    const large = growable(field, objects);
    if (large === undefined || large === 'fixed') throw new TypeError(`${field} does not grow`);
    const [one, half, full] = [stepsOf(large.grow(1)), stepsOf(large.grow(150)), stepsOf(large.grow(300))];
    expect(half).toBeGreaterThan(0);
    expect(full - one).toBeLessThan(2.5 * (half - one) + one);
  });
});

describe('the fields that are read', () => {
  it('are found by reading, also those that only another makes be looked at', () => {
    const found = readFields('Deployment', 'apps/v1');
    for (const field of [
      'metadata.annotations{}',
      'spec.template.spec.containers[].args[]',
      'spec.template.spec.containers[].readinessProbe.grpc',
      'spec.template.spec.initContainers[].ports[].containerPort',
    ]) {
      expect(found).toContain(field);
    }
    expect(readFields('Ingress', 'networking.k8s.io/v1')).toContain('spec.rules[].http.paths[].backend.servicePort');
  });
});
