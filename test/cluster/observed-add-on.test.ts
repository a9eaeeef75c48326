// What the guard does where nobody tells it of the add-on, and it sees for itself: `serve` against an API server that tells
// a version of GKE, as the add-on's default backend goes and comes.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ADD_ON_OFF,
  type FakeGkeApi,
  type FakeServer,
  startFakeGkeApi,
  startFakeMetadata,
} from '../support/fake-gke-api.ts';
import { type GuardProcess, startGuard } from '../support/guard-process.ts';
import { argocdServer, ingress, service } from '../support/objects.ts';
import { createReviewClient, type ReviewClient, type ReviewResponse, reviewOf } from '../support/reviews.ts';
import { type KubeObject, mustSucceed } from './api-client.ts';
import { type GkeProxy, startGkeProxy } from './gke-proxy.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';
import { waitFor } from './wait-for.ts';

const object = (raw: unknown): KubeObject => raw as KubeObject; // the builders make whole objects
const BACKENDS = [
  object({ ...argocdServer(), metadata: { namespace: 'kube-system', name: 'l7-default-backend' } }),
  object(service({ namespace: 'kube-system', name: 'default-http-backend' })),
];
const POLICY = 'apiVersion: gke-ingress-guard.dev/v1\nkind: GuardPolicy\nfacts: { trustObserved: true }\n';

interface Guard {
  readonly process: GuardProcess;
  readonly reviews: ReviewClient;
}

let cluster: TestCluster;
let proxy: GkeProxy;
let google: FakeGkeApi;
let metadata: FakeServer;
const guards: Guard[] = [];
/** Without facts; the same, trusting what it sees; on a server that is not GKE's; and with Google's facts. */
let plain: Guard;
let trusting: Guard;
let elsewhere: Guard;
let told: Guard;

async function start(kubeconfig: string, args: readonly string[] = [], env = {}): Promise<Guard> {
  const process = await startGuard({ kubeconfig, args: ['--drain-seconds=0', ...args], env });
  const guard = { process, reviews: createReviewClient({ port: process.webhookPort, caPem: process.caPem }) };
  guards.push(guard);
  return guard;
}

beforeAll(async () => {
  cluster = await startTestCluster();
  const { controlPlane } = cluster;
  proxy = await startGkeProxy(controlPlane, '1.33.4-gke.1036000', 'gke_my-project_asia-northeast1_prod');
  google = await startFakeGkeApi('a-token');
  google.describe(ADD_ON_OFF);
  metadata = await startFakeMetadata('a-token');
  const policy = join(controlPlane.dir, 'policy');
  mkdirSync(policy);
  writeFileSync(join(policy, 'guard.yaml'), POLICY);
  const withGoogle = {
    GCE_METADATA_HOST: metadata.host,
    CLOUDSDK_CONFIG: '/nowhere',
    GOOGLE_APPLICATION_CREDENTIALS: '',
  };
  [plain, trusting, elsewhere, told] = await Promise.all([
    start(proxy.kubeconfig),
    start(proxy.kubeconfig, [`--policy=${policy}`]),
    start(controlPlane.kubeconfig()),
    start(proxy.kubeconfig, [`--gke-endpoint=${google.url}`, '--facts-refresh=1h'], withGoogle),
  ]);
});
afterAll(async () => {
  for (const { reviews, process } of guards) {
    reviews.close();
    await process.stop();
  }
  await google?.close();
  await metadata?.close();
  await proxy?.stop();
  await cluster?.stop();
});

const judge = ({ reviews }: Guard): Promise<ReviewResponse> =>
  reviews.review('validate', reviewOf(ingress({ class: 'gce' })));

const UNKNOWN = 'it is not known whether the HTTP load balancing add-on is on';
const OFF = 'the HTTP load balancing add-on is off, so nothing serves class "gce"';
const SEEMS_OFF = 'the add-on seems off: kube-system has no l7-default-backend';
const DOUBTED = 'the add-on is off (says the GKE API), but its backend runs';

/** What a guard says of the add-on, and whether it lets the Ingress in. */
type Word = 'unknown' | 'silent' | 'warned' | 'doubted' | 'refused';

async function wordOf(guard: Guard): Promise<Word> {
  const { allowed, warnings = [], status } = await judge(guard);
  const said = [status?.message ?? '', ...warnings].join('\n');
  if (!allowed) return said.includes(OFF) ? 'refused' : expect.unreachable(said);
  if (said.includes(DOUBTED)) return 'doubted';
  if (said.includes(SEEMS_OFF)) return 'warned';
  return said.includes(UNKNOWN) ? 'unknown' : 'silent';
}

/** @returns each word that came before it, once */
async function until(guard: Guard, wanted: Word, timeoutMs = 20_000): Promise<readonly Word[]> {
  const before = new Set<Word>();
  const isIt = (word: Word): boolean => {
    if (word !== wanted) before.add(word);
    return word === wanted;
  };
  await waitFor(`${wanted}`, () => wordOf(guard), isIt, { timeoutMs, intervalMs: 250 });
  return [...before];
}

const change = async (what: 'create' | 'remove', ...objects: readonly KubeObject[]): Promise<void> => {
  for (const one of objects) await mustSucceed(cluster.client[what](one));
};

describe('without the default backend, on a server of GKE', () => {
  test('what Google says is proof from the start', async () => {
    await until(told, 'refused');
  });

  test('absence says nothing for a minute; then it warns, and refuses only where the policy trusts it', {
    timeout: 120_000,
  }, async () => {
    expect(await wordOf(plain)).toBe('unknown');
    expect(await wordOf(trusting)).toBe('unknown');
    // The minute that `serve` waits is a real one; nothing else came in between.
    expect(await until(plain, 'warned', 90_000)).toEqual(['unknown']);
    await until(trusting, 'refused');
  });

  test('a backend that comes and goes is noticed, and nothing was ever refused for it', async () => {
    for (const backend of BACKENDS) {
      await change('create', backend);
      expect(await until(plain, 'silent')).not.toContain('refused');
      await until(trusting, 'silent');
      await change('remove', backend);
      expect(await until(plain, 'warned')).not.toContain('refused');
      await until(trusting, 'refused');
    }
  });
});

test('a server that is not GKE’s says nothing by what it does not have', async () => {
  expect(await wordOf(elsewhere)).toBe('unknown');
  await change('create', ...BACKENDS);
  // By then a guard that looks at the same objects knows of it.
  await until(plain, 'silent');
  expect(await wordOf(elsewhere)).toBe('unknown');
  await change('remove', ...BACKENDS);
});

test('a backend that comes after Google has said off makes a warning of the refusal, asks again, and is logged once', {
  timeout: 120_000,
}, async () => {
  const { log } = told.process;
  const conflicts = () => log.filter(({ msg }) => msg === 'two sources disagree; the first counts');
  await until(told, 'refused');
  const before = conflicts().length;
  await change('create', ...BACKENDS);
  await until(told, 'doubted');
  const asked = google.requests.length;
  await waitFor(
    'Google to be asked again',
    async () => google.requests.length,
    (count) => count > asked,
    { timeoutMs: 30_000 },
  );
  for (let i = 0; i < 5; i += 1) expect(await wordOf(told)).toBe('doubted');
  expect(conflicts().slice(before)).toEqual([
    expect.objectContaining({
      fact: 'httpLoadBalancing',
      value: 'disabled',
      source: 'gke-api',
      otherSource: 'observed',
    }),
  ]);
});
