import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type KubeObject, mustSucceed } from './api-client.ts';
import { controlPlaneBinaries } from './binaries.ts';
import { logToStderr } from './go-programs.ts';
import { isAlive } from './is-alive.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startTestCluster();
  await cluster.client.createNamespace('shop', { team: 'web' });
});
afterAll(() => cluster?.stop());

const service = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'shop', name },
  spec: { selector: { app: name }, ports: [{ port: 80 }] },
});
const configMap = (data: Record<string, string>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'shop', name: 'shared' },
  data,
});
const ingress = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { namespace: 'shop', name: 'web', annotations: { 'kubernetes.io/ingress.class': 'gce' } },
  spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
};

test('the API server is the one of the binaries', async () => {
  const { kubeApiserver } = await controlPlaneBinaries(logToStderr);
  const said = execFileSync(kubeApiserver, ['--version'], { encoding: 'utf8' }).trim();
  const { body } = await cluster.client.request({ method: 'GET', path: '/version' });
  expect(body).toMatchObject({ gitVersion: said.replace('Kubernetes ', '') });
});

test('a created object can be read, and is gone once removed', async () => {
  const { client } = cluster;
  expect(await client.create(service('web'))).toMatchObject({ status: 201, warnings: [] });
  expect(await client.get(service('web'))).toMatchObject({ status: 200, body: { spec: { type: 'ClusterIP' } } });
  expect(await client.remove(service('web'))).toMatchObject({ status: 200 });
  expect(await client.get(service('web'))).toMatchObject({ status: 404, body: { reason: 'NotFound' } });
});

test('a dry run stores nothing', async () => {
  expect(await cluster.client.create(service('dry'), { dryRun: true })).toMatchObject({ status: 201 });
  expect(await cluster.client.get(service('dry'))).toMatchObject({ status: 404 });
});

test('an invalid object is refused with the reasons of the API server', async () => {
  const message =
    'Service "Web" is invalid: metadata.name: Invalid value: "Web": a lowercase RFC 1123 label must consist of';
  expect(await cluster.client.create(service('Web'))).toMatchObject({
    status: 422,
    body: { kind: 'Status', reason: 'Invalid', message: expect.stringContaining(message) },
  });
});

test('an unknown field is a warning, and an error where the request is strict', async () => {
  const { client } = cluster;
  const misspelt = { ...service('strict'), sepc: {} };
  expect(await client.create(misspelt, { dryRun: true })).toMatchObject({
    status: 201,
    warnings: ['unknown field "sepc"'],
  });
  expect(await client.create(misspelt, { dryRun: true, fieldValidation: 'Strict' })).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('strict decoding error: unknown field "sepc"') },
    warnings: [],
  });
});

test('a deprecated annotation comes back as a warning', async () => {
  expect(await cluster.client.create(ingress, { dryRun: true })).toMatchObject({
    status: 201,
    warnings: ['annotation "kubernetes.io/ingress.class" is deprecated, please use \'spec.ingressClassName\' instead'],
  });
});

test('the status of an object is written apart from its spec', async () => {
  const { client } = cluster;
  await mustSucceed(client.create(ingress));
  const status = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } };
  await mustSucceed(client.updateStatus({ ...ingress, spec: {}, status }));
  expect(await client.get(ingress)).toMatchObject({ body: { spec: ingress.spec, status } });
});

test('two managers apply parts of one object, and the second needs force to take over a field', async () => {
  const { client } = cluster;
  const first = await client.apply(configMap({ mine: 'a', ours: 'a' }), { fieldManager: 'one' });
  expect(first).toMatchObject({ status: 201, body: { data: { mine: 'a', ours: 'a' } } });
  const contested = await client.apply(configMap({ ours: 'b' }), { fieldManager: 'two' });
  expect(contested).toMatchObject({ status: 409, body: { message: expect.stringContaining('conflict with "one"') } });
  const forced = await client.apply(configMap({ ours: 'b' }), { fieldManager: 'two', force: true });
  expect(forced).toMatchObject({ status: 200, body: { data: { mine: 'a', ours: 'b' } } });
});

test('an object is changed by update, merge patch and JSON patch', async () => {
  const { client } = cluster;
  const object = configMap({ a: '1' });
  const changed = { ...object, metadata: { ...object.metadata, name: 'changed' } };
  await mustSucceed(client.create(changed));
  const updated = await client.update({ ...changed, data: { a: '2' } });
  expect(updated).toMatchObject({ status: 200, body: { data: { a: '2' } } });
  const merged = await client.patch(changed, { data: { b: '3' } }, { type: 'merge' });
  expect(merged).toMatchObject({ status: 200, body: { data: { a: '2', b: '3' } } });
  const patched = await client.patch(changed, [{ op: 'remove', path: '/data/a' }], { type: 'json' });
  expect(patched).toMatchObject({ status: 200, body: { data: { b: '3' } } });
});

test('a kind without a known path is refused by name', () => {
  const widget = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w' } };
  expect(() => cluster.client.create(widget)).toThrow(
    'No path is known for example.com/v1 Widget: add its plural to the table in api-paths.ts.',
  );
});

test('the kubeconfig is readable by its owner only', () => {
  const path = cluster.controlPlane.kubeconfig();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
    clusters: [{ cluster: { server: cluster.controlPlane.url } }],
  });
});

test('the API server comes back at the same address with what was stored', async () => {
  const { controlPlane, client } = cluster;
  const { etcd, apiServer } = controlPlane.pids();
  await controlPlane.stopApiServer();
  expect(controlPlane.pids()).toEqual({ etcd, apiServer: undefined });
  await expect(client.request({ method: 'GET', path: '/version' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await controlPlane.startApiServer();
  expect(controlPlane.pids().apiServer).not.toBe(apiServer);
  expect(await client.get({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })).toMatchObject({
    status: 200,
    body: { metadata: { labels: { team: 'web' } } },
  });
});

test('stop leaves no process behind, and can be asked for twice', async () => {
  const other = await startTestCluster();
  const { etcd = 0, apiServer = 0 } = other.controlPlane.pids();
  expect([etcd, apiServer].map(isAlive)).toEqual([true, true]);
  await other.stop();
  await other.stop();
  expect([etcd, apiServer].map(isAlive)).toEqual([false, false]);
});
