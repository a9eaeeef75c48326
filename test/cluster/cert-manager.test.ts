// The whole chain of a certificate, with nothing in it that is not real: cert-manager issues it, it is mounted as the
// kubelet does it, the guard serves it, the cainjector tells the API server whom to trust, and it is renewed under load.
import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GuardProcess, startGuard } from '../support/guard-process.ts';
import { shakeHands } from '../support/handshake.ts';
import { service } from '../support/objects.ts';
import { type ApiClient, type ApiResponse, type KubeObject, mustSucceed } from './api-client.ts';
import { type CertManager, conditionOf, renew, startCertManager } from './cert-manager.ts';
import { deployedObjects, factsText, NAME } from './deployed-guard.ts';
import { freePort } from './free-port.ts';
import { isAlive } from './is-alive.ts';
import { type MountedSecret, mountSecret } from './mounted-secret.ts';
import { exposeLoopback } from './service-alias.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';
import { waitFor } from './wait-for.ts';

const { namespace } = NAME;
const DNS_NAME = `${NAME.name}.${namespace}.svc`;
/** Controllers retry with pauses that grow, on a machine that does other things too. */
const PATIENT = { timeoutMs: 120_000, intervalMs: 200 };

const certManagerObject = (kind: string, name: string, spec: object): KubeObject => ({
  apiVersion: 'cert-manager.io/v1',
  kind,
  metadata: { namespace, name },
  spec,
});
const KEY = { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' };
const CA = certManagerObject('Certificate', 'guard-ca', {
  isCA: true,
  commonName: 'guard-ca',
  secretName: 'guard-ca',
  privateKey: KEY,
  issuerRef: { name: 'self-signed' },
});
const SERVING = certManagerObject('Certificate', 'guard-serving', {
  secretName: 'gke-ingress-guard-tls',
  dnsNames: [DNS_NAME],
  privateKey: KEY,
  issuerRef: { name: 'guard-ca' },
});
const ISSUERS = [
  certManagerObject('Issuer', 'self-signed', { selfSigned: {} }),
  certManagerObject('Issuer', 'guard-ca', { ca: { secretName: 'guard-ca' } }),
];
const SECRET = { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name: 'gke-ingress-guard-tls' } };

/** What has to end, in the order in which it was started. */
const stops: (() => Promise<unknown>)[] = [];
let cluster: TestCluster;
let client: ApiClient;
let certManager: CertManager;
let secret: Readonly<Record<'tls.crt' | 'tls.key' | 'ca.crt', string>>;

beforeAll(async () => {
  cluster = await startTestCluster();
  stops.push(cluster.stop);
  ({ client } = cluster);
  certManager = await startCertManager(cluster.controlPlane);
  stops.push(certManager.stop);
  await client.createNamespace(namespace);
  await client.createNamespace('shop');
});
afterAll(async () => {
  const pids = Object.values(certManager?.pids() ?? {});
  for (const stop of stops.toReversed()) await stop();
  expect(pids.filter((pid) => pid !== undefined && isAlive(pid))).toEqual([]);
});

function dataOf({ body }: ApiResponse): Readonly<Record<string, string>> {
  // A Secret that the API server answered.
  const { data = {} } = body as { readonly data?: Readonly<Record<string, string>> };
  return Object.fromEntries(Object.entries(data).map(([name, text]) => [name, Buffer.from(text, 'base64').toString()]));
}

test('a serving certificate is issued by an authority of its own', { timeout: 240_000 }, async () => {
  for (const object of [...ISSUERS, CA, SERVING]) {
    await mustSucceed(client.create(object, { fieldValidation: 'Strict' }));
  }
  for (const certificate of [CA, SERVING]) {
    await waitFor(
      `${certificate.metadata.name} to be ready`,
      () => client.get(certificate),
      ({ body }) => conditionOf(body, 'Ready')?.status === 'True',
      PATIENT,
    );
  }
  const data = dataOf(await client.get(SECRET));
  expect(Object.keys(data).toSorted()).toEqual(['ca.crt', 'tls.crt', 'tls.key']);
  secret = data as typeof secret;
  const leaf = new X509Certificate(secret['tls.crt']);
  expect(leaf.verify(new X509Certificate(secret['ca.crt']).publicKey)).toBe(true);
  expect(leaf.subjectAltName).toBe(`DNS:${DNS_NAME}`);
});

/** deploy/base with the guard on a port that is free, made to fail closed, and asking for the authority to be injected. */
function deployed(port: number): readonly KubeObject[] {
  return deployedObjects()
    .filter(({ kind }) => kind.endsWith('WebhookConfiguration') || kind === 'Service')
    .map((object) => {
      if (object.kind === 'Service') return object;
      const annotations = { 'cert-manager.io/inject-ca-from': `${namespace}/${SERVING.metadata.name}` };
      const webhooks = (object['webhooks'] as readonly Webhook[]).map((webhook) => {
        const { service: target, ...rest } = webhook.clientConfig;
        return { ...webhook, failurePolicy: 'Fail', clientConfig: { ...rest, service: { ...target, port } } };
      });
      return { ...object, metadata: { ...object.metadata, annotations }, webhooks };
    });
}

type Webhook = { readonly clientConfig: { readonly service?: object; readonly caBundle?: string } };

function caBundlesOf({ body }: ApiResponse): readonly (string | undefined)[] {
  // A webhook configuration that the API server answered.
  const { webhooks } = body as { readonly webhooks: readonly Webhook[] };
  return webhooks.map(({ clientConfig: { caBundle } }) => caBundle && Buffer.from(caBundle, 'base64').toString());
}

test('is mounted, served, trusted by the API server, and renewed without a failed call', {
  timeout: 300_000,
}, async () => {
  const dir = join(cluster.controlPlane.dir, 'tls');
  const mounted: MountedSecret = await mountSecret(client, SECRET.metadata, dir);
  stops.push(mounted.stop);
  const port = await freePort();
  const guard: GuardProcess = await startGuard({
    facts: factsText('httpLoadBalancing: enabled\nvpcNative: true'),
    port,
    tls: { dir, caPem: secret['ca.crt'] },
    args: ['--drain-seconds=0'],
  });
  stops.push(guard.stop);
  const objects = deployed(port);
  for (const object of objects) await mustSucceed(client.create(object));
  await exposeLoopback(client, { ...NAME, port });
  for (const configuration of objects.filter(({ kind }) => kind !== 'Service')) {
    await waitFor(
      'the authority to be injected',
      () => client.get(configuration),
      (answer) => caBundlesOf(answer).every((bundle) => bundle === secret['ca.crt']),
      PATIENT,
    );
  }
  await waitFor('the guard to be called', createService, isAnnotated, PATIENT);

  const failures: ApiResponse[] = [];
  let called = 0;
  let isOver = false;
  // Side by side, so that the API server opens new connections all the time.
  const load = Array.from({ length: 4 }, async () => {
    while (!isOver) {
      const answers = await Promise.all([createService(), createService()]);
      called += answers.length;
      failures.push(...answers.filter((answer) => !isAnnotated(answer)));
    }
  });
  const served = async (): Promise<string | undefined> =>
    (await shakeHands(port, { ca: secret['ca.crt'], servername: DNS_NAME })).chain[0];
  const first = await served();
  expect(first).toBe(new X509Certificate(secret['tls.crt']).serialNumber);
  await renew(client, SERVING);
  const second = await waitFor('the renewed certificate to be served', served, (serial) => serial !== first, PATIENT);
  const before = called;
  await waitFor(
    'more calls',
    async () => called,
    (count) => count >= before + 20,
    PATIENT,
  );
  isOver = true;
  await Promise.all(load);
  expect(failures).toEqual([]);
  expect(second).toBe(new X509Certificate(dataOf(await client.get(SECRET))['tls.crt'] ?? '').serialNumber);
  expect(guard.log.filter(({ msg }) => msg === 'took up a change of the certificate')).toHaveLength(1);

  // Without a connection from before, it is the renewed certificate that the API server verifies.
  await cluster.controlPlane.stopApiServer();
  await cluster.controlPlane.startApiServer();
  await waitFor('the guard to be called', createService, isAnnotated, PATIENT);
});

/** A dry run, which the guard annotates; with failurePolicy Fail it is refused where the guard cannot be called. */
function createService(): Promise<ApiResponse> {
  // The builders make whole objects.
  return client.create(service({ namespace: 'shop' }) as unknown as KubeObject, { dryRun: true });
}

function isAnnotated({ status, body }: ApiResponse): boolean {
  return status === 201 && JSON.stringify((body as KubeObject).metadata).includes('cloud.google.com/neg');
}
