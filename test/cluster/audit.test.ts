// `serve --audit` with the rights that deploy/components/audit gives it, on a real API server: what people read at their objects.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type GuardProcess, startGuard } from '../support/guard-process.ts';
import { renderTogether } from '../support/kustomize.ts';
import { deployment, ingress, type RawObject, service } from '../support/objects.ts';
import { createReviewClient, reviewOf } from '../support/reviews.ts';
import { type KubeObject, mustSucceed } from './api-client.ts';
import { factsText, NAME } from './deployed-guard.ts';
import { serviceAccountKubeconfig } from './service-account.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';
import { waitFor } from './wait-for.ts';

const TIMEOUT_MS = 120_000;
const MANIFESTS = renderTogether(['base'], ['components/audit']);
const ACCOUNT_KINDS = ['Namespace', 'ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'];

interface KubeEvent {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly eventTime: string;
  readonly type: string;
  readonly reason: string;
  readonly action: string;
  readonly note: string;
  readonly regarding: Readonly<Record<string, string>>;
  readonly related?: Readonly<Record<string, string>>;
  readonly reportingController: string;
  readonly reportingInstance: string;
  readonly series?: { readonly count: number; readonly lastObservedTime: string };
}

let cluster: TestCluster;
let worlds = 0;
let namespace = '';
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
  namespace = `audited-${worlds}`;
  await cluster.client.createNamespace(namespace);
});
afterEach(async () => {
  for (const guard of guards.splice(0)) await guard.stop();
});

async function store(object: RawObject): Promise<KubeObject> {
  const raw = object as KubeObject;
  const placed = { ...raw, metadata: { ...raw.metadata, namespace } };
  return (await mustSucceed(cluster.client.create(placed))).body as KubeObject;
}

async function startAuditor(
  account: Pick<typeof NAME, 'name'> = NAME,
  facts = factsText('httpLoadBalancing: enabled\nvpcNative: true'),
): Promise<GuardProcess> {
  const kubeconfig = await serviceAccountKubeconfig(cluster, { namespace: NAME.namespace, name: account.name });
  const guard = await startGuard({ facts, kubeconfig, args: ['--drain-seconds=0', '--audit'] });
  guards.push(guard);
  return guard;
}

async function events(query = ''): Promise<readonly KubeEvent[]> {
  const path = `/apis/events.k8s.io/v1/namespaces/${namespace}/events${query}`;
  const { body } = await mustSucceed(cluster.client.request({ method: 'GET', path }));
  return (body as { readonly items: readonly KubeEvent[] }).items;
}

function eventually(what: string, isIt: (all: readonly KubeEvent[]) => boolean): Promise<readonly KubeEvent[]> {
  return waitFor(what, () => events(), isIt, { timeoutMs: 60_000 });
}

const of = (all: readonly KubeEvent[], reason: string, type = 'Warning'): readonly KubeEvent[] =>
  all.filter((one) => one.reason === reason && one.type === type);

const MISSING = 'BackendServiceMissing';

async function metric(guard: GuardProcess, name: string): Promise<readonly string[]> {
  const text = await (await fetch(`http://${guard.address}:${guard.healthPort}/metrics`)).text();
  return text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
}

describe('a stored Ingress that GKE cannot build', () => {
  it('has an Event that says it, as kubectl describe asks for it; once it is right, one more, and no other', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const stored = await store(ingress({ class: 'gce', service: 'absent' }));
    const guard = await startAuditor();
    const [event] = of(await eventually('the Event', (all) => of(all, MISSING).length > 0), MISSING);
    const uid = String(stored.metadata['uid']);
    expect(event).toMatchObject({
      metadata: { namespace, name: expect.stringMatching(/^web\.[0-9a-f]{16}$/) },
      type: 'Warning',
      reason: MISSING,
      action: 'Audit',
      note: `Service "absent" does not exist in namespace "${namespace}", so the whole Ingress fails to translate [backend-service-missing]. It is served once the Service is there. Fix: Create Service "absent" in namespace "${namespace}", or name one that is there`,
      regarding: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', namespace, name: 'web', uid },
      reportingController: 'gke-ingress-guard.dev/audit',
    });
    expect(Date.now() - Date.parse(event?.eventTime ?? '')).toBeLessThan(60_000);
    const described = await events(
      `?fieldSelector=${['kind=Ingress', 'name=web', `namespace=${namespace}`, `uid=${uid}`].map((one) => `regarding.${one}`).join(',')}`,
    );
    expect(of(described, MISSING)).toHaveLength(1);
    const reported = await events('?fieldSelector=reportingController=gke-ingress-guard.dev/audit');
    expect(of(reported, MISSING)).toHaveLength(1);
    expect((await metric(guard, 'guard_audit_findings')).join('\n')).toContain(
      `guard_audit_findings{rule="backend-service-missing",namespace="${namespace}",severity="error"} 1`,
    );
    expect(await metric(guard, 'guard_audit_leader')).toEqual(['guard_audit_leader 1']);

    await store(service({ name: 'absent', neg: '{"ingress": true}' }));
    await store(deployment());
    const after = await eventually('the Normal Event', (all) => of(all, MISSING, 'Normal').length > 0);
    expect(of(after, MISSING, 'Normal')).toMatchObject([
      {
        action: 'Resolve',
        note: `No longer found: Service "absent" does not exist in namespace "${namespace}", so the whole Ingress fails to translate [backend-service-missing]`,
        regarding: event?.regarding,
      },
    ]);
    expect(of(after, MISSING)).toEqual([event]);
    const told = guard.log.filter(({ msg, namespace: where }) => msg === 'audit of a namespace' && where === namespace);
    expect(told.map(({ rules }) => Object.keys(rules as object).includes('backend-service-missing'))).toEqual(
      told.map((_, index) => index < told.length - 1 || told.length === 1),
    );
  });

  it('is related to by what happens to another object of its chain', { timeout: TIMEOUT_MS }, async () => {
    await store(ingress({ class: 'gce' }));
    const stored = await store(service());
    await store(deployment());
    await startAuditor();
    const all = await eventually('the Event of the Service', (some) => of(some, 'ClusterIpWithoutNeg').length > 0);
    expect(of(all, 'ClusterIpWithoutNeg')).toMatchObject([
      {
        regarding: { apiVersion: 'v1', kind: 'Service', name: 'web', uid: stored.metadata['uid'] },
        related: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', namespace, name: 'web' },
      },
    ]);
  });

  it('has another Event when what is wrong is another thing', { timeout: TIMEOUT_MS }, async () => {
    const stored = await store(ingress({ class: 'gce', service: 'absent' }));
    await startAuditor();
    await eventually('the Event', (all) => of(all, MISSING).length === 1);
    const backend = { spec: { defaultBackend: { service: { name: 'gone', port: { number: 80 } } } } };
    await mustSucceed(cluster.client.patch(stored, backend, { type: 'merge' }));
    const all = await eventually('the Event of what is over', (some) => of(some, MISSING, 'Normal').length === 1);
    const named = (some: readonly KubeEvent[]): readonly unknown[] => some.map(({ note }) => /"(\w+)"/.exec(note)?.[1]);
    expect(named(of(all, MISSING)).toSorted()).toEqual(['absent', 'gone']);
    expect(named(of(all, MISSING, 'Normal'))).toEqual(['absent']);
  });
});

describe('of several replicas', () => {
  it('one audits, and the next goes on with its Events', { timeout: TIMEOUT_MS }, async () => {
    await store(ingress({ class: 'gce', service: 'absent' }));
    const first = await startAuditor();
    const [before] = of(await eventually('the Event', (all) => of(all, MISSING).length === 1), MISSING);
    expect(before?.series).toBeUndefined();
    const second = await startAuditor();
    const said = ({ log }: GuardProcess): readonly unknown[] => log.map(({ msg }) => msg);
    await waitFor(
      'the second to follow',
      async () => said(second),
      (all) => all.includes('another replica audits'),
    );
    expect(await metric(second, 'guard_audit_leader')).toEqual(['guard_audit_leader 0']);
    expect(await metric(second, 'guard_audit_findings')).toEqual([]);
    await first.stop();
    const after = await eventually('the series', (all) => of(all, MISSING).some(({ series }) => series !== undefined));
    const { series, ...same } = of(after, MISSING)[0] ?? {};
    expect(series?.count).toBe(2);
    expect(same).toMatchObject({ metadata: { name: before?.metadata.name }, note: before?.note });
    expect(of(after, MISSING)).toHaveLength(1);
  });
});

describe('without the rights', () => {
  it('says so once, and goes on to answer', { timeout: TIMEOUT_MS }, async () => {
    const account = { namespace: NAME.namespace, name: 'poor' };
    const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1' };
    const subjects = [{ kind: 'ServiceAccount', ...account }];
    const reading = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'gke-ingress-guard' };
    await mustSucceed(cluster.client.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: account }));
    const binding = { ...rbac, kind: 'ClusterRoleBinding', metadata: { name: 'poor' }, subjects, roleRef: reading };
    await mustSucceed(cluster.client.create(binding));
    const guard = await startAuditor(account);
    const lines = (text: string): readonly unknown[] => guard.log.filter(({ msg }) => String(msg).startsWith(text));
    const NO_LEASE = 'the Lease of the audit cannot be read or written';
    await waitFor(
      'the line',
      async () => lines(NO_LEASE),
      (all) => all.length > 0,
    );

    const leasing = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'gke-ingress-guard-audit' };
    const role = { ...rbac, kind: 'RoleBinding', metadata: { ...account }, subjects, roleRef: leasing };
    await mustSucceed(cluster.client.create(role));
    await store(ingress({ class: 'gce', service: 'absent' }));
    const NO_EVENTS = 'no right to write Events';
    await waitFor(
      'the other line',
      async () => lines(NO_EVENTS),
      (all) => all.length > 0,
      { timeoutMs: 60_000 },
    );
    expect(lines(NO_LEASE)).toHaveLength(1);
    expect(lines(NO_EVENTS)).toMatchObject([
      { level: 40, rule: '- { apiGroups: ["events.k8s.io"], resources: ["events"], verbs: ["create", "patch"] }' },
    ]);
    const reviews = createReviewClient({ port: guard.webhookPort, caPem: guard.caPem });
    const { status } = await reviews.post('/validate', JSON.stringify(reviewOf(service({ name: 'other' }))));
    reviews.close();
    expect(status).toBe(200);
  });
});
