// Redis, which Argo CD keeps its cache in: the machine's own, else Debian's package, unpacked into the cache of the tests.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { freePort } from '../cluster/free-port.ts';
import { type ServerProcess, startServerProcess } from '../cluster/server-process.ts';
import { debianRoot } from '../real-apps/install.ts';

const PACKAGES = ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1', 'libatomic1'];

interface Program {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface Redis {
  readonly address: string;
  readonly process: ServerProcess;
}

/** @throws {Error} where there is none, and none can be installed. */
export async function startRedis(dir: string): Promise<Redis> {
  const { path, env } = installed() ?? unpacked();
  const port = await freePort();
  const flags = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no', '--dir', dir];
  const process = await startServerProcess(path, flags, join(dir, 'redis.log'), env);
  return { address: `127.0.0.1:${port}`, process };
}

function installed(): Program | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const path = folders.map((folder) => join(folder, 'redis-server')).find((file) => existsSync(file));
  return path === undefined ? undefined : { path, env: {} };
}

function unpacked(): Program {
  try {
    const root = debianRoot(PACKAGES);
    const libraries = join(root, 'usr', 'lib', `${MACHINES[process.arch] ?? process.arch}-linux-gnu`);
    return { path: join(root, 'usr', 'bin', 'redis-server'), env: { LD_LIBRARY_PATH: libraries } };
  } catch (error) {
    throw new Error('Argo CD needs Redis: install redis-server, or let apt-get download it.', { cause: error });
  }
}

/** As Debian calls what Node calls otherwise. */
const MACHINES: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };
