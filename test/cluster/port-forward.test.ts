// The way to a Pod: through a real API server and the kubelet's own streaming code, with the rights that RBAC gives.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Heard } from '../../src/asked/heard.ts';
import { connect } from '../../src/cluster/api/connection.ts';
import { askAsGoogle } from '../../src/cluster/asking/ask-pod.ts';
import type { Dial } from '../../src/cluster/asking/dial.ts';
import type { KubeObject } from './api-client.ts';
import { kubeconfigFor, tokenWithRights } from './live-cli.ts';
import { type StandInKubelet, startStandInKubelet } from './stand-in-kubelet.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';

const TIMEOUT_MS = 120_000;
let cluster: TestCluster;
let kubelet: StandInKubelet;
const server = createServer((request, response) => {
  if (request.url === '/large') {
    response.writeHead(200, { 'Content-Type': 'text/plain' });
    const push = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, 'x')));
    };
    response.on('drain', push);
    push();
  } else response.writeHead(request.headers.host === '10.0.0.5' ? 200 : 400).end('ok');
});
beforeAll(async () => {
  cluster = await startTestCluster();
  kubelet = await startStandInKubelet(cluster);
  await cluster.client.createNamespace('shop');
  await kubelet.run(podOf('shop'), { ip: '10.0.0.5' });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  kubelet.serve('shop/web-0:8080', (server.address() as AddressInfo).port);
}, TIMEOUT_MS);
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await kubelet?.stop();
  await cluster?.stop();
});

function podOf(namespace: string): KubeObject {
  const spec = { containers: [{ name: 'web', image: 'registry.example/web' }] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-0', namespace }, spec };
}

interface Asked {
  readonly namespace?: string;
  readonly pod?: string;
  readonly port?: number;
  readonly path?: string;
}

async function ask(
  kubeconfig: string,
  { namespace = 'shop', pod = 'web-0', port = 8080, path = '/' }: Asked = {},
): Promise<Heard> {
  const connection = connect({ kubeconfig });
  const dial: Dial = (to) => connection.forward({ namespace, pod, port: to });
  const heard = await askAsGoogle(dial, { protocol: 'HTTP', port, path, host: '10.0.0.5', timeoutSec: 5 });
  connection.close();
  return heard;
}

it('brings the answer of the port', { timeout: TIMEOUT_MS }, async () => {
  const admin = cluster.controlPlane.kubeconfig();
  expect(await ask(admin)).toMatchObject({ kind: 'answer', status: 200 });
  expect(await ask(admin, { path: '/large' })).toMatchObject({ kind: 'answer', status: 200 });
});

it('tells a port where nothing listens from a Pod that is not there', { timeout: TIMEOUT_MS }, async () => {
  const admin = cluster.controlPlane.kubeconfig();
  expect(await ask(admin, { port: 1 })).toEqual({ kind: 'silence', why: 'refused', detail: '' });
  expect(await ask(admin, { pod: 'web-1' })).toMatchObject({ why: 'forward', detail: 'the API server answers 404' });
});

it('takes both rights, to get and to create', { timeout: TIMEOUT_MS }, async () => {
  const heard: string[] = [];
  for (const verbs of [['get'], ['create'], ['get', 'create']]) {
    const namespace = `rights-${verbs.join('-')}`;
    await cluster.client.createNamespace(namespace);
    await kubelet.run(podOf(namespace), { ip: '10.0.0.5' });
    kubelet.serve(`${namespace}/web-0:8080`, (server.address() as AddressInfo).port);
    const rules = [{ apiGroups: [''], resources: ['pods/portforward'], verbs }];
    const token = await tokenWithRights(cluster.client, namespace, rules);
    const one = await ask(kubeconfigFor(cluster, namespace, { token }), { namespace });
    heard.push(one.kind === 'answer' ? String(one.status) : one.why);
  }
  expect(heard).toEqual(['forbidden', 'forbidden', '200']);
});
