// The start of the real process, what keeps it from being ready, and a start after it was killed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { startGuard, throwAwayPair } from '../support/guard-process.ts';
import { service } from '../support/objects.ts';
import { createReviewClient, reviewOf } from '../support/reviews.ts';
import { until } from './support.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const BROKEN_RULE = fileURLToPath(new URL('../support/broken-rule.mjs', import.meta.url));
/** How many parts the time of a start is cut into, with a kill after each. */
const POINTS = 6;

it('leaves nothing behind and starts again on the same ports when it is killed at work', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'guard-killed-'));
  let port = 0;
  for (let count = 0; count < 3; count += 1) {
    const guard = await startGuard({ port, program: [MAIN], env: { TMPDIR: scratch, HOME: scratch } });
    port = guard.webhookPort;
    const client = createReviewClient({ port, caPem: guard.caPem });
    const work = [1, 2, 3, 4].map(() => client.review('validate', reviewOf(service(), { uid: 'u' })));
    const settled = Promise.allSettled(work);
    expect(await work[0]).toEqual({ uid: 'u', allowed: true });
    expect(openFiles(guard.pid)).toEqual([]);
    expect(await guard.stop('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
    await settled;
    client.close();
    expect(readdirSync(scratch)).toEqual([]);
  }
  rmSync(scratch, { recursive: true });
});

it('leaves nothing behind when it is killed at any point of its start or while it drains, and starts again', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'guard-killed-'));
  const env = { TMPDIR: scratch, HOME: scratch };
  const first = await startGuard({ env, args: ['--drain-seconds=20'] });
  const [port, startMs] = [first.webhookPort, first.aliveMs()];
  process.kill(first.pid, 'SIGTERM');
  await until('it drains', () => first.log.some(({ msg }) => msg === 'signal received'));
  expect(await first.stop('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
  const tls = await throwAwayPair(join(mkdtempSync(join(tmpdir(), 'guard-tls-')), 'tls'));
  const before = contentOf(tls.dir);
  for (let point = 0; point < POINTS; point += 1) {
    const words = ['serve', '--bind-address=127.0.0.1', `--port=${port}`, '--health-port=0', '--no-cluster'];
    const child = spawn(process.execPath, [MAIN, ...words, `--tls-dir=${tls.dir}`], {
      stdio: 'ignore',
      env: { ...process.env, ...env },
    });
    setTimeout(() => child.kill('SIGKILL'), (startMs * point) / (POINTS - 1));
    expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
    expect([readdirSync(scratch), contentOf(tls.dir)]).toEqual([[], before]);
  }
  const last = await startGuard({ port, tls, env, args: ['--drain-seconds=0'] });
  const client = createReviewClient({ port, caPem: tls.caPem });
  expect(await client.review('validate', reviewOf(service(), { uid: 'u' }))).toEqual({ uid: 'u', allowed: true });
  client.close();
  expect(await last.stop()).toEqual({ code: 0, signal: null });
  for (const dir of [scratch, dirname(tls.dir)]) rmSync(dir, { recursive: true });
});

it('is alive and never ready where a rule of its build throws, and says which', async () => {
  const guard = await startGuard({ program: ['--import', BROKEN_RULE, MAIN], args: ['--drain-seconds=0'] });
  const ask = async (path: string): Promise<string> => {
    const answer = await fetch(`http://127.0.0.1:${guard.healthPort}${path}`);
    return `${answer.status} ${await answer.text()}`;
  };
  const reason = 'rule path-invalid failed in a validate review of its self-test';
  expect(await ask('/readyz')).toBe(`503 not ready: ${reason}\n`);
  expect(await ask('/livez')).toBe('200 ok\n');
  expect(guard.log).toContainEqual(
    expect.objectContaining({ reason, msg: 'the engine does not work; it never becomes ready' }),
  );
  // Whoever calls it all the same is answered.
  const client = createReviewClient({ port: guard.webhookPort, caPem: guard.caPem });
  expect(await client.review('validate', reviewOf(service(), { uid: 'u' }))).toEqual({ uid: 'u', allowed: true });
  client.close();
  expect(await guard.stop()).toEqual({ code: 0, signal: null });
});

function contentOf(dir: string): readonly string[] {
  return readdirSync(dir).map((name) => `${name} ${readFileSync(join(dir, name), 'utf8')}`);
}

/** What a process has open that lies on a disk, besides what its runtime has. */
function openFiles(pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/fd`)
    .map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`))
    .filter((target) => target.startsWith('/') && !target.startsWith('/dev/'));
}
