// What an admission waits for a flood on every watch, as its client sees it: the compiled guard with the flags of the image, over
// real sockets. It wants a machine to itself; test/live/flood.test.ts shows on any that the event loop turns.
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { expect, it, onTestFinished } from 'vitest';
import { RESOURCES } from '../../src/cluster/api/resources.ts';
import { event, kubeconfigFor } from '../live/api-server.ts';
import type { FloodData } from '../live/flood-thread.ts';
import { until } from '../server/support.ts';
import { IMAGE_FLAGS } from '../support/attacks.ts';
import { createAuthority } from '../support/certificates.ts';
import { startGuard } from '../support/guard-process.ts';
import { argocdServer, ingress } from '../support/objects.ts';
import { createReviewClient, reviewOf } from '../support/reviews.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const MOST_MS = 250;
const REVIEWS = 200;
const ENDLESS = Number.MAX_SAFE_INTEGER;

interface Waited {
  readonly slowestMs: number;
  readonly medianMs: number;
}

/** @param isFlood else the watches of the API server are silent */
async function reviewsBeside(isFlood: boolean): Promise<Waited> {
  const lines = Array.from({ length: 50 }, (_, index) => {
    const metadata = { namespace: 'evil', name: 'web', resourceVersion: String(2 + index) };
    return event('MODIFIED', { ...argocdServer(), metadata });
  });
  const floods = Object.fromEntries(RESOURCES.map(({ plural }) => [plural, { lines, count: ENDLESS }]));
  const authority = await createAuthority('throw-away');
  const pair = await authority.issue({ commonName: 'localhost', ipAddresses: ['127.0.0.1'] });
  const workerData: FloodData = { ...pair, floods: isFlood ? floods : {} };
  const thread = new Worker(new URL('../live/flood-thread.ts', import.meta.url), { workerData, execArgv: [] });
  const [port] = await once(thread, 'message');
  const kubeconfig = kubeconfigFor(port, authority.certPem);
  const guard = await startGuard({ program: [...IMAGE_FLAGS, PROGRAM], kubeconfig });
  const client = createReviewClient({ port: guard.webhookPort, caPem: guard.caPem });
  onTestFinished(async () => {
    client.close();
    await guard.stop('SIGKILL');
    await thread.terminate();
  });
  const taken = isFlood ? 1 : 0;
  await until('what the watches bring', async () => {
    const answer = await fetch(`http://127.0.0.1:${guard.healthPort}/metrics`);
    return (await answer.text()).includes(`guard_snapshot_objects{kind="Deployment"} ${taken}`);
  });
  const waits: number[] = [];
  for (let count = 0; count < REVIEWS; count += 1) {
    const startMs = performance.now();
    await client.review('validate', reviewOf(ingress({ name: `web-${count}`, namespace: 'shop' })));
    waits.push(performance.now() - startMs);
  }
  await guard.stop('SIGKILL');
  const sorted = waits.toSorted((a, b) => a - b);
  return { slowestMs: sorted.at(-1) ?? 0, medianMs: sorted[REVIEWS / 2] ?? 0 };
}

it('no admission waits 250 ms longer beside a flood on every watch', async () => {
  const alone = await reviewsBeside(false);
  const beside = await reviewsBeside(true);
  process.stdout.write(`reviews, alone and beside a flood: ${JSON.stringify({ alone, beside })}\n`);
  expect(beside.slowestMs).toBeLessThan(alone.slowestMs + MOST_MS);
});
