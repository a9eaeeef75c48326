// Somebody who has nothing to do with an attack, in a thread of its own: probes health as the kubelet does, and sends small
// legal reviews, one after the other. Ends at any message, or once a review has been judged, and says what it saw.
import { get } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import { service } from './objects.ts';
import { createReviewClient, reviewOf } from './reviews.ts';

export interface BystanderData {
  readonly address: string;
  readonly webhookPort: number;
  readonly healthPort: number;
  readonly caPem: string;
}

export interface Seen {
  readonly probes: number;
  /** Of /livez. */
  readonly slowestProbeMs: number;
  readonly failedProbes: number;
  readonly judged: number;
  /** Answered by policy. */
  readonly unjudged: number;
  readonly slowestReviewMs: number;
  /** Not answered, also not on a new connection: the API server tries again as well where it has not been heard. */
  readonly lost: readonly string[];
}

const PAUSE_MS = 20;
const GIVE_UP_MS = 5000;
/** A busy machine judges the first one after an attack that was over soon. */
const MOST_AFTERWARDS_MS = 15_000;

// What starts this thread is attacks.ts, so its data is what its type says.
const { address, webhookPort, healthPort, caPem } = workerData as BystanderData;
const seen = { probes: 0, slowestProbeMs: 0, failedProbes: 0, judged: 0, unjudged: 0, slowestReviewMs: 0 };
const lost: string[] = [];
let overAtMs = Number.POSITIVE_INFINITY;

function isOver(): boolean {
  const sinceMs = performance.now() - overAtMs;
  return sinceMs >= MOST_AFTERWARDS_MS || (sinceMs >= 0 && seen.judged > 0);
}

async function probe(): Promise<void> {
  const startedMs = performance.now();
  const isOk = await new Promise<boolean>((resolve) => {
    const request = get({ host: address, port: healthPort, path: '/livez', timeout: GIVE_UP_MS }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode === 200));
    });
    request.on('timeout', () => request.destroy()).on('error', () => resolve(false));
  });
  seen.probes += 1;
  seen.slowestProbeMs = Math.max(seen.slowestProbeMs, performance.now() - startedMs);
  if (!isOk) seen.failedProbes += 1;
}

async function review(): Promise<void> {
  const startedMs = performance.now();
  const failures: string[] = [];
  while (failures.length < 3) {
    const client = createReviewClient({ host: address, port: webhookPort, caPem });
    try {
      const { allowed, warnings = [] } = await client.review('validate', reviewOf(service(), { uid: 'legal' }));
      if (allowed && warnings.length === 0) seen.judged += 1;
      else seen.unjudged += 1;
      seen.slowestReviewMs = Math.max(seen.slowestReviewMs, performance.now() - startedMs);
      return;
    } catch (error) {
      failures.push(String(error));
    } finally {
      client.close();
    }
  }
  lost.push(failures.join(', '));
}

async function repeat(task: () => Promise<void>): Promise<void> {
  while (!isOver()) {
    await task();
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

parentPort?.once('message', () => {
  overAtMs = performance.now();
});
await Promise.all([repeat(probe), repeat(review)]);
parentPort?.postMessage({ ...seen, lost } satisfies Seen);
