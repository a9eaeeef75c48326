// The recipe of docs/operations.md, on a real API server: whatever was installed, every object that was not there before is gone.
// What differs from a user's cluster: nothing empties a namespace that is deleted, so the test does, as its controller would.
// A release of Helm is removed in helm-release.test.ts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { foldersOf } from '../deploy/support.ts';
import { DEPLOY, type Manifest, render, renderTogether } from '../support/kustomize.ts';
import { discover, everything, obeyDeletion, type Resource } from './all-objects.ts';
import { type ApiClient, mustSucceed } from './api-client.ts';
import { CERT_MANAGER, defineResources, PROMETHEUS_OPERATOR } from './custom-resources.ts';
import { install } from './installation.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';

const INSTALLED: Readonly<Record<string, () => readonly Manifest[]>> = {
  ...Object.fromEntries(foldersOf('overlays').map((name) => [name, () => render(join(DEPLOY, 'overlays', name))])),
  // Alone, for the label of one component reaches the objects of the others.
  ...Object.fromEntries(
    foldersOf('components').map((name) => [
      `base with component ${name}`,
      () => renderTogether(['base'], [`components/${name}`]),
    ]),
  ),
  'base with every component but one certificate': () =>
    renderTogether(
      ['base'],
      foldersOf('components')
        .filter((name) => name !== 'cert-manager')
        .map((name) => `components/${name}`),
    ),
};

const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
const [, recipe = ''] = /## Uninstalling\n.*?```sh\n(.*?)```/s.exec(page) ?? [];

let cluster: TestCluster;
let client: ApiClient;
let resources: readonly Resource[];

beforeAll(async () => {
  cluster = await startTestCluster();
  ({ client } = cluster);
  await defineResources(client, CERT_MANAGER);
  await defineResources(client, PROMETHEUS_OPERATOR);
  resources = await discover(client);
});
afterAll(() => cluster?.stop());

describe('after the recipe, nothing is left of', () => {
  test.each(Object.keys(INSTALLED))('%s', async (name) => {
    const before = await everything(client, resources);
    await install(client, INSTALLED[name]?.() ?? []);
    // What the guard makes itself.
    const lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { namespace: 'gke-ingress-guard', name: 'gke-ingress-guard' },
    };
    await mustSucceed(client.create(lease));
    const installed = await everything(client, resources);
    expect(installed.difference(before).size).toBeGreaterThan(9);
    const lines = recipe.trim().split('\n');
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) await obeyDeletion(client, resources, line);
    expect([...(await everything(client, resources)).difference(before)]).toEqual([]);
  });
});
