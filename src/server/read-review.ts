// From the bytes of a body to a review: measured, then decoded, then parsed, then validated.
import { parseReview, type Review } from '../admission/review.ts';
import type { RejectedCode } from './error-body.ts';
import { jsonShape } from './json-shape.ts';
import { readHead } from './read-body.ts';

export interface Unreadable {
  readonly code: RejectedCode;
  /** What is wrong in this case, as a sentence; "" for nothing more. */
  readonly detail: string;
  /** With it an AdmissionReview can be answered; without it only an HTTP error. */
  readonly uid?: string | undefined;
  /** To answer in the version that was asked in; left out, in ours. */
  readonly apiVersion?: string;
}

export type ReadReview = { readonly ok: true; readonly review: Review } | ({ readonly ok: false } & Unreadable);

/** Takes a byte order mark off. */
const utf8 = new TextDecoder('utf-8', { fatal: true });

export function readReview(bytes: Buffer): ReadReview {
  const failed = { ok: false, detail: '' } as const;
  const shape = jsonShape(bytes);
  if (shape !== 'fits') {
    const code = shape === 'too-deep' ? 'body-too-deep' : 'body-too-many-values';
    return { ...failed, code, ...readHead(bytes) };
  }
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return { ...failed, code: 'body-not-utf8' };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ...failed, code: 'body-not-json' };
  }
  return parseReview(value);
}
