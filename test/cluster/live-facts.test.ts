// What `check --live` and `explain --live` know of the cluster itself: as a user runs them, against an API server that tells
// a version of GKE, with Google over loopback.
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { directoryOf } from '../cli/support.ts';
import {
  ADD_ON_OFF,
  clusterDescription,
  type FakeServer,
  googleError,
  type Handler,
  startFakeGkeApi,
  startFakeMetadata,
  startSilentServer,
} from '../support/fake-gke-api.ts';
import { deployment, ingress, service } from '../support/objects.ts';
import { type KubeObject, mustSucceed } from './api-client.ts';
import { type GkeProxy, startGkeProxy } from './gke-proxy.ts';
import { runGuard } from './live-cli.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';

// Starting the program takes seconds where the machine does other things too.
const TIMEOUT_MS = 120_000;
const RULE = 'http-load-balancing-disabled';
const COMMAND =
  'gcloud container clusters update prod --location=asia-northeast1 --project=my-project --update-addons=HttpLoadBalancing=ENABLED';

let cluster: TestCluster;
let proxy: GkeProxy;
beforeAll(async () => {
  cluster = await startTestCluster();
  proxy = await startGkeProxy(cluster.controlPlane, '1.33.4-gke.1036000', 'gke_my-project_asia-northeast1_prod');
  const objects = [ingress({ class: 'gce' }), service(), deployment()] as readonly unknown[] as readonly KubeObject[];
  await cluster.client.createNamespace('shop');
  for (const object of objects) {
    await mustSucceed(cluster.client.create({ ...object, metadata: { ...object.metadata, namespace: 'shop' } }));
  }
});
afterAll(async () => {
  await proxy?.stop();
  await cluster?.stop();
});

interface Around {
  readonly google?: Handler;
  readonly metadata?: FakeServer;
}

/** With credentials by a metadata server, as in Cloud Shell; left out, nobody has any. */
async function run(words: readonly string[], { google, metadata }: Around = {}) {
  const api = await startFakeGkeApi('a-token');
  const credentials = metadata ?? (await startFakeMetadata('a-token'));
  onTestFinished(() => api.close());
  onTestFinished(() => credentials.close());
  if (google !== undefined) api.answerWith(google);
  const env = { GCE_METADATA_HOST: credentials.host, CLOUDSDK_CONFIG: '/nowhere', GOOGLE_APPLICATION_CREDENTIALS: '' };
  const asked = [...words, '--kubeconfig', proxy.kubeconfig, '--gke-endpoint', api.url];
  const ended = await runGuard(asked, 0, env);
  return { ...ended, requests: api.requests };
}

function fileOf(object: object): string {
  const raw = object as KubeObject;
  return directoryOf({
    'in.json': JSON.stringify({ ...raw, metadata: { ...raw.metadata, namespace: 'shop' } }),
    'facts.yaml': 'apiVersion: gke-ingress-guard.dev/v1\nkind: ClusterFacts\nhttpLoadBalancing: enabled\n',
  });
}

async function check(words: readonly string[] = [], around: Around = {}) {
  const root = fileOf(ingress({ class: 'gce', name: 'new' }));
  const ended = await run(
    ['check', `${root}/in.json`, '--format=json', ...words.map((word) => word.replace('ROOT', root))],
    around,
  );
  const findings: readonly { rule: string; message: string; fix: string }[] = JSON.parse(ended.out).findings;
  return { ...ended, found: findings.find(({ rule }) => rule === RULE) };
}

const explain = (words: readonly string[] = [], around: Around = {}) =>
  run(['explain', 'ingress/web', '-n', 'shop', ...words], around);

const off: Handler = () => ({ body: clusterDescription(ADD_ON_OFF) });

it('check goes by what Google says, and by the file before it', { timeout: TIMEOUT_MS }, async () => {
  const told = await check([], { google: off });
  expect(told.code).toBe(1);
  expect(told.found).toMatchObject({
    message: expect.stringContaining('(says the GKE API)'),
    fix: expect.stringContaining(COMMAND),
  });
  expect((await check(['--facts=ROOT/facts.yaml'], { google: off })).found).toBeUndefined();
});

it('check asks nobody but the cluster with --no-gke-api, and what it sees is no proof', {
  timeout: TIMEOUT_MS,
}, async () => {
  const seen = await check(['--no-gke-api'], { google: off });
  expect([seen.requests, notes(seen)]).toEqual([[], []]);
  expect(seen.found).toMatchObject({
    message: expect.stringContaining('the add-on seems off: kube-system has no l7-default-backend'),
    // The names are the context's.
    fix: expect.stringContaining(COMMAND),
  });
});

it('explain says who says it', { timeout: TIMEOUT_MS }, async () => {
  const words = ({ out }: { readonly out: string }): string => out.replace(/\s+/g, ' ');
  const on = await explain();
  expect(on.err).toMatch(/^(note: .* are not known to this cluster .*\n)+$/);
  expect(words(on)).toContain('the HTTP load balancing add-on is on (says the GKE API)');
  expect(words(await explain([], { google: off }))).toContain(
    'the HTTP load balancing add-on is off (says the GKE API), so the controller does not run',
  );
  expect(words(await explain(['--no-gke-api']))).toContain(
    'the HTTP load balancing add-on seems to be off (kube-system has no l7-default-backend), so most likely the controller does not run',
  );
});

const notes = ({ err }: { readonly err: string }): readonly string[] =>
  err.split('\n').filter((line) => line.includes('GKE API') || line.includes('Warning'));

it('a refusal is one line with the command that mends it, and the rest goes on', { timeout: TIMEOUT_MS }, async () => {
  const refused = await explain([], { google: () => googleError(403, 'Required "container.clusters.get".') });
  expect(refused.code).toBe(0);
  expect(refused.out).toContain('Ingress shop/web');
  expect(notes(refused)).toEqual([
    expect.stringMatching(/^note: the GKE API cannot be asked: it answered 403: .*add-iam-policy-binding my-project/),
  ]);
});

it('nobody waits for a metadata server that takes the question and does not answer', {
  timeout: TIMEOUT_MS,
}, async () => {
  for (const command of [check, explain]) {
    const ended = await command([], { metadata: await startSilentServer() });
    expect(ended.requests).toEqual([]);
    expect(notes(ended)).toEqual([expect.stringMatching(/^note: the GKE API cannot be asked: /)]);
    expect(ended.out).not.toBe('');
  }
});

it('nobody waits for a Google that takes the question and does not answer', { timeout: TIMEOUT_MS }, async () => {
  const ended = await explain([], { google: () => 'never' });
  expect(ended.code).toBe(0);
  expect(notes(ended)).toEqual([expect.stringContaining('cannot be asked: it did not answer within 5 s.')]);
});
