// `npm run follow:controller` as far as it goes without building anything: with a go that only answers.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../scripts/follow-controller.ts', import.meta.url));
/** As proxy.golang.org answers for a version that it does not give out. */
const FORBIDDEN =
  'go: k8s.io/ingress-gce@v1.99.0: reading https://proxy.example/k8s.io/ingress-gce/@v/v1.99.0.info: 403 Forbidden';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'guard-follow-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** @param go what the command does; its words are recorded */
function follow(
  words: readonly string[],
  go?: string,
): { readonly code: number | null; readonly said: string; readonly asked: readonly string[] } {
  const asked = join(dir, 'asked');
  writeFileSync(asked, '');
  if (go !== undefined) writeFileSync(join(dir, 'go'), `#!/bin/sh\necho "$@" >> ${asked}\n${go}\n`, { mode: 0o755 });
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT, ...words], { env: { PATH: dir }, encoding: 'utf8' });
  return { code: status, said: stderr, asked: readFileSync(asked, 'utf8').trim().split('\n') };
}

test('without a version it lists the newest', () => {
  const { code, said } = follow([], 'echo k8s.io/ingress-gce v1.1.0 v1.2.0');
  expect({ code, last: said.trim().split('\n').at(-1) }).toEqual({
    code: 2,
    last: 'The newest versions of k8s.io/ingress-gce: v1.1.0, v1.2.0',
  });
});

test('without a version, and with a proxy that refuses the list, it says what the proxy said', () => {
  const { code, said } = follow([], `echo "${FORBIDDEN}" >&2; exit 1`);
  expect(code).toBe(2);
  expect(said).toContain('Usage: npm run follow:controller VERSION [DIR]');
  expect(said).toContain(`Which versions there are, go does not say: ${FORBIDDEN}`);
});

test('of a version that the proxy refuses it says so, and how to go on', () => {
  const { code, said } = follow(['v1.99.0'], `echo "${FORBIDDEN}" >&2; exit 1`);
  expect(code).toBe(2);
  expect(said).toContain('The Go module proxy does not give it out (403 Forbidden).');
  expect(said).toContain('name its folder: npm run follow:controller v1.99.0 DIR');
});

test('a folder takes the place of the proxy', () => {
  const module = join(dir, 'ingress-gce');
  mkdirSync(module);
  writeFileSync(join(module, 'go.mod'), 'module k8s.io/ingress-gce\n\ngo 1.26.0\n');
  const { code, said, asked } = follow(['v1.99.0', module], 'case "$1" in vet) echo "undefined: x" >&2; exit 1;; esac');
  expect(asked).toEqual([
    `mod edit -require=k8s.io/ingress-gce@v1.99.0 -replace=k8s.io/ingress-gce=${module}`,
    'mod tidy',
    'vet -trimpath .',
  ]);
  expect({ code, last: said.trim().split('\n').slice(-2) }).toEqual({
    code: 2,
    last: ['undefined: x', 'Where it is a type or a parameter that has changed, adapt test/controller/controller.'],
  });
});

test('a folder that is another module is refused before go is asked', () => {
  const { code, said, asked } = follow(['v1.99.0', dir], 'exit 0');
  expect({ code, asked }).toEqual({ code: 2, asked: [''] });
  expect(said).toContain('is not k8s.io/ingress-gce');
});

test('a machine without go is told so', () => {
  const { code, said } = follow(['v1.99.0']);
  expect(code).toBe(2);
  expect(said).toContain('There is no go that could be run');
});
