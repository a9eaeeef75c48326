// `npm ci` in a checkout, on a Node.js older than the one that it brings: nothing to guess about.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ROOT } from './packed.ts';

/** Of the machine, where the tests' own comes from node_modules. */
const OLD = '/usr/bin';
const major = Number(/^v(\d+)/.exec(spawnSync(`${OLD}/node`, ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[1]);
const hasNpm = spawnSync(`${OLD}/npm`, ['--version'], { env: { PATH: OLD } }).status === 0;

/** Installs nothing and asks no registry: all that it looks at is the lock file. */
function dryRun(files: readonly string[]): { readonly status: number | null; readonly stderr: string } {
  const cwd = mkdtempSync(join(tmpdir(), 'guard-ci-'));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  for (const file of files) copyFileSync(join(ROOT, file), join(cwd, file));
  const env = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
  const { status, stderr } = spawnSync('npm', ['ci', '--dry-run', '--offline'], {
    cwd,
    env: { ...Object.fromEntries(env), PATH: `${OLD}:/bin` },
    encoding: 'utf8',
  });
  return { status, stderr };
}

describe.skipIf(!(major < 24) || !hasNpm)('npm ci on an older Node.js', () => {
  it('prints no warning, for .npmrc says so', () => {
    expect(dryRun(['package.json', 'package-lock.json', '.npmrc'])).toEqual({ status: 0, stderr: '' });
  });

  it('would print some without it', () => {
    expect(dryRun(['package.json', 'package-lock.json']).stderr).toContain('EBADENGINE');
  });
});
