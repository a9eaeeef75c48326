// Judges large reviews in a thread of its own, with a view of its own: threads share no objects.
import { parentPort, workerData } from 'node:worker_threads';
import { admit } from '../../src/admission/admit.ts';
import { readReview } from '../../src/server/read-review.ts';
import { corridorWith } from './corridor.ts';

const corridor = corridorWith(Number(workerData));
parentPort?.on('message', (bytes: Uint8Array<ArrayBuffer>) => {
  const read = readReview(Buffer.from(bytes.buffer));
  parentPort?.postMessage(read.ok ? admit('validate', read.review, corridor).answer : undefined);
});
parentPort?.postMessage('ready');
