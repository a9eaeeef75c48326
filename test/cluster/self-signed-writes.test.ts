// Each write of the self-signed certificate against a real API server that has changed behind its back.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ClusterConnection, connect } from '../../src/cluster/api/connection.ts';
import { DURATIONS, nextStep, type Step } from '../../src/self-signed/next-step.ts';
import { dnsNamesOf, type Names, type State } from '../../src/self-signed/state.ts';
import { isConflict, perform, readState } from '../../src/self-signed/store.ts';
import { type KubeObject, mustSucceed } from './api-client.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';

const NAMES: Names = { namespace: 'writes', service: 'guard' };

let cluster: TestCluster;
let connection: ClusterConnection;

const secret: KubeObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace: 'writes', name: 'guard-tls', labels: { team: 'shop' } },
  data: { other: 'a2VwdA==' },
};

function webhook(name: string, service: string): unknown {
  return {
    name,
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    failurePolicy: 'Ignore',
    clientConfig: { service: { namespace: 'writes', name: service } },
  };
}

const configuration: KubeObject = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: 'guard' },
  webhooks: [webhook('ours.example.com', 'guard'), webhook('other.example.com', 'other')],
};

beforeAll(async () => {
  cluster = await startTestCluster();
  await cluster.client.createNamespace('writes');
  await mustSucceed(cluster.client.create(secret));
  await mustSucceed(cluster.client.create(configuration));
  connection = connect({ kubeconfig: cluster.controlPlane.kubeconfig() });
});
afterAll(async () => {
  connection?.close();
  await cluster?.stop();
});

const read = (): Promise<State> => readState(connection, NAMES, new AbortController().signal);

function stepOf(state: State): Exclude<Step, { readonly do: 'nothing' }> {
  const options = { nowMs: Date.now(), servingSeenMs: Date.now(), dnsNames: dnsNamesOf(NAMES), durations: DURATIONS };
  const step = nextStep(state, options);
  if (step.do === 'nothing') throw new Error('nothing is left to do');
  return step;
}

function write(state: State, step = stepOf(state)): Promise<void> {
  if (state.secret === undefined) throw new Error('there is no Secret');
  const { signal } = new AbortController();
  return perform(connection, step, state.secret, { names: NAMES, durations: DURATIONS, nowMs: Date.now(), signal });
}

async function refusalOf(write: Promise<void>): Promise<unknown> {
  return write.then(
    () => 'it was written',
    (error: unknown) => error,
  );
}

test('of two that write the Secret from the same state, the second is refused', async () => {
  const state = await read();
  await write(state);
  const first = await read();
  const refusal = await refusalOf(write(state));
  expect(refusal).toMatchObject({ status: 409 });
  expect(isConflict(refusal)).toBe(true);
  expect(await read()).toEqual(first);
});

test('what else the Secret has, labels and keys, stays', async () => {
  expect((await cluster.client.get(secret)).body).toMatchObject({
    metadata: { labels: { team: 'shop' } },
    data: { other: 'a2VwdA==' },
  });
});

test('a list of webhooks that somebody has reordered since is not patched', async () => {
  const state = await read();
  const step = stepOf(state);
  expect(step.do).toBe('write-bundle');
  const { body } = await mustSucceed(cluster.client.get(configuration));
  const { webhooks } = body as { readonly webhooks: readonly unknown[] };
  await mustSucceed(cluster.client.update({ ...(body as KubeObject), webhooks: webhooks.toReversed() }));
  const refusal = await refusalOf(write(state, step));
  expect(isConflict(refusal)).toBe(true);
  const { body: after } = await mustSucceed(cluster.client.get(configuration));
  const bundles = (after as { readonly webhooks: readonly { readonly clientConfig: object }[] }).webhooks.map(
    ({ clientConfig }) => 'caBundle' in clientConfig,
  );
  expect(bundles).toEqual([false, false]);
});

test('read again, the right webhook gets it, the other one does not, and the API server notes who wrote it', async () => {
  await write(await read());
  const { body } = await mustSucceed(cluster.client.get(configuration));
  const { webhooks, metadata } = body as {
    readonly webhooks: readonly { readonly name: string; readonly clientConfig: object }[];
    readonly metadata: { readonly managedFields: readonly { readonly manager: string }[] };
  };
  expect(webhooks.map(({ name, clientConfig }) => [name, 'caBundle' in clientConfig])).toEqual([
    ['other.example.com', false],
    ['ours.example.com', true],
  ]);
  expect(metadata.managedFields.map(({ manager }) => manager)).toContain('gke-ingress-guard');
});

test('server-side apply of the manifests, by a GitOps tool, leaves caBundle and the data of the Secret alone', async () => {
  const before = await read();
  const { data: _, ...shipped } = secret;
  for (const object of [configuration, { ...shipped, type: 'Opaque' }]) {
    await mustSucceed(cluster.client.apply(object, { fieldManager: 'flux', force: true }));
    await mustSucceed(cluster.client.apply(object, { fieldManager: 'flux', force: true }));
  }
  const after = await read();
  expect(after.secret?.authority).toEqual(before.secret?.authority);
  const bundles = ({ configurations }: State): readonly string[] =>
    configurations.flatMap(({ webhooks }) => webhooks.map(({ bundle }) => bundle));
  expect(bundles(after)).toEqual(bundles(before));
  expect(bundles(after)[0]).toContain('BEGIN CERTIFICATE');
});

test('an aborted leader writes nothing', async () => {
  const state = await read();
  if (state.secret === undefined) throw new Error('there is no Secret');
  const options = { names: NAMES, durations: DURATIONS, nowMs: Date.now(), signal: AbortSignal.abort() };
  await expect(perform(connection, stepOf(state), state.secret, options)).rejects.toThrow();
  expect(await read()).toEqual(state);
});
