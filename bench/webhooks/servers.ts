// What is measured: each a process of its own on loopback HTTPS, kept to the first core.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../test/cluster/free-port.ts';
import { waitFor } from '../../test/cluster/wait-for.ts';
import { IMAGE_FLAGS } from '../../test/support/attacks.ts';
import { createAuthority } from '../../test/support/certificates.ts';
import { startGuard } from '../../test/support/guard-process.ts';

export interface Server {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  readonly paths: { readonly mutate: string; readonly validate: string };
  stop(): Promise<void>;
}

/** A directory with ca.crt, tls.crt and tls.key. */
export interface Tls {
  readonly dir: string;
  readonly caPem: string;
}

/** A certificate for localhost, by an authority of its own; nothing of it is kept. */
export async function throwAwayTls(dir: string): Promise<Tls> {
  const authority = await createAuthority('bench');
  const names = { commonName: 'localhost', dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'] };
  const { certPem, keyPem } = await authority.issue(names);
  mkdirSync(dir);
  for (const [name, text] of Object.entries({ 'ca.crt': authority.certPem, 'tls.crt': certPem, 'tls.key': keyPem })) {
    writeFileSync(join(dir, name), text);
  }
  return { dir, caPem: authority.certPem };
}

const PLAIN_PATHS = { mutate: '/mutate', validate: '/validate' } as const;
const here = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

export async function startNode(name: string, file: string, { dir }: Tls): Promise<Server> {
  const words = [here(file), join(dir, 'tls.crt'), join(dir, 'tls.key')];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  return { name, port: await firstNumber(child), pid: pidOf(child), paths: PLAIN_PATHS, stop: () => end(child) };
}

export const FACTS = `apiVersion: gke-ingress-guard.dev/v1
kind: ClusterFacts
httpLoadBalancing: enabled
vpcNative: true
`;

/**
 * Compiled, with the flags of the image and the heap of its container, metrics and the log of level info.
 * @param policy a directory; left out, every rule is on
 */
export async function startOurs(
  name: string,
  tls: Tls,
  kubeconfig: string | undefined,
  policy?: string,
): Promise<Server> {
  const guard = await startGuard({
    facts: FACTS,
    tls,
    args: ['--drain-seconds=0', ...(policy === undefined ? [] : [`--policy=${policy}`])],
    program: [...IMAGE_FLAGS, here('../dist/main.js')],
    keepsLog: false,
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
  });
  const ready = async (): Promise<boolean> =>
    (await fetch(`http://127.0.0.1:${guard.healthPort}/readyz`)).status === 200;
  await waitFor('the guard to be ready', ready, (isReady) => isReady, { timeoutMs: 120_000, intervalMs: 100 });
  return {
    name,
    port: guard.webhookPort,
    pid: guard.pid,
    paths: PLAIN_PATHS,
    stop: async () => void (await guard.stop()),
  };
}

export async function startGo(name: string, program: string, { dir }: Tls): Promise<Server> {
  const port = await freePort();
  const child = spawn(program, [`--cert-dir=${dir}`, `--port=${port}`], { stdio: 'ignore' });
  await untilOpen(port);
  return { name, port, pid: pidOf(child), paths: PLAIN_PATHS, stop: () => end(child) };
}

/** @param level info is its default, error its quietest */
export async function startPepr(name: string, level: 'info' | 'error', { dir, caPem }: Tls): Promise<Server> {
  const home = installPepr();
  const [cert, key] = [join(dir, 'tls.crt'), join(dir, 'tls.key')];
  const stub = spawn(process.execPath, [here('webhooks/stub-kube-api.ts'), cert, key], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stubPort = await firstNumber(stub);
  const kubeconfig = join(dir, 'pepr-kubeconfig.json');
  writeFileSync(kubeconfig, JSON.stringify(kubeconfigOf(`https://localhost:${stubPort}`, caPem)));
  const port = await freePort();
  const env = {
    ...process.env,
    KUBECONFIG: kubeconfig,
    PEPR_API_PATH: 'bench',
    SSL_KEY_PATH: key,
    SSL_CERT_PATH: cert,
    LOG_LEVEL: level,
    PORT: String(port),
  };
  const child = spawn(process.execPath, [join(home, 'module.cjs')], { stdio: 'ignore', env });
  const healthy = (): number => {
    const words = ['-s', '-o', '/dev/null', '-w', '%{http_code}', '--cacert', join(dir, 'ca.crt')];
    try {
      return Number(execFileSync('curl', [...words, `https://localhost:${port}/healthz`]));
    } catch {
      return 0;
    }
  };
  await waitFor(
    'Pepr to serve',
    async () => healthy(),
    (status) => status === 200,
    { timeoutMs: 60_000, intervalMs: 250 },
  );
  const paths = { mutate: '/mutate/bench', validate: '/validate/bench' };
  return { name, port, pid: pidOf(child), paths, stop: async () => void (await Promise.all([end(child), end(stub)])) };
}

/** Into the cache of the tests, once; its package.json is beside the module. @returns where it is */
function installPepr(): string {
  const root = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const home = join(root, 'gke-ingress-guard', 'pepr-1.1.4');
  if (!existsSync(join(home, 'node_modules', 'pepr', 'dist', 'lib.js'))) {
    rmSync(home, { recursive: true, force: true });
    mkdirSync(home, { recursive: true });
    cpSync(here('peers/pepr/package.json'), join(home, 'package.json'));
    const words = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--legacy-peer-deps'];
    execFileSync('npm', words, { cwd: home, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  cpSync(here('peers/pepr/module.cjs'), join(home, 'module.cjs'));
  return home;
}

function kubeconfigOf(server: string, caPem: string): object {
  const authority = Buffer.from(caPem).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'bench',
    clusters: [{ name: 'bench', cluster: { server, 'certificate-authority-data': authority } }],
    users: [{ name: 'bench', user: { token: 'bench' } }],
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench', namespace: 'default' } }],
  };
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('The process was not started.');
  return pid;
}

async function firstNumber(child: ChildProcess): Promise<number> {
  if (child.stdout === null) throw new Error('The process has no output.');
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return Number(line);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function untilOpen(port: number): Promise<void> {
  const { connect } = await import('node:net');
  const isOpen = (): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
    });
  await waitFor(`port ${port}`, isOpen, (open) => open, { timeoutMs: 30_000, intervalMs: 100 });
}
