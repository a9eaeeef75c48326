// `serve --audit --audit-reports` with the rights of deploy/components/audit-reports and the real CustomResourceDefinitions, on a
// real API server: what a dashboard of policies reads, and what the guard leaves alone.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { REPORT_LIMITS, type ReportContent } from '../../src/audit/namespace-report.ts';
import type { ReportJob } from '../../src/audit/report-schedule.ts';
import { syncReport } from '../../src/cli/audit/report-sync.ts';
import { type ClusterConnection, connect } from '../../src/cluster/api/connection.ts';
import { REPORT_KINDS, type ReportKind } from '../../src/kubernetes/report-kinds.ts';
import { type GuardProcess, startGuard } from '../support/guard-process.ts';
import { renderTogether } from '../support/kustomize.ts';
import { deployment, ingress, type RawObject, service } from '../support/objects.ts';
import { type KubeObject, mustSucceed } from './api-client.ts';
import { defineResources, OPEN_REPORTS, POLICY_REPORTS, removeResources } from './custom-resources.ts';
import { factsText, NAME } from './deployed-guard.ts';
import { serviceAccountKubeconfig } from './service-account.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';
import { waitFor } from './wait-for.ts';

const TIMEOUT_MS = 180_000;
const MANIFESTS = renderTogether(['base'], ['components/audit', 'components/audit-reports']);
const ACCOUNT_KINDS = ['Namespace', 'ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'];
const [OPEN, POLICY] = REPORT_KINDS as readonly [ReportKind, ReportKind]; // as the table has them
const ADD_ON_ON = 'httpLoadBalancing: enabled\nvpcNative: true';

interface Result {
  readonly policy: string;
  readonly result: string;
  readonly message: string;
  readonly timestamp: { readonly seconds: number };
  readonly properties?: Readonly<Record<string, string>>;
}

interface Report extends KubeObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly resourceVersion: string;
    readonly uid: string;
  };
  readonly results: readonly Result[];
  readonly summary: Readonly<Record<string, number>>;
}

let cluster: TestCluster;
let worlds = 0;
let namespace = '';
const namespaces: string[] = [];
const guards: GuardProcess[] = [];
beforeAll(async () => {
  cluster = await startTestCluster();
  for (const one of MANIFESTS.filter(({ kind }) => ACCOUNT_KINDS.includes(kind))) {
    await mustSucceed(cluster.client.create(one, { fieldValidation: 'Strict' }));
  }
});
afterAll(() => cluster?.stop());
beforeEach(async () => {
  worlds += 1;
  namespace = await another('reported');
});
afterEach(async () => {
  for (const guard of guards.splice(0)) await guard.stop();
  // So that nothing of one test is found in the next.
  for (const one of namespaces.splice(0)) await empty(one);
});

async function another(name: string): Promise<string> {
  const full = `${name}-${worlds}`;
  await cluster.client.createNamespace(full);
  namespaces.push(full);
  return full;
}

async function empty(where: string): Promise<void> {
  const ingresses = `/apis/networking.k8s.io/v1/namespaces/${where}/ingresses`;
  for (const path of [ingresses, ...REPORT_KINDS.map((kind) => pathOf(kind, where))]) {
    await cluster.client.request({ method: 'DELETE', path });
  }
}

/** Of a namespace that is not the test's first. */
async function storeIn(where: string, object: RawObject): Promise<KubeObject> {
  const raw = object as KubeObject;
  return (await mustSucceed(cluster.client.create({ ...raw, metadata: { ...raw.metadata, namespace: where } })))
    .body as KubeObject;
}

function store(object: RawObject): Promise<KubeObject> {
  return storeIn(namespace, object);
}

async function startReporter(name = NAME.name): Promise<GuardProcess> {
  const kubeconfig = await serviceAccountKubeconfig(cluster, { namespace: NAME.namespace, name });
  const args = ['--drain-seconds=0', '--audit', '--audit-reports'];
  const guard = await startGuard({ facts: factsText(ADD_ON_ON), kubeconfig, args });
  guards.push(guard);
  return guard;
}

function pathOf({ group, version, plural }: ReportKind, where = namespace): string {
  return `/apis/${group}/${version}/namespaces/${where}/${plural}`;
}

async function reportIn(kind: ReportKind, where = namespace): Promise<Report | undefined> {
  const path = `${pathOf(kind, where)}/gke-ingress-guard`;
  const { status, body } = await cluster.client.request({ method: 'GET', path });
  if (status === 404) return undefined;
  expect(status).toBe(200);
  return body as Report; // as its CustomResourceDefinition has it
}

function eventually(
  kind: ReportKind,
  what: string,
  isIt: (report: Report | undefined) => boolean,
): Promise<Report | undefined> {
  return waitFor(what, () => reportIn(kind), isIt, { timeoutMs: 90_000 });
}

function policies(report: Report | undefined): readonly string[] {
  return (report?.results ?? []).map(({ policy, result }) => `${policy} ${result}`);
}

function lines(guard: GuardProcess, text: string): readonly Readonly<Record<string, unknown>>[] {
  return guard.log.filter(({ msg }) => String(msg).startsWith(text));
}

function said(guard: GuardProcess, text: string): Promise<unknown> {
  return waitFor(
    `"${text}"`,
    async () => lines(guard, text).length,
    (count) => count > 0,
    { timeoutMs: 90_000 },
  );
}

async function metric(guard: GuardProcess, name: string): Promise<readonly string[]> {
  const text = await (await fetch(`http://127.0.0.1:${guard.healthPort}/metrics`)).text();
  return text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
}

const MISSING = 'backend-service-missing fail';

describe('without an API for reports', () => {
  it('says so once, and finds the API that comes later, and the newer one after that', {
    timeout: TIMEOUT_MS,
  }, async () => {
    await store(ingress({ class: 'gce', service: 'absent' }));
    const guard = await startReporter();
    await said(guard, 'no reports are written');
    expect(await metric(guard, 'guard_audit_report_api')).toContain('guard_audit_report_api{api="none"} 1');

    await defineResources(cluster.client, POLICY_REPORTS);
    const old = await eventually(POLICY, 'the PolicyReport', (report) => report !== undefined);
    expect(policies(old)).toContain(MISSING);
    expect(lines(guard, 'no reports are written')).toHaveLength(1);
    expect(lines(guard, 'reports are written').map(({ api }) => api)).toEqual([
      'policyreports.wgpolicyk8s.io/v1alpha2',
    ]);
    // It has no such field.
    expect(old?.['source']).toBeUndefined();
    expect(old?.results.map((one) => (one as unknown as { source: string }).source)).toContain('gke-ingress-guard');

    await defineResources(cluster.client, OPEN_REPORTS);
    const fresh = await eventually(OPEN, 'the Report', (report) => report !== undefined);
    expect(fresh).toMatchObject({ source: 'gke-ingress-guard', summary: old?.summary });
    expect(policies(fresh)).toEqual(policies(old));
    await eventually(POLICY, 'the PolicyReport to be gone', (report) => report === undefined);
    expect(await metric(guard, 'guard_audit_report_api')).toEqual([
      'guard_audit_report_api{api="openreports.io/v1alpha1"} 1',
      'guard_audit_report_api{api="wgpolicyk8s.io/v1alpha2"} 0',
      'guard_audit_report_api{api="none"} 0',
    ]);
    await guard.stop();
    await removeResources(cluster.client, POLICY_REPORTS);
  });
});

describe('a report', () => {
  it('says what is wrong in its namespace, is written when that changes and at no other time, and goes with it', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const stored = await store(ingress({ class: 'gce', service: 'absent' }));
    const guard = await startReporter();
    const report = await eventually(OPEN, 'the report', (one) => one !== undefined);
    expect(report).toMatchObject({
      metadata: {
        name: 'gke-ingress-guard',
        namespace,
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
          message: `Service "absent" does not exist in namespace "${namespace}", so the whole Ingress fails to translate. It is served once the Service is there.`,
          resources: [
            {
              apiVersion: 'networking.k8s.io/v1',
              kind: 'Ingress',
              namespace,
              name: 'web',
              uid: stored.metadata['uid'],
            },
          ],
          properties: {
            certainty: 'certain',
            docs: 'docs/rules/backend-service-missing.md',
            fix: `Create Service "absent" in namespace "${namespace}", or name one that is there`,
          },
        },
      ],
    });
    expect(report?.['scope']).toBeUndefined();
    const seconds = report?.results[0]?.timestamp.seconds ?? 0;
    expect(Math.abs(Date.now() / 1000 - seconds)).toBeLessThan(90);

    // Another fault: the first keeps its time.
    await store(ingress({ name: 'other', class: 'gce', service: 'gone' }));
    const both = await eventually(OPEN, 'the second result', (one) => one?.results.length === 2);
    expect(both?.summary).toMatchObject({ fail: 2 });
    expect(both?.results.find(({ message }) => message.includes('absent'))?.timestamp.seconds).toBe(seconds);

    // Nothing that is found changes: a label of an Ingress, and its status.
    await mustSucceed(cluster.client.patch(stored, { metadata: { labels: { a: 'b' } } }, { type: 'merge' }));
    const marked = await another('mark');
    await storeIn(marked, ingress({ class: 'gce', service: 'absent' }));
    await waitFor(
      'a report that was asked for later',
      () => reportIn(OPEN, marked),
      (one) => one !== undefined,
      { timeoutMs: 60_000 },
    );
    expect((await reportIn(OPEN))?.metadata.resourceVersion).toBe(both?.metadata.resourceVersion);

    const ingresses = `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`;
    await cluster.client.request({ method: 'DELETE', path: ingresses });
    await eventually(OPEN, 'the report to be gone', (one) => one === undefined);
    await waitFor(
      'the deletion to be counted',
      () => metric(guard, 'guard_audit_report_writes_total'),
      (counts) => counts.some((line) => line.startsWith('guard_audit_report_writes_total{outcome="deleted"}')),
    );
  });

  it('names nothing of another namespace, also where that would explain it', { timeout: TIMEOUT_MS }, async () => {
    const elsewhere = await another('elsewhere');
    await storeIn(elsewhere, service({ name: 'absent' }));
    await store(ingress({ class: 'gce', service: 'absent' }));
    await startReporter();
    const report = await eventually(OPEN, 'the report', (one) => one !== undefined);
    expect(policies(report)).toEqual([MISSING]);
    expect(JSON.stringify(report)).not.toContain(elsewhere);
  });

  it('is about the object to change, and names the Ingress behind which it shows', {
    timeout: TIMEOUT_MS,
  }, async () => {
    await store(ingress({ class: 'gce' }));
    await store(service());
    await store(deployment());
    await startReporter();
    const report = await eventually(OPEN, 'the report', (one) => policies(one).includes('cluster-ip-without-neg fail'));
    expect(report?.results.find(({ policy }) => policy === 'cluster-ip-without-neg')).toMatchObject({
      resources: [{ apiVersion: 'v1', kind: 'Service', namespace, name: 'web' }],
      properties: { ingress: 'web' },
    });
  });

  it('that is edited or in the way is made right, and one of somebody else is left alone', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const body = { apiVersion: 'openreports.io/v1alpha1', kind: 'Report', results: [{ policy: 'theirs' }] };
    const metadata = { namespace, name: 'gke-ingress-guard' };
    const { body: theirs } = await mustSucceed(cluster.client.create({ ...body, metadata } as KubeObject));
    // What an earlier leader left, where nothing is wrong any more.
    const left = await another('left');
    const labels = { 'app.kubernetes.io/managed-by': 'gke-ingress-guard' };
    await mustSucceed(
      cluster.client.create({ ...body, metadata: { ...metadata, namespace: left, labels } } as KubeObject),
    );
    await store(ingress({ class: 'gce', service: 'absent' }));
    const guard = await startReporter();
    await said(guard, "a report of this name is somebody else's");
    await waitFor(
      'what was left to be gone',
      () => reportIn(OPEN, left),
      (one) => one === undefined,
      { timeoutMs: 60_000 },
    );
    expect(lines(guard, "a report of this name is somebody else's")).toMatchObject([
      { report: `reports.openreports.io/v1alpha1 ${namespace}/gke-ingress-guard` },
    ]);
    expect(await reportIn(OPEN)).toEqual(theirs);
    await mustSucceed(cluster.client.remove({ ...body, metadata } as KubeObject));
  });
});

describe('a namespace with more findings than a report has room for', () => {
  it('has a report of the worst, how many there are in all, and a line for the others', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const names = Array.from({ length: REPORT_LIMITS.results + 20 }, (_, index) => `web-${index}`);
    for (const some of chunks(names, 40)) {
      await Promise.all(some.map((name) => store(ingress({ name, class: 'gce', service: 'absent' }))));
    }
    const guard = await startReporter();
    const report = await eventually(OPEN, 'the report', (one) => one?.summary['fail'] === names.length);
    expect(report?.summary).toEqual({ pass: 0, fail: names.length, warn: 0, error: 0, skip: 1 });
    const more = names.length - (report?.results.length ?? 0) + 1;
    expect(more).toBeGreaterThanOrEqual(20);
    expect(report?.results.at(-1)).toMatchObject({
      policy: 'gke-ingress-guard',
      result: 'skip',
      message: `and ${more} more, for which a report has no room: gke-ingress-guard audit --namespace=${namespace} prints all`,
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

describe('where somebody else writes in between', () => {
  const jobOf = (message: string): ReportJob => ({ kind: OPEN, namespace, content: contentOf(message) });

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
    const kubeconfig = await serviceAccountKubeconfig(cluster, { namespace: NAME.namespace, name: NAME.name });
    const connection = connect({ kubeconfig });
    onTestFinished(() => connection.close());
    return connection;
  }

  it('the report is read again, and what the other one added stays', async () => {
    const connection = await connected();
    const { signal } = new AbortController();
    await syncReport(connection, jobOf('one'), signal);
    const ref = {
      apiVersion: 'openreports.io/v1alpha1',
      kind: 'Report',
      metadata: { namespace, name: 'gke-ingress-guard' },
    };
    const label = (): Promise<unknown> =>
      mustSucceed(cluster.client.patch(ref, { metadata: { labels: { team: 'shop' } } }, { type: 'merge' }));
    const racing = interrupted(connection, 'PUT', label);
    expect(await syncReport(racing, jobOf('two'), signal)).toMatchObject({ outcome: { kind: 'conflict' } });
    expect((await reportIn(OPEN))?.results[0]?.message).toBe('one');
    expect(await syncReport(racing, jobOf('two'), signal)).toMatchObject({
      outcome: { kind: 'done' },
      write: 'updated',
    });
    expect(await reportIn(OPEN)).toMatchObject({
      metadata: { labels: { team: 'shop', 'app.kubernetes.io/managed-by': 'gke-ingress-guard' } },
      results: [{ message: 'two' }],
    });
  });

  it('nothing is deleted but what was read', async () => {
    const connection = await connected();
    const { signal } = new AbortController();
    await syncReport(connection, jobOf('one'), signal);
    const ref = {
      apiVersion: 'openreports.io/v1alpha1',
      kind: 'Report',
      metadata: { namespace, name: 'gke-ingress-guard' },
    };
    const replaced = interrupted(connection, 'DELETE', async () => {
      await mustSucceed(cluster.client.remove(ref));
      await mustSucceed(cluster.client.create({ ...ref, results: [{ policy: 'theirs' }] }));
    });
    const job = { ...jobOf('one'), content: undefined };
    expect(await syncReport(replaced, job, signal)).toMatchObject({ outcome: { kind: 'conflict' } });
    expect(await syncReport(replaced, job, signal)).toMatchObject({ outcome: { kind: 'left' }, write: 'foreign' });
    expect((await reportIn(OPEN))?.results).toEqual([{ policy: 'theirs' }]);
  });

  it('one that has come meanwhile is not overwritten', async () => {
    const connection = await connected();
    const { signal } = new AbortController();
    const ref = {
      apiVersion: 'openreports.io/v1alpha1',
      kind: 'Report',
      metadata: { namespace, name: 'gke-ingress-guard' },
    };
    const racing = interrupted(connection, 'POST', () => mustSucceed(cluster.client.create(ref)));
    expect(await syncReport(racing, jobOf('one'), signal)).toMatchObject({ outcome: { kind: 'conflict' } });
    expect((await reportIn(OPEN))?.results).toBeUndefined();
  });
});

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

describe('of several replicas', () => {
  it('one that loses the Lease writes nothing more', { timeout: TIMEOUT_MS }, async () => {
    await store(ingress({ class: 'gce', service: 'absent' }));
    const guard = await startReporter();
    const before = await eventually(OPEN, 'the report', (one) => one !== undefined);
    const lease = { namespace: NAME.namespace, name: 'gke-ingress-guard-audit' };
    const ref = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: lease };
    const spec = { holderIdentity: 'somebody', leaseDurationSeconds: 3600, renewTime: '2100-01-01T00:00:00.000000Z' };
    await mustSucceed(cluster.client.patch(ref, { spec }, { type: 'merge' }));
    await said(guard, 'this replica no longer audits');
    expect(await metric(guard, 'guard_audit_report_api')).toEqual([
      'guard_audit_report_api{api="openreports.io/v1alpha1"} 0',
      'guard_audit_report_api{api="wgpolicyk8s.io/v1alpha2"} 0',
      'guard_audit_report_api{api="none"} 0',
    ]);
    expect(await metric(guard, 'guard_audit_reports')).toEqual(['guard_audit_reports 0']);
    await store(ingress({ name: 'other', class: 'gce', service: 'gone' }));
    await said(guard, 'another replica audits');
    expect(await reportIn(OPEN)).toEqual(before);
    await mustSucceed(cluster.client.remove(ref));
  });

  it('the next one goes on without a write, and takes away what is over meanwhile', {
    timeout: TIMEOUT_MS,
  }, async () => {
    await store(ingress({ class: 'gce', service: 'absent' }));
    const over = await another('over');
    const placed = await storeIn(over, ingress({ class: 'gce', service: 'absent' }));
    const first = await startReporter();
    const before = await eventually(OPEN, 'the report', (one) => one !== undefined);
    await waitFor(
      'the other report',
      () => reportIn(OPEN, over),
      (one) => one !== undefined,
      { timeoutMs: 60_000 },
    );
    await first.stop();
    await mustSucceed(cluster.client.remove(placed));
    const second = await startReporter();
    await waitFor(
      'the report to be gone',
      () => reportIn(OPEN, over),
      (one) => one === undefined,
      { timeoutMs: 60_000 },
    );
    expect(await reportIn(OPEN)).toEqual(before);
    await waitFor(
      'one deletion to be counted, and nothing else',
      () => metric(second, 'guard_audit_report_writes_total'),
      (counts) => counts.join() === 'guard_audit_report_writes_total{outcome="deleted"} 1',
    );
  });
});

interface Rule {
  readonly verbs: readonly string[];
}

describe('without a right', () => {
  const role = MANIFESTS.find(
    ({ kind, metadata }) => kind === 'ClusterRole' && metadata.name.endsWith('audit-reports'),
  );
  const rules = (role?.['rules'] ?? []) as readonly Rule[]; // as the API server takes it
  const verbs = rules.flatMap((rule) => rule.verbs);

  /** A ServiceAccount that may do all that the guard may but this. */
  async function accountWithout(verb: string): Promise<string> {
    const account = { namespace: NAME.namespace, name: `without-${verb}` };
    const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1' };
    const subjects = [{ kind: 'ServiceAccount', ...account }];
    const less = rules
      .map((rule) => ({ ...rule, verbs: rule.verbs.filter((one) => one !== verb) }))
      .filter(({ verbs: some }) => some.length > 0);
    const { name } = account;
    const bind = (kind: string, roleName: string, binding: string): KubeObject => ({
      ...rbac,
      kind: kind === 'Role' ? 'RoleBinding' : 'ClusterRoleBinding',
      metadata: kind === 'Role' ? { namespace: NAME.namespace, name: binding } : { name: binding },
      subjects,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: roleName },
    });
    const objects: readonly KubeObject[] = [
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: account },
      { ...rbac, kind: 'ClusterRole', metadata: { name }, rules: less },
      bind('ClusterRole', name, name),
      bind('ClusterRole', 'gke-ingress-guard', `${name}-view`),
      bind('ClusterRole', 'gke-ingress-guard-audit', `${name}-audit`),
      bind('Role', 'gke-ingress-guard-audit', `${name}-lease`),
    ];
    for (const one of objects) await mustSucceed(cluster.client.create(one));
    return name;
  }

  it('knows all of them', () => {
    expect(verbs.toSorted()).toEqual(['create', 'delete', 'get', 'list', 'update']);
  });

  it.each(verbs)(
    'to %s says so once, with the rules that are missing, and goes on',
    { timeout: TIMEOUT_MS },
    async (verb) => {
      const bad = await store(ingress({ class: 'gce', service: 'absent' }));
      const labels = { 'app.kubernetes.io/managed-by': 'gke-ingress-guard' };
      const metadata = { namespace, name: 'gke-ingress-guard', labels };
      const own = { apiVersion: 'openreports.io/v1alpha1', kind: 'Report', metadata } as KubeObject;
      // For update there has to be one that is wrong, for delete one that is too many.
      if (verb === 'update' || verb === 'delete') await mustSucceed(cluster.client.create(own));
      if (verb === 'delete') await mustSucceed(cluster.client.remove(bad));
      const guard = await startReporter(await accountWithout(verb));
      await said(guard, 'no right to do this with reports');
      expect(lines(guard, 'no right to do this with reports')).toMatchObject([
        {
          level: 40,
          verb,
          reason: expect.stringContaining(`cannot ${verb} resource "reports" in API group "openreports.io"`),
          rules: [
            '- { apiGroups: ["openreports.io", "wgpolicyk8s.io"], resources: ["reports", "policyreports"], verbs: ["create"] }',
            '- { apiGroups: ["openreports.io", "wgpolicyk8s.io"], resources: ["reports", "policyreports"], resourceNames: ["gke-ingress-guard"], verbs: ["get", "list", "update", "delete"] }',
          ],
        },
      ]);
      await said(guard, verb === 'delete' ? 'audit of the cluster' : 'audit of a namespace');
      if (verb === 'list') await eventually(OPEN, 'the report', (one) => one !== undefined);
      if (verb === 'update' || verb === 'delete') await mustSucceed(cluster.client.remove(own));
    },
  );
});
