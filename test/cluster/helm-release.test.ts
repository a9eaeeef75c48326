// A release of Helm on a real API server, from its installation to the last object of it, with the guard that it installs running
// meanwhile, under its own rights. What differs from a user's cluster: the Service leads to loopback, Deployments get no Pods (the
// guard's are processes here), and the namespace is emptied by the test.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { at, objectsOf, textOr } from '../../src/kubernetes/read.ts';
import { firstAt, listAt, only } from '../deploy/support.ts';
import type { Manifest } from '../support/kustomize.ts';
import { discover, everything, obeyDeletion, type Resource } from './all-objects.ts';
import { type ApiClient, type ApiResponse, type KubeObject, mustSucceed } from './api-client.ts';
import { CERT_MANAGER, defineResources, PROMETHEUS_OPERATOR } from './custom-resources.ts';
import { CHART, type Helm, helmProgram, NAMESPACE } from './helm.ts';
import { mountPod } from './installation.ts';
import { OWN_ADDRESS } from './own-address.ts';
import { type KeeperProcess, type Replica, startBalancer, startKeeper, startReplica } from './self-signed-guard.ts';
import { serviceAccountKubeconfig } from './service-account.ts';
import { exposeLoopback } from './service-alias.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';
import { waitFor } from './wait-for.ts';

const PORT = 10250;
const NAME = { namespace: NAMESPACE, name: 'gke-ingress-guard' };
const KEEPER = { ...NAME, name: 'gke-ingress-guard-certificate' };
const PATIENCE = { timeoutMs: 60_000, intervalMs: 200 };
const EVERYTHING_ON = {
  replicas: 3,
  failurePolicy: 'Fail',
  networkPolicy: { enabled: true },
  monitoring: { enabled: true },
  audit: { enabled: true },
  admissionPolicy: { enabled: true },
};

const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
const [, recipe = '', recipeOfHelm = ''] =
  /## Uninstalling\n.*?```sh\n(.*?)```.*?```sh\n(.*?)```.*?\n## /s.exec(page) ?? [];

let cluster: TestCluster;
let client: ApiClient;
let helm: Helm;
let resources: readonly Resource[];

beforeAll(async () => {
  cluster = await startTestCluster();
  ({ client } = cluster);
  helm = await helmProgram();
  await defineResources(client, CERT_MANAGER);
  await defineResources(client, PROMETHEUS_OPERATOR);
  resources = await discover(client);
});
afterAll(async () => {
  helm?.close();
  await cluster?.stop();
});

/** @throws {Error} with what Helm says where it fails */
async function run(...words: readonly string[]): Promise<string> {
  const { code, out, err } = await helm.run(words, cluster.controlPlane.kubeconfig());
  if (code !== 0) throw new Error(`helm ${words.join(' ')}: ${err}`);
  return out;
}

const inNamespace = ['--namespace', NAMESPACE];
const install = (values: object) =>
  run('install', NAME.name, CHART, ...inNamespace, '--create-namespace', '--values', helm.valuesFile(values));
const upgrade = (...words: readonly string[]) => run('upgrade', NAME.name, CHART, ...inNamespace, ...words);

async function released(): Promise<readonly Manifest[]> {
  const text = await run('get', 'manifest', NAME.name, ...inNamespace);
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest); // of templates that give objects
}

/** The lines of a recipe, those of Helm by Helm. */
async function obey(lines: string): Promise<void> {
  for (const line of lines.trim().split('\n')) {
    const [program, ...words] = line.split(' ');
    if (program === 'helm') await run(...words);
    else await obeyDeletion(client, resources, line);
  }
}

describe('what is left of a release that was removed', () => {
  test.each<[string, object, () => string]>([
    ['as the notes say, with cert-manager', {}, () => recipeOfHelm],
    ['as the notes say, with all there is', EVERYTHING_ON, () => recipeOfHelm],
    ['without Helm', { certificates: 'self-signed' }, () => recipe],
    ['without Helm, with all there is', { ...EVERYTHING_ON, certificates: 'self-signed' }, () => recipe],
  ])('%s: nothing', async (_, values, lines) => {
    const before = await everything(client, resources);
    await install(values);
    const installed = (await everything(client, resources)).difference(before);
    expect(installed.size).toBeGreaterThan(12);
    expect(lines()).not.toBe('');
    await obey(lines());
    expect([...(await everything(client, resources)).difference(before)]).toEqual([]);
  });
});

test('the notes have the recipe of docs/operations.md, and say what is missing', async () => {
  const notes = await run('install', NAME.name, CHART, ...inNamespace, '--dry-run=client');
  for (const line of recipeOfHelm.trim().split('\n')) expect(notes).toContain(`  ${line}\n`);
  expect(notes).toContain('"gke-ingress-guard" names no registry');
  expect(notes).toContain('No facts are given.');
  expect(notes).toContain('Until cert-manager has made the certificate');
  const values = {
    certificates: 'self-signed',
    image: { repository: 'registry.example/guard' },
    facts: { vpcNative: true },
    networkPolicy: { enabled: true },
  };
  const words = ['install', NAME.name, CHART, ...inNamespace, '--dry-run=client', '--values', helm.valuesFile(values)];
  const fewer = await run(...words);
  const [, notesOfFewer = ''] = fewer.split('NOTES:');
  expect(notesOfFewer).not.toMatch(/names no registry|No facts|cert-manager/);
  expect(notesOfFewer).toContain('networkPolicy.controlPlaneCidr is empty');
});

describe('a release with the guard running', () => {
  let before: ReadonlySet<string>;
  let keeper: KeeperProcess;
  let replica: Replica;
  const stops: (() => Promise<unknown>)[] = [];
  afterAll(async () => {
    for (const stop of stops) await stop();
  });

  const argsOf = (manifests: readonly Manifest[], name: string): readonly string[] => {
    const pod = at(only(manifests, 'Deployment', name), 'spec', 'template', 'spec');
    return listAt(firstAt(pod, 'containers'), 'args').map((arg) => textOr(arg, ''));
  };
  const ingress = (name: string, dryRun: boolean) =>
    client.create(
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { name, namespace: 'shop' },
        spec: { ingressClassName: 'gce', defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
      },
      { dryRun },
    );
  const configurations = async (): Promise<readonly KubeObject[]> => {
    const found: KubeObject[] = [];
    for (const kind of ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']) {
      const ref = { apiVersion: 'admissionregistration.k8s.io/v1', kind, metadata: { name: NAME.name } };
      found.push((await mustSucceed(client.get(ref))).body as KubeObject);
    }
    return found;
  };
  const bundles = async () =>
    (await configurations()).map((one) => textOr(at(firstAt(one, 'webhooks'), 'clientConfig', 'caBundle'), ''));
  const secret = async (): Promise<unknown> =>
    at(
      (await client.get({ apiVersion: 'v1', kind: 'Secret', metadata: { ...NAME, name: 'gke-ingress-guard-tls' } }))
        .body,
      'data',
    );
  const events = async (): Promise<readonly string[]> => {
    const path = '/apis/events.k8s.io/v1/namespaces/shop/events';
    const { body } = await mustSucceed(client.request({ method: 'GET', path }));
    return objectsOf(at(body, 'items')).map((one) => textOr(at(one, 'reportingController'), ''));
  };

  test('refuses, keeps its certificate, and audits what was stored before it', async () => {
    await client.createNamespace('shop');
    await mustSucceed(ingress('stored-before', false));
    before = await everything(client, resources, 'with Events');
    await install({ certificates: 'self-signed', audit: { enabled: true }, facts: { httpLoadBalancing: 'enabled' } });
    const manifests = await released();
    await exposeLoopback(client, { ...NAME, port: PORT, address: OWN_ADDRESS });
    keeper = await startKeeper(argsOf(manifests, KEEPER.name), await serviceAccountKubeconfig(cluster, KEEPER));
    stops.push(() => keeper.end('SIGKILL'));
    const pod = await mountPod(client, manifests, join(cluster.controlPlane.dir, 'pod'));
    stops.push(() => pod.stop());
    replica = await startReplica(pod.args, await serviceAccountKubeconfig(cluster, NAME));
    stops.push(() => replica.end('SIGKILL'));
    const balancer = await startBalancer(OWN_ADDRESS, PORT, () => [replica]);
    stops.push(() => balancer.close());
    const refused = await waitFor(
      'the refusal',
      () => ingress('asked', true),
      ({ status }) => status === 403,
      PATIENCE,
    );
    expect(at(refused.body, 'message')).toContain('[ingress-class-name-ignored]');
    const said = await waitFor('an Event', events, ({ length }) => length > 0, PATIENCE);
    expect(new Set(said)).toEqual(new Set(['gke-ingress-guard.dev/audit']));
  }, 180_000);

  test('takes what an upgrade changes, and keeps what it filled in itself', async () => {
    const [filled, trusted] = [await secret(), await bundles()];
    expect(Object.keys(Object(filled))).toContain('tls.crt');
    expect(trusted.map((one) => one !== '')).toEqual([true, true]);
    const values = helm.valuesFile({
      replicas: 4,
      networkPolicy: { enabled: true },
      policy: { rules: { 'ingress-class-name-ignored': 'warn' } },
    });
    await upgrade('--reuse-values', '--values', values);
    const manifests = await released();
    expect(at(only(manifests, 'Deployment', NAME.name), 'spec', 'replicas')).toBe(4);
    expect(only(manifests, 'NetworkPolicy', NAME.name)).toBeDefined();
    expect(await secret()).toEqual(filled);
    expect(await bundles()).toEqual(trusted);
    // The running guard takes up the policy of the same ConfigMap; Pods would be rolled, too.
    const isJudged = ({ warnings }: ApiResponse): boolean =>
      warnings.some((one) => one.includes('[ingress-class-name-ignored]'));
    // A busy guard lets an object through unjudged, so the warning is waited for, and not the status.
    const warned = await waitFor('the warning', () => ingress('asked', true), isJudged, PATIENCE);
    expect(warned.status).toBe(201);
  }, 120_000);

  test('gives back by another upgrade what that one took away', async () => {
    await upgrade(
      '--reset-then-reuse-values',
      '--values',
      helm.valuesFile({ networkPolicy: { enabled: false }, policy: null }),
    );
    const manifests = await released();
    expect(manifests.filter(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === NAME.name)).toEqual(
      [],
    );
    const ref = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: NAME };
    expect((await client.get(ref)).status).toBe(404);
    await waitFor(
      'the refusal',
      () => ingress('asked', true),
      ({ status }) => status === 403,
      PATIENCE,
    );
  }, 120_000);

  test('leaves only Events, which expire, in namespaces that are not its own', async () => {
    const own = await everything(client, resources);
    expect(own).toContain(`lease ${NAMESPACE}/gke-ingress-guard`);
    expect(own).toContain(`lease ${NAMESPACE}/gke-ingress-guard-audit`);
    for (const stop of stops.splice(0)) await stop();
    await obey(recipeOfHelm);
    const left = [...(await everything(client, resources, 'with Events')).difference(before)];
    expect(left.length).toBeGreaterThan(0);
    expect(left.filter((one) => !one.startsWith('event shop/'))).toEqual([]);
    // Nobody is asked any more: what was refused is stored.
    await waitFor(
      'it to be stored',
      () => ingress('asked', true),
      ({ status }) => status === 201,
      PATIENCE,
    );
  }, 120_000);
});
