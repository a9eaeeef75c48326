// Where the tests take etcd and kube-apiserver from: a folder the caller names, a cache, or a build from source.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type Binaries = { readonly etcd: string; readonly kubeApiserver: string };
export type Log = (line: string) => void;

const moduleDir = fileURLToPath(new URL('./control-plane/', import.meta.url));
const moduleFiles = ['go.mod', 'go.sum', 'etcd/main.go', 'kube-apiserver/main.go'];
const progressIntervalMs = 30_000;

/** For a caller without a log of its own: results belong to stdout, progress does not. */
export const logToStderr: Log = (line) => {
  process.stderr.write(`${line}\n`);
};

/**
 * Paths of both programs: from `KUBEBUILDER_ASSETS` if that is set, else from the cache, else built into it.
 *
 * @throws {Error} that says what is missing and what to do about it.
 */
export async function controlPlaneBinaries(log: Log, env: NodeJS.ProcessEnv = process.env): Promise<Binaries> {
  const assets = env['KUBEBUILDER_ASSETS'];
  if (assets) return fromAssets(assets);
  const dir = join(cacheRoot(env), cacheKey());
  const cached = binariesIn(dir);
  if (missingFrom(cached).length > 0) await build(dir, log, env);
  return cached;
}

function fromAssets(dir: string): Binaries {
  const binaries = binariesIn(dir);
  const missing = missingFrom(binaries);
  if (missing.length === 0) return binaries;
  throw plainError(
    `KUBEBUILDER_ASSETS is ${JSON.stringify(dir)}, and these are not there or not executable: ${missing.join(', ')}.`,
    'The tests start the etcd and kube-apiserver of that folder.',
    'Fill it (`setup-envtest use -p path` prints a folder that has both), or unset it: the tests then build both.',
  );
}

function binariesIn(dir: string): Binaries {
  return { etcd: join(dir, 'etcd'), kubeApiserver: join(dir, 'kube-apiserver') };
}

function missingFrom(binaries: Binaries): string[] {
  return Object.values(binaries).filter((path) => {
    try {
      accessSync(path, constants.X_OK);
      return false;
    } catch {
      return true;
    }
  });
}

/** Outside the checkout, so that a clean clone does not pay for the build again. */
function cacheRoot(env: NodeJS.ProcessEnv): string {
  const base = env['GUARD_TEST_CACHE'] || env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache');
  return join(base, 'gke-ingress-guard', 'control-plane');
}

/** Whatever can change what is built is part of the key, so a cached binary is never stale. */
function cacheKey(): string {
  const hash = createHash('sha256').update(JSON.stringify([platform(), buildFlags()]));
  for (const file of moduleFiles) hash.update(readFileSync(join(moduleDir, file)));
  return hash.digest('hex').slice(0, 16);
}

function platform(): { GOOS: string; GOARCH: string } {
  return { GOOS: process.platform, GOARCH: process.arch === 'x64' ? 'amd64' : process.arch };
}

function buildFlags(): string[] {
  // Without a version stamped in, the API server says v0.0.0-master.
  const version = `-X k8s.io/component-base/version.gitVersion=${goMod(/^\s*k8s\.io\/kubernetes (v\S+)/m)}`;
  // The commands are the same at every commit of this repository: a stamp of it would only stop Go's own cache.
  return ['-trimpath', '-buildvcs=false', '-ldflags', `-s -w ${version}`];
}

function goMod(pattern: RegExp): string {
  const found = pattern.exec(readFileSync(join(moduleDir, 'go.mod'), 'utf8'))?.[1];
  if (found === undefined) throw new Error(`${join(moduleDir, 'go.mod')} has nothing that matches ${pattern}.`);
  return found;
}

/** Builds beside the final place and renames: no half-written file is ever seen, and of two builds at once either may win. */
async function build(dir: string, log: Log, env: NodeJS.ProcessEnv): Promise<void> {
  mkdirSync(dir, { recursive: true });
  const unfinished = mkdtempSync(join(dir, 'building-'));
  const started = performance.now();
  const elapsed = () => `${Math.round((performance.now() - started) / 1000)} s`;
  log(
    `Building kube-apiserver and etcd into ${dir}, because the tests run against real ones, and neither ` +
      'KUBEBUILDER_ASSETS nor the cache has them.',
  );
  log('It takes about 10 minutes, once.');
  const progress = setInterval(
    () => log(`Still building kube-apiserver and etcd, ${elapsed()} so far.`),
    progressIntervalMs,
  );
  try {
    await goBuild(unfinished, env);
    const from = binariesIn(unfinished);
    const to = binariesIn(dir);
    renameSync(from.etcd, to.etcd);
    renameSync(from.kubeApiserver, to.kubeApiserver);
    log(`Built kube-apiserver and etcd in ${elapsed()}.`);
  } finally {
    clearInterval(progress);
    rmSync(unfinished, { recursive: true, force: true });
  }
}

async function goBuild(outDir: string, env: NodeJS.ProcessEnv): Promise<void> {
  const args = ['build', ...buildFlags(), '-o', `${outDir}/`, './etcd', './kube-apiserver'];
  // A go.work above the checkout, or a caller who cross-compiles, is not to change what is built here.
  const goEnv = { ...env, ...platform(), CGO_ENABLED: '0', GOWORK: 'off' };
  const failure = await new Promise<string | undefined>((resolve) => {
    const go = spawn('go', args, { cwd: moduleDir, env: goEnv, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    go.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4_000);
    });
    go.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'ENOENT' ? 'The command "go" is not on the PATH.' : error.message);
    });
    go.on('close', (code, signal) => {
      resolve(code === 0 ? undefined : `"go build" ended with ${signal ?? `code ${code}`}:\n${said.trimEnd()}`);
    });
  });
  if (failure === undefined) return;
  throw plainError(
    `etcd and kube-apiserver could not be built. ${failure}`,
    'The tests run against a real control plane, which is built once from its Go modules.',
    `Install Go ${goMod(/^go (\S+)/m)} or later and let it reach a Go module proxy, or set KUBEBUILDER_ASSETS ` +
      'to a folder that has etcd and kube-apiserver (`setup-envtest use -p path` prints one).',
  );
}

/** The reader has to act outside this code, so a stack would only hide the three lines. */
function plainError(what: string, why: string, whatToDo: string): Error {
  const error = new Error(`${what}\n${why}\n${whatToDo}`);
  error.stack = `Error: ${error.message}`;
  return error;
}
