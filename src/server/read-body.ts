// Reads a request body within bounds of size and time, so that no client can hold memory or a connection for long.
import type { IncomingMessage } from 'node:http';

/**
 * An UPDATE carries two objects, and the API server takes requests up to 3 MiB (k8s.io/apiserver MaxRequestBodyBytes):
 * 2 × 3 MiB, and 1 MiB for the envelope.
 */
export const BODY_LIMIT_BYTES = 7 * 1024 * 1024;

/** How much of a body over the limit is read and thrown away, so that its sender gets to read the answer. */
const DISCARD_LIMIT_BYTES = 64 * 1024 * 1024;

/** What is kept of a body over the limit: the API server writes the uid right at the beginning. */
const HEAD_BYTES = 4 * 1024;

export type Body =
  | { readonly ok: true; readonly bytes: Buffer }
  | { readonly ok: false; readonly reason: 'too-large'; readonly head: string; readonly isDrained: boolean }
  | { readonly ok: false; readonly reason: 'timeout' }
  /** The client is gone; nobody reads an answer. */
  | { readonly ok: false; readonly reason: 'aborted' };

/** @param timeoutMs the whole body must have come by then */
export function readBody(request: IncomingMessage, timeoutMs: number): Promise<Body> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    /** Set once the limit is passed; from then on nothing else is kept. */
    let head: string | undefined;
    const settle = (body: Body): void => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
      request.on('error', () => undefined); // a reset after the answer is nobody's concern
      resolve(body);
    };
    const tooLarge = (isDrained: boolean): Body => ({ ok: false, reason: 'too-large', head: head ?? '', isDrained });
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (head === undefined) chunks.push(chunk);
      if (size <= BODY_LIMIT_BYTES) return;
      // Chunks are as small as their sender likes, so the head may lie in many.
      head ??= Buffer.concat(chunks, HEAD_BYTES).toString('utf8');
      chunks.length = 0;
      if (size > DISCARD_LIMIT_BYTES) settle(tooLarge(false));
    };
    const onEnd = (): void => settle(head === undefined ? { ok: true, bytes: Buffer.concat(chunks) } : tooLarge(true));
    const onClose = (): void => settle({ ok: false, reason: 'aborted' });
    const timer = setTimeout(() => {
      settle(head === undefined ? { ok: false, reason: 'timeout' } : tooLarge(false));
    }, timeoutMs);
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
}

/** What is needed to answer a review that is too large to parse. */
export interface ReviewHead {
  readonly uid: string;
  /** Left out where it cannot be seen. */
  readonly apiVersion?: string;
}

/** Reads the beginning of a review, as Go writes the struct: kind and apiVersion, then the request with its uid first. */
export function readHead(head: string): ReviewHead | undefined {
  const found = /"request"\s*:\s*\{\s*"uid"\s*:\s*"([^"\\]{1,253})"/.exec(head);
  const uid = found?.[1];
  if (uid === undefined) return undefined;
  const apiVersion = /"apiVersion"\s*:\s*"(admission\.k8s\.io\/[a-z0-9]{1,20})"/.exec(head.slice(0, found?.index))?.[1];
  return apiVersion === undefined ? { uid } : { uid, apiVersion };
}
