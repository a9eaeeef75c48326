// What comes of one report where somebody else writes while the guard does, on a real API server.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { ReportContent } from '../../src/audit/namespace-report.ts';
import type { ReportJob } from '../../src/audit/report-schedule.ts';
import { syncReport } from '../../src/cli/audit/report-sync.ts';
import { type ClusterConnection, connect } from '../../src/cluster/api/connection.ts';
import { mustSucceed } from './api-client.ts';
import type { ObjectRef } from './api-paths.ts';
import { defineResources, OPEN_REPORTS } from './custom-resources.ts';
import { OPEN, ReportingCluster } from './reporting.ts';

let world: ReportingCluster;
beforeAll(async () => {
  world = await ReportingCluster.start();
  await defineResources(world.cluster.client, OPEN_REPORTS);
});
afterAll(() => world?.cluster.stop());
beforeEach(() => world.begin());
afterEach(() => world.end());

describe('where somebody else writes in between', () => {
  const jobOf = (message: string): ReportJob => ({
    kind: OPEN,
    namespace: world.namespace,
    content: contentOf(message),
  });

  /** A connection before whose first request of the method something else happens. */
  function interrupted(
    connection: ClusterConnection,
    method: string,
    first: () => Promise<unknown>,
  ): ClusterConnection {
    let isFirst = true;
    return {
      ...connection,
      request: async (call) => {
        if (isFirst && call.method === method) {
          isFirst = false;
          await first();
        }
        return connection.request(call);
      },
    };
  }

  async function connected(): Promise<ClusterConnection> {
    const connection = connect({ kubeconfig: await world.kubeconfig() });
    onTestFinished(() => connection.close());
    return connection;
  }

  it('the report is read again, and what the other one added stays', async () => {
    const connection = await connected();
    const { signal } = new AbortController();
    await syncReport(connection, jobOf('one'), signal);
    const ref = refOf();
    const label = (): Promise<unknown> =>
      mustSucceed(world.cluster.client.patch(ref, { metadata: { labels: { team: 'shop' } } }, { type: 'merge' }));
    const racing = interrupted(connection, 'PUT', label);
    expect(await syncReport(racing, jobOf('two'), signal)).toMatchObject({ outcome: { kind: 'conflict' } });
    expect((await world.read())?.results[0]?.message).toBe('one');
    expect(await syncReport(racing, jobOf('two'), signal)).toMatchObject({
      outcome: { kind: 'done' },
      write: 'updated',
    });
    expect(await world.read()).toMatchObject({
      metadata: { labels: { team: 'shop', 'app.kubernetes.io/managed-by': 'gke-ingress-guard' } },
      results: [{ message: 'two' }],
    });
  });

  it('nothing is deleted but what was read', async () => {
    const connection = await connected();
    const { signal } = new AbortController();
    await syncReport(connection, jobOf('one'), signal);
    const ref = refOf();
    const replaced = interrupted(connection, 'DELETE', async () => {
      await mustSucceed(world.cluster.client.remove(ref));
      await mustSucceed(world.cluster.client.create({ ...ref, results: [{ policy: 'theirs' }] }));
    });
    const job = { ...jobOf('one'), content: undefined };
    expect(await syncReport(replaced, job, signal)).toMatchObject({ outcome: { kind: 'conflict' } });
    expect(await syncReport(replaced, job, signal)).toMatchObject({ outcome: { kind: 'left' }, write: 'foreign' });
    expect((await world.read())?.results).toEqual([{ policy: 'theirs' }]);
  });

  it('nothing is taken away before it is time, and what is new is said at once', async () => {
    const connection = await connected();
    const { signal } = new AbortController();
    const hold = 1000;
    expect(await syncReport(connection, jobOf('one'), signal, hold)).toMatchObject({ write: 'created' });
    const before = await world.read();
    const later = { outcome: { kind: 'later', afterMs: hold } };
    expect(await syncReport(connection, jobOf('two'), signal, hold)).toMatchObject(later);
    expect(await syncReport(connection, { ...jobOf('one'), content: undefined }, signal, hold)).toMatchObject(later);
    expect(await world.read()).toEqual(before);
    expect(await syncReport(connection, jobOf('two'), signal)).toMatchObject({ write: 'updated' });
  });

  it('one that has come meanwhile is not overwritten', async () => {
    const connection = await connected();
    const { signal } = new AbortController();
    const ref = refOf();
    const racing = interrupted(connection, 'POST', () => mustSucceed(world.cluster.client.create(ref)));
    expect(await syncReport(racing, jobOf('one'), signal)).toMatchObject({ outcome: { kind: 'conflict' } });
    expect((await world.read())?.results).toBeUndefined();
  });
});

function refOf(): ObjectRef {
  return {
    apiVersion: 'openreports.io/v1alpha1',
    kind: 'Report',
    metadata: { namespace: world.namespace, name: 'gke-ingress-guard' },
  };
}

function contentOf(message: string): ReportContent {
  const result = {
    source: 'gke-ingress-guard',
    policy: 'some',
    category: 'GKE Ingress',
    result: 'fail',
    scored: true,
  } as const;
  return { results: [{ ...result, message }], summary: { pass: 0, fail: 1, warn: 0, error: 0, skip: 0 }, beyond: 0 };
}
