// Brings real programs from the registries by their ordinary clients, without root, into a cache that the next run finds:
// Debian packages are unpacked, Python packages go into an environment of their own, Go modules are built.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, mkdtempSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

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
