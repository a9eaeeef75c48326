// `npm run build && node bench/cpu-request.ts`: what a request of CPU means on a full node. The compiled guard shares one core with a
// process that takes all it gets; their nice values share the core out as the kernel does between Pods by their requests.
// Needs taskset, and on a machine that does other things the guard gets less than is said.
import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus, setPriority } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { IMAGE_FLAGS, watchDuring } from '../test/support/attacks.ts';
import { type GuardProcess, startGuard } from '../test/support/guard-process.ts';
import { ingressOf, pathTo, type RawObject } from '../test/support/objects.ts';
import { createReviewClient, reviewOf } from '../test/support/reviews.ts';

/** Weights of the kernel (kernel/sched/core.c, sched_prio_to_weight) beside 1024 at nice 0. */
const REQUESTS = [
  { request: '50m', nice: 13, weight: 56 },
  { request: '100m', nice: 10, weight: 110 },
  { request: '250m', nice: 5, weight: 335 },
] as const;

const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const FACTS = 'apiVersion: gke-ingress-guard.dev/v1\nkind: ClusterFacts\nhttpLoadBalancing: enabled\nvpcNative: true\n';
const CORE = String(cpus().length - 1);
const SECONDS = 20;
const LARGE_CLIENTS = 10;
const PATHS = 4000;
const GCE = { 'kubernetes.io/ingress.class': 'gce' };

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function keepToCore(pid: number): void {
  execFileSync('taskset', ['--all-tasks', '--pid', '--cpu-list', CORE, String(pid)]);
}

async function attack(guard: GuardProcess, review: RawObject, seconds: number): Promise<number> {
  const body = JSON.stringify(review);
  const end = performance.now() + seconds * 1000;
  let answers = 0;
  const clients = Array.from({ length: LARGE_CLIENTS }, async () => {
    const client = createReviewClient({ port: guard.webhookPort, caPem: guard.caPem });
    while (performance.now() < end) {
      await client.post('/validate?timeout=5s', body);
      answers += 1;
    }
    client.close();
  });
  await Promise.all(clients);
  return answers;
}

async function measure(guard: GuardProcess, what: string, task: () => Promise<unknown>): Promise<void> {
  const [startedMs, before] = [performance.now(), cpuSeconds(guard.pid)];
  const seen = await watchDuring(guard, async () => void (await task()));
  const seconds = (performance.now() - startedMs) / 1000;
  const share = ((cpuSeconds(guard.pid) - before) / seconds) * 100;
  process.stdout.write(
    `  ${what}: ${seen.judged} small reviews judged, ${seen.unjudged} not, ${seen.lost.length} lost, slowest ${Math.round(seen.slowestReviewMs)} ms; ` +
      `/livez slowest ${Math.round(seen.slowestProbeMs)} ms; ${share.toFixed(1)} % of a core used\n`,
  );
}

const paths = Array.from({ length: PATHS }, (_, at) => pathTo(`/p${at}`, 'ImplementationSpecific'));
// In another namespace than the small ones of the bystander.
const large = reviewOf({ ...ingressOf(paths), metadata: { name: 'large', namespace: 'evil', annotations: GCE } });
const hog = spawn(process.execPath, ['--eval', 'for (;;);']);
try {
  keepToCore(hog.pid ?? 0);
  for (const { request, nice, weight } of REQUESTS) {
    const guard = await startGuard({
      facts: FACTS,
      args: ['--drain-seconds=0'],
      program: [...IMAGE_FLAGS, PROGRAM],
      keepsLog: false,
    });
    for (const thread of readdirSync(`/proc/${guard.pid}/task`)) setPriority(Number(thread), nice);
    keepToCore(guard.pid);
    process.stdout.write(`${request}, a share of ${((weight / (weight + 1024)) * 100).toFixed(1)} % of a full core\n`);
    await measure(guard, 'small reviews alone', () => delay(SECONDS * 1000));
    await measure(guard, 'beside ten clients with large ones', () => attack(guard, large, SECONDS));
    await guard.stop('SIGKILL');
  }
} finally {
  hog.kill('SIGKILL');
}
