// `npm run follow:controller VERSION`: the suite of test/controller against another version of the GKE Ingress controller,
// to see what has changed in it. Nothing in the checkout is written.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MODULE = 'k8s.io/ingress-gce';
const SOURCE = fileURLToPath(new URL('../test/controller/controller/', import.meta.url));

const version = process.argv[2];
if (version === undefined || !/^v\d+\.\d+\.\d+\S*$/.test(version)) {
  const known = spawnSync('go', ['list', '-m', '-versions', MODULE], { cwd: SOURCE, encoding: 'utf8' });
  const newest = known.stdout?.trim().split(' ').slice(-5).join(', ') || 'nothing: go did not answer';
  process.stderr.write(`Usage: npm run follow:controller VERSION\nThe newest versions of ${MODULE}: ${newest}\n`);
  process.exitCode = 2;
} else {
  const dir = mkdtempSync(join(tmpdir(), 'guard-follow-'));
  try {
    process.exitCode = follow(version, dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** @returns the exit code: 0 where plans agree with that version as they do with the one of go.mod, else 1; 2 without a build */
function follow(wanted: string, dir: string): number {
  cpSync(SOURCE, dir, { recursive: true });
  for (const words of [
    ['get', `${MODULE}@${wanted}`],
    ['mod', 'tidy'],
    ['vet', '.'],
  ]) {
    process.stderr.write(`go ${words.join(' ')}\n`);
    const { status, error } = spawnSync('go', words, {
      cwd: dir,
      env: { ...process.env, GOWORK: 'off', GOFLAGS: '-mod=mod' },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (status === 0) continue;
    const why = error === undefined ? '' : ` (${error.message})`;
    process.stderr.write(
      `go ${words[0]} failed${why}. Where it is a type or a parameter that has changed, adapt test/controller/controller.\n`,
    );
    return 2;
  }
  const suite = spawnSync('vitest', ['run', '--project', 'controller'], {
    env: { ...process.env, GUARD_CONTROLLER_MODULE: dir },
    stdio: 'inherit',
  });
  process.stderr.write(
    suite.status === 0
      ? `${MODULE} ${wanted}: plans agree with it as they do with the version of test/controller/controller/go.mod.\n`
      : `${MODULE} ${wanted}: what differs is above. A text nobody knows goes into test/controller/error-words.ts.\n`,
  );
  return suite.status === 0 ? 0 : 1;
}
