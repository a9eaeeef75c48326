// deploy/ as users apply it, on a real API server: each overlay, and base with each component alone, every object of
// them checked strictly; the Pods under the Pod Security that the guard's own namespace demands.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at } from '../../src/kubernetes/read.ts';
import { foldersOf } from '../deploy/support.ts';
import { DEPLOY, type Manifest, render, renderTogether } from '../support/kustomize.ts';
import { service } from '../support/objects.ts';
import { type ApiClient, type ApiResponse, type KubeObject, mustSucceed } from './api-client.ts';
import { CERT_MANAGER, defineResources, PROMETHEUS_OPERATOR } from './custom-resources.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';

const RENDERED: Readonly<Record<string, () => readonly Manifest[]>> = {
  'base alone': () => render(join(DEPLOY, 'base')),
  ...Object.fromEntries(
    foldersOf('overlays').map((name) => [`overlay ${name}`, () => render(join(DEPLOY, 'overlays', name))]),
  ),
  ...Object.fromEntries(
    foldersOf('components').map((name) => [
      `base with component ${name}`,
      () => renderTogether(['base'], [`components/${name}`]),
    ]),
  ),
};

let cluster: TestCluster;
let client: ApiClient;

beforeAll(async () => {
  cluster = await startTestCluster();
  ({ client } = cluster);
  await defineResources(client, CERT_MANAGER);
  await defineResources(client, PROMETHEUS_OPERATOR);
  const namespace = render(join(DEPLOY, 'base')).find(({ kind }) => kind === 'Namespace');
  if (namespace === undefined) throw new Error('deploy/base has no Namespace');
  await mustSucceed(client.create(namespace, { fieldValidation: 'Strict' }));
});
afterAll(() => cluster?.stop());

/** The API server's own words, where it did not take an object as it is. */
function complaints({ kind, metadata }: Manifest, { status, body, warnings }: ApiResponse): readonly string[] {
  const said = [...(status === 200 || status === 201 ? [] : [String(at(body, 'message'))]), ...warnings];
  return said.map((text) => `${kind}/${metadata.name}: ${text}`);
}

/** A Pod as the Deployment's controller would make it. */
function podOf(manifests: readonly Manifest[]): KubeObject {
  const deployment = manifests.find(({ kind }) => kind === 'Deployment');
  const template = at(deployment, 'spec', 'template');
  const metadata = { name: 'guard', namespace: 'gke-ingress-guard', labels: at(template, 'metadata', 'labels') };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: at(template, 'spec') };
}

describe.each(Object.keys(RENDERED))('%s', (name) => {
  const manifests = RENDERED[name]?.() ?? [];

  test('is taken object by object, without a warning', async () => {
    const said: string[] = [];
    for (const one of manifests) {
      // The namespace is there already.
      const options = { dryRun: true, fieldValidation: 'Strict', fieldManager: 'test', force: true } as const;
      said.push(...complaints(one, await client.apply(one, options)));
    }
    expect(manifests.length).toBeGreaterThan(7);
    expect(said).toEqual([]);
  });

  test('makes Pods that its namespace admits', async () => {
    const answer = await client.create(podOf(manifests), { dryRun: true, fieldValidation: 'Strict' });
    expect([answer.status, answer.warnings]).toEqual([201, []]);
  });
});

test('the namespace would refuse a Pod that runs as root', async () => {
  const pod = podOf(render(join(DEPLOY, 'base')));
  const answer = await client.create(
    { ...pod, spec: { ...(pod['spec'] as object), securityContext: {} } },
    { dryRun: true },
  );
  expect(answer.status).toBe(403);
  expect(at(answer.body, 'message')).toContain('violates PodSecurity "restricted:');
});

test('production applied twice changes nothing the second time', async () => {
  const manifests = render(join(DEPLOY, 'overlays', 'production'));
  const apply = async (): Promise<readonly unknown[]> => {
    const versions: unknown[] = [];
    for (const one of manifests) {
      const { body } = await mustSucceed(
        client.apply(one, { fieldManager: 'gitops', force: true, fieldValidation: 'Strict' }),
      );
      versions.push(at(body, 'metadata', 'resourceVersion'));
    }
    return versions;
  };
  const first = await apply();
  expect(await apply()).toEqual(first);
});

test('an object that the guard could not be asked about is stored, and counted under the name that the alert has', async () => {
  await client.createNamespace('shop');
  await mustSucceed(client.create(service({ namespace: 'shop' }) as KubeObject)); // the builder makes whole objects
  const { body } = await client.request({ method: 'GET', path: '/metrics' });
  for (const webhook of ['mutate', 'validate']) {
    expect(body).toMatch(
      new RegExp(
        `^apiserver_admission_webhook_fail_open_count\\{.*name="${webhook}\\.gke-ingress-guard\\.dev".*\\} [1-9]`,
        'm',
      ),
    );
  }
});
