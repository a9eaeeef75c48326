// Leader election on a real API server: several candidates, an outage, hand-overs.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClusterConnection, connect } from '../../src/cluster/api/connection.ts';
import type { ElectionTimes } from '../../src/cluster/lease/candidate.ts';
import { type ElectionEvent, runWhileLeading, type Work } from '../../src/cluster/lease/leader-election.ts';
import { type KubeObject, mustSucceed } from './api-client.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';
import { waitFor } from './wait-for.ts';

/** The shape of the real ones, shorter. */
const SHORT: ElectionTimes = { leaseMs: 6000, renewMs: 4000, retryMs: 400 };
/** With these a test would time out before a Lease does. */
const LONG: ElectionTimes = { leaseMs: 600_000, renewMs: 400_000, retryMs: 200 };

let cluster: TestCluster;
let connection: ClusterConnection;
beforeAll(async () => {
  cluster = await startTestCluster();
  await cluster.client.createNamespace('election');
  connection = connect({ kubeconfig: cluster.controlPlane.kubeconfig() });
});
afterAll(async () => {
  connection?.close();
  await cluster?.stop();
});

/** Candidates for one Lease, who leads, and whether two ever did. */
class Election {
  readonly leading = new Set<string>();
  readonly events: (ElectionEvent & { readonly identity: string })[] = [];
  mostAtOnce = 0;
  readonly #name: string;
  readonly #times: ElectionTimes;
  readonly #running = new Map<string, { readonly stop: AbortController; readonly done: Promise<void> }>();

  constructor(name: string, times: ElectionTimes) {
    this.#name = name;
    this.#times = times;
  }

  add(identity: string, by: ClusterConnection = connection, work: Work = this.#work(identity)): void {
    const stop = new AbortController();
    const options = {
      connection: by,
      lease: { namespace: 'election', name: this.#name },
      identity,
      times: this.#times,
      onEvent: (event: ElectionEvent) => void this.events.push({ ...event, identity }),
    };
    this.#running.set(identity, { stop, done: runWhileLeading(options, work, stop.signal) });
  }

  async remove(identity: string): Promise<void> {
    const running = this.#running.get(identity);
    running?.stop.abort();
    await running?.done;
    this.#running.delete(identity);
  }

  async end(): Promise<void> {
    for (const identity of [...this.#running.keys()]) await this.remove(identity);
  }

  async leader(otherThan = ''): Promise<string> {
    const others = (): string[] => [...this.leading].filter((identity) => identity !== otherThan);
    const found = await waitFor(
      'a leader',
      async () => others(),
      ({ length }) => length === 1,
      { timeoutMs: 45_000 },
    );
    return found[0] ?? '';
  }

  #work(identity: string): Work {
    return async (signal) => {
      this.leading.add(identity);
      this.mostAtOnce = Math.max(this.mostAtOnce, this.leading.size);
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      this.leading.delete(identity);
    };
  }
}

function lease(name: string): KubeObject {
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { namespace: 'election', name } };
}

async function specOf(name: string): Promise<Readonly<Record<string, unknown>>> {
  const { body } = await mustSucceed(cluster.client.get(lease(name)));
  return (body as { readonly spec: Readonly<Record<string, unknown>> }).spec;
}

/** A connection that a test can cut. */
function cuttable(): ClusterConnection & { cut(): void } {
  let isCut = false;
  return {
    ...connection,
    request: (call) => (isCut ? Promise.reject(new Error('cut')) : connection.request(call)),
    cut: () => {
      isCut = true;
    },
  };
}

describe('of three candidates', () => {
  test('one leads, and when it goes another follows at once, without waiting for the Lease to run out', async () => {
    const election = new Election('hand-over', LONG);
    for (const identity of ['a', 'b', 'c']) election.add(identity);
    const first = await election.leader();
    expect(await specOf('hand-over')).toMatchObject({
      holderIdentity: first,
      leaseDurationSeconds: 600,
      leaseTransitions: 1,
    });
    await election.remove(first);
    const second = await election.leader(first);
    expect(await specOf('hand-over')).toMatchObject({ holderIdentity: second, leaseTransitions: 2 });
    await election.remove(second);
    const third = await election.leader(second);
    expect(new Set([first, second, third]).size).toBe(3);
    await election.end();
    expect(await specOf('hand-over')).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
    expect(election.mostAtOnce).toBe(1);
  });

  test('none leads while the API server is away, one does when it is back, and never two', async () => {
    const election = new Election('outage', SHORT);
    for (const identity of ['a', 'b', 'c']) election.add(identity);
    for (let round = 0; round < 2; round++) {
      await election.leader();
      await cluster.controlPlane.stopApiServer();
      await waitFor(
        'the leader to stop',
        async () => election.leading.size,
        (size) => size === 0,
        { timeoutMs: 30_000 },
      );
      await cluster.controlPlane.startApiServer();
    }
    await election.leader();
    expect(election.mostAtOnce).toBe(1);
    expect(election.events.some(({ kind }) => kind === 'failed')).toBe(true);
    await election.end();
  }, 180_000);
});

describe('of two candidates', () => {
  test('one that is cut off stops before the other takes over', async () => {
    const election = new Election('cut-off', SHORT);
    const cut = cuttable();
    election.add('cut', cut);
    expect(await election.leader()).toBe('cut');
    election.add('other');
    cut.cut();
    expect(await election.leader('cut')).toBe('other');
    expect(election.leading).toEqual(new Set(['other']));
    expect(election.mostAtOnce).toBe(1);
    await election.end();
  });

  test('one whose work fails leaves it to the other', async () => {
    const election = new Election('failing', SHORT);
    election.add('failing', connection, async () => {
      throw new Error('the work failed');
    });
    await waitFor(
      'the failure',
      async () => election.events,
      (events) => events.some(({ kind }) => kind === 'work-failed'),
    );
    election.add('other');
    expect(await election.leader()).toBe('other');
    await election.end();
  });
});

test('a Lease that is deleted is made again, by the one that leads', async () => {
  const election = new Election('deleted', LONG);
  election.add('a');
  await election.leader();
  election.add('b');
  await waitFor(
    'the other to follow',
    async () => election.events,
    (events) => events.some(({ kind, identity }) => kind === 'following' && identity === 'b'),
  );
  await mustSucceed(cluster.client.remove(lease('deleted')));
  await waitFor(
    'the Lease',
    () => cluster.client.get(lease('deleted')),
    ({ status }) => status === 200,
  );
  expect(await specOf('deleted')).toMatchObject({ holderIdentity: 'a' });
  expect(election.mostAtOnce).toBe(1);
  await election.end();
});

test('what others have written to the Lease stays', async () => {
  await mustSucceed(
    cluster.client.create({
      ...lease('labelled'),
      metadata: { namespace: 'election', name: 'labelled', labels: { team: 'shop' } },
    }),
  );
  const election = new Election('labelled', LONG);
  election.add('a');
  await election.leader();
  await election.end();
  expect((await cluster.client.get(lease('labelled'))).body).toMatchObject({ metadata: { labels: { team: 'shop' } } });
});
