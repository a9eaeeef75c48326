// Health in a thread of its own, seen from the thread of admissions: it starts the other, tells it what it asks, and shows by
// a beat that its event loop turns.
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { AppError } from '../errors.ts';
import { BEAT_MS, type FromHealthThread, type HealthThreadData, type ToHealthThread } from './health-messages.ts';
import type { Address, Listening } from './listen.ts';
import type { Metrics } from './metrics.ts';

/** Beside this file, compiled or not. */
const THREAD = new URL(import.meta.url.endsWith('.ts') ? './health-thread.ts' : './health-thread.js', import.meta.url);

/** It holds a few connections and no object; past this it ends, and the process goes on without health. */
const MEMORY = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 } as const;

export interface HealthSources {
  /** Why the server is not ready, or undefined where it is. */
  readonly whyNotReady: () => string | undefined;
  readonly metrics: Pick<Metrics, 'registry'>;
  readonly logger: Logger;
}

/** @throws AppError port-unavailable */
export function listenHealth(address: Address, { whyNotReady, metrics, logger }: HealthSources): Promise<Listening> {
  const beat = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const data: HealthThreadData = { address, beat };
  // Without what node was given for the first thread: what --import loads is for that one.
  const thread = new Worker(THREAD, { workerData: data, resourceLimits: MEMORY, execArgv: [], name: 'health' });
  const counter = new Int32Array(beat);
  const say = (message: ToHealthThread): void => thread.postMessage(message);
  let told: { readonly reason: string | undefined } | undefined;
  const sayReadiness = (): void => {
    told = { reason: whyNotReady() };
    say({ kind: 'readiness', ...told });
  };
  const beats = setInterval(() => {
    Atomics.add(counter, 0, 1);
    // The other thread answers with what it last received while this one is busy.
    if (told !== undefined && told.reason !== whyNotReady()) sayReadiness();
  }, BEAT_MS).unref();
  const ended = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
  void ended.then(() => clearInterval(beats));
  const close = async (): Promise<void> => {
    say({ kind: 'close' });
    await ended;
  };
  return new Promise((resolve, reject) => {
    thread.on('message', (message: FromHealthThread) => {
      if (message.kind === 'listening') {
        sayReadiness();
        resolve({ address: message.address, close });
      } else if (message.kind === 'failed') reject(new AppError('port-unavailable', message.detail));
      else if (message.what === 'readiness') sayReadiness();
      else answerMetrics().catch((error: unknown) => logger.error({ err: error }, 'the metrics could not be read'));
    });
    thread.on('error', (error) => {
      // Nobody answers the probes then, and the kubelet starts the Pod anew.
      logger.error({ err: error }, 'the thread that answers health has failed');
      reject(error);
    });
    const answerMetrics = async (): Promise<void> => {
      const { registry } = metrics;
      say({ kind: 'metrics', metrics: { contentType: registry.contentType, text: await registry.metrics() } });
    };
  });
}
