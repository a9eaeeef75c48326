// `serve --audit --audit-reports` on a real API server that has the real CustomResourceDefinition of openreports.io: what a dashboard
// of policies reads, when it is written, and what the guard leaves alone.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { REPORT_LIMITS } from '../../src/audit/namespace-report.ts';
import { REPORT } from '../gitops/texts.ts';
import { argocdServer, deployment, ingress, service } from '../support/objects.ts';
import { resultAsYaml } from '../support/result-as-yaml.ts';
import { type KubeObject, mustSucceed } from './api-client.ts';
import { defineResources, OPEN_REPORTS } from './custom-resources.ts';
import { factsText, NAME } from './deployed-guard.ts';
import { isGone, isThere, lines, MISSING, metric, policies, type Report, ReportingCluster, said } from './reporting.ts';
import { waitFor } from './wait-for.ts';

const TIMEOUT_MS = 180_000;

let world: ReportingCluster;
beforeAll(async () => {
  world = await ReportingCluster.start();
  await defineResources(world.cluster.client, OPEN_REPORTS);
});
afterAll(() => world?.cluster.stop());
beforeEach(() => world.begin());
afterEach(() => world.end());

describe('a report', () => {
  it('says what is wrong in its namespace, is written when that changes and at no other time, and goes with it', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const stored = await world.store(ingress({ class: 'gce', service: 'absent' }));
    const guard = await world.startReporter();
    const report = await world.until('the report', isThere);
    expect(report).toMatchObject({
      metadata: {
        name: 'gke-ingress-guard',
        namespace: world.namespace,
        labels: { 'app.kubernetes.io/managed-by': 'gke-ingress-guard' },
      },
      source: 'gke-ingress-guard',
      summary: { pass: 0, fail: 1, warn: 0, error: 0, skip: 0 },
      results: [
        {
          source: 'gke-ingress-guard',
          policy: 'backend-service-missing',
          category: 'GKE Ingress',
          result: 'fail',
          severity: 'high',
          scored: true,
          message: `Service "absent" does not exist in namespace "${world.namespace}", so the whole Ingress fails to translate. It is served once the Service is there.`,
          resources: [
            {
              apiVersion: 'networking.k8s.io/v1',
              kind: 'Ingress',
              namespace: world.namespace,
              name: 'web',
              uid: stored.metadata['uid'],
            },
          ],
          properties: {
            certainty: 'certain',
            docs: 'docs/rules/backend-service-missing.md',
            fix: `Create Service "absent" in namespace "${world.namespace}", or name one that is there`,
          },
        },
      ],
    });
    expect(report?.['scope']).toBeUndefined();
    expect(await columns(`/apis/openreports.io/v1alpha1/namespaces/${world.namespace}/reports`)).toEqual([
      ['Name', 'Pass', 'Fail', 'Warn', 'Error', 'Skip', 'Age'],
      ['gke-ingress-guard', 0, 1, 0, 0, 0],
    ]);
    const seconds = report?.results[0]?.timestamp.seconds ?? 0;
    expect(Math.abs(Date.now() / 1000 - seconds)).toBeLessThan(90);

    // Another fault: the first keeps its time.
    await world.store(ingress({ name: 'other', class: 'gce', service: 'gone' }));
    const both = await world.until('the second result', (one) => one?.results.length === 2);
    expect(both?.summary).toMatchObject({ fail: 2 });
    expect(both?.results.find(({ message }) => message.includes('absent'))?.timestamp.seconds).toBe(seconds);

    // Nothing that is found changes with a label.
    await mustSucceed(world.cluster.client.patch(stored, { metadata: { labels: { a: 'b' } } }, { type: 'merge' }));
    const marked = await world.another('mark');
    await world.store(ingress({ class: 'gce', service: 'absent' }), marked);
    await world.until('a report that was asked for later', isThere, { namespace: marked });
    expect((await world.read())?.metadata.resourceVersion).toBe(both?.metadata.resourceVersion);

    await world.removeIngresses();
    await world.until('the report to be gone', isGone);
    await waitFor(
      'the deletion to be counted',
      () => metric(guard, 'guard_audit_report_writes_total'),
      (counts) => counts.some((line) => line.startsWith('guard_audit_report_writes_total{outcome="deleted"}')),
    );
  });

  it('reads as docs/feedback-places.md shows it', { timeout: TIMEOUT_MS }, async () => {
    const shop = await world.another('shop', 'shop');
    const web = await world.store(ingress({ class: 'gce' }), shop);
    const off = await world.startReporter(NAME.name, factsText('httpLoadBalancing: disabled\nvpcNative: true'));
    const refused = await world.until('the report', isThere, { namespace: shop });
    expect(refused?.results.map(resultAsYaml)).toEqual([REPORT.refusal]);
    await off.stop();
    await mustSucceed(world.cluster.client.remove(web));
    await world.store(ingress({ name: 'argocd-server', class: 'gce', service: 'argocd-server' }), shop);
    await world.store(service({ name: 'argocd-server', neg: '{"ingress": true}' }), shop);
    await world.store({ ...argocdServer(), metadata: { name: 'argocd-server' } }, shop);
    await world.startReporter();
    const isOther = (report: Report | undefined): boolean =>
      policies(report).some((one) => one === 'probe-redirects-to-https warn');
    const warned = await world.until('the other report', isOther, { namespace: shop });
    expect(warned?.results.map(resultAsYaml)).toEqual([REPORT.warning]);
  });

  it('names nothing of another namespace, also where that would explain it', { timeout: TIMEOUT_MS }, async () => {
    const elsewhere = await world.another('elsewhere');
    await world.store(service({ name: 'absent' }), elsewhere);
    await world.store(ingress({ class: 'gce', service: 'absent' }));
    await world.startReporter();
    const report = await world.until('the report', isThere);
    expect(policies(report)).toEqual([MISSING]);
    expect(JSON.stringify(report)).not.toContain(elsewhere);
  });

  it('is about the object to change, and names the Ingress behind which it shows', {
    timeout: TIMEOUT_MS,
  }, async () => {
    await world.store(ingress({ class: 'gce' }));
    await world.store(service());
    await world.store(deployment());
    await world.startReporter();
    const report = await world.until('the report', (one) => policies(one).includes('cluster-ip-without-neg fail'));
    expect(report?.results.find(({ policy }) => policy === 'cluster-ip-without-neg')).toMatchObject({
      resources: [{ apiVersion: 'v1', kind: 'Service', namespace: world.namespace, name: 'web' }],
      properties: { ingress: 'web' },
    });
  });

  it('that is edited or in the way is made right, and one of somebody else is left alone', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const body = { apiVersion: 'openreports.io/v1alpha1', kind: 'Report', results: [{ policy: 'theirs' }] };
    const metadata = { namespace: world.namespace, name: 'gke-ingress-guard' };
    const { body: theirs } = await mustSucceed(world.cluster.client.create({ ...body, metadata } as KubeObject));
    // What an earlier leader left, where nothing is wrong any more.
    const left = await world.another('left');
    const labels = { 'app.kubernetes.io/managed-by': 'gke-ingress-guard' };
    await mustSucceed(
      world.cluster.client.create({ ...body, metadata: { ...metadata, namespace: left, labels } } as KubeObject),
    );
    // What somebody has edited.
    const edited = await world.another('edited');
    await mustSucceed(
      world.cluster.client.create({ ...body, metadata: { ...metadata, namespace: edited, labels } } as KubeObject),
    );
    await world.store(ingress({ class: 'gce', service: 'absent' }), edited);
    await world.store(ingress({ class: 'gce', service: 'absent' }));
    const guard = await world.startReporter();
    await world.until('what was edited to be right', (one) => policies(one).includes(MISSING), { namespace: edited });
    await said(guard, "a report of this name is somebody else's");
    await world.until('what was left to be gone', isGone, { namespace: left });
    expect(lines(guard, "a report of this name is somebody else's")).toMatchObject([
      { report: `reports.openreports.io/v1alpha1 ${world.namespace}/gke-ingress-guard` },
    ]);
    expect(await world.read()).toEqual(theirs);
    await mustSucceed(world.cluster.client.remove({ ...body, metadata } as KubeObject));
  });
});

/** What kubectl prints of the first, in capitals; all but its age. */
async function columns(path: string): Promise<readonly (readonly unknown[])[]> {
  const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
  const { body } = await mustSucceed(world.cluster.client.request({ method: 'GET', path, headers }));
  const table = body as {
    readonly columnDefinitions: readonly { readonly name: string; readonly priority: number }[];
    readonly rows: readonly { readonly cells: readonly unknown[] }[];
  };
  // Without -o wide kubectl shows those of priority 0.
  const shown = table.columnDefinitions.flatMap(({ name, priority }, index) =>
    priority === 0 ? [{ name, index }] : [],
  );
  const [first] = table.rows;
  return [shown.map(({ name }) => name), shown.slice(0, -1).map(({ index }) => first?.cells[index])];
}

describe('a namespace with more findings than a report has room for', () => {
  it('has a report of the worst, how many there are in all, and a line for the others', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const names = Array.from({ length: REPORT_LIMITS.results + 20 }, (_, index) => `web-${index}`);
    for (const some of chunks(names, 40)) {
      await Promise.all(some.map((name) => world.store(ingress({ name, class: 'gce', service: 'absent' }))));
    }
    const guard = await world.startReporter();
    const report = await world.until('the report', (one) => one?.summary['fail'] === names.length);
    expect(report?.summary).toEqual({ pass: 0, fail: names.length, warn: 0, error: 0, skip: 1 });
    const more = names.length - (report?.results.length ?? 0) + 1;
    expect(more).toBeGreaterThanOrEqual(20);
    expect(report?.results.at(-1)).toMatchObject({
      policy: 'gke-ingress-guard',
      result: 'skip',
      message: `and ${more} more, for which a report has no room: gke-ingress-guard audit --namespace=${world.namespace} prints all`,
    });
    expect(new Set(policies(report).slice(0, -1))).toEqual(new Set([MISSING]));
    expect(Buffer.byteLength(JSON.stringify(report?.results))).toBeLessThan(REPORT_LIMITS.bytes + 1024);
    expect(await metric(guard, 'guard_audit_unreported_findings')).toEqual([`guard_audit_unreported_findings ${more}`]);
  });
});

function chunks<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}

describe('of several replicas', () => {
  it('one that loses the Lease writes nothing more', { timeout: TIMEOUT_MS }, async () => {
    await world.store(ingress({ class: 'gce', service: 'absent' }));
    const guard = await world.startReporter();
    const before = await world.until('the report', isThere);
    const lease = { namespace: NAME.namespace, name: 'gke-ingress-guard-audit' };
    const ref = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: lease };
    const spec = { holderIdentity: 'somebody', leaseDurationSeconds: 3600, renewTime: '2100-01-01T00:00:00.000000Z' };
    await mustSucceed(world.cluster.client.patch(ref, { spec }, { type: 'merge' }));
    await said(guard, 'this replica no longer audits');
    expect(await metric(guard, 'guard_audit_report_api')).toEqual([
      'guard_audit_report_api{api="openreports.io/v1alpha1"} 0',
      'guard_audit_report_api{api="wgpolicyk8s.io/v1alpha2"} 0',
      'guard_audit_report_api{api="none"} 0',
    ]);
    expect(await metric(guard, 'guard_audit_reports')).toEqual(['guard_audit_reports 0']);
    await world.store(ingress({ name: 'other', class: 'gce', service: 'gone' }));
    await said(guard, 'another replica audits');
    expect(await world.read()).toEqual(before);
    await mustSucceed(world.cluster.client.remove(ref));
  });

  it('the next one goes on without a write, and takes away what is over meanwhile', {
    timeout: TIMEOUT_MS,
  }, async () => {
    await world.store(ingress({ class: 'gce', service: 'absent' }));
    const over = await world.another('over');
    const placed = await world.store(ingress({ class: 'gce', service: 'absent' }), over);
    const first = await world.startReporter();
    const before = await world.until('the report', isThere);
    await world.until('the other report', isThere, { namespace: over });
    await first.stop();
    await mustSucceed(world.cluster.client.remove(placed));
    const second = await world.startReporter();
    await world.until('the report to be gone', isGone, { namespace: over });
    expect(await world.read()).toEqual(before);
    await waitFor(
      'one deletion to be counted, and nothing else',
      () => metric(second, 'guard_audit_report_writes_total'),
      (counts) => counts.join() === 'guard_audit_report_writes_total{outcome="deleted"} 1',
    );
  });
});
