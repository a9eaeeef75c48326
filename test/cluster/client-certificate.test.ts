// The real kube-apiserver shows the guard a client certificate, as an AdmissionConfiguration tells it to (docs/tls.md).
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Authority, createAuthority } from '../support/certificates.ts';
import { type GuardProcess, startGuard } from '../support/guard-process.ts';
import { service } from '../support/objects.ts';
import { type ApiClient, type ApiResponse, type KubeObject, mustSucceed } from './api-client.ts';
import { deployedObjects, factsText, NAME } from './deployed-guard.ts';
import { freePort } from './free-port.ts';
import { logToStderr } from './go-programs.ts';
import { exposeLoopback } from './service-alias.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';
import { waitFor } from './wait-for.ts';

const CLIENT = 'kube-apiserver-admission';
const PATIENT = { timeoutMs: 60_000, intervalMs: 200 };

let dir: string;
let clients: Authority;
let cluster: TestCluster;
let client: ApiClient;
let guard: GuardProcess;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'guard-clients-'));
  clients = await createAuthority('clients of webhooks');
  writeFileSync(caFile(), clients.certPem);
  const port = await freePort();
  const configuration = await writeAdmissionConfiguration(port);
  cluster = await startTestCluster(logToStderr, [`--admission-control-config-file=${configuration}`]);
  ({ client } = cluster);
  guard = await startGuard({
    facts: factsText('httpLoadBalancing: enabled\nvpcNative: true'),
    port,
    args: ['--drain-seconds=0', `--client-ca=${caFile()}`, `--client-name=${CLIENT}`],
  });
  await client.createNamespace(NAME.namespace);
  for (const name of ['shop', 'lenient']) await client.createNamespace(name, { failure: name });
  for (const object of configurations(port)) await mustSucceed(client.create(object));
  await exposeLoopback(client, { ...NAME, port });
});
afterAll(async () => {
  await cluster?.stop();
  await guard?.stop();
  rmSync(dir, { recursive: true, force: true });
});

function caFile(): string {
  return join(dir, 'client-ca.crt');
}

/** @returns the path of the file; what it names is beside it */
async function writeAdmissionConfiguration(port: number): Promise<string> {
  const { certPem, keyPem } = await clients.issue({ commonName: CLIENT, usage: 'client' });
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const user = { 'client-certificate-data': base64(certPem), 'client-key-data': base64(keyPem) };
  const kubeconfig = join(dir, 'webhooks.kubeconfig');
  // The user is looked up by the host that is called, with the port where that is not 443.
  const users = [{ name: `${NAME.name}.${NAME.namespace}.svc:${port}`, user }];
  writeFileSync(kubeconfig, JSON.stringify({ apiVersion: 'v1', kind: 'Config', users }), { mode: 0o600 });
  const plugins = ['MutatingAdmissionWebhook', 'ValidatingAdmissionWebhook'].map((name) => ({
    name,
    configuration: {
      apiVersion: 'apiserver.config.k8s.io/v1',
      kind: 'WebhookAdmissionConfiguration',
      kubeConfigFile: kubeconfig,
    },
  }));
  const path = join(dir, 'admission.yaml');
  // JSON is YAML.
  writeFileSync(
    path,
    JSON.stringify({ apiVersion: 'apiserver.config.k8s.io/v1', kind: 'AdmissionConfiguration', plugins }),
  );
  return path;
}

/** The mutating webhook of deploy/base twice: it fails closed for one namespace and open for another. */
function configurations(port: number): readonly KubeObject[] {
  const base = deployedObjects().find(({ kind }) => kind === 'MutatingWebhookConfiguration');
  if (base === undefined) throw new Error('deploy/base has no MutatingWebhookConfiguration.');
  // A configuration of this repository, which the API server checks right after.
  const [webhook] = base['webhooks'] as readonly { readonly clientConfig: { readonly service: object } }[];
  const clientConfig = {
    service: { ...webhook?.clientConfig.service, port },
    caBundle: Buffer.from(guard.caPem).toString('base64'),
  };
  return [
    ['shop', 'Fail'],
    ['lenient', 'Ignore'],
  ].map(([namespace = '', failurePolicy]) => ({
    ...base,
    metadata: { name: namespace },
    webhooks: [{ ...webhook, clientConfig, failurePolicy, namespaceSelector: { matchLabels: { failure: namespace } } }],
  }));
}

function createService(namespace: string): Promise<ApiResponse> {
  // The builders make whole objects.
  return client.create(service({ namespace }) as unknown as KubeObject, { dryRun: true });
}

function isAnnotated({ status, body }: ApiResponse): boolean {
  return status === 201 && JSON.stringify((body as KubeObject).metadata).includes('cloud.google.com/neg');
}

async function trustClientsOf(authority: Authority): Promise<void> {
  const seen = guard.log.length;
  writeFileSync(caFile(), authority.certPem);
  await waitFor(
    'the guard to take up the authority',
    async () => guard.log.slice(seen).map(({ msg }) => msg),
    (messages) => messages.includes('took up a change of the client CA file'),
    PATIENT,
  );
}

test('the API server shows its certificate, is answered, and nobody else is', { timeout: 120_000 }, async () => {
  for (const namespace of ['shop', 'lenient']) {
    await waitFor('the guard to be called', () => createService(namespace), isAnnotated, PATIENT);
  }
  // What the authority was swapped for would not accept: a call fails, and failurePolicy says what that means.
  await trustClientsOf(await createAuthority('clients of somebody else'));
  const refused = await waitFor(
    'calls to fail',
    () => createService('shop'),
    ({ status }) => status >= 400,
    PATIENT,
  );
  expect(refused).toMatchObject({
    status: 500,
    body: {
      message:
        'Internal error occurred: failed calling webhook "mutate.gke-ingress-guard.dev": failed to call webhook: ' +
        'This client may not call the webhook. Its certificate was not accepted: it is of another authority. ' +
        'Let the API server show a certificate that --client-ca and --client-name accept ' +
        '(docs/tls.md). [client-not-allowed]',
    },
  });
  const passed = await createService('lenient');
  expect([passed.status, isAnnotated(passed)]).toEqual([201, false]);
  await waitFor(
    'the log to say why',
    async () => guard.log.filter(({ code }) => code === 'client-not-allowed').map(({ detail }) => String(detail)),
    (details) => details.some((detail) => detail.includes('of another authority')),
  );
  await trustClientsOf(clients);
  for (const namespace of ['shop', 'lenient']) {
    await waitFor('the guard to be called again', () => createService(namespace), isAnnotated, PATIENT);
  }
});
