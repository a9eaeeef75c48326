// The thread that answers /livez and /readyz, whatever the thread of admissions is busy with. Started by health-listener.ts.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { AppError } from '../errors.ts';
import { systemReason } from '../system-reason.ts';
import { createHealthApp, type MetricsText } from './health.ts';
import { BEAT_MS, type FromHealthThread, type HealthThreadData, type ToHealthThread } from './health-messages.ts';
import { createQuestion } from './health-question.ts';
import { listenHttp } from './listen.ts';

/** A probe waits one second by default (kubelet timeoutSeconds); an answer within a quarter of it is never late. */
const READINESS_WITHIN_MS = 150;

/** Prometheus waits ten seconds by default (scrape_timeout). */
const METRICS_WITHIN_MS = 9000;

/** Longer than an admission may take in deploy/base: what is sent here now is not answered in time. */
const NOT_READY_AFTER_MS = 5000;

/**
 * Twice the longest timeout that a webhook can have. No work takes so long, so something turns in a circle, and only a new
 * process ends it; sooner, a loop that is merely starved of CPU would lose its process, and its view with it, for nothing.
 */
const NOT_LIVE_AFTER_MS = 60_000;

async function run(port: MessagePort, { address, beat }: HealthThreadData): Promise<void> {
  const say = (message: FromHealthThread): void => port.postMessage(message);
  let known: string | undefined = 'it is starting';
  const readiness = createQuestion<string | undefined>(() => say({ kind: 'ask', what: 'readiness' }));
  const metrics = createQuestion<MetricsText>(() => say({ kind: 'ask', what: 'metrics' }));
  const silentMs = watchBeat(new Int32Array(beat));
  const silence = (limitMs: number): string | undefined =>
    silentMs() < limitMs ? undefined : `its event loop has not turned for ${Math.floor(silentMs() / 1000)} s`;
  const app = createHealthApp({
    whyNotLive: () => silence(NOT_LIVE_AFTER_MS),
    whyNotReady: async () => {
      const answer = await readiness.ask(READINESS_WITHIN_MS);
      return answer === undefined ? (silence(NOT_READY_AFTER_MS) ?? known) : answer.value;
    },
    metrics: async () => (await metrics.ask(METRICS_WITHIN_MS))?.value,
  });
  const listening = await listenHttp(app, address);
  port.on('message', (message: ToHealthThread) => {
    if (message.kind === 'readiness') {
      known = message.reason;
      readiness.answer(message.reason);
    } else if (message.kind === 'metrics') metrics.answer(message.metrics);
    else void listening.close(0).then(() => port.close());
  });
  say({ kind: 'listening', address: listening.address });
}

/**
 * How long the other thread's loop has not turned, by turns of this one: a process that was stopped, or a machine that
 * slept, has neither, and is not taken for one that hangs.
 */
function watchBeat(beat: Int32Array): () => number {
  let last = Atomics.load(beat, 0);
  let silent = 0;
  setInterval(() => {
    const now = Atomics.load(beat, 0);
    silent = now === last ? silent + 1 : 0;
    last = now;
  }, BEAT_MS).unref();
  return () => silent * BEAT_MS;
}

if (parentPort !== null) {
  const port = parentPort;
  // What starts this thread is ours, so its data is what its type says.
  run(port, workerData as HealthThreadData).catch((error: unknown) => {
    const detail = error instanceof AppError ? error.detail : `${systemReason(error)}.`;
    port.postMessage({ kind: 'failed', detail } satisfies FromHealthThread);
    port.close();
  });
}
