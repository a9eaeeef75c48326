// One keep-alive TLS connection to a guard, on which one review follows another. Of an answer it reads no more than the
// status and the length, so that the guard is what is measured.
import { once } from 'node:events';
import { connect } from 'node:tls';
import { reviewOf } from '../../test/support/reviews.ts';
import type { Manifest } from './objects.ts';

export interface ReviewConnection {
  /** @returns milliseconds from the first byte of the question to the last of the answer @throws Error where it is no 200 */
  ask(question: Buffer): Promise<number>;
  close(): void;
}

/** A whole HTTP request, for it is the server that is measured. */
export function questionOf(path: '/validate' | '/mutate', object: Manifest): Buffer {
  const stored = { ...object, metadata: { ...object.metadata, managedFields: MANAGED_FIELDS } };
  const body = Buffer.from(JSON.stringify(reviewOf(stored)));
  const head = `POST ${path}?timeout=5s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

/** As the API server has put them in before it asks. */
const MANAGED_FIELDS = [
  {
    manager: 'kubectl-client-side-apply',
    operation: 'Update',
    apiVersion: 'v1',
    time: '2026-01-01T00:00:00Z',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:metadata': { 'f:annotations': { '.': {} }, 'f:labels': { '.': {} } }, 'f:spec': { '.': {} } },
  },
];

export async function openReviewConnection(port: number, caPem: string): Promise<ReviewConnection> {
  const socket = connect({ host: '127.0.0.1', port, ca: caPem, servername: 'localhost' });
  await once(socket, 'secureConnect');
  socket.setNoDelay(true);
  let pending: Buffer = Buffer.alloc(0);
  let answered: ((headers: string) => void) | undefined;
  let failed: ((error: Error) => void) | undefined;
  socket.on('error', (error) => failed?.(error));
  socket.on('close', () => failed?.(new Error('the guard has closed the connection')));
  socket.on('data', (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    const end = pending.indexOf('\r\n\r\n');
    if (end < 0) return;
    const headers = pending.subarray(0, end).toString('latin1');
    if (pending.length < end + 4 + Number(/content-length: (\d+)/i.exec(headers)?.[1])) return;
    pending = Buffer.alloc(0);
    answered?.(headers);
  });
  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        const askedAtMs = performance.now();
        failed = reject;
        answered = (headers) => {
          if (headers.startsWith('HTTP/1.1 200')) resolve(performance.now() - askedAtMs);
          else reject(new Error(`the guard answered ${headers.split('\r\n')[0]}`));
        };
        socket.write(question);
      }),
    close: () => {
      failed = undefined;
      socket.destroy();
    },
  };
}
