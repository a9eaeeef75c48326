import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createAuthority } from '../support/certificates.ts';
import { mustSucceed } from './api-client.ts';
import { freePort } from './free-port.ts';
import { exposeLoopback } from './service-alias.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';
import { waitFor } from './wait-for.ts';

// A webhook of a few lines: it refuses or lets pass as the test says, and keeps what it was asked.
let cluster: TestCluster;
let webhook: Server;
let verdict: Record<string, unknown> = { allowed: false, status: { code: 403 } };
let asked: { url: string | undefined; agent: string | undefined }[] = [];

beforeAll(async () => {
  cluster = await startTestCluster();
  const authority = await createAuthority('test webhook');
  const port = await freePort();
  // Only the name of the Service: were the API server to verify "localhost", every call would fail.
  const { certPem, keyPem } = await authority.issue({ commonName: 'guard', dnsNames: ['guard.guard-system.svc'] });
  webhook = createServer({ cert: certPem, key: keyPem }, async (request, response) => {
    const review: { apiVersion: string; kind: string; request: { uid: string } } = JSON.parse(await text(request));
    asked.push({ url: request.url, agent: request.headers['user-agent'] });
    response.setHeader('content-type', 'application/json');
    const answer = {
      apiVersion: review.apiVersion,
      kind: review.kind,
      response: { uid: review.request.uid, ...verdict },
    };
    response.end(JSON.stringify(answer));
  });
  webhook.listen(port, '127.0.0.1');
  await once(webhook, 'listening');
  const { client } = cluster;
  await client.createNamespace('guard-system');
  await client.createNamespace('shop');
  await mustSucceed(client.create(deployedService(port)));
  await mustSucceed(client.create(configuration(port, authority.certPem)));
  await exposeLoopback(client, { namespace: 'guard-system', name: 'guard', port });
  await waitFor('the webhook to refuse', createConfigMap, ({ status }) => status === 403);
});
afterAll(async () => {
  await cluster?.stop();
  webhook?.close();
});
beforeEach(() => {
  asked = [];
});

const deployedService = (port: number) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'guard-system', name: 'guard' },
  spec: { selector: { app: 'guard' }, ports: [{ name: 'https', port, targetPort: port }] },
});
const configuration = (port: number, caPem: string) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: 'guard' },
  webhooks: [
    {
      name: 'guard.example.com',
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      failurePolicy: 'Fail',
      rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }],
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } },
      clientConfig: {
        caBundle: Buffer.from(caPem).toString('base64'),
        service: { namespace: 'guard-system', name: 'guard', path: '/validate', port },
      },
    },
  ],
});
function createConfigMap() {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'shop', name: 'any' } };
  return cluster.client.create(object, { dryRun: true });
}

test('a Service of type ClusterIP becomes an alias of localhost', async () => {
  const { body } = await cluster.client.get(deployedService(0));
  expect(body).toMatchObject({ spec: { type: 'ExternalName', externalName: 'localhost' } });
  expect(body).not.toHaveProperty('spec.clusterIP');
});

test('a Service that is not deployed is made', async () => {
  await exposeLoopback(cluster.client, { namespace: 'shop', name: 'later', port: 8443 });
  const later = { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'shop', name: 'later' } };
  expect(await cluster.client.get(later)).toMatchObject({ body: { spec: { externalName: 'localhost' } } });
});

test('a refusal reaches the client with every line of its text', async () => {
  verdict = { allowed: false, status: { code: 403, message: 'first line\n  second "line"\n\nlast line: größer' } };
  const message = `admission webhook "guard.example.com" denied the request: first line\n  second "line"\n\nlast line: größer`;
  expect(await createConfigMap()).toEqual({
    status: 403,
    body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code: 403 },
    warnings: [],
  });
  expect(asked).toEqual([{ url: '/validate?timeout=10s', agent: 'kube-apiserver-admission' }]);
});

test('warnings of an allowed request reach the client in order and unchanged', async () => {
  const warnings = ['say "no", or \\ yes', 'größer → 5', 'x'.repeat(300)];
  verdict = { allowed: true, warnings };
  expect(await createConfigMap()).toMatchObject({ status: 201, warnings });
});

test('a warning with a line break never reaches the client', async () => {
  verdict = { allowed: true, warnings: ['first\nsecond', 'whole'] };
  expect(await createConfigMap()).toMatchObject({ status: 201, warnings: ['whole'] });
});
