// The recipe of docs/operations.md, on a real API server: whatever was installed, every object that was not there before is gone.
// What differs from a user's cluster: nothing empties a namespace that is deleted, so the test does, as its controller would.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at, objectsOf, textOr, textsOf } from '../../src/kubernetes/read.ts';
import { foldersOf } from '../deploy/support.ts';
import { DEPLOY, type Manifest, render, renderTogether } from '../support/kustomize.ts';
import { type ApiClient, mustSucceed } from './api-client.ts';
import { CERT_MANAGER, defineResources, PROMETHEUS_OPERATOR } from './custom-resources.ts';
import { install } from './installation.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';
import { waitFor } from './wait-for.ts';

const INSTALLED: Readonly<Record<string, () => readonly Manifest[]>> = {
  ...Object.fromEntries(foldersOf('overlays').map((name) => [name, () => render(join(DEPLOY, 'overlays', name))])),
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

interface Resource {
  readonly path: string;
  readonly singular: string;
  readonly isNamespaced: boolean;
}

/** As kubectl learns them. */
async function discover(): Promise<readonly Resource[]> {
  const { body } = await mustSucceed(client.request({ method: 'GET', path: '/apis' }));
  const versions = objectsOf(at(body, 'groups')).map(
    (group) => `/apis/${textOr(at(group, 'preferredVersion', 'groupVersion'), '')}`,
  );
  const found: Resource[] = [];
  for (const version of ['/api/v1', ...versions]) {
    const { body: list } = await mustSucceed(client.request({ method: 'GET', path: version }));
    for (const one of objectsOf(at(list, 'resources'))) {
      const verbs = textsOf(at(one, 'verbs'));
      if (!verbs.includes('list') || !verbs.includes('delete')) continue;
      const singular = textOr(at(one, 'singularName'), '') || textOr(at(one, 'kind'), '').toLowerCase();
      found.push({ path: `${version}/${at(one, 'name')}`, singular, isNamespaced: at(one, 'namespaced') === true });
    }
  }
  return found;
}

/** Every object of the cluster but its records of what happens. */
async function everything(): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const { path, singular } of resources) {
    if (singular === 'event') continue;
    // A kind that was just defined is not listed at once.
    const list = () => client.request({ method: 'GET', path });
    const { body } = await waitFor(`${path} to be listed`, list, ({ status }) => status === 200);
    for (const item of objectsOf(at(body, 'items'))) {
      const [namespace, name] = ['namespace', 'name'].map((field) => textOr(at(item, 'metadata', field), '-'));
      found.add(`${singular} ${namespace}/${name}`);
    }
  }
  return found;
}

/** What `kubectl delete KINDS -l LABEL` and `kubectl delete namespace NAME` do. */
async function obey(line: string): Promise<void> {
  const byLabel = /^kubectl delete (\S+) -l (\S+)$/.exec(line);
  if (byLabel !== null) {
    const [, kinds = '', label = ''] = byLabel;
    for (const kind of kinds.split(',')) {
      const resource = resources.find(({ singular }) => singular === kind);
      if (resource === undefined) throw new Error(`${line}: the API server knows no ${kind}`);
      const path = `${resource.path}?labelSelector=${encodeURIComponent(label)}`;
      await mustSucceed(client.request({ method: 'DELETE', path }));
    }
    return;
  }
  const [, namespace] = /^kubectl delete namespace (\S+)$/.exec(line) ?? [];
  if (namespace === undefined) throw new Error(`It is not known what "${line}" does.`);
  await emptyNamespace(namespace);
}

async function emptyNamespace(name: string): Promise<void> {
  const path = `/api/v1/namespaces/${name}`;
  await mustSucceed(client.request({ method: 'DELETE', path }));
  for (const resource of resources.filter(({ isNamespaced }) => isNamespaced)) {
    const place = resource.path.lastIndexOf('/');
    const here = `${resource.path.slice(0, place)}/namespaces/${name}${resource.path.slice(place)}`;
    const { body } = await client.request({ method: 'GET', path: here });
    for (const item of objectsOf(at(body, 'items'))) {
      await client.request({ method: 'DELETE', path: `${here}/${textOr(at(item, 'metadata', 'name'), '')}` });
    }
  }
  const { body } = await mustSucceed(client.request({ method: 'GET', path }));
  const emptied = { ...(body as object), spec: { finalizers: [] } };
  await mustSucceed(client.request({ method: 'PUT', path: `${path}/finalize`, body: emptied }));
}

beforeAll(async () => {
  cluster = await startTestCluster();
  ({ client } = cluster);
  await defineResources(client, CERT_MANAGER);
  await defineResources(client, PROMETHEUS_OPERATOR);
  resources = await discover();
});
afterAll(() => cluster?.stop());

describe('after the recipe, nothing is left of', () => {
  test.each(Object.keys(INSTALLED))('%s', async (name) => {
    const before = await everything();
    await install(client, INSTALLED[name]?.() ?? []);
    // What the guard makes itself.
    const lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { namespace: 'gke-ingress-guard', name: 'gke-ingress-guard' },
    };
    await mustSucceed(client.create(lease));
    const installed = await everything();
    expect(installed.difference(before).size).toBeGreaterThan(9);
    const lines = recipe.trim().split('\n');
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) await obey(line);
    expect([...(await everything()).difference(before)]).toEqual([]);
  });
});
