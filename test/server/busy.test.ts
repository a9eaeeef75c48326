// The real process while its event loop stands still: health answers by itself, and what waited too long is not computed.
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { ERRORS } from '../../src/errors.ts';
import { type GuardProcess, startGuard } from '../support/guard-process.ts';
import { service } from '../support/objects.ts';
import { createReviewClient, type ReviewClient, reviewOf } from '../support/reviews.ts';
import { until } from './support.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const BLOCK = fileURLToPath(new URL('../support/block-loop.mjs', import.meta.url));

/** The kubelet's default for a probe. */
const PROBE_TIMEOUT_MS = 1000;

const guards: GuardProcess[] = [];
afterAll(() => Promise.all(guards.map((guard) => guard.stop('SIGKILL'))));

async function start(blockMs: number): Promise<GuardProcess> {
  const guard = await startGuard({
    args: ['--drain-seconds=0'],
    program: ['--import', BLOCK, MAIN],
    env: { GUARD_TEST_BLOCK_MS: String(blockMs) },
  });
  guards.push(guard);
  return guard;
}

async function probe({ healthPort }: GuardProcess, path: string): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${healthPort}${path}`, {
    signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
  });
  return `${answer.status} ${await answer.text()}`;
}

/** A client with an open connection: nobody gets a new one while the loop stands still. */
async function connect(guard: GuardProcess): Promise<ReviewClient> {
  const client = createReviewClient({ port: guard.webhookPort, caPem: guard.caPem });
  await client.review('validate', reviewOf(service()));
  return client;
}

async function standStill(guard: GuardProcess): Promise<void> {
  process.kill(guard.pid, 'SIGUSR2');
  await until('it stands still', () => guard.log.some(({ msg }) => msg === 'standing still'));
}

describe.concurrent('while the event loop stands still', () => {
  it('is alive and as ready as it was', async () => {
    const guard = await start(3000);
    const client = await connect(guard);
    await standStill(guard);
    let isAnswered = false;
    const waiting = client.review('validate', reviewOf(service(), { uid: 'u' })).then(() => {
      isAnswered = true;
    });
    let probes = 0;
    while (!isAnswered) {
      expect([await probe(guard, '/livez'), await probe(guard, '/readyz')]).toEqual(['200 ok\n', '200 ok\n']);
      probes += 1;
    }
    await waiting;
    expect(probes).toBeGreaterThan(3);
    client.close();
  });

  it('is alive and not ready when that lasts longer than an admission may take, and ready again afterwards', async () => {
    const guard = await start(8000);
    await standStill(guard);
    await until('it is not ready', async () => (await probe(guard, '/readyz')).startsWith('503'));
    expect(await probe(guard, '/readyz')).toMatch(/^503 not ready: its event loop has not turned for \d s\n$/);
    expect(await probe(guard, '/livez')).toBe('200 ok\n');
    await until('it is ready again', async () => (await probe(guard, '/readyz')) === '200 ok\n');
    expect(await (await fetch(`http://127.0.0.1:${guard.healthPort}/metrics`)).text()).toContain(
      'guard_findings_total',
    );
  });

  it('computes afterwards what is still in time, and answers the rest by policy', async () => {
    const guard = await start(4000);
    const clients = await Promise.all([1, 2, 3].map(() => connect(guard)));
    await standStill(guard);
    const body = JSON.stringify(reviewOf(service({ neg: '{"ingress":true}' }), { uid: 'u' }));
    const answers = await Promise.all(
      ['20s', '5s', '2s'].map(async (timeout, at) => {
        const { text = '' } = (await clients[at]?.post(`/validate?timeout=${timeout}`, body)) ?? {};
        return JSON.parse(text).response;
      }),
    );
    const unjudged = (code: 'loop-late' | 'deadline-passed'): unknown => ({
      uid: 'u',
      allowed: true,
      warnings: [`gke-ingress-guard let this object through unjudged. ${ERRORS[code].message} [${code}]`],
    });
    expect(answers).toEqual([{ uid: 'u', allowed: true }, unjudged('loop-late'), unjudged('deadline-passed')]);
    for (const client of clients) client.close();
  });
});
