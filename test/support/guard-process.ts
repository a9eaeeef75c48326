// The real guard as a child process: `serve` on loopback, with a throw-away certificate, as a cluster would run it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createAuthority } from './certificates.ts';
import { MAIN } from './program.ts';

/** The name that the API server asks for: NAME.NAMESPACE.svc of the Service in deploy/base. */
const GUARD_DNS_NAME = 'gke-ingress-guard.gke-ingress-guard.svc';

export interface GuardOptions {
  /** Content of the facts file; left out, no facts are given. */
  readonly facts?: string;
  /** 0 for any free port. */
  readonly port?: number;
  /** A directory with tls.crt and tls.key, and who signed them; left out, the guard gets a throw-away pair. */
  readonly tls?: { readonly dir: string; readonly caPem: string };
  readonly args?: readonly string[];
  /** Of the cluster to look at; left out, neither it nor Google is asked. */
  readonly kubeconfig?: string;
  /** Laid over the environment of the tests. */
  readonly env?: Readonly<Record<string, string>>;
  /** What node runs, with flags for it in front; left out, the sources. */
  readonly program?: readonly string[];
  /** False lets the log run into nothing once the guard serves: a benchmark must not measure who reads it. */
  readonly keepsLog?: boolean;
}

export interface GuardProcess extends ServingProcess {
  /** PEM of the authority that signed the serving certificate. */
  readonly caPem: string;
  readonly factsFile: string;
}

export interface ServingProcess {
  /** That both ports are on. */
  readonly address: string;
  readonly webhookPort: number;
  readonly healthPort: number;
  readonly pid: number;
  /** Since the process was started. */
  aliveMs(): number;
  /** Log lines so far, parsed. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** Resolves once the process has ended and all that it wrote is in the log. */
  readonly ended: Promise<Ending>;
  /** SIGTERM, or another signal, then what became of it; also after it has ended. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<Ending>;
}

interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
}

/** @throws Error with the output of the guard where it ends before it serves */
export async function startGuard({
  facts,
  port = 0,
  tls,
  args = [],
  kubeconfig,
  env = {},
  program = [MAIN],
  keepsLog = true,
}: GuardOptions = {}): Promise<GuardProcess> {
  const dir = mkdtempSync(join(tmpdir(), 'guard-serve-'));
  const { dir: tlsDir, caPem } = tls ?? (await throwAwayPair(join(dir, 'tls')));
  const factsFile = join(dir, 'facts.yaml');
  if (facts !== undefined) writeFileSync(factsFile, facts);
  const words = [
    'serve',
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    '--health-port=0',
    `--tls-dir=${tlsDir}`,
    ...(kubeconfig === undefined ? ['--no-cluster'] : [`--kubeconfig=${kubeconfig}`]),
    // A test that has no Google of its own must not ask the real one.
    ...(kubeconfig === undefined || 'GCE_METADATA_HOST' in env ? [] : ['--no-gke-api']),
  ];
  const factsWords = facts === undefined ? [] : [`--facts=${factsFile}`];
  const guard = await startServing([...words, ...factsWords, ...args], { env, program, keepsLog });
  void guard.ended.then(() => rmSync(dir, { recursive: true, force: true }));
  return { ...guard, caPem, factsFile };
}

/**
 * @param words the whole command line
 * @throws Error with the output of the guard where it ends before it serves
 */
export async function startServing(
  words: readonly string[],
  options: Pick<GuardOptions, 'env' | 'program' | 'keepsLog'> = {},
): Promise<ServingProcess> {
  const isServing = ({ msg, webhook, health }: LogLine): boolean =>
    msg === 'serving' && webhook !== undefined && health !== undefined;
  const { line, ...started } = await startLogging(words, isServing, options);
  const { webhook, health } = line as {
    readonly webhook: { host: string; port: number };
    readonly health: { port: number };
  };
  return { ...started, address: webhook.host, webhookPort: webhook.port, healthPort: health.port };
}

type LogLine = Readonly<Record<string, unknown>>;

interface LoggingProcess extends Omit<ServingProcess, 'address' | 'webhookPort' | 'healthPort'> {
  /** The one that was waited for. */
  readonly line: LogLine;
}

/**
 * A command that goes on until it is stopped.
 * @param isThere what it logs once it does its work
 * @throws Error with its output where it ends before
 */
export async function startLogging(
  words: readonly string[],
  isThere: (line: LogLine) => boolean,
  { env = {}, program = [MAIN], keepsLog = true }: Pick<GuardOptions, 'env' | 'program' | 'keepsLog'> = {},
): Promise<LoggingProcess> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [...program, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  // A test process that ends without asking takes its guard along.
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as string | null,
  }));
  void ended.then(() => process.off('exit', kill));
  const log: LogLine[] = [];
  const line = await untilLogged(child, log, isThere, keepsLog);
  const stop: ServingProcess['stop'] = (signal = 'SIGTERM') => {
    child.kill(signal);
    return ended;
  };
  return { line, pid: child.pid ?? 0, aliveMs: () => performance.now() - startedMs, log, ended, stop };
}

/** Makes the directory. */
export async function throwAwayPair(dir: string): Promise<{ readonly dir: string; readonly caPem: string }> {
  const authority = await createAuthority('gke-ingress-guard throw-away CA');
  const names = { commonName: GUARD_DNS_NAME, dnsNames: [GUARD_DNS_NAME, 'localhost'], ipAddresses: ['127.0.0.1'] };
  const { certPem, keyPem } = await authority.issue(names);
  mkdirSync(dir);
  writeFileSync(join(dir, 'tls.crt'), certPem);
  writeFileSync(join(dir, 'tls.key'), keyPem, { mode: 0o600 });
  return { dir, caPem: authority.certPem };
}

function untilLogged(
  child: ChildProcess,
  log: LogLine[],
  isThere: (line: LogLine) => boolean,
  keepsLog: boolean,
): Promise<LogLine> {
  return new Promise((resolve, reject) => {
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.once('exit', () => reject(new Error(`it ended before it did its work: ${stderr}`)));
    if (child.stdout === null) return;
    const { stdout } = child;
    const lines = createInterface({ input: stdout }).on('line', (line) => {
      // Every line of the log is one JSON object.
      const entry = JSON.parse(line) as LogLine;
      log.push(entry);
      if (!isThere(entry)) return;
      resolve(entry);
      if (keepsLog) return;
      lines.close();
      stdout.resume();
    });
  });
}
