// Brings real programs from the registries by their ordinary clients, without root, into a cache that the next run finds:
// Debian packages are unpacked, Python and npm packages go into a directory of their own, Go modules and Maven projects are built.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

const { GUARD_TEST_CACHE, XDG_CACHE_HOME, HOME } = process.env;
const CACHE = join(
  GUARD_TEST_CACHE || XDG_CACHE_HOME || join(HOME || homedir(), '.cache'),
  'gke-ingress-guard',
  'real-apps',
);
const TIMEOUT_MS = 10 * 60_000;

/** @returns the root under which the packages lie as they would under / */
export function debianRoot(packages: readonly string[]): string {
  return installed('debian', packages, (directory) => {
    run('apt-get', ['download', ...packages], directory);
    for (const file of globSync('*.deb', { cwd: directory })) run('dpkg-deb', ['-x', file, '.'], directory);
  });
}

/** @param requirements with their versions: `Django==5.2.19` */
export function pythonOf(requirements: readonly string[]): string {
  const root = installed('python', requirements, (directory) => {
    // Its scripts name the directory in which it is made, so that only the interpreter is used, which finds itself.
    run('python3', ['-m', 'venv', '--copies', '.'], directory);
    run('bin/python', ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...requirements], directory);
  });
  return join(root, 'bin', 'python');
}

/** @param program `PATH@VERSION` of a main package */
export function goProgram(program: string): string {
  const root = installed('go', [program], (directory) => {
    run('go', ['install', program], directory, { GOBIN: directory });
  });
  const [file] = globSync('*', { cwd: root });
  if (file === undefined) throw new Error(`go install ${program} made nothing`);
  return join(root, file);
}

/** @param packages with their versions: `express@5.3.0` @returns the directory that has node_modules */
export function npmOf(packages: readonly string[]): string {
  return installed('npm', packages, (directory) => {
    run('npm', ['install', '--silent', '--no-audit', '--no-fund', `--prefix=${directory}`, ...packages], directory);
  });
}

/** @param artifact `GROUP:NAME:VERSION:zip` @returns the directory into which it is unpacked */
export function mavenZip(artifact: string): string {
  return installed('maven', [artifact], (directory) => {
    const copy = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';
    run('mvn', ['-B', '-q', copy, `-Dartifact=${artifact}`, '-DoutputDirectory=.'], directory);
    const [file = ''] = globSync('*.zip', { cwd: directory });
    run('python3', ['-m', 'zipfile', '-e', file, '.'], directory);
    rmSync(join(directory, file));
  });
}

/** @param files of a Maven project that makes one jar @returns the jar */
export function mavenJar(files: Readonly<Record<string, string>>): string {
  const root = installed('jar', Object.values(files), (directory) => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), text);
    }
    run('mvn', ['-B', '-q', 'package'], directory);
  });
  const [jar] = globSync('target/*.jar', { cwd: root });
  if (jar === undefined) throw new Error('mvn package made no jar');
  return join(root, jar);
}

/** What is half made is never taken for the whole: it gets its name in the end. */
function installed(kind: string, names: readonly string[], make: (directory: string) => void): string {
  const key = createHash('sha256').update(names.join(' ')).digest('hex').slice(0, 16);
  const target = join(CACHE, `${kind}-${key}`);
  if (existsSync(target)) return target;
  mkdirSync(CACHE, { recursive: true });
  const directory = mkdtempSync(join(CACHE, 'new-'));
  make(directory);
  renameSync(directory, target);
  return target;
}

function run(command: string, args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): void {
  const { status, stderr, error } = spawnSync(command.includes('/') ? join(cwd, command) : command, args, {
    cwd,
    env: { ...process.env, ...env },
    timeout: TIMEOUT_MS,
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${String(stderr)}`, { cause: error });
}
