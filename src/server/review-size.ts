// What is seen of a review before it is parsed: whether it will take long, and whose it is.
import { SMALL_BODY_BYTES } from './body-budget.ts';
import { HEAD_BYTES } from './body-store.ts';
import { jsonShape } from './json-shape.ts';

/**
 * What judging costs grows with the number of values rather than of bytes, by up to some 3 microseconds each (`npm run
 * bench`, docs/adr/0021); what people apply has some hundreds, and an update has both versions.
 */
export const SMALL_VALUES = 4000;

/** An estimate: what a small object costs because of its neighbours is not seen here (turns.ts). */
export function isLarge(body: Uint8Array): boolean {
  return body.length > SMALL_BODY_BYTES || jsonShape(body, SMALL_VALUES) === 'too-many-values';
}

/**
 * The namespace of the request, which the API server writes before the object; "" where there is none. No text in the review
 * can look like it, for a quote within a JSON string has a backslash before it.
 */
export function namespaceOf(body: Buffer): string {
  return /"namespace"\s*:\s*"([^"\\]{1,63})"/.exec(body.toString('latin1', 0, HEAD_BYTES))?.[1] ?? '';
}
