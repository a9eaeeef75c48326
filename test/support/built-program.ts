// Before the cluster tests: the program as `npm run build` makes it, of the sources as they are. They start it hundreds of times, and
// with its libraries bundled it is there in two thirds of the time. Where GUARD_TEST_PROGRAM names a program, that is taken.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CACHE = join(ROOT, 'node_modules/.cache/guard-test-program');
/** Whatever changes what is built. */
const SOURCES = ['src/**/*.{ts,cts}', 'scripts/bundle/*.ts', 'policies/**', 'tsconfig*.json', 'package{,-lock}.json'];
const DAY_MS = 24 * 60 * 60_000;

export function setup(): void {
  process.env['GUARD_TEST_PROGRAM'] ??= builtProgram();
}

/** @returns the path of its main.js, of a name that nothing else has, so that what is built is never of other sources */
function builtProgram(): string {
  const place = join(CACHE, hashOf(SOURCES));
  if (!existsSync(place)) build(place);
  return join(place, 'dist/main.js');
}

function hashOf(patterns: readonly string[]): string {
  const hash = createHash('sha256').update(process.version);
  for (const file of globSync(patterns, { cwd: ROOT }).toSorted()) {
    const path = join(ROOT, file);
    if (statSync(path).isFile()) hash.update(`${file}\0`).update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

/** Beside its place, and renamed: of two runs that build at once either may win. */
function build(place: string): void {
  mkdirSync(CACHE, { recursive: true });
  removeOld();
  const unfinished = mkdtempSync(join(CACHE, 'building-'));
  const dist = join(unfinished, 'dist');
  const node = (...words: readonly string[]) => execFileSync(process.execPath, words, { cwd: ROOT, stdio: 'inherit' });
  // Types are checked by `npm run check`.
  node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--noCheck', '--outDir', dist);
  node('scripts/bundle/write.ts', dist);
  // Both are beside dist/ where the program is installed.
  copyFileSync(join(ROOT, 'package.json'), join(unfinished, 'package.json'));
  symlinkSync(join(ROOT, 'policies'), join(unfinished, 'policies'));
  node(join(dist, 'policy/prepare.js'));
  try {
    renameSync(unfinished, place);
  } catch (error) {
    if (!existsSync(place)) throw error;
    rmSync(unfinished, { recursive: true });
  }
}

function removeOld(): void {
  for (const path of globSync(join(CACHE, '*'))) {
    if (Date.now() - statSync(path).mtimeMs > DAY_MS) rmSync(path, { recursive: true, force: true });
  }
}
