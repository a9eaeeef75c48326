import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startControlPlane } from './control-plane.ts';
import { isAlive } from './is-alive.ts';
import { startServerProcess } from './server-process.ts';
import { waitFor } from './wait-for.ts';

const dir = mkdtempSync(join(tmpdir(), 'guard-processes-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const sleeper = ['-e', 'setInterval(() => {}, 1000)'];

test('a server that is stopped is gone', async () => {
  const server = await startServerProcess(process.execPath, sleeper, join(dir, 'stopped.log'));
  expect(isAlive(server.pid)).toBe(true);
  await server.stop();
  await server.stop();
  expect(server.ended()).toBe('SIGTERM');
  expect(isAlive(server.pid)).toBe(false);
});

test('a server does not outlive the process that started it, even if that is killed', async () => {
  const start = `
    const { startServerProcess } = await import(${JSON.stringify(new URL('./server-process.ts', import.meta.url).href)});
    const server = await startServerProcess(process.execPath, ${JSON.stringify(sleeper)}, ${JSON.stringify(join(dir, 'orphan.log'))});
    console.log(server.pid);`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', start], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(owner.stdout.setEncoding('utf8'), 'data');
  const pid = Number(line);
  expect(isAlive(pid)).toBe(true);
  owner.kill('SIGKILL');
  await waitFor(
    'the orphan to end',
    async () => isAlive(pid),
    (alive) => !alive,
    { timeoutMs: 5_000 },
  );
});

test('a server that does not start says why, with the end of its log', async () => {
  const binaries = { etcd: process.execPath, kubeApiserver: process.execPath };
  await expect(startControlPlane({ binaries, dir, log: () => {} })).rejects.toThrow(
    /^node did not start\. It ended with code 9\. The end of its log:\n.*bad option: --data-dir=/,
  );
});

test('a program that is not there is an error that names it', async () => {
  const binary = join(dir, 'nothing');
  await expect(startServerProcess(binary, [], join(dir, 'nothing.log'))).rejects.toThrow(`spawn ${binary} ENOENT`);
});
