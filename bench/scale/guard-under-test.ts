// The guard as the image runs it, compiled, with what the operating system and its own metrics say of it.
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { waitFor } from '../../test/cluster/wait-for.ts';
import { type GuardProcess, startGuard } from '../../test/support/guard-process.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const FACTS = 'apiVersion: gke-ingress-guard.dev/v1\nkind: ClusterFacts\nhttpLoadBalancing: enabled\nvpcNative: true\n';

export interface GuardUnderTest {
  readonly process: GuardProcess;
  readonly started: Start;
  memory(): Memory;
  /** A line of the metrics, by its name with its labels. */
  metric(name: string): Promise<number>;
}

/** Seconds from the start of the process. */
export interface Start {
  readonly readySeconds: number;
  readonly syncedSeconds: number;
  /** That it has computed by then, and that it was ready to run by then and had no core: the rest is waiting for answers. */
  readonly cpuSeconds: number;
  readonly waitedSeconds: number;
}

/** Of the process, in MiB. */
export interface Memory {
  readonly residentMiB: number;
  readonly peakMiB: number;
}

interface GuardUnderTestOptions {
  readonly kubeconfig: string;
  readonly tls: { readonly dir: string; readonly caPem: string };
  /** Of V8. */
  readonly nodeFlags: readonly string[];
  /** Kinds that the cluster has: the view of it is whole when each of them is known. */
  readonly kinds: readonly string[];
}

/** Resolves when it is ready and knows every kind. */
export async function startGuardUnderTest(options: GuardUnderTestOptions): Promise<GuardUnderTest> {
  const { kubeconfig, tls, nodeFlags, kinds } = options;
  const startedAtMs = performance.now();
  const seconds = (): number => (performance.now() - startedAtMs) / 1000;
  const args = ['--drain-seconds=0'];
  const program = [...nodeFlags, PROGRAM];
  const guard = await startGuard({ facts: FACTS, kubeconfig, tls, args, program, keepsLog: false });
  const metrics = async (): Promise<string> => (await ask(guard.healthPort, '/metrics')).body;
  const patience = { timeoutMs: 120_000, intervalMs: 100 };
  const ready = waitFor(
    'the guard to be ready',
    async () => (await ask(guard.healthPort, '/readyz')).status,
    (status) => status === 200,
    patience,
  ).then(seconds);
  const isSynced = (all: string): boolean =>
    kinds.every((kind) => numberOf(all, `guard_snapshot_synced{kind="${kind}"}`) === 1);
  const synced = waitFor('every kind to be known', metrics, isSynced, patience).then(seconds);
  const [readySeconds, syncedSeconds] = await Promise.all([ready, synced]);
  const [cpuSeconds, waitedSeconds] = [cpuSecondsOf(guard.pid), waitedMs(guard.pid) / 1000];
  return {
    process: guard,
    started: { readySeconds, syncedSeconds, cpuSeconds, waitedSeconds },
    memory: () => memoryOf(guard.pid),
    metric: async (name) => numberOf(await metrics(), name),
  };
}

/** How long the main thread was ready to run and had to wait for a core, in milliseconds since its start (Linux schedstat). */
export function waitedMs(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
}

/** Of all threads, in user and system mode; Linux counts hundredths. */
function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function memoryOf(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mebibytes = (field: string): number =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  return { residentMiB: mebibytes('VmRSS'), peakMiB: mebibytes('VmHWM') };
}

/** NaN where there is no such line. */
function numberOf(metrics: string, name: string): number {
  const line = metrics.split('\n').find((one) => one.startsWith(`${name} `));
  return line === undefined ? Number.NaN : Number(line.slice(name.length + 1));
}

function ask(port: number, path: string): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path }, async (response) => {
      resolve({ status: response.statusCode ?? 0, body: await text(response) });
    }).on('error', reject);
  });
}
