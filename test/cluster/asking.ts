// What the tests of `serve --ask` have in common: a network namespace of their own, for the asker refuses loopback, and there an API
// server with the rights of deploy/components/asker, a world for each test, and who asks and warns.
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import type { Server, Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type GuardProcess, startGuard, startLogging } from '../support/guard-process.ts';
import { type Manifest, renderTogether } from '../support/kustomize.ts';
import { deployment, ingress, type RawObject, service } from '../support/objects.ts';
import { createReviewClient, reviewOf } from '../support/reviews.ts';
import { type ApiClient, type KubeObject, mustSucceed } from './api-client.ts';
import { createNode, type PodGiven, runPod } from './asked-pods.ts';
import { NAME } from './deployed-guard.ts';
import { isInOwnNetwork, runInOwnNetwork, whyNoNetwork } from './own-network.ts';
import { serviceAccountKubeconfig } from './service-account.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';
import { waitFor } from './wait-for.ts';

/** Of a Pod, of others, of a node, of a host outside, and of the metadata server. */
const ADDRESSES = ['10.8.1.17', '10.8.1.18', '10.8.1.19', '10.9.0.1', '10.7.0.1', '169.254.169.254'];
/** Of all tests of a file. */
const FILE_TIMEOUT_MS = 1_200_000;
const WAIT = { timeoutMs: 60_000 };
const APPLIED = ['Namespace', 'ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'];
const LOOPBACK = ['--bind-address=127.0.0.1', '--health-port=0'];

export const LEARNED_NAME = 'gke-ingress-guard-learned';
export const LEARNED = `/api/v1/namespaces/${NAME.namespace}/configmaps/${LEARNED_NAME}`;
export const DIGEST = `sha256:${'a'.repeat(64)}`;
export const CONTAINER = {
  name: 'web',
  image: 'registry.example/web:1.0',
  ports: [{ containerPort: 8080 }],
  readinessProbe: { httpGet: { path: '/healthz', port: 8080 } },
};

/** As an app does that is to be reached over HTTPS only; nobody may follow it where it leads. */
export const redirect: RequestListener = (_, response) =>
  response.writeHead(307, { location: 'https://169.254.169.254/computeMetadata/v1/' }).end();

interface LearnedEntry {
  readonly status: number;
  readonly scheme: string;
  readonly path: string;
  readonly source: string;
  readonly namespace: string;
  readonly at: string;
}

interface WorldGiven extends Partial<PodGiven> {
  /** Of the container. */
  readonly more?: object;
  /** Of the Ingress. */
  readonly annotated?: Readonly<Record<string, string>>;
  readonly appProtocol?: string;
}

type LoggingProcess = Awaited<ReturnType<typeof startLogging>>;

/** The file runs itself, in a network of its own, where `define` has its tests. */
export function describeAsker(file: string, define: (asking: Asking) => void): void {
  const why = isInOwnNetwork ? undefined : whyNoNetwork();
  if (why !== undefined) console.warn(`${file}: skipped, because ${why}`);
  const title = 'passes in a network of its own';
  it.skipIf(isInOwnNetwork || why !== undefined)(title, { timeout: FILE_TIMEOUT_MS }, async () => {
    const { code, output } = await runInOwnNetwork('cluster', file, ADDRESSES);
    if (code !== 0) throw new Error(output);
    expect(output).toMatch(/Tests {2}\d+ passed \| 1 skipped/);
  });

  describe.runIf(isInOwnNetwork)('the asker', () => {
    const asking = new Asking();
    beforeAll(() => asking.start());
    afterAll(() => asking.stop());
    beforeEach(() => asking.begin());
    afterEach(() => asking.end());
    define(asking);
  });
}

/** What deploy/ has of it; nothing outside its network, where nothing is rendered for tests that do not run. */
export function askerManifests(component = 'asker'): readonly Manifest[] {
  return isInOwnNetwork ? renderTogether(['base'], [`components/${component}`]) : [];
}

export class Asking {
  /** The test's own; a test may go on in another. */
  namespace = '';
  #cluster: TestCluster | undefined;
  #worlds = 0;
  readonly #ending: (() => Promise<unknown> | unknown)[] = [];

  get cluster(): TestCluster {
    if (this.#cluster === undefined) throw new Error('the control plane has not been started');
    return this.#cluster;
  }

  get client(): ApiClient {
    return this.cluster.client;
  }

  async start(): Promise<void> {
    this.#cluster = await startTestCluster();
    for (const one of askerManifests().filter(({ kind }) => APPLIED.includes(kind)))
      await mustSucceed(this.client.create(one, { fieldValidation: 'Strict' }));
    await createNode(this.client);
  }

  async stop(): Promise<void> {
    await this.#cluster?.stop();
  }

  async begin(): Promise<void> {
    this.#worlds += 1;
    this.namespace = `asked-${this.#worlds}`;
    await this.client.createNamespace(this.namespace);
    for (const one of askerManifests().filter(({ metadata }) => metadata.name === LEARNED_NAME))
      if (one.kind === 'ConfigMap') await mustSucceed(this.client.create(one, { fieldValidation: 'Strict' }));
  }

  /** Leaves nothing that the next test would find. */
  async end(): Promise<void> {
    for (const end of this.#ending.splice(0).toReversed()) await end();
    await this.remove(LEARNED);
    await this.remove(`/apis/networking.k8s.io/v1/namespaces/${this.namespace}/ingresses`);
    await this.remove(`/api/v1/namespaces/${this.namespace}/pods?gracePeriodSeconds=0`);
  }

  /** Before the cluster is cleaned, and before what was started earlier. */
  atEnd(end: () => Promise<unknown> | unknown): void {
    this.#ending.push(end);
  }

  async remove(path: string): Promise<void> {
    await mustSucceed(this.client.request({ method: 'DELETE', path }));
  }

  placed(object: RawObject): KubeObject {
    const raw = object as KubeObject; // the builders make whole objects
    return { ...raw, metadata: { ...raw.metadata, namespace: this.namespace } };
  }

  async store(object: RawObject): Promise<void> {
    await mustSucceed(this.client.create(this.placed(object)));
  }

  /** A Deployment behind an Ingress of GKE, and a Pod of it. */
  async world(given: WorldGiven = {}): Promise<void> {
    const container = { ...CONTAINER, ...given.more };
    const { appProtocol, annotated } = given;
    const annotations =
      appProtocol === undefined ? {} : { 'cloud.google.com/app-protocols': JSON.stringify({ http: appProtocol }) };
    const ports = [{ name: 'http', port: 80, targetPort: 8080 }];
    await this.store(service({ neg: '{"ingress": true}', ports, annotations }));
    await this.store(ingress({ class: 'gce', ...(annotated && { annotations: annotated }) }));
    await this.store(deployment({ container }));
    await this.pod({ containers: [container], ...given });
  }

  async pod(given: Partial<PodGiven>): Promise<void> {
    const { namespace } = this;
    const defaults = { namespace, name: 'web-0', address: '10.8.1.17', labels: { app: 'web' }, digest: DIGEST };
    const { containers = [CONTAINER] } = given;
    await runPod(this.client, { ...defaults, ...given, containers });
  }

  /** @returns what is asked of the server: lines, with the headers */
  async serve(address: string, listener: RequestListener, port = 8080): Promise<readonly string[]> {
    const asked: string[] = [];
    const server = createHttpServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
      listener(request, response);
    });
    await this.listen(server, address, port);
    return asked;
  }

  async listen(server: Server, address: string, port = 8080): Promise<void> {
    server.listen(port, address);
    await once(server, 'listening');
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => sockets.add(socket));
    this.atEnd(() => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    });
  }

  async startAsker(words: readonly string[] = ['--ask'], account = 'gke-ingress-guard-asker'): Promise<LoggingProcess> {
    const kubeconfig = await serviceAccountKubeconfig(this.cluster, { namespace: NAME.namespace, name: account });
    const given = ['serve', ...words, '--no-gke-api', `--kubeconfig=${kubeconfig}`, '--ask-interval=1s', ...LOOPBACK];
    const asker = await startLogging(given, ({ msg }) => msg === 'asking');
    this.atEnd(() => asker.stop());
    return asker;
  }

  async learned(): Promise<readonly LearnedEntry[]> {
    const { body } = await mustSucceed(this.client.request({ method: 'GET', path: LEARNED }));
    const { data = {} } = body as { readonly data?: Record<string, string> };
    const text = data['learned.json'];
    return text === undefined ? [] : JSON.parse(text).learned;
  }

  untilLearned(count = 1): Promise<readonly LearnedEntry[]> {
    return waitFor(
      'what was learned',
      () => this.learned(),
      (all) => all.length >= count,
      WAIT,
    );
  }

  async startWebhook(account: string = NAME.name): Promise<GuardProcess> {
    const kubeconfig = await serviceAccountKubeconfig(this.cluster, { namespace: NAME.namespace, name: account });
    const guard = await startGuard({ kubeconfig, args: ['--drain-seconds=0', '--learned'] });
    this.atEnd(() => guard.stop());
    return guard;
  }

  async warningsOf(guard: GuardProcess, object: RawObject): Promise<readonly string[]> {
    const client = createReviewClient({ port: guard.webhookPort, caPem: guard.caPem });
    const answer = await client.review('validate', reviewOf(this.placed(object)));
    expect(answer.allowed).toBe(true);
    return answer.warnings ?? [];
  }

  /** What the webhook warns of, once it does as it is waited for. */
  untilWarned(
    guard: GuardProcess,
    object: RawObject,
    isIt = (warnings: readonly string[]): boolean => warnings.length > 0,
  ): Promise<readonly string[]> {
    return waitFor('the webhook to know', () => this.warningsOf(guard, object), isIt, WAIT);
  }
}

/** Lines of the log that say this, once there are so many. */
export function logged(asker: LoggingProcess, msg: string, count = 1): Promise<LoggingProcess['log']> {
  return waitFor(
    `the log to say: ${msg}`,
    async () => asker.log.filter((line) => line['msg'] === msg),
    (lines) => lines.length >= count,
    WAIT,
  );
}
