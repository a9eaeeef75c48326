// The bytes of one body as they come, within its part of the budget; of a body that is not kept, its beginning.
import type { BodyBudget, Lease } from './body-budget.ts';

/**
 * An UPDATE carries two objects, and the API server takes requests up to 3 MiB (k8s.io/apiserver MaxRequestBodyBytes):
 * 2 × 3 MiB, and 1 MiB for the envelope.
 */
export const BODY_LIMIT_BYTES = 7 * 1024 * 1024;

/** What is kept of a body that is thrown away: the API server writes the uid right at the beginning. */
export const HEAD_BYTES = 4 * 1024;

/** What a body of unknown length gets first; it is doubled as it fills. */
const FIRST_BYTES = 16 * 1024;

/** Why a body is not kept. */
export type Refusal = 'too-large' | 'over-budget';

const NOTHING: Buffer = Buffer.alloc(0);

export interface BodyStore {
  add(chunk: Buffer): void;
  refused(): Refusal | undefined;
  /** All that has come, or the beginning of what is not kept. */
  bytes(): Buffer;
  /** undefined where there is none from the start. */
  readonly lease: Lease | undefined;
}

/**
 * Bytes are copied together as they come, for a client may send each in a chunk of its own, and a chunk costs some hundred
 * bytes more than it holds.
 *
 * @param length that the body declares; undefined where it does not say
 */
export function createBodyStore(length: number | undefined, budget: BodyBudget): BodyStore {
  const lease = (length ?? 0) > BODY_LIMIT_BYTES ? undefined : budget.take(length ?? 0);
  let refused: Refusal | undefined;
  if (lease === undefined) refused = (length ?? 0) > BODY_LIMIT_BYTES ? 'too-large' : 'over-budget';
  let bytes = NOTHING;
  let filled = 0;
  const add = (chunk: Buffer): void => {
    if (refused === undefined && filled === 0 && chunk.length === length) {
      bytes = chunk; // whole, as nearly every review is
      filled = length;
      return;
    }
    if (refused === undefined) makeRoom(filled + chunk.length);
    const kept = refused === undefined ? chunk : chunk.subarray(0, Math.max(0, HEAD_BYTES - filled));
    kept.copy(bytes, filled);
    filled += kept.length;
  };
  const makeRoom = (needed: number): void => {
    if (needed <= bytes.length) return;
    const capacity = length ?? Math.min(BODY_LIMIT_BYTES, Math.max(FIRST_BYTES, 2 * needed));
    if (needed > BODY_LIMIT_BYTES) refused = 'too-large';
    else if (lease?.growTo(capacity) !== true) refused = 'over-budget';
    if (refused === undefined) bytes = grown(bytes, filled, capacity);
    else keepHead();
  };
  const keepHead = (): void => {
    lease?.release();
    filled = Math.min(filled, HEAD_BYTES);
    // A copy: a part would keep the whole alive.
    bytes = grown(bytes, filled, HEAD_BYTES);
  };
  if (refused !== undefined) keepHead();
  return { add, refused: () => refused, bytes: () => bytes.subarray(0, filled), lease };
}

function grown(bytes: Buffer, filled: number, capacity: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(capacity);
  bytes.copy(larger, 0, 0, filled);
  return larger;
}
