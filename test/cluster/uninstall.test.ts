// The recipe of docs/operations.md, on a real API server: whatever was installed, every object that was not there before is gone.
// What differs from a user's cluster: nothing empties a namespace that is deleted, so the test does, as its controller would.
// A release of Helm is removed in helm-release.test.ts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportBody } from '../../src/audit/stored-report.ts';
import { REPORT_KINDS } from '../../src/kubernetes/report-kinds.ts';
import { foldersOf } from '../deploy/support.ts';
import { DEPLOY, type Manifest, render, renderTogether } from '../support/kustomize.ts';
import { discover, everything, obeyDeletion, type Resource } from './all-objects.ts';
import { type ApiClient, type KubeObject, mustSucceed } from './api-client.ts';
import {
  CERT_MANAGER,
  defineResources,
  OPEN_REPORTS,
  POLICY_REPORTS,
  PROMETHEUS_OPERATOR,
} from './custom-resources.ts';
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
const [, ofReports = ''] = /## Uninstalling\n.*?(?:```sh\n.*?```.*?){2}```sh\n(.*?)```/s.exec(page) ?? [];

let cluster: TestCluster;
let client: ApiClient;
let resources: readonly Resource[];

beforeAll(async () => {
  cluster = await startTestCluster();
  ({ client } = cluster);
  await defineResources(client, CERT_MANAGER);
  await defineResources(client, PROMETHEUS_OPERATOR);
  for (const reports of [OPEN_REPORTS, POLICY_REPORTS]) await defineResources(client, reports);
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

test('reports that were written go by their label, in all namespaces, and those of others stay', async () => {
  const before = await everything(client, resources);
  for (const namespace of ['one', 'two']) await client.createNamespace(namespace);
  const found = await everything(client, resources);
  const result = {
    source: 'gke-ingress-guard',
    policy: 'some',
    category: 'GKE Ingress',
    result: 'fail',
    scored: true,
  } as const;
  const summary = { pass: 0, fail: 1, warn: 0, error: 0, skip: 0 };
  const content = { results: [{ ...result, message: 'wrong' }], summary, beyond: 0 };
  const others: string[] = [];
  for (const namespace of ['one', 'two']) {
    for (const kind of REPORT_KINDS) {
      const report = reportBody(kind, namespace, content, undefined, Date.now()) as KubeObject;
      await mustSucceed(client.create(report));
      const labels = { 'app.kubernetes.io/managed-by': 'kyverno' };
      await mustSucceed(client.create({ ...report, metadata: { namespace, name: 'other', labels } }));
      others.push(`${kind.kind.toLowerCase()} ${namespace}/other`);
    }
  }
  expect((await everything(client, resources)).difference(found).size).toBe(8);
  const lines = ofReports.trim().split('\n');
  expect(lines).toHaveLength(REPORT_KINDS.length);
  for (const line of lines) await obeyDeletion(client, resources, line);
  expect([...(await everything(client, resources)).difference(found)].toSorted()).toEqual(others.toSorted());
  expect(found.difference(before).size).toBe(2);
});
