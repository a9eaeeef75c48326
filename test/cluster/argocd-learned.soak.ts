// argocd-server itself, with and without --insecure: one image, two answers. The asker learns both, in whichever order they come, and
// the webhook warns of the one. The image has a name that no catalogue knows. It takes minutes, for the same program is asked once
// a minute at most.
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { argocdDefinitions, argocdModule } from '../gitops/programs.ts';
import { startGuard, startLogging } from '../support/guard-process.ts';
import { renderTogether } from '../support/kustomize.ts';
import { deployment, ingress, type RawObject, service } from '../support/objects.ts';
import { createReviewClient, reviewOf } from '../support/reviews.ts';
import { type KubeObject, mustSucceed } from './api-client.ts';
import { createNode, runPod } from './asked-pods.ts';
import { defineResources } from './custom-resources.ts';
import { NAME } from './deployed-guard.ts';
import { freePort } from './free-port.ts';
import { goPrograms, logToStderr } from './go-programs.ts';
import { isInOwnNetwork, runInOwnNetwork, whyNoNetwork } from './own-network.ts';
import { startServerProcess } from './server-process.ts';
import { serviceAccountKubeconfig } from './service-account.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';
import { waitFor } from './wait-for.ts';

const FILE = 'test/cluster/argocd-learned.soak.ts';
/** A cold machine compiles Argo CD, and fetches what it needs before there is no network any more. */
const START_MS = 60 * 60_000;
const ASKED_MS = 150_000;

const why = isInOwnNetwork ? undefined : whyNoNetwork();
if (why !== undefined) console.warn(`${FILE}: skipped, because ${why}`);

it.skipIf(isInOwnNetwork || why !== undefined)('passes in a network of its own', { timeout: START_MS }, async () => {
  await goPrograms(argocdModule, logToStderr, process.env);
  const { code, output } = await runInOwnNetwork('soak', FILE, ['10.8.1.17', '10.8.1.18']);
  if (code !== 0) throw new Error(output);
  console.log(output);
});

const FLAGS = { plain: [], insecure: ['--insecure'] } as const;
type Way = keyof typeof FLAGS;
const ADDRESSES: Readonly<Record<Way, string>> = { plain: '10.8.1.17', insecure: '10.8.1.18' };
const DIGEST = `sha256:${'c'.repeat(64)}`;
const LEARNED = '/api/v1/namespaces/gke-ingress-guard/configmaps/gke-ingress-guard-learned';
const MANIFESTS = isInOwnNetwork ? renderTogether(['base'], ['components/asker']) : [];
const APPLIED = ['Namespace', 'ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'];

describe.runIf(isInOwnNetwork)('argocd-server, asked in the cluster', () => {
  let cluster: TestCluster;
  const running: (() => Promise<unknown>)[] = [];
  const ending: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    cluster = await startTestCluster();
    const { client } = cluster;
    for (const one of MANIFESTS.filter(({ kind }) => APPLIED.includes(kind))) await mustSucceed(client.create(one));
    await createNode(client);
    const { module } = argocdDefinitions();
    const files = ['application', 'appproject', 'applicationset'].map((kind) => `manifests/crds/${kind}-crd.yaml`);
    await defineResources(client, { module, files });
    await setUpArgocd();
    for (const way of ['plain', 'insecure'] as const) await startServer(way);
  }, START_MS);
  afterEach(async () => {
    for (const end of ending.splice(0).toReversed()) await end();
  });
  afterAll(async () => {
    for (const stop of running.toReversed()) await stop();
    await cluster?.stop();
  });

  async function setUpArgocd(): Promise<void> {
    const { client } = cluster;
    await client.createNamespace('argocd');
    const labels = { 'app.kubernetes.io/part-of': 'argocd' };
    for (const name of [
      'argocd-cm',
      'argocd-rbac-cm',
      'argocd-ssh-known-hosts-cm',
      'argocd-tls-certs-cm',
      'argocd-gpg-keys-cm',
    ])
      await mustSucceed(
        client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'argocd', name, labels } }),
      );
    const stringData = { 'server.secretkey': 'of-this-test-only', 'admin.password': 'x' };
    const metadata = { namespace: 'argocd', name: 'argocd-secret', labels };
    await mustSucceed(client.create({ apiVersion: 'v1', kind: 'Secret', metadata, stringData } as KubeObject));
  }

  /** Without its redis and its repo-server: neither is asked before somebody logs in. */
  async function startServer(way: Way): Promise<void> {
    const { cmd } = await goPrograms(argocdModule, logToStderr, process.env);
    const { controlPlane } = cluster;
    const dir = mkdtempSync(join(controlPlane.dir, 'argocd-'));
    const flags = [
      ...FLAGS[way],
      `--address=${ADDRESSES[way]}`,
      '--port=8080',
      '--metrics-address=127.0.0.1',
      `--metrics-port=${await freePort()}`,
      '--redis=127.0.0.1:1',
      '--repo-server=127.0.0.1:1',
      '--namespace=argocd',
      `--kubeconfig=${controlPlane.kubeconfig()}`,
      `--staticassets=${dir}`,
    ];
    const env = {
      ARGOCD_BINARY_NAME: 'argocd-server',
      ARGOCD_FAKE_IN_CLUSTER: 'true',
      ARGOCD_GPG_ENABLED: 'false',
      KUBECONFIG: controlPlane.kubeconfig(),
      HOME: dir,
      TMPDIR: dir,
    };
    const server = await startServerProcess(cmd, flags, join(dir, 'log'), env);
    running.push(() => server.stop());
    await waitFor(
      'argocd-server to answer',
      async () => {
        if (server.ended() !== undefined) throw new Error(server.logTail());
        const url = `http://${ADDRESSES[way]}:8080/healthz`;
        return fetch(url, { redirect: 'manual' }).then(
          ({ status }) => status,
          () => 0,
        );
      },
      (status) => status > 0,
      { timeoutMs: 120_000 },
    );
  }

  const CONTAINER = {
    name: 'server',
    image: 'registry.example/platform/deliver:3',
    ports: [{ containerPort: 8080 }],
    readinessProbe: { httpGet: { path: '/healthz', port: 8080 } },
  };
  const containerOf = (way: Way) => ({ ...CONTAINER, command: ['/start', ...FLAGS[way]] });
  const placed = (namespace: string, object: RawObject): KubeObject => {
    const raw = object as KubeObject; // the builders make whole objects
    return { ...raw, metadata: { ...raw.metadata, namespace } };
  };

  it.each([
    ['first as it comes', ['plain', 'insecure']],
    ['first with --insecure', ['insecure', 'plain']],
  ] as const)('is learned as two, %s', { timeout: 3 * ASKED_MS }, async (title, order) => {
    const { client } = cluster;
    const namespace = title.replaceAll(/\W+/g, '-');
    await client.createNamespace(namespace);
    for (const one of MANIFESTS)
      if (one.kind === 'ConfigMap' && LEARNED.endsWith(one.metadata.name)) await mustSucceed(client.create(one));
    ending.push(() => mustSucceed(client.request({ method: 'DELETE', path: LEARNED })));
    await mustSucceed(client.create(placed(namespace, service({ neg: '{"ingress": true}' }))));
    await mustSucceed(client.create(placed(namespace, ingress({ class: 'gce' }))));
    ending.push(() =>
      mustSucceed(
        client.request({ method: 'DELETE', path: `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses` }),
      ),
    );
    const kubeconfig = await serviceAccountKubeconfig(cluster, {
      namespace: NAME.namespace,
      name: 'gke-ingress-guard-asker',
    });
    const words = [
      'serve',
      '--ask',
      '--no-gke-api',
      `--kubeconfig=${kubeconfig}`,
      '--ask-interval=2s',
      '--bind-address=127.0.0.1',
      '--health-port=0',
    ];
    const asker = await startLogging(words, ({ msg }) => msg === 'asking');
    ending.push(() => asker.stop());
    let answers: readonly number[] = [];
    for (const [index, way] of order.entries()) {
      const object = placed(namespace, deployment({ container: containerOf(way) }));
      await mustSucceed(index === 0 ? client.create(object) : client.patch(object, object, { type: 'merge' }));
      const pod = { namespace, name: `server-${way}`, address: ADDRESSES[way], labels: { app: 'web' }, digest: DIGEST };
      await runPod(client, { ...pod, containers: [containerOf(way)] });
      answers = await waitFor('what was learned', statuses, (all) => all.length === index + 1, { timeoutMs: ASKED_MS });
      const path = `/api/v1/namespaces/${namespace}/pods/server-${way}?gracePeriodSeconds=0`;
      await mustSucceed(client.request({ method: 'DELETE', path }));
    }
    expect(answers.toSorted()).toEqual([200, 307]);
    const [plain, insecure] = [await warningsOf(namespace, 'plain'), await warningsOf(namespace, 'insecure')];
    console.log(plain, insecure);
    expect(plain).toEqual([
      expect.stringMatching(/gets 307 from container "server" \(asked on [\d-]+\), not 200: UNHEALTHY/),
    ]);
    expect(insecure).toEqual([]);
  });

  async function statuses(): Promise<readonly number[]> {
    const { body } = await mustSucceed(cluster.client.request({ method: 'GET', path: LEARNED }));
    const text = (body as { readonly data?: Record<string, string> }).data?.['learned.json'];
    const learned: readonly { readonly status: number }[] = text === undefined ? [] : JSON.parse(text).learned;
    return learned.map(({ status }) => status);
  }

  /** Once it has seen what was learned: of the one with the redirect it warns. */
  async function warningsOf(namespace: string, way: Way): Promise<readonly string[]> {
    const kubeconfig = await serviceAccountKubeconfig(cluster, NAME);
    const guard = await startGuard({ kubeconfig, args: ['--drain-seconds=0', '--learned'] });
    const client = createReviewClient({ port: guard.webhookPort, caPem: guard.caPem });
    const ask = async (one: Way): Promise<readonly string[]> =>
      (await client.review('validate', reviewOf(placed(namespace, deployment({ container: containerOf(one) })))))
        .warnings ?? [];
    try {
      await waitFor(
        'the webhook to know',
        () => ask('plain'),
        (lines) => lines.length > 0,
        { timeoutMs: 30_000 },
      );
      return await ask(way);
    } finally {
      client.close();
      await guard.stop();
    }
  }
});
