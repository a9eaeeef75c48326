// deploy/overlays/quickstart for real: cert-manager issues its certificates, they are mounted as the kubelet does it, the
// guard of the Deployment serves them under the rights of its ServiceAccount, the cainjector tells the API server whom to
// trust, everything is renewed under load, and the doctor finds nothing wrong with it.
//
// What differs from a user's cluster: the Service leads to loopback, since there are no Pods; the webhooks fail closed, so
// that a lost request is seen; and to the guard's arguments are added where it listens and by which kubeconfig it finds
// the API server (--no-gke-api because there is no metadata server).
import { spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Diagnosis } from '../../src/doctor/check.ts';
import { at } from '../../src/kubernetes/read.ts';
import { only } from '../deploy/support.ts';
import { endpointSlice } from '../support/good-installation.ts';
import { type ServingProcess, startServing } from '../support/guard-process.ts';
import { shakeHands } from '../support/handshake.ts';
import { DEPLOY, type Manifest, render } from '../support/kustomize.ts';
import { service } from '../support/objects.ts';
import { MAIN } from '../support/program.ts';
import { type ApiClient, type ApiResponse, type KubeObject, mustSucceed } from './api-client.ts';
import { type CertManager, conditionOf, renew, startCertManager } from './cert-manager.ts';
import { factsText, NAME } from './deployed-guard.ts';
import { failClosed, install, mountPod } from './installation.ts';
import { isAlive } from './is-alive.ts';
import { OWN_ADDRESS } from './own-address.ts';
import { serviceAccountKubeconfig } from './service-account.ts';
import { exposeLoopback } from './service-alias.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';
import { waitFor } from './wait-for.ts';

const { namespace } = NAME;
const PORT = 10250;
const DNS_NAME = `${NAME.name}.${namespace}.svc`;
/** Controllers retry with pauses that grow, on a machine that does other things too. */
const PATIENT = { timeoutMs: 120_000, intervalMs: 200 };
/** pino's number. */
const WARN = 40;

/** What has to end, in the order in which it was started. */
const stops: (() => Promise<unknown>)[] = [];
let cluster: TestCluster;
let client: ApiClient;
let certManager: CertManager;
let manifests: readonly Manifest[];
let configurations: readonly KubeObject[];
let guard: ServingProcess;

beforeAll(async () => {
  manifests = render(join(DEPLOY, 'overlays', 'quickstart'));
  cluster = await startTestCluster();
  stops.push(cluster.stop);
  ({ client } = cluster);
  certManager = await startCertManager(cluster.controlPlane);
  stops.push(certManager.stop);
  await client.createNamespace('shop');
});
afterAll(async () => {
  const pids = Object.values(certManager?.pids() ?? {});
  for (const stop of stops.toReversed()) await stop();
  expect(pids.filter((pid) => pid !== undefined && isAlive(pid))).toEqual([]);
});

const CA = 'gke-ingress-guard-ca';
const SERVING = 'gke-ingress-guard-tls';

async function secretOf(name: string): Promise<Readonly<Record<string, string>>> {
  const { body } = await mustSucceed(client.get({ apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name } }));
  // A Secret that the API server answered.
  const { data = {} } = body as { readonly data?: Readonly<Record<string, string>> };
  return Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, 'base64').toString()]));
}

async function certificateOf(name: string, file = 'tls.crt'): Promise<X509Certificate> {
  return new X509Certificate((await secretOf(name))[file] ?? '');
}

async function caBundles(): Promise<readonly (string | undefined)[]> {
  const answers = await Promise.all(configurations.map((one) => mustSucceed(client.get(one))));
  return answers.map(({ body }) => {
    // A webhook configuration that the API server answered.
    const { webhooks } = body as {
      readonly webhooks: readonly { readonly clientConfig: { readonly caBundle?: string } }[];
    };
    return Buffer.from(webhooks[0]?.clientConfig.caBundle ?? '', 'base64').toString();
  });
}

async function untilTrusted(ca: string | undefined): Promise<void> {
  await waitFor('the authority to be injected', caBundles, (all) => all.every((bundle) => bundle === ca), PATIENT);
}

test('the overlay is taken as it is, and its certificates are issued', { timeout: 240_000 }, async () => {
  await install(client, manifests);
  configurations = await failClosed(client, manifests);
  await exposeLoopback(client, { ...NAME, port: PORT, address: OWN_ADDRESS });
  for (const name of [CA, SERVING]) {
    await waitFor(
      `${name} to be ready`,
      () => client.get(only(manifests, 'Certificate', name)),
      ({ body }) => conditionOf(body, 'Ready')?.status === 'True',
      PATIENT,
    );
  }
  const data = await secretOf(SERVING);
  expect(Object.keys(data).toSorted()).toEqual(['ca.crt', 'tls.crt', 'tls.key']);
  const leaf = new X509Certificate(data['tls.crt'] ?? '');
  expect(leaf.verify(new X509Certificate(data['ca.crt'] ?? '').publicKey)).toBe(true);
  expect(leaf.subjectAltName).toBe(`DNS:${DNS_NAME}, DNS:${DNS_NAME}.cluster.local`);
  expect((await secretOf(CA))['tls.crt']).toBe(data['ca.crt']);
  await untilTrusted(data['ca.crt']);
});

test('the guard of the Deployment refuses, with its arguments and rights, and misses none', {
  timeout: 120_000,
}, async () => {
  const pod = await mountPod(client, manifests, join(cluster.controlPlane.dir, 'pod'));
  stops.push(pod.stop);
  const kubeconfig = await serviceAccountKubeconfig(cluster, NAME);
  guard = await startServing([
    ...pod.args,
    `--bind-address=${OWN_ADDRESS}`,
    '--health-port=0',
    '--drain-seconds=0',
    `--kubeconfig=${kubeconfig}`,
    '--no-gke-api',
  ]);
  stops.push(guard.stop);
  expect(guard.webhookPort).toBe(PORT);
  await waitFor('the guard to be ready', ready, (status) => status === 200, PATIENT);
  const answer = await waitFor('the guard to be called', createIngress, ({ status }) => status === 403, PATIENT);
  expect(at(answer.body, 'message')).toMatch(
    /^admission webhook "validate\.gke-ingress-guard\.dev" denied the request: Ingress\/shop\/probe: spec\.ingressClassName is "gce"/,
  );
  expect(complaints()).toEqual([]);
});

async function ready(): Promise<number> {
  return (await fetch(`http://${guard.address}:${guard.healthPort}/readyz`)).status;
}

/** What the guard's log warns about; the test's cluster has no CRDs of GKE, and is asked without Google. */
function complaints(): readonly unknown[] {
  return guard.log.filter(({ level }) => Number(level) >= WARN);
}

function createIngress(): Promise<ApiResponse> {
  const backend = { service: { name: 'web', port: { number: 80 } } };
  const probe = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'probe', namespace: 'shop' },
    spec: { ingressClassName: 'gce', defaultBackend: backend },
  };
  return client.create(probe, { dryRun: true });
}

/** A dry run, which the guard annotates; with failurePolicy Fail it is refused where the guard cannot be called. */
function createService(): Promise<ApiResponse> {
  // The builders make whole objects.
  return client.create(service({ namespace: 'shop' }) as unknown as KubeObject, { dryRun: true });
}

function isAnnotated({ status, body }: ApiResponse): boolean {
  return status === 201 && JSON.stringify(at(body, 'metadata')).includes('cloud.google.com/neg');
}

test('a Service is annotated once the mounted facts say that the cluster is VPC-native', {
  timeout: 120_000,
}, async () => {
  const before = await createService();
  expect([before.status, isAnnotated(before)]).toEqual([201, false]);
  const facts = manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.includes('-facts-'));
  if (facts === undefined) throw new Error('quickstart has a ConfigMap with the facts');
  const data = { 'facts.yaml': factsText('httpLoadBalancing: enabled\nvpcNative: true') };
  await mustSucceed(client.patch(facts, { data }, { type: 'merge' }));
  await waitFor('the annotation', createService, isAnnotated, PATIENT);
});

/** Admissions side by side, so that the API server opens new connections all the time, while something is done. */
async function underLoad(
  what: () => Promise<void>,
): Promise<{ readonly called: number; readonly lost: readonly ApiResponse[] }> {
  const lost: ApiResponse[] = [];
  let called = 0;
  let isOver = false;
  const load = Array.from({ length: 4 }, async () => {
    while (!isOver) {
      const answers = await Promise.all([createService(), createService()]);
      called += answers.length;
      lost.push(...answers.filter((answer) => !isAnnotated(answer)));
    }
  });
  try {
    await what();
    const before = called;
    await waitFor(
      'more calls',
      async () => called,
      (count) => count >= before + 20,
      PATIENT,
    );
  } finally {
    isOver = true;
  }
  await Promise.all(load);
  return { called, lost };
}

/** Serial number of what a handshake with the guard shows now. */
async function served(): Promise<string | undefined> {
  const { 'ca.crt': ca } = await secretOf(SERVING);
  return (await shakeHands(PORT, { host: OWN_ADDRESS, ca, servername: DNS_NAME })).chain[0];
}

async function renewServing(): Promise<void> {
  const first = await served();
  await renew(client, only(manifests, 'Certificate', SERVING));
  const second = await waitFor('the renewed certificate to be served', served, (serial) => serial !== first, PATIENT);
  expect(second).toBe((await certificateOf(SERVING)).serialNumber);
}

/** Without a connection from before, it is what is served now that the API server verifies. */
async function restartApiServer(): Promise<void> {
  await cluster.controlPlane.stopApiServer();
  await cluster.controlPlane.startApiServer();
  await waitFor('the guard to be called', createService, isAnnotated, PATIENT);
}

test('the serving certificate is renewed under load without a lost request, by the same authority', {
  timeout: 240_000,
}, async () => {
  const before = await caBundles();
  const { lost } = await underLoad(renewServing);
  expect(lost).toEqual([]);
  expect(await caBundles()).toEqual(before);
  expect(guard.log.filter(({ msg }) => msg === 'took up a change of the certificate')).toHaveLength(1);
  await restartApiServer();
});

test('the authority is renewed under load with its key kept, and so no request is lost before or after', {
  timeout: 240_000,
}, async () => {
  const old = await certificateOf(CA);
  const { lost } = await underLoad(async () => {
    await renew(client, only(manifests, 'Certificate', CA));
    await waitFor(
      'the renewed authority',
      () => certificateOf(CA),
      ({ serialNumber }) => serialNumber !== old.serialNumber,
      PATIENT,
    );
    // Only with the next serving certificate does its Secret, and so the caBundle, name the renewed authority.
    await renewServing();
    await untilTrusted((await secretOf(CA))['tls.crt']);
  });
  expect(lost).toEqual([]);
  const renewed = await certificateOf(CA);
  expect(renewed.serialNumber).not.toBe(old.serialNumber);
  expect(renewed.publicKey.equals(old.publicKey)).toBe(true);
  // Replicas and API servers take changes up at different times: each of the two vouches for what is served.
  const leaf = await certificateOf(SERVING);
  expect([old, renewed].map((authority) => leaf.checkIssued(authority) && leaf.verify(authority.publicKey))).toEqual([
    true,
    true,
  ]);
  await restartApiServer();
});

test('the doctor finds no fault with the installation', { timeout: 120_000 }, async () => {
  await actAsControllers();
  const flags = [`--kubeconfig=${cluster.controlPlane.kubeconfig()}`, '--format=json'];
  const child = spawn(process.execPath, [MAIN, 'doctor', ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  const [code] = await once(child, 'close');
  const { checks }: { readonly checks: readonly Diagnosis[] } = JSON.parse(out);
  const found = checks.filter(({ status }) => status !== 'ok');
  expect(found.map(({ id, status, message }) => `${id} ${status}: ${message}`)).toEqual([]);
  expect(code).toBe(0);
});

/** Writes what nobody writes here: the Service as deployed, an endpoint of it, and the Pods of the Deployment. */
async function actAsControllers(): Promise<void> {
  const alias = only(manifests, 'Service');
  await mustSucceed(client.remove(alias));
  await mustSucceed(client.create(alias));
  const patch = [{ op: 'replace', path: '/webhooks/0/failurePolicy', value: 'Ignore' }];
  for (const one of configurations) await mustSucceed(client.patch(one, patch, { type: 'json' }));
  await mustSucceed(client.create(endpointSlice(NAME.name, true) as KubeObject));
  const deployment = only(manifests, 'Deployment');
  const labels = at(deployment, 'spec', 'template', 'metadata', 'labels');
  const spec = at(deployment, 'spec', 'template', 'spec');
  for (const name of ['guard-1', 'guard-2']) {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, labels }, spec };
    await mustSucceed(client.create(pod));
  }
}
