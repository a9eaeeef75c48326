// `serve --ask` with the rights that deploy/components/asker gives it, on a real API server, asking real servers on addresses of
// Pods; and the webhook that reads what was learned. All of it in a network namespace of its own, for the asker refuses loopback.

import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAuthority } from '../support/certificates.ts';
import { type GuardProcess, startGuard, startLogging } from '../support/guard-process.ts';
import { renderTogether } from '../support/kustomize.ts';
import { deployment, ingress, type RawObject, service } from '../support/objects.ts';
import { createReviewClient, reviewOf } from '../support/reviews.ts';
import { type KubeObject, mustSucceed } from './api-client.ts';
import { createNode, NODE_ADDRESS, type PodGiven, runPod } from './asked-pods.ts';
import { NAME } from './deployed-guard.ts';
import { runGuard } from './live-cli.ts';
import { isInOwnNetwork, runInOwnNetwork, whyNoNetwork } from './own-network.ts';
import { serviceAccountKubeconfig } from './service-account.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';
import { waitFor } from './wait-for.ts';

const ADDRESSES = ['10.8.1.17', '10.8.1.18', '10.8.1.19', '10.9.0.1', '10.7.0.1', '169.254.169.254'];
const TIMEOUT_MS = 120_000;

const why = isInOwnNetwork ? undefined : whyNoNetwork();
if (why !== undefined) console.warn(`asker.test.ts: skipped, because ${why}`);

it.skipIf(isInOwnNetwork || why !== undefined)('passes in a network of its own', { timeout: 1_200_000 }, async () => {
  const { code, output } = await runInOwnNetwork('cluster', 'test/cluster/asker.test.ts', ADDRESSES);
  if (code !== 0) throw new Error(output);
  expect(output).toMatch(/Tests {2}\d+ passed \| 1 skipped/);
});

const MANIFESTS = isInOwnNetwork ? renderTogether(['base'], ['components/asker']) : [];
const EVENTS_RIGHT = isInOwnNetwork
  ? renderTogether(['base'], ['components/asker-events']).filter(({ metadata }) =>
      metadata.name.endsWith('-asker-events'),
    )
  : [];
const APPLIED = ['Namespace', 'ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'];
const LEARNED = '/api/v1/namespaces/gke-ingress-guard/configmaps/gke-ingress-guard-learned';
const LOOPBACK = ['--bind-address=127.0.0.1', '--health-port=0'];
const DIGEST = `sha256:${'a'.repeat(64)}`;

interface LearnedEntry {
  readonly status: number;
  readonly scheme: string;
  readonly path: string;
  readonly source: string;
  readonly namespace: string;
  readonly at: string;
}

describe.runIf(isInOwnNetwork)('the asker', () => {
  let cluster: TestCluster;
  let worlds = 0;
  let namespace = '';
  const ending: (() => Promise<unknown> | unknown)[] = [];

  beforeAll(async () => {
    cluster = await startTestCluster();
    for (const one of MANIFESTS.filter(({ kind }) => APPLIED.includes(kind)))
      await mustSucceed(cluster.client.create(one, { fieldValidation: 'Strict' }));
    await createNode(cluster.client);
  });
  afterAll(() => cluster?.stop());
  beforeEach(async () => {
    worlds += 1;
    namespace = `asked-${worlds}`;
    await cluster.client.createNamespace(namespace);
    for (const one of MANIFESTS.filter(({ metadata }) => metadata.name === 'gke-ingress-guard-learned'))
      if (one.kind === 'ConfigMap') await mustSucceed(cluster.client.create(one, { fieldValidation: 'Strict' }));
  });
  afterEach(async () => {
    for (const end of ending.splice(0).toReversed()) await end();
    await mustSucceed(cluster.client.request({ method: 'DELETE', path: LEARNED }));
    const ingresses = `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`;
    await mustSucceed(cluster.client.request({ method: 'DELETE', path: ingresses }));
    const pods = `/api/v1/namespaces/${namespace}/pods`;
    await mustSucceed(cluster.client.request({ method: 'DELETE', path: `${pods}?gracePeriodSeconds=0` }));
  });

  const placed = (object: RawObject): KubeObject => {
    const raw = object as KubeObject; // the builders make whole objects
    return { ...raw, metadata: { ...raw.metadata, namespace } };
  };
  const store = async (object: RawObject): Promise<void> => {
    await mustSucceed(cluster.client.create(placed(object)));
  };

  const CONTAINER = {
    name: 'web',
    image: 'registry.example/web:1.0',
    ports: [{ containerPort: 8080 }],
    readinessProbe: { httpGet: { path: '/healthz', port: 8080 } },
  };

  /** A Deployment behind an Ingress of GKE, and a Pod of it. */
  async function world(
    given: Partial<PodGiven> & {
      readonly more?: object;
      readonly annotated?: object;
      readonly appProtocol?: string;
    } = {},
  ) {
    const container = { ...CONTAINER, ...given.more };
    const { appProtocol } = given;
    const annotations =
      appProtocol === undefined ? {} : { 'cloud.google.com/app-protocols': JSON.stringify({ http: appProtocol }) };
    const ports = [{ name: 'http', port: 80, targetPort: 8080 }];
    await store(service({ neg: '{"ingress": true}', ports, annotations }));
    await store(ingress({ class: 'gce', annotations: given.annotated as Record<string, string> }));
    await store(deployment({ container }));
    await pod({ containers: [container], ...given });
  }

  async function pod(given: Partial<PodGiven>): Promise<void> {
    const defaults = { namespace, name: 'web-0', address: '10.8.1.17', labels: { app: 'web' }, digest: DIGEST };
    const { containers = [CONTAINER] } = given;
    await runPod(cluster.client, { ...defaults, ...given, containers });
  }

  /** What is asked of a server: lines, with its headers. */
  async function serve(address: string, listener: RequestListener, port = 8080): Promise<readonly string[]> {
    const asked: string[] = [];
    const server = createHttpServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
      listener(request, response);
    });
    await listen(server, address, port);
    return asked;
  }

  async function listen(server: Server, address: string, port = 8080): Promise<void> {
    server.listen(port, address);
    await once(server, 'listening');
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => sockets.add(socket));
    ending.push(() => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    });
  }

  const redirect: RequestListener = (_, response) =>
    response.writeHead(307, { location: 'https://169.254.169.254/computeMetadata/v1/' }).end();

  async function startAsker(words: readonly string[] = ['--ask'], account = 'gke-ingress-guard-asker') {
    const kubeconfig = await serviceAccountKubeconfig(cluster, { namespace: NAME.namespace, name: account });
    const given = ['serve', ...words, '--no-gke-api', `--kubeconfig=${kubeconfig}`, '--ask-interval=1s', ...LOOPBACK];
    const asker = await startLogging(given, ({ msg }) => msg === 'asking');
    ending.push(() => asker.stop());
    return asker;
  }

  type Asker = Awaited<ReturnType<typeof startAsker>>;
  const said = (asker: Asker, msg: string) => asker.log.filter((line) => line['msg'] === msg);
  const logged = (asker: Asker, msg: string, count = 1) =>
    waitFor(
      `the log to say: ${msg}`,
      async () => said(asker, msg),
      (lines) => lines.length >= count,
      {
        timeoutMs: 60_000,
      },
    );

  async function learned(): Promise<readonly LearnedEntry[]> {
    const { body } = await mustSucceed(cluster.client.request({ method: 'GET', path: LEARNED }));
    const { data = {} } = body as { readonly data?: Record<string, string> };
    const text = data['learned.json'];
    return text === undefined ? [] : JSON.parse(text).learned;
  }
  const untilLearned = (count = 1) =>
    waitFor('what was learned', learned, (all) => all.length >= count, { timeoutMs: 60_000 });

  async function startWebhook(): Promise<GuardProcess> {
    const kubeconfig = await serviceAccountKubeconfig(cluster, { namespace: NAME.namespace, name: NAME.name });
    const guard = await startGuard({ kubeconfig, args: ['--drain-seconds=0', '--learned'] });
    ending.push(() => guard.stop());
    return guard;
  }

  async function warningsOf(guard: GuardProcess, object: RawObject): Promise<readonly string[]> {
    const client = createReviewClient({ port: guard.webhookPort, caPem: guard.caPem });
    const answer = await client.review('validate', reviewOf(placed(object)));
    expect(answer.allowed).toBe(true);
    return answer.warnings ?? [];
  }

  it('asks as Google does, once, follows nothing, and the webhook warns of what comes with the same', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const asked = await serve('10.8.1.17', redirect);
    const metadata = await serve('169.254.169.254', (_, response) => response.end('token'), 443);
    await world();
    const asker = await startAsker();
    const today = new Date().toISOString().slice(0, 10);
    expect(await untilLearned()).toMatchObject([
      { status: 307, scheme: 'https', path: '/healthz', source: 'asked', namespace, port: 8080, digest: DIGEST },
    ]);
    await logged(asker, 'looked at every backend', 3);
    const headers = { host: '10.8.1.17', 'user-agent': 'GoogleHC/1.0', connection: 'close' };
    expect(asked).toEqual([`GET /healthz ${JSON.stringify(headers)}`]);
    expect(metadata).toEqual([]);

    const guard = await startWebhook();
    const warned = await waitFor(
      'the webhook to know',
      () => warningsOf(guard, deployment({ container: CONTAINER })),
      (lines) => lines.length > 0,
      { timeoutMs: 30_000 },
    );
    expect(warned).toEqual([
      `Deployment/${namespace}/web: possible: behind Ingress "web" Google's check GET /healthz gets 307 from container "web" (asked on ${today}), not 200: UNHEALTHY [probe-redirects-to-https]. Fix: Let the app answer plain HTTP with 200 there`,
    ]);
    expect(await warningsOf(guard, deployment({ container: { ...CONTAINER, args: ['--insecure'] } }))).toEqual([]);
    expect(await warningsOf(guard, deployment({ container: { ...CONTAINER, image: 'other:1.0' } }))).toEqual([]);
  });

  it.each([
    ['the metadata server', { address: '169.254.169.254' }, /is link-local/],
    ['loopback', { address: '127.0.0.1' }, /is loopback/],
    ['loopback over IPv6', { address: '::1' }, /is IPv6, and Google asks the IPv4 address/],
    ['its node', { address: NODE_ADDRESS }, /has the address of its node/],
    ['its node, by another name', { address: NODE_ADDRESS, hostAddress: '10.9.0.9' }, /is the node's own/],
    ['a host outside', { address: '10.7.0.1' }, /is not of the range that its node gives to Pods/],
    ['the network of its node', { hostNetwork: true, address: NODE_ADDRESS }, /is on the network of its node/],
    ['an owner who said no', { annotations: { 'gke-ingress-guard.dev/ask': 'false' } }, /has the annotation/],
    ['a Pod of a node that is not there', { nodeName: 'gone' }, /is on a node that is not there/],
    ['a Pod that is not Ready', { isReady: false }, /is not Ready/],
    ['a mesh', { sidecar: true }, /has the sidecar istio-proxy/],
  ])('does not ask %s', { timeout: TIMEOUT_MS }, async (_, given, reason) => {
    const address = (given as Partial<PodGiven>).address ?? '10.8.1.17';
    const asked = await serve(address, redirect);
    const containers = 'sidecar' in given ? [CONTAINER, { name: 'istio-proxy', image: 'proxy:1' }] : [CONTAINER];
    await world({ ...given, containers });
    const asker = await startAsker();
    const [line] = await logged(asker, 'a Pod is not asked');
    expect(line?.['reason']).toMatch(reason);
    await logged(asker, 'looked at every backend', 2);
    expect(asked).toEqual([]);
    expect(await learned()).toEqual([]);
  });

  it('asks no Pod that may have started with another ConfigMap, and the next one', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const asked = await serve('10.8.1.17', redirect);
    const name = 'argocd-cmd-params-cm';
    await mustSucceed(
      cluster.client.create({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { namespace, name },
        data: { a: '1' },
      } as KubeObject),
    );
    const more = { envFrom: [{ configMapRef: { name } }] };
    const containers = [{ ...CONTAINER, ...more }];
    await world({ more, containers, startedAtMs: Date.now() - 3_600_000 });
    const asker = await startAsker();
    const [line] = await logged(asker, 'a Pod is not asked');
    expect(line?.['reason']).toBe(`it may have started before ConfigMap "${name}" became what it is`);
    expect(asked).toEqual([]);
    const pods = `/api/v1/namespaces/${namespace}/pods/web-0?gracePeriodSeconds=0`;
    await mustSucceed(cluster.client.request({ method: 'DELETE', path: pods }));
    await pod({ name: 'web-1', containers, startedAtMs: Date.now() + 60_000 });
    expect(await untilLearned()).toMatchObject([{ status: 307 }]);
  });

  it('asks nobody at an address that two Pods say they have', { timeout: TIMEOUT_MS }, async () => {
    const asked = await serve('10.8.1.18', redirect);
    await world({ address: '10.8.1.18' });
    await pod({ name: 'victim', address: '10.8.1.18', labels: { app: 'other' } });
    const asker = await startAsker();
    const [line] = await logged(asker, 'a Pod is not asked');
    expect(line?.['reason']).toBe('it says that it has the address of another Pod');
    expect(asked).toEqual([]);
  });

  it.each(['Namespace', 'Ingress', 'Service', 'Deployment'])(
    'leaves alone what a %s forbids',
    {
      timeout: TIMEOUT_MS,
    },
    async (kind) => {
      const asked = await serve('10.8.1.17', redirect);
      await world();
      const target: Readonly<Record<string, KubeObject>> = {
        Namespace: { apiVersion: 'v1', kind, metadata: { name: namespace } },
        Ingress: { apiVersion: 'networking.k8s.io/v1', kind, metadata: { name: 'web', namespace } },
        Service: { apiVersion: 'v1', kind, metadata: { name: 'web', namespace } },
        Deployment: { apiVersion: 'apps/v1', kind, metadata: { name: 'web', namespace } },
      };
      const metadata = { annotations: { 'gke-ingress-guard.dev/ask': 'false' } };
      await mustSucceed(cluster.client.patch(target[kind] as KubeObject, { metadata }, { type: 'merge' }));
      const asker = await startAsker();
      const lines = await logged(asker, 'looked at every backend', 2);
      expect(lines.map(({ backends }) => backends)).toEqual(lines.map(() => 0));
      expect(asked).toEqual([]);
    },
  );

  it.each([403, 429, 503])(
    'keeps nothing of %i, which may be for who asks, or for the moment',
    {
      timeout: TIMEOUT_MS,
    },
    async (status) => {
      const asked = await serve('10.8.1.17', (_, response) => response.writeHead(status).end());
      await world();
      const asker = await startAsker();
      const [line] = await logged(asker, 'asked a Pod');
      expect(line).toMatchObject({ status, learned: false });
      await logged(asker, 'looked at every backend', 4);
      // It looked each second, and asks the same once a minute.
      expect(asked).toHaveLength(1);
      expect(await learned()).toEqual([]);
    },
  );

  it('keeps nothing of a port that nothing listens on', { timeout: TIMEOUT_MS }, async () => {
    await world();
    const asker = await startAsker();
    const [line] = await logged(asker, 'asked a Pod');
    expect(line).toMatchObject({ silence: 'refused', learned: false });
    await logged(asker, 'looked at every backend');
    expect(await learned()).toEqual([]);
  });

  it('reads no more of a gigabyte than it needs, and waits no longer for a slow one than the check does', {
    timeout: TIMEOUT_MS,
  }, async () => {
    let sent = 0;
    await serve('10.8.1.17', (_, response) => {
      response.writeHead(404, { 'content-length': String(1024 ** 3) });
      const chunk = Buffer.alloc(64 * 1024);
      const send = (): void => {
        while (!response.destroyed && sent < 1024 ** 3) {
          sent += chunk.length;
          if (!response.write(chunk)) return void response.once('drain', send);
        }
      };
      send();
    });
    await world();
    await startAsker();
    expect(await untilLearned()).toMatchObject([{ status: 404, scheme: '' }]);
    expect(sent).toBeLessThan(16 * 1024 * 1024);
    const { body } = await mustSucceed(cluster.client.request({ method: 'GET', path: LEARNED }));
    expect(JSON.stringify(body).length).toBeLessThan(4096);
  });

  it.each([
    ['HTTPS', '1.1', 'HTTPS'],
    ['HTTP2', '2.0', 'HTTPS'],
  ])(
    'asks over TLS where the backend is %s, whatever the certificate, and the webhook says so',
    {
      timeout: TIMEOUT_MS,
    },
    async (protocol, version, scheme) => {
      const { certPem, keyPem } = await (await createAuthority('nobody')).issue({ commonName: 'app' });
      const asked: string[] = [];
      const server = createSecureServer({ cert: certPem, key: keyPem, allowHTTP1: protocol === 'HTTPS' });
      server.on('request', ({ method, url, httpVersion, headers }, response) => {
        asked.push(`${method} ${url} ${httpVersion} ${headers['user-agent']}`);
        response.writeHead(302, { location: 'https://169.254.169.254/computeMetadata/v1/' }).end();
      });
      await listen(server, '10.8.1.17');
      const readinessProbe = { httpGet: { path: '/healthz', port: 8080, scheme } };
      const tlsContainer = { ...CONTAINER, readinessProbe };
      await world({ more: { readinessProbe }, appProtocol: protocol, containers: [tlsContainer] });
      const asker = await startAsker();
      expect(await untilLearned()).toMatchObject([
        { protocol, status: 302, scheme: 'https', redirectsTo: 'otherHost', path: '/healthz' },
      ]);
      await logged(asker, 'looked at every backend', 3);
      expect(asked).toEqual([`GET /healthz ${version} GoogleHC/1.0`]);
      const guard = await startWebhook();
      const warned = await waitFor(
        'the webhook to know',
        () => warningsOf(guard, deployment({ container: tlsContainer })),
        (lines) => lines.length > 0,
        { timeoutMs: 30_000 },
      );
      expect(warned.join()).toContain(`GET /healthz over ${protocol} gets 302 from container "web" (asked on`);
    },
  );

  it.each([
    ['HTTPS', 'tls'],
    ['HTTP2', 'tls'],
  ])(
    'keeps nothing of a port without TLS behind a backend that is %s',
    {
      timeout: TIMEOUT_MS,
    },
    async (protocol, silence) => {
      const asked = await serve('10.8.1.17', redirect);
      await world({ appProtocol: protocol });
      const asker = await startAsker();
      const [line] = await logged(asker, 'asked a Pod');
      expect(line).toMatchObject({ protocol, silence, learned: false });
      await logged(asker, 'looked at every backend', 2);
      expect([asked, await learned()]).toEqual([[], []]);
    },
  );

  it.each([
    ['to itself', ['/healthz']],
    ['between two paths', ['/a', '/healthz']],
    ['to itself, with its address', ['http://10.8.1.17:8080/healthz']],
  ])(
    'asks once who redirects in a circle, %s, and keeps the first status',
    {
      timeout: TIMEOUT_MS,
    },
    async (_, circle) => {
      const asked = await serve('10.8.1.17', (_, response) =>
        response.writeHead(302, { location: circle[(asked.length - 1) % circle.length] }).end(),
      );
      await world();
      const asker = await startAsker();
      expect(await untilLearned()).toMatchObject([{ status: 302, scheme: 'http', path: '/healthz', source: 'asked' }]);
      await logged(asker, 'looked at every backend', 3);
      expect(asked).toEqual([expect.stringMatching(/^GET \/healthz /)]);
    },
  );

  it.each([
    ['no longer than the check does', 1, 1],
    ['for no check longer than five seconds', 60, 5],
  ])('waits for who sends a byte a while %s', { timeout: TIMEOUT_MS }, async (_, timeoutSeconds, seconds) => {
    const heldMs: number[] = [];
    const slow = createTcpServer((socket) => {
      const openedAtMs = performance.now();
      // A head that begins well, and never ends.
      const head = Buffer.from(`HTTP/1.1 200 OK\r\nX-Slow: ${'x'.repeat(4096)}`);
      let sent = 0;
      const timer = setInterval(() => socket.write(head.subarray(sent, ++sent)), 50);
      socket
        .resume()
        .on('error', () => undefined)
        .on('close', () => {
          clearInterval(timer);
          heldMs.push(performance.now() - openedAtMs);
        });
    });
    await listen(slow, '10.8.1.17');
    await world({ more: { readinessProbe: { ...CONTAINER.readinessProbe, timeoutSeconds } } });
    const asker = await startAsker();
    const [line] = await logged(asker, 'asked a Pod');
    expect(line).toMatchObject({ learned: false, silence: 'timeout' });
    await logged(asker, 'looked at every backend');
    expect(heldMs).toHaveLength(1);
    // Room for a machine that is busy; a head of this length takes 200 s.
    expect(heldMs[0]).toBeGreaterThan(seconds * 900);
    expect(heldMs[0]).toBeLessThan(seconds * 1000 + 10_000);
    expect(await learned()).toEqual([]);
  });

  it('counts what it asks, refuses and writes, without a name of anything', { timeout: TIMEOUT_MS }, async () => {
    await serve('10.8.1.17', redirect);
    await world();
    await pod({ name: 'web-1', address: '10.7.0.1', digest: `sha256:${'b'.repeat(64)}` });
    const asker = await startAsker();
    await logged(asker, 'a Pod is not asked');
    await untilLearned();
    await logged(asker, 'looked at every backend', 2);
    const { health } = asker.line as { readonly health: { readonly port: number } };
    const page = async (path: string): Promise<Response> => fetch(`http://127.0.0.1:${health.port}${path}`);
    const text = await (await page('/metrics')).text();
    const numbers = new Map(
      text
        .split('\n')
        .filter((line) => line.startsWith('guard_'))
        .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
    );
    expect(numbers.get('guard_asker_asked_total{result="learned"}')).toBe(1);
    expect(numbers.get('guard_asker_refused_total{reason="address"}')).toBeGreaterThan(0);
    expect(numbers.get('guard_asker_store_writes_total{outcome="written"}')).toBeGreaterThan(0);
    expect(numbers.get('guard_asker_store_entries')).toBe(1);
    expect(numbers.get('guard_asker_store_bytes')).toBeGreaterThan(100);
    const now = Date.now() / 1000;
    for (const name of ['store_newest', 'last_look'])
      expect(Math.abs(now - (numbers.get(`guard_asker_${name}_timestamp_seconds`) ?? 0)), name).toBeLessThan(120);
    expect(numbers.get('guard_asker_leader')).toBe(1);
    expect(text).not.toContain(namespace);
    expect(text).not.toContain('10.7.0.1');
    expect((await page('/livez')).status).toBe(200);
    expect((await page('/validate')).status).toBe(404);
  });

  it('asks nobody while the ConfigMap is somebody else’s, and leaves it as it is', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const asked = await serve('10.8.1.17', redirect);
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: NAME.namespace, name: LEARNED.split('/').at(-1) ?? '' },
    };
    await mustSucceed(cluster.client.patch(object, { data: { 'notes.txt': 'mine' } }, { type: 'merge' }));
    await world();
    const asker = await startAsker();
    const [line] = await logged(
      asker,
      "the ConfigMap of what was learned is not written, for it is somebody else's: nobody is asked",
    );
    expect(line?.['reason']).toBe('it has the key "notes.txt", which is not the guard\'s');
    expect(asked).toEqual([]);
    const { body } = await mustSucceed(cluster.client.request({ method: 'GET', path: LEARNED }));
    expect(body).toMatchObject({ data: { 'notes.txt': 'mine' } });
  });

  it.each([
    ['no JSON', '{"version": 1, "learned": [', 'it is no JSON'],
    ['too large', `{"version":1,"learned":[]}${' '.repeat(600 * 1024)}`, 'it is larger than 512 KiB'],
    ['of another version', '{"version": 2}', 'it is of another version'],
  ])('learns anew where the ConfigMap is %s', { timeout: TIMEOUT_MS }, async (_, text, reason) => {
    await serve('10.8.1.17', redirect);
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: NAME.namespace, name: 'gke-ingress-guard-learned' },
    };
    await mustSucceed(cluster.client.patch(object, { data: { 'learned.json': text } }, { type: 'merge' }));
    await world();
    const asker = await startAsker();
    const [line] = await logged(
      asker,
      'the ConfigMap of what was learned cannot be read whole: what can be is kept, the rest is learned anew',
    );
    expect(line?.['reason']).toBe(reason);
    await logged(asker, 'asked a Pod');
    expect(
      await waitFor(
        'what was learned',
        () => learned().catch(() => []),
        (all) => all.length > 0,
      ),
    ).toMatchObject([{ status: 307 }]);
  });

  it('has its answers in explain, and of other settings a hint that names its own namespace only', {
    timeout: TIMEOUT_MS,
  }, async () => {
    await serve('10.8.1.17', redirect);
    await world();
    await startAsker();
    const today = (await untilLearned()).map(({ at }) => at.slice(0, 10))[0];
    const explained = async (...words: readonly string[]): Promise<string> => {
      const kubeconfig = `--kubeconfig=${cluster.controlPlane.kubeconfig()}`;
      const { out } = await runGuard(['explain', 'web', '-n', namespace, '--no-gke-api', kubeconfig, ...words]);
      return out.replaceAll(/\s+/g, ' ');
    };
    expect(await explained()).toContain(
      `answer: 307 to HTTPS, asked of running Pods on ${today} (container "web", unless`,
    );
    const changed = deployment({ container: { ...CONTAINER, args: ['--insecure'] } });
    await mustSucceed(cluster.client.patch(placed(changed), placed(changed), { type: 'merge' }));
    expect(await explained()).toContain(
      `hint: the image of Deployment/web was seen to answer 307 to HTTPS here on ${today}, with other settings, in namespace "${namespace}"`,
    );
    expect(await explained()).not.toContain('probe-redirects-to-https');
    const before = namespace;
    namespace = `${before}-too`;
    await cluster.client.createNamespace(namespace);
    await store(service({ neg: '{"ingress": true}' }));
    await store(ingress({ class: 'gce' }));
    await store(changed);
    const elsewhere = await explained();
    expect(elsewhere).toContain('with other settings, elsewhere in this cluster');
    expect(elsewhere).not.toContain(`"${before}"`);
    expect(
      JSON.parse(
        (
          await runGuard([
            'explain',
            'web',
            '-n',
            namespace,
            '-o',
            'json',
            '--no-gke-api',
            `--kubeconfig=${cluster.controlPlane.kubeconfig()}`,
          ])
        ).out,
      ),
    ).toMatchObject({
      backends: [{ hints: [{ status: 307, source: 'asked', seenOn: today, where: 'elsewhere in this cluster' }] }],
    });
    await mustSucceed(
      cluster.client.request({
        method: 'DELETE',
        path: `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`,
      }),
    );
    namespace = before;
  });

  describe('is found by the webhook and every command, however many ConfigMaps they may read', () => {
    const create = (one: object) => mustSucceed(cluster.client.create(one as KubeObject));
    const configMap = (name: string, data: object) =>
      create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name }, data });

    /** A Deployment of it behind an Ingress, and a Pod of it, with a ConfigMap that only the person who asks may read. */
    async function mountingWorld(given: object, data: object) {
      const container = { ...CONTAINER, volumeMounts: [{ name: 'config', mountPath: '/config' }], ...given };
      const volumes = [{ name: 'config', configMap: { name: 'config' } }];
      const deployed = (more: object = {}): RawObject =>
        deployment({ container: { ...container, ...more }, podSpec: { volumes } });
      await configMap('config', data);
      await store(service({ neg: '{"ingress": true}', ports: [{ name: 'http', port: 80, targetPort: 8080 }] }));
      await store(ingress({ class: 'gce' }));
      await store(deployed());
      await pod({ containers: [container], volumes, startedAtMs: Date.now() + 60_000 });
      return deployed;
    }

    /** What each says of it, by its name. */
    async function saidOf(guard: GuardProcess, object: RawObject): Promise<Readonly<Record<string, string>>> {
      const path = `${cluster.controlPlane.dir}/${namespace}.json`;
      writeFileSync(path, JSON.stringify(placed(object)));
      const print = async (...words: readonly string[]): Promise<string> => {
        const reached = ['--no-gke-api', `--kubeconfig=${cluster.controlPlane.kubeconfig()}`];
        const { out, err } = await runGuard([...words, ...reached]);
        return `${out}${err}`.replaceAll(/\s+/g, ' ');
      };
      return {
        webhook: (await warningsOf(guard, object)).join(' '),
        explain: await print('explain', 'web', '-n', namespace),
        check: await print('check', '--live', path),
        audit: await print('audit', '-n', namespace),
      };
    }

    const namesWith = (said: Readonly<Record<string, string>>, text: string) =>
      Object.keys(said).filter((name) => said[name]?.includes(text));

    it('what mounts a configuration of nginx', { timeout: TIMEOUT_MS }, async () => {
      await serve('10.8.1.17', (_, response) => response.writeHead(404).end());
      const deployed = await mountingWorld({}, { 'default.conf': 'server { listen 8080; }' });
      await startAsker();
      expect(await untilLearned()).toMatchObject([{ status: 404, configMaps: [] }]);
      const SAID = 'gets 404 from container "web" (asked on ';
      const guard = await startWebhook();
      await waitFor(
        'the webhook to know',
        () => warningsOf(guard, deployed()),
        (lines) => lines.join().includes(SAID),
        { timeoutMs: 30_000 },
      );
      // The audit says what is certain, and what was learned never is.
      const said = await saidOf(guard, deployed());
      expect(namesWith(said, SAID), said['check']).toEqual(['webhook', 'explain', 'check']);
      const other = deployed({ args: ['--other'] });
      await mustSucceed(cluster.client.patch(placed(other), placed(other), { type: 'merge' }));
      expect(namesWith(await saidOf(guard, other), SAID)).toEqual([]);
    });

    it('argocd-server, whose own answer counts more than the catalogue', { timeout: TIMEOUT_MS }, async () => {
      const params = 'argocd-cmd-params-cm';
      await serve('10.8.1.17', (_, response) => response.writeHead(200).end('ok'));
      await configMap(params, { 'server.insecure': 'false' });
      const valueFrom = { configMapKeyRef: { name: params, key: 'server.insecure' } };
      const deployed = await mountingWorld(
        {
          image: `quay.io/argoproj/argocd:v3.4.5@${DIGEST}`,
          args: ['/usr/local/bin/argocd-server'],
          env: [{ name: 'ARGOCD_SERVER_INSECURE', valueFrom }],
        },
        { 'known.crt': 'a certificate' },
      );
      const RULE = 'probe-redirects-to-https';
      const guard = await startWebhook();
      const everybody = ['webhook', 'explain', 'check', 'audit'];
      await waitFor(
        'the webhook to know the Ingress',
        () => warningsOf(guard, deployed()),
        (lines) => lines.join().includes(RULE),
        { timeoutMs: 30_000 },
      );
      expect(namesWith(await saidOf(guard, deployed()), RULE)).toEqual(everybody);
      await startAsker();
      expect(await untilLearned()).toMatchObject([{ status: 200, configMaps: [params] }]);
      await waitFor(
        'the webhook to know the answer',
        () => warningsOf(guard, deployed()),
        (lines) => lines.length === 0,
        { timeoutMs: 30_000 },
      );
      expect(namesWith(await saidOf(guard, deployed()), RULE)).toEqual([]);
      const other = deployed({ command: ['tini', '--'] });
      await mustSucceed(cluster.client.patch(placed(other), placed(other), { type: 'merge' }));
      expect(namesWith(await saidOf(guard, other), RULE)).toEqual(everybody);
    });
  });

  it('learns of Google that it was content, by the gate of a Pod, and asks nobody where it may not', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const asked = await serve('10.8.1.17', redirect);
    const backends = JSON.stringify({ [`k8s1-0123abcd-${namespace}-web-80-89ab0123`]: 'HEALTHY' });
    await world({ negReason: 'LoadBalancerNegReady', annotated: { 'ingress.kubernetes.io/backends': backends } });
    await startAsker(['--ask=nobody']);
    expect(await untilLearned()).toMatchObject([{ status: 200, source: 'google', path: '/healthz', namespace }]);
    expect(asked).toEqual([]);
  });

  it('learns of the kubelet what it warns of, where it may read Events, and asks nobody for it', {
    timeout: TIMEOUT_MS,
  }, async () => {
    for (const one of EVENTS_RIGHT) await mustSucceed(cluster.client.create(one));
    ending.push(async () => {
      for (const { kind, metadata } of EVENTS_RIGHT) {
        const path = `/apis/rbac.authorization.k8s.io/v1/${kind.toLowerCase()}s/${metadata.name}`;
        await mustSucceed(cluster.client.request({ method: 'DELETE', path }));
      }
    });
    await world();
    const pods = `/api/v1/namespaces/${namespace}/pods/web-0`;
    const { body } = await mustSucceed(cluster.client.request({ method: 'GET', path: pods }));
    const { uid } = (body as KubeObject).metadata;
    const warning = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { namespace, name: 'web-0.1' },
      involvedObject: { kind: 'Pod', namespace, name: 'web-0', uid, fieldPath: 'spec.containers{web}' },
      type: 'Warning',
      reason: 'ProbeWarning',
      message:
        'Readiness probe warning: Probe terminated redirects, Response body: <a href="https://shop.example.com">',
      source: { component: 'kubelet' },
    };
    await mustSucceed(cluster.client.create(warning as KubeObject));
    await startAsker(['--ask=nobody']);
    expect(await untilLearned()).toMatchObject([{ status: 0, source: 'kubelet', path: '/healthz', namespace }]);
    const guard = await startWebhook();
    const warned = await waitFor(
      'the webhook to know',
      () => warningsOf(guard, deployment({ container: CONTAINER })),
      (lines) => lines.length > 0,
      { timeoutMs: 30_000 },
    );
    expect(warned.join()).toContain('does not get 200 from container "web" (seen by the kubelet on ');
  });

  describe('without one of its rights', () => {
    interface Right {
      readonly kind: string;
      readonly verb: string;
      readonly rule: Readonly<Record<string, unknown>>;
    }
    const own = MANIFESTS.filter(
      ({ kind, metadata }) => kind.endsWith('Role') && metadata.name === 'gke-ingress-guard-asker',
    );
    const rights: readonly Right[] = own.flatMap(({ kind, ...role }) =>
      (role['rules'] as readonly Record<string, unknown>[]).flatMap((rule) =>
        (rule['verbs'] as readonly string[]).map((verb) => ({ kind, verb, rule })),
      ),
    );

    async function accountWithout(missing: Right, name: string): Promise<void> {
      const rbac = 'rbac.authorization.k8s.io';
      const home = { namespace: NAME.namespace, name };
      const subjects = [{ kind: 'ServiceAccount', ...home }];
      const create = (one: object) => mustSucceed(cluster.client.create(one as KubeObject));
      await create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: home });
      for (const kind of ['ClusterRole', 'Role']) {
        const metadata = kind === 'Role' ? home : { name };
        const rules = rights
          .filter((right) => right.kind === kind && right !== missing)
          .map(({ rule, verb }) => ({ ...rule, verbs: [verb] }));
        const roleRef = { apiGroup: rbac, kind, name };
        await create({ apiVersion: `${rbac}/v1`, kind, metadata, rules });
        await create({ apiVersion: `${rbac}/v1`, kind: `${kind}Binding`, metadata, roleRef, subjects });
      }
      const roleRef = { apiGroup: rbac, kind: 'ClusterRole', name: NAME.name };
      const metadata = { name: `${name}-view` };
      await create({ apiVersion: `${rbac}/v1`, kind: 'ClusterRoleBinding', metadata, roleRef, subjects });
    }

    it.each(rights.map((right) => [`${right.verb} ${String(right.rule['resources'])}`, right] as const))(
      'it learns nothing, and its log says which: %s',
      { timeout: TIMEOUT_MS },
      async (title, right) => {
        await serve('10.8.1.17', redirect);
        await world();
        const name = `without-${title.replaceAll(/\W+/g, '-')}`;
        await accountWithout(right, name);
        await mustSucceed(
          cluster.client.request({
            method: 'DELETE',
            path: `/apis/coordination.k8s.io/v1/namespaces/${NAME.namespace}/leases`,
          }),
        );
        const asker = await startAsker(['--ask'], name);
        const [resource] = right.rule['resources'] as readonly string[];
        const refusal = new RegExp(`cannot ${right.verb} resource "${resource}"`);
        await waitFor(
          'the log to say it',
          async () => asker.log.map(({ reason }) => String(reason)),
          (reasons) => reasons.some((reason) => refusal.test(reason)),
          { timeoutMs: 60_000 },
        );
        // A Lease that cannot be renewed is led by nobody once it has run out.
        if (right.verb !== 'update') expect(await learned()).toEqual([]);
      },
    );
  });

  it('is not read by a guard without the right, and its log says so', { timeout: TIMEOUT_MS }, async () => {
    const home = { namespace: NAME.namespace, name: 'reads-nothing-learned' };
    const rbac = 'rbac.authorization.k8s.io';
    await mustSucceed(cluster.client.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: home }));
    await mustSucceed(
      cluster.client.create({
        apiVersion: `${rbac}/v1`,
        kind: 'ClusterRoleBinding',
        metadata: { name: home.name },
        roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: NAME.name },
        subjects: [{ kind: 'ServiceAccount', ...home }],
      } as KubeObject),
    );
    const kubeconfig = await serviceAccountKubeconfig(cluster, home);
    const guard = await startGuard({ kubeconfig, args: ['--drain-seconds=0', '--learned'] });
    ending.push(() => guard.stop());
    const [line] = await waitFor(
      'the log to say it',
      async () => guard.log.filter(({ msg }) => String(msg).startsWith('no right to list ConfigMap')),
      (lines) => lines.length > 0,
      { timeoutMs: 30_000 },
    );
    expect(line).toMatchObject({
      name: 'gke-ingress-guard-learned',
      rule: '- { apiGroups: [""], resources: ["configmaps"], resourceNames: ["gke-ingress-guard-learned"], verbs: ["list", "watch"] }',
      msg: expect.stringContaining("add the rule to the guard's Role in namespace gke-ingress-guard"),
    });
    expect(await warningsOf(guard, deployment({ container: CONTAINER }))).toEqual([]);
  });
});
