// A network namespace of a test's own, with addresses that are not loopback: there Pods of a test have addresses as Pods have them,
// and nothing outside is reached. The test runs itself there, as another process.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MARK = 'GUARD_TEST_NETWORK';
const VITEST = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));

/** Whether this process is in one. */
export const isInOwnNetwork = process.env[MARK] === 'own';

/** Why none can be made here; undefined where one can. */
export function whyNoNetwork(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are of Linux';
  const { status, stderr } = spawnSync('unshare', ['-n', 'ip', 'link', 'set', 'lo', 'up'], { encoding: 'utf8' });
  return status === 0 ? undefined : `no network namespace can be made: ${stderr}`;
}

/** Runs a test file in a network of its own. @throws Error with its output where it fails */
export async function runInOwnNetwork(
  project: string,
  file: string,
  addresses: readonly string[],
): Promise<{ readonly code: unknown; readonly output: string }> {
  const add = addresses.map((address) => `ip addr add ${address}/32 dev lo`);
  const script = ['ip link set lo up', ...add, 'exec "$@"'].join(' && ');
  const words = [process.execPath, VITEST, 'run', '--project', project, file];
  const child = spawn('unshare', ['-n', 'sh', '-c', script, 'sh', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, [MARK]: 'own', NO_COLOR: '1' },
  });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code] = await once(child, 'close');
  return { code, output: Buffer.concat(chunks).toString('utf8') };
}
