// Runs what an image holds as the Deployment's securityContext asks for, as far as a process can: its own file system,
// read-only, a user that is not 0, no capability, no new privileges. The base image is missing here, so the Node.js of the
// checkout and the C library of the machine stand in for it, at the place where a distroless image has them.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { type ReadImage, untar } from '../support/oci-layout.ts';

/** Why no container can be run here; undefined where it can. */
export function whyNoContainer(): string | undefined {
  if (process.platform !== 'linux') return 'containers are made of parts of Linux';
  if (process.getuid?.() !== 0) return 'only root may change its user and mount file systems';
  const { status, stderr } = spawnSync('unshare', ['--mount', 'mount', '--make-rprivate', '/'], { encoding: 'utf8' });
  return status === 0 ? undefined : `no file system can be mounted: ${stderr}`;
}

export interface Container {
  /** The entry point of the image with these arguments, or another program of the image. */
  start(args: readonly string[], entrypoint?: readonly string[]): ChildProcess;
  remove(): void;
}

/** Directories of the machine, by the place where the image is to see them. */
export type Mounts = Readonly<Record<string, string>>;

export function createContainer(image: ReadImage, mounts: Mounts): Container {
  const root = mkdtempSync(join(tmpdir(), 'guard-container-'));
  // What mkdtemp makes is closed to the user of the image.
  chmodSync(root, 0o755);
  for (const layer of image.layers) untar(layer, root, '-z', '-p');
  const libraries = ['/lib', '/lib64', '/usr/lib'].filter((path) => existsSync(path));
  const all: Mounts = {
    '/nodejs/bin': dirname(process.execPath),
    '/proc': '/proc',
    ...Object.fromEntries(libraries.map((path) => [path, path])),
    ...mounts,
  };
  for (const target of Object.keys(all)) mkdirSync(join(root, target), { recursive: true });
  const { Entrypoint, Env, User, WorkingDir } = image.config.config;
  const [uid = '', gid = ''] = User.split(':');
  const script = [
    'set -eu; root="$1"; shift',
    ...Object.entries(all).map(([target, source]) => `mount --rbind '${source}' "$root${target}"`),
    // Last, so that what was mounted before is below it; each of those mounts keeps its own flags.
    'mount --rbind "$root" "$root"; mount -o remount,bind,ro "$root"',
    `exec setpriv --no-new-privs unshare --root="$root" --wd='${WorkingDir}' --setgid=${gid} --setuid=${uid} "$@"`,
  ].join('\n');
  return {
    start: (args, entrypoint = Entrypoint) =>
      // Each of them becomes the next, so that the process that gets signals is the image's.
      spawn('unshare', ['--mount', '--propagation=private', 'sh', '-c', script, 'sh', root, ...entrypoint, ...args], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: Object.fromEntries(Env.map((pair) => pair.split(/=(.*)/s, 2))),
      }),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

interface Output {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

/** Of one that ends by itself. */
export async function output(child: ChildProcess): Promise<Output> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('a container without output');
  const [said, complained, [code]] = await Promise.all([text(stdout), text(stderr), once(child, 'close')]);
  return { code, stdout: said, stderr: complained };
}

interface ServingLine {
  readonly webhook: { readonly port: number };
}

/** @throws Error with what it wrote where it ends before */
export async function serving({ stdout, stderr }: ChildProcess): Promise<ServingLine> {
  if (stdout === null || stderr === null) throw new Error('a container without output');
  const complained = text(stderr);
  const lines: string[] = [];
  return new Promise((resolve, reject) => {
    const reader = createInterface({ input: stdout });
    reader.on('line', (line) => {
      lines.push(line);
      const entry = JSON.parse(line) as ServingLine & { readonly msg?: unknown };
      if (entry.msg === 'serving' && entry.webhook !== undefined) resolve(entry);
    });
    reader.on('close', async () => reject(new Error(`it did not serve: ${lines.join('\n')}${await complained}`)));
  });
}
