// The options of `serve` that choose where its certificate comes from.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runProgram } from '../../src/cli/program.ts';
import { startGuard } from '../support/guard-process.ts';

async function run(...words: readonly string[]): Promise<{ readonly code: number; readonly err: string }> {
  let err = '';
  const code = await runProgram(words, '0.0.0', {
    out: () => undefined,
    err: (text) => {
      err += text;
    },
    readStdin: async () => Buffer.alloc(0),
    hasColour: false,
    terminated: async () => 'SIGTERM',
  });
  return { code, err };
}

test.each([
  ['--tls-dir=/tmp', "error: option '--self-signed' cannot be used with option '--tls-dir <dir>'"],
  ['--no-cluster', "error: option '--self-signed' cannot be used with option '--no-cluster'"],
])('--self-signed with %s is refused', async (option, message) => {
  const { code, err } = await run('serve', '--self-signed', option);
  expect(code).toBe(2);
  expect(err).toContain(message);
});

test('a certificate from a directory makes the guard ready at once, as before', async () => {
  const guard = await startGuard();
  const answer = await fetch(`http://127.0.0.1:${guard.healthPort}/readyz`);
  expect([answer.status, await answer.text()]).toEqual([200, 'ok\n']);
  await guard.stop();
});

test('without a kubeconfig that can be read it does not start, and says so', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'guard-self-signed-'));
  const kubeconfig = join(dir, 'config');
  writeFileSync(kubeconfig, 'not: [a kubeconfig');
  const before = process.env['KUBECONFIG'];
  process.env['KUBECONFIG'] = kubeconfig;
  try {
    const { code, err } = await run('serve', '--self-signed', '--port=0', '--health-port=0');
    expect(code).toBe(2);
    expect(err).toMatch(/^error: The cluster cannot be asked\. The kubeconfig cannot be read: /);
  } finally {
    if (before === undefined) delete process.env['KUBECONFIG'];
    else process.env['KUBECONFIG'] = before;
    rmSync(dir, { recursive: true });
  }
});
