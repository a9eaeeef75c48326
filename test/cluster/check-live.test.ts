// `check --live` as a user runs it: files judged as updates of what a real API server has.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { directoryOf } from '../cli/support.ts';
import { deployment, ingress, type RawObject, service } from '../support/objects.ts';
import { type KubeObject, mustSucceed } from './api-client.ts';
import { kubeconfigFor, runGuard, serve, tokenWithRights } from './live-cli.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';

// Starting the program takes seconds where the machine does other things too.
const TIMEOUT_MS = 120_000;
const NEG = { neg: '{"ingress": true}' };
const FACTS = 'apiVersion: gke-ingress-guard.dev/v1\nkind: ClusterFacts\nhttpLoadBalancing: enabled\nvpcNative: true\n';

let cluster: TestCluster;
let worlds = 0;
let namespace = '';
beforeAll(async () => {
  cluster = await startTestCluster();
});
afterAll(() => cluster?.stop());
beforeEach(async () => {
  worlds += 1;
  namespace = `shop-${worlds}`;
  await cluster.client.createNamespace(namespace);
});

function place(object: RawObject): KubeObject {
  const raw = object as KubeObject;
  return { ...raw, metadata: { ...raw.metadata, namespace } };
}

async function store(...objects: readonly RawObject[]): Promise<void> {
  for (const object of objects) await mustSucceed(cluster.client.create(place(object)));
}

interface Found {
  readonly rule: string;
  readonly message: string;
  readonly file: string;
  readonly line: number;
}

interface Checked {
  readonly code: number | null;
  readonly err: string;
  readonly findings: readonly Found[];
  readonly mutations: readonly object[];
}

async function check(objects: readonly RawObject[], words: readonly string[] = ['--live']): Promise<Checked> {
  const root = directoryOf({ 'facts.yaml': FACTS, 'in/all.json': JSON.stringify(list(objects), null, 2) });
  const kubeconfig = words.some((word) => word.startsWith('--kubeconfig'))
    ? []
    : [`--kubeconfig=${cluster.controlPlane.kubeconfig()}`];
  const asked = words.length === 0 ? [] : [...words, ...kubeconfig];
  const { code, out, err } = await runGuard([
    'check',
    `${root}/in`,
    `--facts=${root}/facts.yaml`,
    '--format=json',
    ...asked,
  ]);
  if (out === '') throw new Error(err);
  return { code, err, ...(JSON.parse(out) as Pick<Checked, 'findings' | 'mutations'>) };
}

const list = (objects: readonly RawObject[]): object => ({ apiVersion: 'v1', kind: 'List', items: objects.map(place) });
const rulesOf = ({ findings }: Checked): readonly string[] => findings.map(({ rule }) => rule);
const probe = (path: string): RawObject => ({ container: { readinessProbe: { httpGet: { path, port: 8080 } } } });

it('knows the neighbours that the files leave out', { timeout: TIMEOUT_MS }, async () => {
  await store(service(NEG), deployment());
  const alone = ingress({ class: 'gce', service: 'other' });
  expect(rulesOf(await check([alone], []))).not.toContain('backend-service-missing');
  const found = await check([alone]);
  expect(found.code).toBe(1);
  expect(found.findings).toContainEqual(
    expect.objectContaining({ rule: 'backend-service-missing', file: expect.stringContaining('all.json'), line: 18 }),
  );
  expect(rulesOf(await check([ingress({ class: 'gce' })]))).not.toContain('backend-service-missing');
});

it('knows that a probe is edited whose health check has been made', { timeout: TIMEOUT_MS }, async () => {
  await store(ingress({ class: 'gce' }), service(NEG), deployment(probe('/old')));
  await serve(cluster.client, place(ingress({ class: 'gce' })), { address: '203.0.113.7' });
  expect(rulesOf(await check([deployment(probe('/new'))]))).toContain('probe-edit-ignored');
  expect(rulesOf(await check([deployment(probe('/old'))]))).not.toContain('probe-edit-ignored');
});

it('knows that a class is taken from an Ingress that is served', { timeout: TIMEOUT_MS }, async () => {
  await store(ingress({ class: 'gce' }), service(NEG), deployment());
  await serve(cluster.client, place(ingress({ class: 'gce' })), { address: '203.0.113.7' });
  expect(rulesOf(await check([ingress({ class: 'nginx' })]))).toContain('load-balancer-will-be-deleted');
});

it('keeps the annotations that the file leaves out, unless the last apply had them', {
  timeout: TIMEOUT_MS,
}, async () => {
  await store(ingress({ class: 'gce' }), service({ ...NEG, type: 'NodePort' }), deployment());
  await serve(cluster.client, place(ingress({ class: 'gce' })), { address: '203.0.113.7' });
  const plain = service({ type: 'NodePort' });
  expect(rulesOf(await check([plain]))).not.toContain('neg-switched-on-live-service');
  // As kubectl apply leaves it: the annotation was in the file once, so leaving it out takes it away.
  const applied = JSON.stringify(place(service({ ...NEG, type: 'NodePort' })));
  const metadata = { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': applied } };
  await mustSucceed(cluster.client.patch(place(plain), { metadata }, { type: 'merge' }));
  expect(rulesOf(await check([plain], ['--live', '--no-mutate']))).toContain('neg-switched-on-live-service');
});

it('injects into what is new, and only restores in what is stored', { timeout: TIMEOUT_MS }, async () => {
  expect((await check([service()])).mutations).toHaveLength(1);
  await store(service());
  expect((await check([service()])).mutations).toEqual([]);
});

it('says what the stored object has already, and what a change does to its neighbours', {
  timeout: TIMEOUT_MS,
}, async () => {
  await store(ingress({ class: 'gce' }), service(NEG), deployment(probe('/healthz')));
  const { findings } = await check([deployment(probe('/healthz')), ingress({ class: 'gce', ingressClassName: 'gce' })]);
  const known = findings.filter(({ message }) => message.includes('(The stored object has it already.)'));
  expect(known.map(({ rule }) => rule)).toContain('neg-rollout-unprotected');
  // The Ingress is in no file: the line is that of the Service that takes its port away.
  const ports = [{ name: 'http', port: 8081, targetPort: 8080 }];
  const moved = await check([service({ ...NEG, ports })]);
  expect(moved.findings).toContainEqual(expect.objectContaining({ rule: 'backend-port-missing', line: 5 }));
});

it('reads the namespaces of the input only, and goes on without rights', { timeout: TIMEOUT_MS }, async () => {
  await store(service(NEG), deployment());
  const all = { apiGroups: ['', 'apps', 'networking.k8s.io'], resources: ['*'], verbs: ['list', 'get'] };
  const token = await tokenWithRights(cluster.client, namespace, [all]);
  const limited = `--kubeconfig=${kubeconfigFor(cluster, 'limited', { token })}`;
  const { err, findings } = await check([ingress({ class: 'gce' })], [limited]);
  expect(findings.map(({ rule }) => rule)).not.toContain('backend-service-missing');
  expect(err).toMatch(
    /^note: you may not list ingressclasses\.networking\.k8s\.io, so the default class is not known/m,
  );
  expect(err).not.toMatch(/list services|get namespaces/);
});

it('is exit code 2 where the cluster cannot be asked', { timeout: TIMEOUT_MS }, async () => {
  const gone = kubeconfigFor(cluster, 'gone', { token: 'x' }, 'https://127.0.0.1:1');
  const root = directoryOf({ 'web.json': JSON.stringify(place(service())) });
  const ended = await runGuard(['check', root, '--live', `--kubeconfig=${gone}`]);
  expect(ended).toMatchObject({ code: 2, out: '', err: expect.stringContaining('gives no answer') });
});
