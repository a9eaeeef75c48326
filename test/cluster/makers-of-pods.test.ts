// Pods of what is neither watched nor a Deployment: with --live they count, as the controller reads every Pod.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { directoryOf } from '../cli/support.ts';
import { deployment, ingress, type RawObject, service } from '../support/objects.ts';
import { type KubeObject, mustSucceed } from './api-client.ts';
import { kubeconfigFor, runGuard, tokenWithRights } from './live-cli.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';

// Starting the program takes seconds where the machine does other things too.
const TIMEOUT_MS = 120_000;

let cluster: TestCluster;
let admin = '';
let worlds = 0;
let namespace = '';
beforeAll(async () => {
  cluster = await startTestCluster();
  admin = `--kubeconfig=${cluster.controlPlane.kubeconfig()}`;
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

/** Each after the others: the oldest Pods decide. @returns as they are stored */
async function store(...objects: readonly RawObject[]): Promise<readonly KubeObject[]> {
  const stored: KubeObject[] = [];
  for (const object of objects) {
    await mustSucceed(cluster.client.create(place(object)));
    stored.push(place(object));
  }
  return stored;
}

const KINDS = ['ReplicaSet', 'Job', 'CronJob'] as const;

/** Its Pods have a readiness probe of this path. */
function makerOfPods(kind: (typeof KINDS)[number], path: string, owner?: RawObject): RawObject {
  const container = {
    ...{ name: 'main', image: 'registry.example/web:1.0', ports: [{ containerPort: 8080 }] },
    readinessProbe: { httpGet: { path, port: 8080 }, periodSeconds: 7 },
  };
  const restartPolicy = kind === 'ReplicaSet' ? 'Always' : 'Never';
  const template = { metadata: { labels: { app: 'web' } }, spec: { restartPolicy, containers: [container] } };
  const spec = {
    ReplicaSet: { replicas: 1, selector: { matchLabels: { app: 'web' } }, template },
    Job: { template },
    CronJob: { schedule: '0 0 1 1 *', jobTemplate: { spec: { template } } },
  }[kind];
  const metadata = { name: 'old', ...(owner === undefined ? {} : { ownerReferences: [owner] }) };
  return { apiVersion: kind === 'ReplicaSet' ? 'apps/v1' : 'batch/v1', kind, metadata, spec };
}

interface Explained {
  readonly backends: readonly {
    readonly workloads: readonly { readonly kind: string; readonly name: string }[];
    readonly healthCheck: { readonly source: string; readonly path: string; readonly intervalSec: number } | null;
  }[];
}

/** @returns of the only backend, what its health check is made of */
async function explain(kubeconfig = admin): Promise<object> {
  const { code, out, err } = await runGuard(['explain', 'ingress/web', '-n', namespace, kubeconfig, '--format=json']);
  // With certain errors it ends with 1.
  if (code === 2) throw new Error(err);
  const { backends }: Explained = JSON.parse(out);
  expect(backends).toHaveLength(1);
  const [{ workloads, healthCheck } = { workloads: [], healthCheck: null }] = backends;
  return {
    workloads: workloads.map(({ kind, name }) => `${kind} ${name}`),
    source: healthCheck?.source,
    path: healthCheck?.path,
  };
}

const WEB = [ingress({ class: 'gce' }), service({ neg: '{"ingress": true}' })];

describe.each(KINDS)('Pods of a %s', (kind) => {
  it('make the health check that explain shows', { timeout: TIMEOUT_MS }, async () => {
    await store(...WEB);
    expect(await explain()).toEqual({ workloads: [], source: 'default', path: '/' });
    await store(makerOfPods(kind, '/ready'));
    expect(await explain()).toEqual({ workloads: [`${kind} old`], source: 'readinessProbe', path: '/ready' });
  });

  it('are found behind a Service that is checked with --live', { timeout: TIMEOUT_MS }, async () => {
    const root = directoryOf({ 'web.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', items: WEB.map(place) }) });
    const rules = async (): Promise<readonly string[]> => {
      const { code, out, err } = await runGuard(['check', root, '--live', admin, '--format=json']);
      if (code === 2) throw new Error(err);
      const { findings }: { readonly findings: readonly { readonly rule: string }[] } = JSON.parse(out);
      return findings.map(({ rule }) => rule);
    };
    expect(await rules()).toContain('backend-without-endpoints');
    await store(makerOfPods(kind, '/ready'));
    expect(await rules()).not.toContain('backend-without-endpoints');
  });
});

it.each([
  ['ReplicaSet', 'Deployment', 'apps/v1'],
  ['Job', 'CronJob', 'batch/v1'],
] as const)(
  'Pods of a %s that a %s has made count as those of its owner',
  { timeout: TIMEOUT_MS },
  async (kind, owner, apiVersion) => {
    const by = { apiVersion, kind: owner, name: 'web', uid: '4c6f5d1e-0000-4000-8000-000000000001', controller: true };
    const readinessProbe = { httpGet: { path: '/new', port: 8080 } };
    const made =
      owner === 'Deployment'
        ? deployment({ container: { readinessProbe } })
        : { ...makerOfPods('CronJob', '/new'), metadata: { name: 'web' } };
    await store(...WEB, makerOfPods(kind, '/old', by), made);
    expect(await explain()).toEqual({ workloads: [`${owner} web`], source: 'readinessProbe', path: '/new' });
  },
);

it('who may not list them gets the same without them', { timeout: TIMEOUT_MS }, async () => {
  await store(...WEB, makerOfPods('ReplicaSet', '/ready'));
  const mayList = { apiGroups: ['', 'networking.k8s.io'], resources: ['*'], verbs: ['list', 'get'] };
  const watched = {
    apiGroups: ['apps'],
    resources: ['deployments', 'statefulsets', 'daemonsets'],
    verbs: ['list', 'get'],
  };
  const token = await tokenWithRights(cluster.client, namespace, [mayList, watched]);
  const limited = `--kubeconfig=${kubeconfigFor(cluster, `limited-${namespace}`, { token })}`;
  expect(await explain(limited)).toMatchObject({ workloads: [] });
});
