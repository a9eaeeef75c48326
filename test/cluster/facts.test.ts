// What the guard learns of its cluster by itself: from the GKE API behind Workload Identity, and from the API server.
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { run } from '../cli/support.ts';
import {
  ADD_ON_OFF,
  CLUSTER,
  type FakeGkeApi,
  type FakeServer,
  googleError,
  LOCATION,
  PROJECT,
  startFakeGkeApi,
  startFakeMetadata,
} from '../support/fake-gke-api.ts';
import { type GuardProcess, startGuard } from '../support/guard-process.ts';
import { argocdServer, ingress, service } from '../support/objects.ts';
import { createReviewClient, reviewOf } from '../support/reviews.ts';
import { type ApiClient, type ApiResponse, type KubeObject, mustSucceed } from './api-client.ts';
import { deployGuard } from './deployed-guard.ts';
import { type GkeProxy, startGkeProxy } from './gke-proxy.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';
import { waitFor } from './wait-for.ts';

const object = (raw: unknown): KubeObject => raw as KubeObject; // the builders make whole objects

const VERSION = '1.33.4-gke.1036000';

/** Whoever runs the tests may have credentials; none of them is to be found. */
const onGke = (metadataHost: string) => ({
  GCE_METADATA_HOST: metadataHost,
  CLOUDSDK_CONFIG: '/nowhere',
  GOOGLE_APPLICATION_CREDENTIALS: '',
  METADATA_SERVER_DETECTION: 'ping-only',
});

let cluster: TestCluster;
let client: ApiClient;

beforeAll(async () => {
  cluster = await startTestCluster();
  ({ client } = cluster);
});
afterAll(async () => {
  await cluster?.stop();
});

describe('a guard with Workload Identity', () => {
  let google: FakeGkeApi;
  let metadata: FakeServer;
  let guard: GuardProcess;

  beforeAll(async () => {
    google = await startFakeGkeApi('a-token');
    google.describe(ADD_ON_OFF);
    metadata = await startFakeMetadata('a-token');
    guard = await deployGuard(client, {
      kubeconfig: cluster.controlPlane.kubeconfig(),
      args: [`--gke-endpoint=${google.url}`, '--facts-refresh=1h'],
      env: onGke(metadata.host),
    });
  });
  afterAll(async () => {
    await guard?.stop();
    await google?.close();
    await metadata?.close();
  });

  const create = (name: string): Promise<ApiResponse> =>
    client.create(object(ingress({ namespace: 'default', name, class: 'gce' })), { dryRun: true });
  const health = async (path: string): Promise<{ readonly status: number; readonly text: string }> => {
    const response = await fetch(`http://${guard.address}:${guard.healthPort}${path}`);
    return { status: response.status, text: await response.text() };
  };
  const metric = async (name: string): Promise<string> =>
    (await health('/metrics')).text.split('\n').find((line) => line.startsWith(name)) ?? 'none';

  test('refuses for the add-on by what Google says, with the names that the metadata server tells', async () => {
    const refused = await waitFor(
      'the refusal',
      () => create('web'),
      ({ status }) => status === 403,
    );
    expect(refused.body).toMatchObject({
      message: expect.stringMatching(
        /Run gcloud container clusters update prod --location=asia-northeast1 --project=my-project --update-addons=HttpLoadBalancing=ENABLED\n.*Cluster "prod" does not run the GKE Ingress controller \(says the GKE API\)/s,
      ),
    });
  });

  test('adds the NEG annotation where Google says that the cluster is VPC-native', async () => {
    const created = await client.create(object(service({ namespace: 'default', name: 'web' })), { dryRun: true });
    expect(object(created.body).metadata['annotations']).toEqual({ 'cloud.google.com/neg': '{"ingress": true}' });
  });

  test('lets the very first retry pass ten seconds after the add-on was turned on, with no refresh due for an hour', async () => {
    const refreshes = (): Promise<string> => metric('guard_facts_refresh_total{outcome="ok"}');
    const before = await refreshes();
    const asked = google.requests.length;
    google.describe();
    const turnedOnMs = performance.now();
    await waitFor(
      'the guard to ask again by itself',
      refreshes,
      (now) => google.requests.length > asked && now !== before,
      { timeoutMs: 40_000 },
    );
    const passed = await create('web');
    console.info(`passed ${Math.round(performance.now() - turnedOnMs)} ms after the add-on was turned on`);
    expect(passed.status).toBe(201);
    expect(passed.warnings.filter((warning) => warning.includes('http-load-balancing'))).toEqual([]);
    expect(google.requests.length - asked).toBeLessThanOrEqual(3);
    expect(await metric('guard_facts_age_seconds{fact="httpLoadBalancing",source="gke-api"}')).not.toBe('none');
  });
});

describe('a guard that cannot learn from Google', () => {
  async function start(google: string, metadata: string): Promise<GuardProcess> {
    const guard = await startGuard({
      kubeconfig: cluster.controlPlane.kubeconfig(),
      args: [`--gke-endpoint=${google}`, '--drain-seconds=0'],
      env: onGke(metadata),
    });
    onTestFinished(async () => void (await guard.stop()));
    return guard;
  }

  async function goesOn(guard: GuardProcess): Promise<void> {
    // Its first look at the cluster is all that it waits for.
    await waitFor(
      'the guard to be ready',
      () => fetch(`http://${guard.address}:${guard.healthPort}/readyz`),
      ({ status }) => status === 200,
    );
    const reviews = createReviewClient({ port: guard.webhookPort, caPem: guard.caPem });
    const answer = await reviews.review('validate', reviewOf(ingress({ class: 'gce' })));
    reviews.close();
    expect(answer.allowed).toBe(true);
    expect(answer.warnings).toContainEqual(
      expect.stringContaining('it is not known whether the HTTP load balancing add-on is on'),
    );
  }

  const failed = (guard: GuardProcess, failure: string) =>
    waitFor(
      failure,
      async () => guard.log.find((entry) => entry['failure'] === failure),
      (entry) => entry !== undefined,
    );

  test('says which role is missing and the command that grants it, and serves', async () => {
    const google = await startFakeGkeApi('a-token');
    const metadata = await startFakeMetadata('a-token');
    google.answerWith(() => googleError(403, 'Required "container.clusters.get" permission(s).'));
    const guard = await start(google.url, metadata.host);
    expect(await failed(guard, 'forbidden')).toMatchObject({
      hint: expect.stringContaining(
        'gcloud projects add-iam-policy-binding my-project --role=roles/container.clusterViewer --member=principal://',
      ),
    });
    await goesOn(guard);
    await google.close();
    await metadata.close();
  });

  test('is ready and serves while Google is away', async () => {
    const google = await startFakeGkeApi('a-token');
    await google.close();
    const metadata = await startFakeMetadata('a-token');
    const guard = await start(google.url, metadata.host);
    await failed(guard, 'unreachable');
    await goesOn(guard);
    await metadata.close();
  });

  test('is ready and serves while Google takes the question and does not answer', async () => {
    const google = await startFakeGkeApi('a-token');
    google.answerWith(() => 'never');
    const metadata = await startFakeMetadata('a-token');
    const guard = await start(google.url, metadata.host);
    await waitFor(
      'the question',
      async () => google.requests.length,
      (count) => count > 0,
    );
    await goesOn(guard);
    expect(await failed(guard, 'unreachable')).toMatchObject({ hint: expect.stringContaining('--no-gke-api') });
    await goesOn(guard);
    await google.close();
    await metadata.close();
  });

  test('is ready and serves where the metadata server is away too', async () => {
    const nobody = await startFakeGkeApi('a-token');
    await nobody.close();
    const guard = await start(nobody.url, nobody.host);
    expect(await failed(guard, 'no-names')).toMatchObject({ hint: expect.stringContaining('--gke-project') });
    await goesOn(guard);
  });
});

describe('facts --live on a server of GKE', () => {
  let proxy: GkeProxy;
  const backends = [
    object({ ...argocdServer(), metadata: { namespace: 'kube-system', name: 'l7-default-backend' } }),
    object(service({ namespace: 'kube-system', name: 'default-http-backend' })),
  ];

  beforeAll(async () => {
    proxy = await startGkeProxy(cluster.controlPlane, VERSION, `gke_${PROJECT}_${LOCATION}_${CLUSTER}`);
  });
  afterAll(() => proxy?.stop());

  async function facts(...words: string[]) {
    const { code, out, err } = await run([
      'facts',
      '--live',
      '--format=json',
      '--kubeconfig',
      proxy.kubeconfig,
      ...words,
    ]);
    expect(code).toBe(0);
    const { facts: rows, ...document } = JSON.parse(out);
    const byName = Object.fromEntries(rows.map((row: { readonly fact: string }) => [row.fact, row]));
    return { ...document, facts: byName, err };
  }

  test('sees the version, and the add-on as its default backend comes and goes', async () => {
    expect((await facts('--no-gke-api')).facts).toMatchObject({
      version: { value: VERSION, source: 'observed' },
      httpLoadBalancing: { value: 'disabled', source: 'observed' },
    });
    for (const backend of backends) {
      await mustSucceed(client.create(backend));
      expect((await facts('--no-gke-api')).facts.httpLoadBalancing).toMatchObject({ value: 'enabled' });
      await mustSucceed(client.remove(backend));
      expect((await facts('--no-gke-api')).facts.httpLoadBalancing).toMatchObject({ value: 'disabled' });
    }
  });

  test('asks Google about the cluster that the context names, and doubts it where a default backend has come', async () => {
    const google = await startFakeGkeApi('a-token');
    const metadata = await startFakeMetadata('a-token');
    onTestFinished(async () => {
      vi.unstubAllEnvs();
      await google.close();
      await metadata.close();
    });
    for (const [name, value] of Object.entries(onGke(metadata.host))) vi.stubEnv(name, value);
    google.describe(ADD_ON_OFF);
    for (const backend of backends) await mustSucceed(client.create(backend));
    const seen = await facts('--gke-endpoint', google.url);
    expect(seen.cluster).toEqual({ project: PROJECT, location: LOCATION, name: CLUSTER });
    expect(seen.facts.httpLoadBalancing).toMatchObject({
      value: 'disabled',
      source: 'gke-api',
      contradictedBy: 'observed',
    });
    expect([seen.conflicts.length, seen.problems, seen.err]).toEqual([1, [], '']);
    for (const backend of backends) await mustSucceed(client.remove(backend));
  });

  test('concludes nothing from what is absent on a server that is not GKE', async () => {
    const { out } = await run(['facts', '--live', '--no-gke-api', `--kubeconfig=${cluster.controlPlane.kubeconfig()}`]);
    expect(out).toMatch(/^httpLoadBalancing +not known$/m);
    expect(out).toMatch(/^version +1\.\d+\.\d+ \(observed, /m);
  });
});
