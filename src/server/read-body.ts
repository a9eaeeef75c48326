// Reads a request body within bounds of size, time and rate, so that no client can hold memory or a connection for long.
import type { IncomingMessage } from 'node:http';
import type { BodyBudget, Lease } from './body-budget.ts';

/**
 * An UPDATE carries two objects, and the API server takes requests up to 3 MiB (k8s.io/apiserver MaxRequestBodyBytes):
 * 2 × 3 MiB, and 1 MiB for the envelope.
 */
export const BODY_LIMIT_BYTES = 7 * 1024 * 1024;

/** How much of a body that is not kept is read and thrown away, so that its sender gets to read the answer. */
const DISCARD_LIMIT_BYTES = 64 * 1024 * 1024;

/** What is kept of a body that is thrown away: the API server writes the uid right at the beginning. */
const HEAD_BYTES = 4 * 1024;

/** What a body of unknown length gets first; it is doubled as it fills. */
const FIRST_BYTES = 16 * 1024;

/**
 * The least that a body must bring on the average once its first seconds are over. The API server has the whole body
 * before it sends, so it comes at the speed of the network; at this one 7 MiB are already later than any timeout in
 * deploy/base.
 */
export const BODY_RATE = { graceMs: 3000, bytesPerMs: 1024, checkMs: 1000 } as const;

export type Body =
  | { readonly ok: true; readonly bytes: Buffer; readonly lease: Lease }
  | {
      readonly ok: false;
      readonly reason: 'too-large' | 'over-budget';
      readonly head: Buffer;
      readonly isDrained: boolean;
    }
  /** All of it did not come in time, or it comes too slowly. */
  | { readonly ok: false; readonly reason: 'timeout' }
  /** The client is gone; nobody reads an answer. */
  | { readonly ok: false; readonly reason: 'aborted' };

export interface BodyLimits {
  /** The whole body must have come by then. */
  readonly timeoutMs: number;
  readonly budget: BodyBudget;
}

/** A body that can be had holds its part of the budget until its lease is released. */
export function readBody(request: IncomingMessage, { timeoutMs, budget }: BodyLimits): Promise<Body> {
  return new Promise((resolve) => {
    const store = createStore(declaredLength(request), budget);
    const startedMs = performance.now();
    let size = 0;
    let isSettled = false;
    const settle = (body: Body): void => {
      isSettled = true;
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
      request.on('error', () => undefined); // a reset after the answer is nobody's concern
      if (!body.ok) store.release();
      resolve(body);
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      store.add(chunk);
      if (store.refused() !== undefined && size > DISCARD_LIMIT_BYTES) settle(store.result(false));
    };
    const onEnd = (): void => settle(store.result(true));
    const onClose = (): void => settle({ ok: false, reason: 'aborted' });
    const look = (): void => {
      if (isSettled) return;
      const ageMs = performance.now() - startedMs;
      const isSlow = size < (ageMs - BODY_RATE.graceMs) * BODY_RATE.bytesPerMs;
      if (!isSlow && ageMs < timeoutMs) timer = setTimeout(later, Math.min(BODY_RATE.checkMs, timeoutMs - ageMs));
      else settle(store.refused() === undefined ? { ok: false, reason: 'timeout' } : store.result(false));
    };
    // Timers run before sockets are read: after a late turn of the event loop, what has come meanwhile is read first.
    const later = (): void => void setImmediate(look);
    let timer = setTimeout(later, Math.min(BODY_RATE.graceMs, timeoutMs));
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
}

/** Node's parser lets no other values pass, and ends the request where it differs from what comes. */
function declaredLength({ headers }: IncomingMessage): number | undefined {
  const length = headers['content-length'];
  return length === undefined ? undefined : Number(length);
}

interface Store {
  add(chunk: Buffer): void;
  /** Why the body is not kept, if it is not. */
  refused(): 'too-large' | 'over-budget' | undefined;
  /** @param isWhole whether nothing more of it is on its way */
  result(isWhole: boolean): Body;
  release(): void;
}

/**
 * Bytes are copied together as they come, for a client may send each in a chunk of its own, and a chunk costs some hundred
 * bytes more than it holds.
 */
function createStore(length: number | undefined, budget: BodyBudget): Store {
  let refused: 'too-large' | 'over-budget' | undefined;
  const lease = (length ?? 0) > BODY_LIMIT_BYTES ? undefined : budget.take(length ?? 0);
  if (lease === undefined) refused = (length ?? 0) > BODY_LIMIT_BYTES ? 'too-large' : 'over-budget';
  let bytes: Buffer = Buffer.alloc(0);
  let filled = 0;
  const refuse = (reason: 'too-large' | 'over-budget'): void => {
    refused = reason;
    // A copy: a part would keep the whole alive.
    bytes = Buffer.from(bytes.subarray(0, Math.min(filled, HEAD_BYTES)));
    filled = bytes.length;
    lease?.release();
  };
  const makeRoom = (needed: number): void => {
    if (needed > BODY_LIMIT_BYTES) return refuse('too-large');
    const capacity = length ?? Math.min(BODY_LIMIT_BYTES, Math.max(FIRST_BYTES, 2 * needed));
    if (lease?.growTo(capacity) !== true) return refuse('over-budget');
    const larger = Buffer.allocUnsafeSlow(capacity);
    bytes.copy(larger, 0, 0, filled);
    bytes = larger;
  };
  const keepHead = (chunk: Buffer): void => {
    if (filled >= HEAD_BYTES) return;
    bytes = Buffer.concat([bytes, chunk.subarray(0, HEAD_BYTES - filled)]);
    filled = bytes.length;
  };
  const add = (chunk: Buffer): void => {
    if (refused === undefined && filled === 0 && chunk.length === length) {
      bytes = chunk; // whole, as nearly every review is
      filled = length;
      return;
    }
    if (refused === undefined && filled + chunk.length > bytes.length) makeRoom(filled + chunk.length);
    if (refused !== undefined) return keepHead(chunk);
    chunk.copy(bytes, filled);
    filled += chunk.length;
  };
  return {
    add,
    refused: () => refused,
    result: (isWhole) => {
      if (refused === undefined && lease !== undefined) return { ok: true, bytes: bytes.subarray(0, filled), lease };
      return { ok: false, reason: refused ?? 'over-budget', head: bytes, isDrained: isWhole };
    },
    release: () => lease?.release(),
  };
}

/** What is needed to answer a review that is not parsed. */
export interface ReviewHead {
  readonly uid: string;
  /** Left out where it cannot be seen. */
  readonly apiVersion?: string;
}

/** Reads the beginning of a review, as Go writes the struct: kind and apiVersion, then the request with its uid first. */
export function readHead(body: Buffer): ReviewHead | undefined {
  const head = body.toString('utf8', 0, HEAD_BYTES);
  const found = /"request"\s*:\s*\{\s*"uid"\s*:\s*"([^"\\]{1,253})"/.exec(head);
  const uid = found?.[1];
  if (uid === undefined) return undefined;
  const apiVersion = /"apiVersion"\s*:\s*"(admission\.k8s\.io\/[a-z0-9]{1,20})"/.exec(head.slice(0, found?.index))?.[1];
  return apiVersion === undefined ? { uid } : { uid, apiVersion };
}
