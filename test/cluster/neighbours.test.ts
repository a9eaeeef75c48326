// While somebody's large objects keep the guard busy, nothing that it refuses is stored in another namespace: through the real
// API server, as deploy/base is installed (failurePolicy Ignore, timeouts of seconds). test:soak does it for a minute.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GuardProcess } from '../support/guard-process.ts';
import { deployGuard, factsText } from './deployed-guard.ts';
import { attackNeighbour } from './neighbour-attack.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';

const REQUESTS = 40;

let cluster: TestCluster;
let guard: GuardProcess;

beforeAll(async () => {
  cluster = await startTestCluster();
  await cluster.client.createNamespace('evil');
  await cluster.client.createNamespace('shop');
  guard = await deployGuard(cluster.client, {
    facts: factsText('httpLoadBalancing: enabled\nvpcNative: true'),
    kubeconfig: cluster.controlPlane.kubeconfig(),
  });
});
afterAll(async () => {
  await guard?.stop();
  await cluster?.stop();
});

test('lets nothing pass in shop while ten clients send large Ingresses in evil', async () => {
  const seen = await attackNeighbour(cluster.client, guard, (requests) => requests < REQUESTS);
  expect(seen).toMatchObject({ large: { 201: REQUESTS }, stored: [], bystander: { failedProbes: 0, lost: [] } });
  expect(Object.keys(seen.forbidden)).toEqual(['403']);
  // Far more than it takes, for the API server and ten clients have the same cores.
  expect(seen.bystander.slowestProbeMs).toBeLessThan(2000);
}, 180_000);
