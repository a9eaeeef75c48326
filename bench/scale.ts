// `npm run bench:scale`: the guard beside a cluster of 35,000 objects, and beside one of 1,000, both loaded through real API
// servers. It takes about ten minutes, most of them to load. On machines with taskset the API servers keep to the first core,
// as they run elsewhere in a real cluster; the guard has the others, together with whatever else the machine does.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { compact } from '../test/cluster/compact.ts';
import type { ControlPlane } from '../test/cluster/control-plane.ts';
import { startTestCluster } from '../test/cluster/test-cluster.ts';
import { IMAGE_FLAGS } from '../test/support/attacks.ts';
import { createAuthority } from '../test/support/certificates.ts';
import { type GuardUnderTest, startGuardUnderTest, waitedMs } from './scale/guard-under-test.ts';
import { createAll } from './scale/load-cluster.ts';
import { compare } from './scale/look-ups.ts';
import { namespaces, objects, type Shape } from './scale/objects.ts';
import { readDelays, resync } from './scale/resync.ts';

/** `npm run bench:scale -- 0.1` takes a tenth of the large cluster: no figure to quote, but done in two minutes. */
const SHARE = Number(process.argv[2] ?? 1);
const LARGE: Shape = {
  namespaces: 1000 * SHARE,
  services: 10_000 * SHARE,
  ingresses: 5000 * SHARE,
  deployments: 20_000 * SHARE,
};
const SMALL: Shape = { namespaces: 28, services: 286, ingresses: 143, deployments: 571 };

/** Those that a cluster has without a definition (CRD). */
const KINDS = [
  'Service',
  'Ingress',
  'IngressClass',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'NetworkPolicy',
  'Namespace',
  'ConfigMap',
];
const GOALS = { memoryMiB: 300, startSeconds: 15, ratio: 1.1, loopMs: 20 } as const;
const STARTS = 3;
const SETTLE_MS = 20_000;
const LOOP_DELAY = new URL('scale/loop-delay.mjs', import.meta.url).href;

const print = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'guard-scale-'));
  const [small, large] = await Promise.all([startTestCluster(), startTestCluster()]);
  try {
    await load(small.controlPlane, SMALL);
    await load(large.controlPlane, LARGE);
    keepToFirstCore(small.controlPlane);
    keepToFirstCore(large.controlPlane);
    await measure(dir, small.controlPlane, large.controlPlane);
  } finally {
    await Promise.all([small.stop(), large.stop()]);
    rmSync(dir, { recursive: true, force: true });
  }
}

async function load(controlPlane: ControlPlane, shape: Shape): Promise<void> {
  const startedAtMs = performance.now();
  await createAll(controlPlane, namespaces(shape));
  const all = objects(shape);
  await createAll(controlPlane, all);
  const seconds = Math.round((performance.now() - startedAtMs) / 1000);
  print(`${all.length} objects in ${shape.namespaces} namespaces, loaded in ${seconds} s`);
}

async function measure(dir: string, small: ControlPlane, large: ControlPlane): Promise<void> {
  const tls = await throwAwayPair(join(dir, 'tls'));
  const nodeFlags = IMAGE_FLAGS;
  print(`node ${nodeFlags.join(' ')} dist/main.js serve, as the image runs it in the container of deploy/base`);
  const start = (controlPlane: ControlPlane, more: readonly string[] = []): Promise<GuardUnderTest> =>
    startGuardUnderTest({
      kubeconfig: controlPlane.kubeconfig(),
      tls,
      nodeFlags: [...nodeFlags, ...more],
      kinds: KINDS,
    });
  for (let round = 1; round <= STARTS; round += 1) {
    const guard = await start(large);
    await delay(SETTLE_MS);
    printStart(round, guard);
    await guard.process.stop();
  }
  const delaysFile = join(dir, 'delays.json');
  process.env['GUARD_BENCH_DELAYS'] = delaysFile;
  const [ofSmall, ofLarge] = [await start(small), await start(large, [`--import=${LOOP_DELAY}`])];
  await printLookUps(ofSmall, ofLarge);
  await ofSmall.process.stop();
  await printResync(ofLarge, delaysFile, large);
  await ofLarge.process.stop();
}

function printStart(round: number, guard: GuardUnderTest): void {
  const { readySeconds, syncedSeconds, cpuSeconds, waitedSeconds } = guard.started;
  const { residentMiB, peakMiB } = guard.memory();
  print(
    `start ${round}: ready after ${readySeconds.toFixed(1)} s, every kind known after ${syncedSeconds.toFixed(1)} s (${goal(syncedSeconds, GOALS.startSeconds)} s), ` +
      `of which ${cpuSeconds.toFixed(1)} s of CPU on all threads and ${waitedSeconds.toFixed(1)} s without a core; ` +
      `resident ${Math.round(residentMiB)} MiB, peak ${Math.round(peakMiB)} MiB (${goal(peakMiB, GOALS.memoryMiB)} MiB)`,
  );
}

async function printLookUps(ofSmall: GuardUnderTest, ofLarge: GuardUnderTest): Promise<void> {
  const asked = ({ process: { webhookPort: port, caPem } }: GuardUnderTest, shape: Shape) => ({ port, caPem, shape });
  for (const { what, small, large } of await compare(asked(ofSmall, SMALL), asked(ofLarge, LARGE))) {
    const ratio = large.p50Ms / small.p50Ms;
    print(
      `${what}: p50 ${small.p50Ms.toFixed(3)} ms at 1000 objects, ${large.p50Ms.toFixed(3)} ms at ${35_000 * SHARE}, ratio ${ratio.toFixed(3)} (${goal(ratio, GOALS.ratio)}); ` +
        `p99 ${small.p99Ms.toFixed(2)} and ${large.p99Ms.toFixed(2)} ms`,
    );
  }
}

async function printResync(guard: GuardUnderTest, delaysFile: string, controlPlane: ControlPlane): Promise<void> {
  await readDelays(guard, delaysFile);
  await delay(5000);
  const idle = await readDelays(guard, delaysFile);
  const before = waitedMs(guard.process.pid);
  const forget = async (): Promise<void> => {
    await controlPlane.stopApiServer();
    await compact(controlPlane.etcdUrl);
    await controlPlane.startApiServer();
    keepToFirstCore(controlPlane);
  };
  const { seconds, loop, admissions } = await resync({
    guard,
    delaysFile,
    namespaces: LARGE.namespaces,
    kinds: KINDS,
    forget,
  });
  const { residentMiB, peakMiB } = guard.memory();
  print(
    `resync of everything in ${seconds.toFixed(1)} s: event-loop delay p50 ${loop.p50Ms.toFixed(2)} ms, p99 ${loop.p99Ms.toFixed(1)} ms (${goal(loop.p99Ms, GOALS.loopMs)} ms), ` +
      `longest ${loop.maxMs.toFixed(0)} ms; at rest p99 ${idle.p99Ms.toFixed(1)} ms`,
  );
  print(
    `${admissions.count} admissions meanwhile: p50 ${admissions.p50Ms.toFixed(1)} ms, p99 ${admissions.p99Ms.toFixed(1)} ms, longest ${admissions.maxMs.toFixed(0)} ms; ` +
      `for ${((waitedMs(guard.process.pid) - before) / 1000).toFixed(1)} s of it the guard was ready to run and had no core`,
  );
  print(
    `resident after it ${Math.round(residentMiB)} MiB, peak of the whole run ${Math.round(peakMiB)} MiB (${goal(peakMiB, GOALS.memoryMiB)} MiB)`,
  );
}

function goal(value: number, limit: number): string {
  return `${value <= limit ? 'within' : 'OVER'} ${limit}`;
}

function keepToFirstCore(controlPlane: ControlPlane): void {
  if (cpus().length < 2) return;
  const { etcd, apiServer } = controlPlane.pids();
  for (const pid of [etcd, apiServer]) {
    if (pid === undefined) continue;
    try {
      execFileSync('taskset', ['--all-tasks', '--pid', '--cpu-list', '0', String(pid)]);
    } catch (error) {
      print(`not kept to one core (${error instanceof Error ? error.message : String(error)})`);
    }
  }
}

async function throwAwayPair(dir: string): Promise<{ readonly dir: string; readonly caPem: string }> {
  const authority = await createAuthority('bench');
  const { certPem, keyPem } = await authority.issue({ commonName: 'localhost', dnsNames: ['localhost'] });
  mkdirSync(dir);
  writeFileSync(join(dir, 'tls.crt'), certPem);
  writeFileSync(join(dir, 'tls.key'), keyPem, { mode: 0o600 });
  return { dir, caPem: authority.certPem };
}

await main();
