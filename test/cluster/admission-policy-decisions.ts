// What the guard says, and what the API server says by its policies, brought into one form to be compared.
import { admit } from '../../src/admission/admit.ts';
import { parseReview } from '../../src/admission/review.ts';
import type { Facts } from '../../src/facts/facts.ts';
import { corridorOf } from '../support/corridor.ts';
import type { RawObject } from '../support/objects.ts';
import { reviewOf } from '../support/reviews.ts';
import type { ApiResponse } from './api-client.ts';

export interface Decision {
  /** Rules of the blocks of the denial; empty where admitted. */
  readonly rules: readonly string[];
  /** One line each. */
  readonly blocks: readonly string[];
}

export const ADMITTED: Decision = { rules: [], blocks: [] };

function ruleOf(block: string): string {
  return /\[([a-z0-9-]+)\](?: \(\d+ of \d+\))?\. Fix: /.exec(block)?.[1] ?? `no rule in: ${block}`;
}

export function guardOn(
  raw: RawObject,
  old: RawObject | undefined,
  facts: Facts,
  neighbours: readonly RawObject[],
): Decision {
  const parsed = parseReview(reviewOf(raw, old === undefined ? {} : { old }));
  if (!parsed.ok) throw new TypeError(parsed.detail);
  const { answer } = admit('validate', parsed.review, corridorOf(neighbours, { facts }));
  if (answer.response.allowed) return ADMITTED;
  const message = answer.response.status?.message ?? '';
  // The first line of each; the last says to apply again. A policy says one fault at a time, and counts none.
  const blocks = message.split('\n').filter((line) => line.includes('. Fix: '));
  return { rules: blocks.map(ruleOf), blocks: blocks.map((line) => line.replace(/ \(\d+ of \d+\)(?=\. Fix: )/, '')) };
}

/** undefined where the API server takes the object for invalid, whatever anybody else says of it. */
export function decisionOf({ status, body }: ApiResponse): Decision | undefined {
  if (status === 200 || status === 201) return ADMITTED;
  const { message = '', reason, code } = body as { message?: string; reason?: string; code?: number };
  const block = /ValidatingAdmissionPolicy '[^']+' with binding '[^']+' denied request: ([\s\S]*)$/.exec(message)?.[1];
  if (block === undefined) {
    if (status === 422) return undefined;
    throw new Error(`The API server answered ${status}: ${message}`);
  }
  // An expression that failed would be answered otherwise.
  if (status !== 403 || reason !== 'Forbidden' || code !== 403)
    throw new Error(`${status} ${reason} ${code}: ${message}`);
  return { rules: [ruleOf(block)], blocks: [block] };
}
