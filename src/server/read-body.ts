// Reads a request body within bounds of size, time and rate, so that no client can hold memory or a connection for long.
import type { IncomingMessage } from 'node:http';
import type { BodyBudget, Lease } from './body-budget.ts';
import { createBodyStore, HEAD_BYTES, type Refusal } from './body-store.ts';

/** How much of a body that is not kept is read and thrown away, so that its sender gets to read the answer. */
const DISCARD_LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * The least that a body must bring once its first seconds are over, on the average, and something at every check. The API server has the whole body
 * before it sends, so it comes at the speed of the network; at this one 7 MiB are already later than any timeout in
 * deploy/base.
 */
const BODY_RATE = { graceMs: 3000, bytesPerMs: 1024, checkMs: 1000 } as const;

export type Body =
  | { readonly ok: true; readonly bytes: Buffer; readonly lease: Lease }
  | {
      readonly ok: false;
      readonly reason: Refusal;
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

/** A body that can be read holds its part of the budget until its lease is released. */
export function readBody(request: IncomingMessage, { timeoutMs, budget }: BodyLimits): Promise<Body> {
  return new Promise((resolve) => {
    const store = createBodyStore(declaredLength(request), budget);
    const startedMs = performance.now();
    let size = 0;
    /** At the last look. */
    let sizeBefore = 0;
    let isSettled = false;
    const settle = (body: Body): void => {
      isSettled = true;
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
      request.on('error', () => undefined); // a reset after the answer is nobody's concern
      if (!body.ok) store.lease?.release();
      resolve(body);
    };
    const finish = (isDrained: boolean): void => {
      const reason = store.refused();
      if (reason !== undefined) settle({ ok: false, reason, head: store.bytes(), isDrained });
      else if (isDrained && store.lease !== undefined) settle({ ok: true, bytes: store.bytes(), lease: store.lease });
      else settle({ ok: false, reason: 'timeout' });
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      store.add(chunk);
      if (store.refused() !== undefined && size > DISCARD_LIMIT_BYTES) finish(false);
    };
    const onEnd = (): void => finish(true);
    const onClose = (): void => settle({ ok: false, reason: 'aborted' });
    const look = (): void => {
      if (isSettled) return;
      const ageMs = performance.now() - startedMs;
      const isSlow = size === sizeBefore || size < (ageMs - BODY_RATE.graceMs) * BODY_RATE.bytesPerMs;
      sizeBefore = size;
      if (!isSlow && ageMs < timeoutMs) timer = setTimeout(later, Math.min(BODY_RATE.checkMs, timeoutMs - ageMs));
      else finish(false);
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
