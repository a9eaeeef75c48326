// The compiled guard's start and end, again and again: ready within a second, and nothing to repair after a kill.
import { get } from 'node:http';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { IMAGE_FLAGS } from '../support/attacks.ts';
import { startGuard } from '../support/guard-process.ts';
import { service } from '../support/objects.ts';
import { createReviewClient, reviewOf } from '../support/reviews.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const BLOCK = fileURLToPath(new URL('../support/block-loop.mjs', import.meta.url));
const STARTS = 20;

it(`is ready within a second without a cluster, ${STARTS} times, each after the one before was killed`, async () => {
  const readyMs: number[] = [];
  let port = 0;
  for (let count = 0; count < STARTS; count += 1) {
    const guard = await startGuard({ port, program: [...IMAGE_FLAGS, PROGRAM] });
    port = guard.webhookPort;
    while ((await statusOf(guard.healthPort, '/readyz')) !== 200);
    readyMs.push(guard.aliveMs());
    const client = createReviewClient({ port, caPem: guard.caPem });
    expect(await client.review('validate', reviewOf(service(), { uid: 'u' }))).toEqual({ uid: 'u', allowed: true });
    client.close();
    expect(await guard.stop('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
  }
  const sorted = readyMs.toSorted((a, b) => a - b).map(Math.round);
  process.stdout.write(`ready after ${sorted.join(', ')} ms\n`);
  expect(sorted[Math.floor(STARTS / 2)]).toBeLessThan(1000);
});

it('is not alive any more once its event loop has stood still for a minute, and only then', async () => {
  const guard = await startGuard({
    args: ['--drain-seconds=0'],
    program: ['--import', BLOCK, PROGRAM],
    env: { GUARD_TEST_BLOCK_MS: '75000' },
  });
  const startedMs = performance.now();
  process.kill(guard.pid, 'SIGUSR2');
  while ((await statusOf(guard.healthPort, '/livez')) === 200) {
    expect(performance.now() - startedMs).toBeLessThan(70_000);
  }
  expect(performance.now() - startedMs).toBeGreaterThan(59_000);
  await guard.stop('SIGKILL');
});

function statusOf(port: number, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    }).on('error', reject);
  });
}
