// The way down, with the real process: not ready at once, serving on while it drains, and no review lost. Concurrent, for
// most of it is waiting.
import { afterAll, describe, expect, it } from 'vitest';
import { type GuardProcess, startGuard } from '../support/guard-process.ts';
import { service } from '../support/objects.ts';
import { openRaw, parseAnswer } from '../support/raw-http.ts';
import { createReviewClient, type HttpAnswer, type ReviewClient, reviewOf } from '../support/reviews.ts';
import { expectTyped, until } from './support.ts';

const guards: GuardProcess[] = [];
afterAll(() => Promise.all(guards.splice(0).map((guard) => guard.stop())));

async function start(...args: string[]): Promise<GuardProcess> {
  const guard = await startGuard({ args });
  guards.push(guard);
  return guard;
}

const BODY = JSON.stringify(reviewOf(service(), { uid: 'u' }));

interface Load {
  readonly answers: HttpAnswer[];
  /** What clients met that had sent a review. */
  readonly lost: string[];
  isOver: boolean;
}

/** Sends one review after the other on a connection that is kept, until nothing listens any more. */
async function keepAsking(client: ReviewClient, load: Load): Promise<void> {
  while (!load.isOver) {
    try {
      load.answers.push(await client.post('/validate?timeout=10s', BODY));
    } catch (error) {
      if ((error as { readonly wasSent: boolean }).wasSent) load.lost.push(String(error));
      load.isOver = true;
    }
  }
  client.close();
}

async function health(guard: GuardProcess, path: string): Promise<number> {
  return (await fetch(`http://127.0.0.1:${guard.healthPort}${path}`)).status;
}

describe.concurrent.each(['SIGTERM', 'SIGINT'] as const)('on %s under load', (signal) => {
  it('is not ready at once, answers every review until the listener closes, and ends with exit code 0', async () => {
    const guard = await start('--drain-seconds=2');
    const load: Load = { answers: [], lost: [], isOver: false };
    const clients = Array.from({ length: 4 }, () =>
      keepAsking(createReviewClient({ port: guard.webhookPort, caPem: guard.caPem }), load),
    );
    await until('every client is at work', () => load.answers.length > 40);
    expect(load.answers.every(({ headers }) => headers['connection'] === 'keep-alive')).toBe(true);
    process.kill(guard.pid, signal);
    await until('not ready', async () => (await health(guard, '/readyz')) === 503);
    const isClosed = (): boolean => guard.log.some(({ msg }) => msg === 'stopped');
    expect(isClosed()).toBe(false);
    expect(await health(guard, '/livez')).toBe(200);
    const beforeDrain = load.answers.length;
    await until('reviews are answered while it drains', () => load.answers.length > beforeDrain + 4);
    expect(load.answers.slice(beforeDrain).map(({ headers }) => headers['connection'])).toEqual(
      load.answers.slice(beforeDrain).map(() => 'close'),
    );
    await Promise.all(clients);
    expect(await guard.ended).toEqual({ code: 0, signal: null });
    expect(load.lost).toEqual([]);
    expect(new Set(load.answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(guard.log.map(({ msg }) => msg).filter((msg) => msg !== 'review')).toEqual([
      'serving',
      'signal received',
      'shutting down: not ready, still serving',
      'stopped',
    ]);
  });
});

it.concurrent('answers a review whose body is still coming when the listener closes', async () => {
  const guard = await start('--drain-seconds=0');
  const { socket, received, closed } = await openRaw(guard.webhookPort, { ca: guard.caPem });
  socket.write(
    `POST /validate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n`,
  );
  socket.write(BODY.slice(0, 50));
  // The server has read the beginning once it answers another connection.
  const client = createReviewClient({ port: guard.webhookPort, caPem: guard.caPem });
  await client.post('/validate', BODY);
  process.kill(guard.pid, 'SIGTERM');
  await until('nothing listens', () =>
    client.post('/validate', BODY).then(
      () => false,
      () => true,
    ),
  );
  client.close();
  socket.write(BODY.slice(50));
  await closed;
  const answer = parseAnswer(received());
  expect(expectTyped(answer)).toMatchObject({ response: { uid: 'u', allowed: true } });
  expect(answer.headers['connection']).toBe('close');
  expect(await guard.ended).toEqual({ code: 0, signal: null });
});

it.concurrent('is not held up by a body that never comes, nor by clients that sit idle', async () => {
  const guard = await start('--drain-seconds=0');
  const idle = createReviewClient({ port: guard.webhookPort, caPem: guard.caPem });
  await idle.post('/validate', BODY);
  const stalled = await openRaw(guard.webhookPort, { ca: guard.caPem });
  stalled.socket.write(
    'POST /validate?timeout=2s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
  );
  await idle.post('/validate', BODY);
  expect(await guard.stop()).toEqual({ code: 0, signal: null });
  await stalled.closed;
  expect(parseAnswer(stalled.received())).toMatchObject({ status: 408 });
  idle.close();
});

it.concurrent('does not take a second SIGTERM for a reason to drop what it serves', async () => {
  const guard = await start('--drain-seconds=1');
  process.kill(guard.pid, 'SIGTERM');
  await until('it drains', () => guard.log.some(({ msg }) => msg === 'signal received'));
  process.kill(guard.pid, 'SIGTERM');
  const client = createReviewClient({ port: guard.webhookPort, caPem: guard.caPem });
  expect(await client.review('validate', reviewOf(service(), { uid: 'u' }))).toMatchObject({ uid: 'u', allowed: true });
  client.close();
  expect(await guard.ended).toEqual({ code: 0, signal: null });
});

it.concurrent('is not held up by a connection that was never used', async () => {
  const guard = await start('--drain-seconds=0');
  const { received, closed } = await openRaw(guard.webhookPort, { ca: guard.caPem });
  const startedMs = performance.now();
  expect(await guard.stop()).toEqual({ code: 0, signal: null });
  // Cut at the very end, it would be 28 s.
  expect(performance.now() - startedMs).toBeLessThan(15_000);
  await closed;
  expect(received()).toBe('');
});
