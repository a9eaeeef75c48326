// An API server, in a thread of its own, whose lists are empty and whose watches bring events as fast as they are read.
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { parentPort, workerData } from 'node:worker_threads';

export interface FloodData {
  readonly certPem: string;
  readonly keyPem: string;
  /** By the plural of the kind: lines, written again and again, and how many of them until the stream ends. */
  readonly floods: Readonly<Record<string, Flood>>;
}

interface Flood {
  readonly lines: readonly string[];
  readonly count: number;
}

// What starts this thread is flood.test.ts, so its data is what its type says.
const { certPem, keyPem, floods } = workerData as FloodData;

function* linesOf({ lines, count }: Flood): Generator<string> {
  for (let written = 0; written < count; written += 1) yield lines[written % lines.length] ?? '';
}

const server = createServer({ cert: certPem, key: keyPem }, (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'https://localhost');
  response.writeHead(200, { 'content-type': 'application/json' });
  if (!searchParams.has('watch')) {
    response.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items: [] }));
    return;
  }
  response.flushHeaders();
  const flood = floods[pathname.split('/').at(-1) ?? ''];
  if (flood !== undefined) pipeline(Readable.from(linesOf(flood)), response, () => undefined);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
parentPort?.postMessage((server.address() as AddressInfo).port);
