// The guard's app with one of three ways to judge large reviews, for bench/turns.ts.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { Worker } from 'node:worker_threads';
import { pino } from 'pino';
import { createApp } from '../../src/server/app.ts';
import { takeAll } from '../../src/server/batch.ts';
import { createBodyBudget } from '../../src/server/body-budget.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import { isLarge } from '../../src/server/review-size.ts';
import { createTurns, type Turns, threadCpuMs } from '../../src/server/turns.ts';
import { corridorWith } from './corridor.ts';

const [certFile = '', keyFile = '', way = '', thousands = '0'] = process.argv.slice(2);
const clock = (): number => performance.now();

/** As it was: whatever comes is judged when it has come. */
const atOnce: Turns = {
  run: async (_body, judge) => {
    takeAll(judge(0));
    return true;
  },
  stirred: () => undefined,
};

/** The task is not run where the worker has judged, for it would judge again; the answer that is sent instead is as short. */
async function inWorker(): Promise<Turns> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: thousands });
  await once(worker, 'message');
  const waiting: (() => void)[] = [];
  worker.on('message', () => waiting.shift()?.());
  return {
    run: async (body, judge) => {
      if (!isLarge(body)) {
        takeAll(judge(0));
        return true;
      }
      const copy = Uint8Array.from(body);
      worker.postMessage(copy, [copy.buffer]);
      await new Promise<void>((resolve) => waiting.push(resolve));
      return false;
    },
    stirred: () => undefined,
  };
}

const turns: Readonly<Record<string, () => Turns | Promise<Turns>>> = {
  loop: () => atOnce,
  queue: () => createTurns({ clock, cpu: threadCpuMs }),
  worker: inWorker,
};

const corridor = corridorWith(Number(thousands));
const { listener, messages } = createApp({
  corridor: () => corridor,
  logger: pino({ level: 'info' }, { write: () => undefined }),
  metrics: createMetrics({ facts: () => corridor.facts, snapshot: () => [], clock: Date.now }),
  clock,
  budget: createBodyBudget(),
  unreadMs: () => 0,
  turns: (await turns[way]?.()) ?? atOnce,
  isDraining: () => false,
});
const pair = { cert: readFileSync(certFile), key: readFileSync(keyFile) };
const server = createServer({ ...pair, ...messages, keepAliveTimeout: 95_000 }, listener);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`);
});
process.on('SIGTERM', () => process.exit(0));
