// The doctor as people run it, against a real API server with deploy/base in it. There are no controllers: Pods and
// EndpointSlices are written by the test as healthy ones would be.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Diagnosis } from '../../src/doctor/check.ts';
import type { Right } from '../../src/doctor/installation.ts';
import { createAuthority } from '../support/certificates.ts';
import { base64, expectations, GUARD, goodWorld } from '../support/good-installation.ts';
import { renderTogether } from '../support/kustomize.ts';
import { MAIN } from '../support/program.ts';
import { type ApiClient, type KubeObject, mustSucceed } from './api-client.ts';
import { freePort } from './free-port.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';

const RBAC = 'rbac.authorization.k8s.io/v1';
const { namespace, name } = GUARD;

let cluster: TestCluster;
let client: ApiClient;
let kubeconfig = '';

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

async function run(...words: readonly string[]): Promise<Run> {
  const child = spawn(process.execPath, [MAIN, 'doctor', ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    texts.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    texts.err += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, ...texts };
}

/** What is not ok, and the exit code. */
async function doctor(
  config = kubeconfig,
): Promise<{ readonly code: number | null; readonly found: readonly Diagnosis[] }> {
  const { code, out, err } = await run(`--kubeconfig=${config}`, '--format=json');
  if (out === '') throw new Error(`doctor printed nothing: ${err}`);
  const { checks }: { readonly checks: readonly Diagnosis[] } = JSON.parse(out);
  return { code, found: checks.filter(({ status }) => status !== 'ok') };
}

const object = (raw: unknown): KubeObject => raw as KubeObject; // the builders make whole objects

/** Changes a stored object, and puts it back when the test is over. */
async function change(kind: string, apiVersion: string, patch: readonly object[], objectName = name): Promise<void> {
  const wide = kind.endsWith('WebhookConfiguration') || kind.startsWith('ClusterRole') || kind === 'Namespace';
  const ref = { apiVersion, kind, metadata: wide ? { name: objectName } : { name: objectName, namespace } };
  const { body } = await mustSucceed(client.get(ref));
  await mustSucceed(client.patch(ref, patch, { type: 'json' }));
  onTestFinished(() => replace(object(body)));
}

/** What is stored under the same name becomes this. */
async function replace(wanted: KubeObject): Promise<void> {
  const { body } = await mustSucceed(client.get(wanted));
  const { resourceVersion } = object(body).metadata;
  await mustSucceed(client.update({ ...wanted, metadata: { ...wanted.metadata, resourceVersion } }));
}

const ADMISSION = 'admissionregistration.k8s.io/v1';

function roleWith(rights: readonly Right[]): KubeObject {
  const rules = rights.map(({ group, resource, verb, name }) => ({
    apiGroups: [group],
    resources: [resource],
    verbs: [verb],
    ...(name === undefined ? {} : { resourceNames: [name] }),
  }));
  return object({ apiVersion: RBAC, kind: 'ClusterRole', metadata: { name: 'doctor-test' }, rules });
}

beforeAll(async () => {
  cluster = await startTestCluster();
  ({ client } = cluster);
  kubeconfig = cluster.controlPlane.kubeconfig();
  const world = await goodWorld();
  for (const one of world.objects) await mustSucceed(client.create(object(one), { fieldValidation: 'Strict' }));
});
afterAll(() => cluster?.stop());

test('a good installation is clean, in text and in JSON', async () => {
  expect(await doctor()).toEqual({ code: 0, found: [] });
  const { code, out, err } = await run(`--kubeconfig=${kubeconfig}`, '--context=test', '--fail-on=warning');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^ok +installed, /);
  expect(out).toMatch(/\n\n\d+ ok, 0 errors, 0 warnings, 0 skipped\.\n$/);
  expect(out).not.toContain('\u001b');
});

describe('with one thing broken in the cluster', () => {
  test('the CA of another in caBundle', async () => {
    const { certPem } = await createAuthority('somebody else');
    const path = '/webhooks/0/clientConfig/caBundle';
    await change('ValidatingWebhookConfiguration', ADMISSION, [{ op: 'replace', path, value: base64(certPem) }]);
    const { code, found } = await doctor();
    expect(code).toBe(1);
    expect(found).toMatchObject([
      {
        id: 'certificate-chain',
        status: 'error',
        subject: 'ValidatingWebhookConfiguration/gke-ingress-guard: validate.gke-ingress-guard.dev',
        message: expect.stringMatching(/was issued by "CN=good CA", which is not in the bundle/),
      },
    ]);
  });

  test('another port of the Service', async () => {
    await change('Service', 'v1', [{ op: 'replace', path: '/spec/ports/0/port', value: 443 }]);
    const { code, found } = await doctor();
    expect([code, found.map(({ id }) => id)]).toEqual([1, ['service-port', 'service-port']]);
    expect(found[0]?.message).toBe(
      'it calls port 10250 of the Service gke-ingress-guard/gke-ingress-guard, which has 443: every call fails.',
    );
  });

  test('a budget that lets no Pod go', async () => {
    const patch = [{ op: 'replace', path: '/spec/maxUnavailable', value: 0 }];
    await change('PodDisruptionBudget', 'policy/v1', patch);
    const { code, found } = await doctor();
    expect([code, found.map(({ id, status }) => `${id} ${status}`)]).toEqual([1, ['disruption error']]);
  });

  test('no endpoint that is ready', async () => {
    const path = '/endpoints/0/conditions/ready';
    await change('EndpointSlice', 'discovery.k8s.io/v1', [{ op: 'replace', path, value: false }], `${name}-1`);
    const { code, found } = await doctor();
    expect([code, found.map(({ id, status }) => `${id} ${status}`)]).toEqual([1, ['endpoints-ready error']]);
  });

  test('an image that moves is a warning, which fails only where that is asked for', async () => {
    const path = '/spec/template/spec/containers/0/image';
    await change('Deployment', 'apps/v1', [{ op: 'replace', path, value: 'gke-ingress-guard:latest' }]);
    const { code, found } = await doctor();
    const seen = found.map(({ id, status }) => `${id} ${status}`);
    expect([code, seen]).toEqual([0, ['pod-template warning', 'replicas-alike warning']]);
    expect(await run(`--kubeconfig=${kubeconfig}`, '--fail-on=warning')).toMatchObject({ code: 1 });
  });

  test('an installation of another name is not there', async () => {
    const { code, out } = await run(`--kubeconfig=${kubeconfig}`, '--namespace=elsewhere');
    expect(code).toBe(1);
    expect(out).toMatch(/^error +\w+\/.*it is not in the cluster: .*\[installed\]\n/);
    expect(out).toContain('skipped  Deployment/elsewhere/gke-ingress-guard: there is no Deployment to look at');
  });
});

test('the asker of deploy/components/asker, of which the guard does not read, and which does not run', async () => {
  const isOwn = ({ kind, metadata }: KubeObject): boolean =>
    /-asker|-learned/.test(metadata.name) && kind !== 'NetworkPolicy' && kind !== 'Service';
  const own = renderTogether(['base'], ['components/asker']).map(object).filter(isOwn);
  onTestFinished(async () => {
    for (const one of own) await mustSucceed(client.remove(one));
  });
  for (const one of own) await mustSucceed(client.create(one, { fieldValidation: 'Strict' }));
  const subject = `Deployment/${namespace}/${name}`;
  expect(await doctor()).toMatchObject({ code: 0, found: [{ id: 'asker', status: 'warning', subject }] });
  const [asker] = own.filter(({ kind }) => kind === 'Deployment');
  if (asker === undefined) throw new Error('the component has a Deployment');
  const status = { replicas: 1, unavailableReplicas: 1, observedGeneration: 1 };
  await mustSucceed(client.patch(asker, { status }, { type: 'merge', subresource: 'status' }));
  const role = own.find(({ kind }) => kind === 'ClusterRole');
  if (role === undefined) throw new Error('the component has a ClusterRole');
  await mustSucceed(client.patch(role, [{ op: 'replace', path: '/rules', value: [] }], { type: 'json' }));
  const { found } = await doctor();
  expect(found.map((one) => `${one.id} ${one.subject}`)).toEqual([
    ...Array(2).fill(`rights-missing ServiceAccount/${namespace}/${name}-asker`),
    `asker ${subject}`,
    `asker ${subject}-asker`,
  ]);
});

describe('the rights of the guard', () => {
  const subjects = [{ kind: 'ServiceAccount', namespace, name }];
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'doctor-test' };
  const binding = object({
    apiVersion: RBAC,
    kind: 'ClusterRoleBinding',
    metadata: { name: 'doctor-test' },
    roleRef,
    subjects,
  });

  /** So that only what the test binds is granted. */
  async function withoutShippedRights(): Promise<void> {
    const shipped = { ...binding, metadata: { name } };
    const { body } = await mustSucceed(client.get(shipped));
    await mustSucceed(client.remove(shipped));
    const { metadata, ...rest } = object(body);
    onTestFinished(async () => {
      await mustSucceed(client.create({ ...rest, metadata: { name: metadata.name } }));
    });
  }

  test('are asked of the API server, and the one that is missing is named with its rule', async () => {
    await withoutShippedRights();
    await mustSucceed(client.create(roleWith(expectations().rights)));
    await mustSucceed(client.create(binding));
    onTestFinished(async () => {
      await client.remove(binding);
      await client.remove(roleWith([]));
    });
    expect(await doctor()).toEqual({ code: 0, found: [] });
    const fewer = expectations().rights.filter(({ resource, verb }) => resource !== 'ingresses' || verb !== 'watch');
    await replace(roleWith(fewer));
    expect(await doctor()).toMatchObject({
      code: 1,
      found: [
        {
          id: 'rights-missing',
          subject: 'ServiceAccount/gke-ingress-guard/gke-ingress-guard',
          message: expect.stringMatching(/^it may not watch ingresses\.networking\.k8s\.io: /),
          fix: expect.stringContaining(
            '{"apiGroups":["networking.k8s.io"],"resources":["ingresses"],"verbs":["watch"]}',
          ),
        },
      ],
    });
  });

  test('are read from the RBAC objects where the user may not ask', async () => {
    await withoutShippedRights();
    const config = await kubeconfigOf('reader', [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list'] }]);
    const { code, found } = await doctor(config);
    expect([code, found.map(({ id }) => id)]).toEqual([1, ['rights-missing']]);
    const rights = expectations().rights;
    await mustSucceed(client.create(roleWith(rights)));
    await mustSucceed(client.create(binding));
    onTestFinished(async () => {
      await client.remove(binding);
      await client.remove(roleWith([]));
    });
    expect(await doctor(config)).toEqual({ code: 0, found: [] });
  });

  test('are all missing where nothing binds them', async () => {
    await withoutShippedRights();
    const { code, found } = await doctor();
    expect([code, found.map(({ id }) => id)]).toEqual([1, ['rights-missing']]);
    expect(found[0]?.message).toMatch(/^it may do nothing of what the guard asks the API server for/);
  });
});

describe('a user who may see little', () => {
  test('is told what was skipped, why, and the command for somebody who may', async () => {
    const config = await kubeconfigOf('limited', [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'] }]);
    const { code, found } = await doctor(config);
    expect(code).toBe(0);
    expect(new Set(found.map(({ status }) => status))).toEqual(new Set(['skipped']));
    expect(found.map(({ id }) => id)).not.toContain('probes');
    expect(found.find(({ id }) => id === 'serving-certificate')).toEqual({
      id: 'serving-certificate',
      status: 'skipped',
      subject: 'Secret/gke-ingress-guard/gke-ingress-guard-tls',
      message: expect.stringMatching(
        /^the API server does not show it: secrets "gke-ingress-guard-tls" is forbidden: User "system:serviceaccount:default:limited" cannot get/,
      ),
      fix: 'kubectl -n gke-ingress-guard get secrets gke-ingress-guard-tls -o yaml, as somebody who may',
      commands: [['kubectl', '-n', 'gke-ingress-guard', 'get', 'secrets', 'gke-ingress-guard-tls', '-o', 'yaml']],
    });
    const skipped = new Set(found.map(({ id }) => id));
    for (const id of [
      'installed',
      'webhook-rules',
      'certificate-chain',
      'disruption',
      'rights-missing',
      'rights-excess',
    ]) {
      expect(skipped).toContain(id);
    }
  });
});

/** A kubeconfig with the token of a new ServiceAccount that may do this and nothing else. */
async function kubeconfigOf(user: string, rules: readonly object[]): Promise<string> {
  const account = { name: user, namespace: 'default' };
  await mustSucceed(client.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: account }));
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: user };
  const subjects = [{ kind: 'ServiceAccount', ...account }];
  const metadata = { name: user };
  await mustSucceed(client.create(object({ apiVersion: RBAC, kind: 'ClusterRole', metadata, rules })));
  await mustSucceed(
    client.create(object({ apiVersion: RBAC, kind: 'ClusterRoleBinding', metadata, roleRef, subjects })),
  );
  const { body } = await mustSucceed(
    client.request({
      method: 'POST',
      path: `/api/v1/namespaces/default/serviceaccounts/${user}/token`,
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } },
    }),
  );
  const { token } = (body as { readonly status: { readonly token: string } }).status;
  const admin = JSON.parse(readFileSync(kubeconfig, 'utf8'));
  const path = join(cluster.controlPlane.dir, `${user}-kubeconfig`);
  writeFileSync(path, JSON.stringify({ ...admin, users: [{ name: 'test-admin', user: { token } }] }), { mode: 0o600 });
  return path;
}

test('a cluster that cannot be reached is no finding: exit code 2', async () => {
  const admin = JSON.parse(readFileSync(kubeconfig, 'utf8'));
  const server = `https://127.0.0.1:${await freePort()}`;
  const path = join(cluster.controlPlane.dir, 'unreachable-kubeconfig');
  writeFileSync(path, JSON.stringify({ ...admin, clusters: [{ name: 'test', cluster: { server } }] }), { mode: 0o600 });
  const { code, out, err } = await run(`--kubeconfig=${path}`);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(
    /^error: The cluster cannot be asked\. https:\/\/127\.0\.0\.1:\d+: .*\n.*\[cluster-unreachable\]\n$/,
  );
  expect(await run(`--kubeconfig=${kubeconfig}`, '--context=none')).toMatchObject({
    code: 2,
    err: expect.stringContaining('There is no context "none"; there are: test.'),
  });
});
