import { expect, it } from 'vitest';
import { deployment, ingress } from '../../test/support/objects.ts';
import { reviewOf } from '../../test/support/reviews.ts';
import { SMALL_BODY_BYTES } from './body-budget.ts';
import { isLarge, namespaceOf, SMALL_VALUES } from './review-size.ts';

const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

it('takes what people apply as small', () => {
  expect(isLarge(bytes(reviewOf(deployment(), { old: deployment() })))).toBe(false);
  expect(isLarge(bytes(reviewOf(ingress({ class: 'gce' }))))).toBe(false);
});

it('takes many bytes or many values as large', () => {
  expect(isLarge(Buffer.alloc(SMALL_BODY_BYTES, ' '))).toBe(false);
  expect(isLarge(Buffer.alloc(SMALL_BODY_BYTES + 1, ' '))).toBe(true);
  expect(isLarge(bytes(Array.from({ length: SMALL_VALUES }, () => 0)))).toBe(false);
  expect(isLarge(bytes(Array.from({ length: SMALL_VALUES + 1 }, () => 0)))).toBe(true);
});

it('reads the namespace of the request, and not what text looks like it', () => {
  const note = '"namespace":"other"';
  expect(namespaceOf(bytes(reviewOf(ingress({ namespace: 'evil', annotations: { note } }))))).toBe('evil');
  const { request } = reviewOf(ingress({ namespace: 'evil' })) as { request: Record<string, unknown> };
  const asked = { request: { uid: note, name: note, namespace: 'evil', object: request['object'] } };
  expect(namespaceOf(bytes(asked))).toBe('evil');
  expect(namespaceOf(bytes({ request: { uid: 'u', name: note } }))).toBe('');
  expect(namespaceOf(Buffer.from('no JSON'))).toBe('');
});
