import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { controlPlaneBinaries } from './binaries.ts';

let dir: string;
let lines: string[];
const log = (line: string) => lines.push(line);
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'guard-binaries-'));
  lines = [];
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A command "go" for the PATH of a test. */
function fakeGo(script: string): string {
  const bin = join(dir, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'go'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return bin;
}

async function messageOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error('Nothing was refused.');
  expect(error.stack).toBe(`Error: ${error.message}`);
  return error.message;
}

test('KUBEBUILDER_ASSETS is used as it is', async () => {
  for (const name of ['etcd', 'kube-apiserver']) writeFileSync(join(dir, name), '', { mode: 0o755 });
  expect(await controlPlaneBinaries(log, { KUBEBUILDER_ASSETS: dir })).toEqual({
    etcd: join(dir, 'etcd'),
    kubeApiserver: join(dir, 'kube-apiserver'),
  });
  expect(lines).toEqual([]);
});

test('KUBEBUILDER_ASSETS without the programs is refused, naming both', async () => {
  expect(await messageOf(controlPlaneBinaries(log, { KUBEBUILDER_ASSETS: dir }))).toBe(
    `KUBEBUILDER_ASSETS is "${dir}", and these are not there or not executable: ${dir}/etcd, ${dir}/kube-apiserver.\n` +
      'The tests start the etcd and kube-apiserver of that folder.\n' +
      'Fill it (`setup-envtest use -p path` prints a folder that has both), or unset it: the tests then build both.',
  );
});

test('without go and with an empty cache, the error says what to install or set', async () => {
  const message = await messageOf(controlPlaneBinaries(log, { PATH: dir, GUARD_TEST_CACHE: dir }));
  expect(message.replace(/Go \d+\.\d+\.\d+/, 'Go X')).toBe(
    'No kube-apiserver and etcd: the build failed. The command "go" is not on the PATH.\n' +
      'Tests and demo run against real ones, which are built once from their Go modules.\n' +
      'Install Go X or later and let it reach a Go module proxy, or set KUBEBUILDER_ASSETS to a folder that has etcd ' +
      'and kube-apiserver (`setup-envtest use -p path` prints one).',
  );
});

test('a build that fails shows what go said, and leaves nothing in the cache', async () => {
  const PATH = fakeGo('echo "go: go.mod requires go >= 9.9 (running go 1.0)" >&2; exit 1');
  const cache = join(dir, 'cache');
  const message = await messageOf(controlPlaneBinaries(log, { PATH, GUARD_TEST_CACHE: cache }));
  expect(message).toContain('"go build" ended with code 1:\ngo: go.mod requires go >= 9.9 (running go 1.0)\n');
  expect(readdirSync(cache, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())).toEqual([]);
});

test('a build is announced, and done once', async () => {
  // Writes both programs to the folder after "-o", as go does.
  const PATH = fakeGo(
    'while [ "$1" != -o ]; do shift; done; : > "$2/etcd"; : > "$2/kube-apiserver"; /bin/chmod +x "$2"/*',
  );
  const env = { PATH, GUARD_TEST_CACHE: join(dir, 'cache') };
  const built = await controlPlaneBinaries(log, env);
  expect(lines).toEqual([
    expect.stringMatching(/^Building kube-apiserver and etcd into .*, because tests and demo run against real ones/),
    'It takes about 10 minutes, once.',
    expect.stringMatching(/^Built kube-apiserver and etcd in \d+ s\.$/),
  ]);
  expect(await controlPlaneBinaries(log, { ...env, PATH: '' })).toEqual(built);
  expect(lines).toHaveLength(3);
});

test('of two that need a program at once, one builds it', async () => {
  const PATH = fakeGo(
    'while [ "$1" != -o ]; do shift; done; : > "$2/etcd"; : > "$2/kube-apiserver"; /bin/chmod +x "$2"/*',
  );
  const env = { PATH, GUARD_TEST_CACHE: join(dir, 'cache') };
  const [one, other] = await Promise.all([controlPlaneBinaries(log, env), controlPlaneBinaries(log, env)]);
  expect(one).toEqual(other);
  expect(lines.filter((line) => line.startsWith('Built'))).toHaveLength(1);
});
