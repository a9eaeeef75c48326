// The attack of neighbours.test.ts for a minute, against the compiled guard with the flags of the image. Prints what it saw.
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { IMAGE_FLAGS, MEMORY_LIMIT_MIB, peakMiB } from '../support/attacks.ts';
import type { GuardProcess } from '../support/guard-process.ts';
import { deployGuard, factsText } from './deployed-guard.ts';
import { attackNeighbour } from './neighbour-attack.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const ATTACK_MS = 60_000;
const PROBE_MS = 250;
/** A cold machine compiles kube-apiserver and etcd first. */
const START_MS = 30 * 60_000;

let cluster: TestCluster;
let guard: GuardProcess;

beforeAll(async () => {
  cluster = await startTestCluster();
  await cluster.client.createNamespace('evil');
  await cluster.client.createNamespace('shop');
  guard = await deployGuard(cluster.client, {
    facts: factsText('httpLoadBalancing: enabled\nvpcNative: true'),
    kubeconfig: cluster.controlPlane.kubeconfig(),
    program: [...IMAGE_FLAGS, PROGRAM],
    keepsLog: false,
  });
}, START_MS);
afterAll(async () => {
  await guard?.stop();
  await cluster?.stop();
});

it('lets nothing pass in shop while ten clients send large Ingresses in evil for a minute', async () => {
  let isOver = false;
  const minute = delay(ATTACK_MS).then(() => {
    isOver = true;
  });
  const seen = await attackNeighbour(cluster.client, guard, () => !isOver);
  await minute;
  const peak = peakMiB(guard.pid);
  process.stdout.write(`${JSON.stringify({ ...seen, peakMiB: Math.round(peak) })}\n`);
  expect(seen).toMatchObject({ stored: [], bystander: { failedProbes: 0, unjudged: 0, lost: [] } });
  expect(Object.keys(seen.forbidden)).toEqual(['403']);
  expect(Object.keys(seen.large)).toEqual(['201']);
  expect(seen.bystander.slowestProbeMs).toBeLessThan(PROBE_MS);
  expect(peak).toBeLessThan(MEMORY_LIMIT_MIB);
});
