// Whatever the watches bring, and however fast: the event loop turns, and each turn is short, so that an admission gets its own.
// Measured in CPU time of the thread, for a busy machine gives it no more. The bound here is one that only a flood taken in at
// once goes beyond; test/soak/flood.test.ts has what an admission may wait.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, it, onTestFinished } from 'vitest';
import { connect } from '../../src/cluster/api/connection.ts';
import { RESOURCES } from '../../src/cluster/api/resources.ts';
import { startLiveView } from '../../src/cluster/view/live-view.ts';
import type { Kind } from '../../src/kubernetes/objects.ts';
import { until } from '../server/support.ts';
import { createAuthority } from '../support/certificates.ts';
import { argocdServer, type RawObject } from '../support/objects.ts';
import { event, kubeconfigFor } from './api-server.ts';
import type { FloodData } from './flood-thread.ts';

/** Several times what a turn takes, and a part of what the flood takes. */
const MOST_MS_A_TURN = 600;
const LOGGER = { info: () => undefined, warn: () => undefined };

/** @returns whether the flood of Deployments has been taken in whole */
async function startFlood(floods: FloodData['floods']): Promise<() => boolean> {
  const authority = await createAuthority('throw-away');
  const pair = await authority.issue({ commonName: 'localhost', ipAddresses: ['127.0.0.1'] });
  const workerData: FloodData = { ...pair, floods };
  const thread = new Worker(new URL('./flood-thread.ts', import.meta.url), { workerData, execArgv: [] });
  const [port] = await once(thread, 'message');
  const connection = connect({ kubeconfig: kubeconfigFor(port, authority.certPem) });
  let isOver = false;
  const onRestart = (kind: Kind, reason: string): void => {
    isOver ||= kind === 'Deployment' && reason === 'closed';
  };
  const view = startLiveView(connection, { configMaps: [], logger: LOGGER, onRestart });
  onTestFinished(async () => {
    await view.stop();
    connection.close();
    await thread.terminate();
  });
  return () => isOver && view.snapshot.count('Deployment') === 1;
}

interface Turns {
  readonly count: number;
  readonly longestMs: number;
}

/** @returns what has been seen since, at each call */
function watchTurns(): () => Turns {
  const cpuMs = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  let [last, count, longestMs, isOver] = [cpuMs(), 0, 0, false];
  const turn = (): void => {
    const now = cpuMs();
    longestMs = Math.max(longestMs, now - last);
    count += 1;
    last = now;
    if (!isOver) setImmediate(turn);
  };
  turn();
  onTestFinished(() => {
    isOver = true;
  });
  return () => ({ count, longestMs });
}

/** Of a Deployment in versions that differ, so that each is taken in. */
function versionsOf(deployment: RawObject, versions: number): readonly string[] {
  return Array.from({ length: versions }, (_, index) => {
    const metadata = { namespace: 'evil', name: 'web', resourceVersion: String(2 + index) };
    return event('MODIFIED', { ...deployment, metadata });
  });
}

it('a flood on every watch leaves each turn of the loop short', async () => {
  const lines = versionsOf(argocdServer(), 50);
  const count = 1000;
  const turns = watchTurns();
  const isOver = await startFlood(Object.fromEntries(RESOURCES.map(({ plural }) => [plural, { lines, count }])));
  await until('the end of the flood', isOver, 50_000);
  expect(turns().count).toBeGreaterThan(100);
  expect(turns().longestMs).toBeLessThan(MOST_MS_A_TURN);
});

it('so does one of Deployments that are as large as an API server takes them', async () => {
  const container = {
    name: 'web',
    image: 'example.com/web',
    env: Array.from({ length: 25_000 }, (_, index) => ({
      name: `VARIABLE_NUMBER_${index}`,
      value: `${index} of many`,
    })),
  };
  const large = { ...argocdServer(), spec: { template: { spec: { containers: [container] } } } };
  const lines = versionsOf(large, 10);
  expect(lines[0]?.length).toBeGreaterThan(1_400_000);
  const turns = watchTurns();
  const isOver = await startFlood({ deployments: { lines, count: 10 } });
  await until('the end of the flood', isOver, 50_000);
  expect(turns().count).toBeGreaterThan(40);
  expect(turns().longestMs).toBeLessThan(MOST_MS_A_TURN);
});
