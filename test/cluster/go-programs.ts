// Programs of Go modules that the tests run against: built once from source, and kept in a cache by all that can change
// what is built.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { oneAtATime } from './one-at-a-time.ts';

export type Log = (line: string) => void;

/** Where each program is, by its name. */
export type Programs<Name extends string> = Readonly<Record<Name, string>>;

export type GoModule<Name extends string> = {
  /** As progress and errors call it, such as "kube-apiserver and etcd". */
  readonly what: string;
  /** Folder in the cache. */
  readonly name: string;
  readonly dir: string;
  /** Every file of it that can change what is built. */
  readonly files: readonly string[];
  /** What go has to build; each package gives a program of its own name. */
  readonly packages: readonly string[];
  readonly programs: readonly Name[];
  readonly ldflags: string;
  /** How long it takes on a cold machine, such as "about 10 minutes". */
  readonly duration: string;
  /** What else to do where it cannot be built, after "Install Go …, or"; "" where there is nothing. */
  readonly wayOut: string;
};

const progressIntervalMs = 30_000;

/** For a caller without a log of its own: results belong to stdout, progress does not. */
export const logToStderr: Log = (line) => {
  process.stderr.write(`${line}\n`);
};

/**
 * Paths of the programs: from the cache, or built into it.
 *
 * @throws {Error} that says what is missing and what to do about it.
 */
export async function goPrograms<Name extends string>(
  module: GoModule<Name>,
  log: Log,
  env: NodeJS.ProcessEnv,
): Promise<Programs<Name>> {
  const dir = join(cacheRoot(env), module.name, cacheKey(module));
  const cached = programsIn(dir, module.programs);
  const isMissing = (): boolean => missingFrom(cached).length > 0;
  if (isMissing()) {
    mkdirSync(dir, { recursive: true });
    await oneAtATime(join(dir, 'building.lock'), async () => {
      if (isMissing()) await build(module, dir, log, env);
    });
  }
  return cached;
}

export function programsIn<Name extends string>(dir: string, names: readonly Name[]): Programs<Name> {
  // An object of these names, which the type of fromEntries does not know.
  return Object.fromEntries(names.map((name) => [name, join(dir, name)])) as Programs<Name>;
}

export function missingFrom(programs: Programs<string>): string[] {
  return Object.values(programs).filter((path) => {
    try {
      accessSync(path, constants.X_OK);
      return false;
    } catch {
      return true;
    }
  });
}

/** What the first group of the pattern finds in the module's go.mod. */
export function goMod(dir: string, pattern: RegExp): string {
  const found = pattern.exec(readFileSync(join(dir, 'go.mod'), 'utf8'))?.[1];
  if (found === undefined) throw new Error(`${join(dir, 'go.mod')} has nothing that matches ${pattern}.`);
  return found;
}

/** The reader has to act outside this code, so a stack would only hide the three lines. */
export function plainError(what: string, why: string, whatToDo: string): Error {
  const error = new Error(`${what}\n${why}\n${whatToDo}`);
  error.stack = `Error: ${error.message}`;
  return error;
}

/** Outside the checkout, so that a clean clone does not pay for the build again. */
function cacheRoot(env: NodeJS.ProcessEnv): string {
  const base = env['GUARD_TEST_CACHE'] || env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache');
  return join(base, 'gke-ingress-guard');
}

/** Whatever can change what is built is part of the key, so a cached program is never stale. */
function cacheKey({ dir, files, ldflags }: GoModule<string>): string {
  const hash = createHash('sha256').update(JSON.stringify([platform(), buildFlags(ldflags)]));
  for (const file of files) hash.update(readFileSync(join(dir, file)));
  return hash.digest('hex').slice(0, 16);
}

function platform(): { GOOS: string; GOARCH: string } {
  return { GOOS: process.platform, GOARCH: process.arch === 'x64' ? 'amd64' : process.arch };
}

function buildFlags(ldflags: string): string[] {
  // The commands are the same at every commit of this repository: a stamp of it would only stop Go's own cache.
  return ['-trimpath', '-buildvcs=false', '-ldflags', ldflags];
}

/** Builds beside the final place and renames: no half-written file is ever seen, and of two builds at once either may win. */
async function build(module: GoModule<string>, dir: string, log: Log, env: NodeJS.ProcessEnv): Promise<void> {
  const { what, programs } = module;
  const unfinished = mkdtempSync(join(dir, 'building-'));
  // Whoever ends the process while it builds, with process.exit, leaves nothing behind.
  const remove = () => rmSync(unfinished, { recursive: true, force: true });
  process.once('exit', remove);
  const started = performance.now();
  const elapsed = () => `${Math.round((performance.now() - started) / 1000)} s`;
  log(`Building ${what} into ${dir}, because tests and demo run against real ones, and the cache does not have them.`);
  log(`It takes ${module.duration}, once.`);
  const progress = setInterval(() => log(`Still building ${what}, ${elapsed()} so far.`), progressIntervalMs);
  try {
    await goBuild(module, unfinished, env);
    for (const name of programs) renameSync(join(unfinished, name), join(dir, name));
    log(`Built ${what} in ${elapsed()}.`);
  } finally {
    clearInterval(progress);
    process.off('exit', remove);
    remove();
  }
}

async function goBuild(module: GoModule<string>, outDir: string, env: NodeJS.ProcessEnv): Promise<void> {
  const { dir, packages, ldflags, wayOut, what } = module;
  const failure = await runGo(dir, ['build', ...buildFlags(ldflags), '-o', `${outDir}/`, ...packages], env);
  if (failure.ok) return;
  throw plainError(
    `No ${what}: the build failed. ${failure.why}`,
    'Tests and demo run against real ones, which are built once from their Go modules.',
    `Install Go ${goMod(dir, /^go (\S+)/m)} or later and let it reach a Go module proxy${wayOut}.`,
  );
}

type GoResult = { readonly ok: true; readonly out: string } | { readonly ok: false; readonly why: string };

/** Runs go in the folder of a module. */
export function runGo(dir: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<GoResult> {
  // A go.work above the checkout, or a caller who cross-compiles, is not to change what is built here.
  const goEnv = { ...env, ...platform(), CGO_ENABLED: '0', GOWORK: 'off' };
  return new Promise((resolve) => {
    const go = spawn('go', args, { cwd: dir, env: goEnv, stdio: ['ignore', 'pipe', 'pipe'] });
    // Go ends the compilers that it started.
    const interrupt = () => void go.kill('SIGINT');
    process.once('exit', interrupt);
    let out = '';
    let said = '';
    go.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    go.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4_000);
    });
    go.on('error', (error: NodeJS.ErrnoException) => {
      resolve({ ok: false, why: error.code === 'ENOENT' ? 'The command "go" is not on the PATH.' : error.message });
    });
    go.on('close', (code, signal) => {
      process.off('exit', interrupt);
      if (code === 0) resolve({ ok: true, out });
      else resolve({ ok: false, why: `"go ${args[0]}" ended with ${signal ?? `code ${code}`}:\n${said.trimEnd()}` });
    });
  });
}
