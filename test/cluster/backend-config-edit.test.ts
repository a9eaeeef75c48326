// What hangs together is stored and fine, and an edit of the BackendConfig breaks it: through a real API server, with the
// guard beside it, in a namespace that warns and in one that enforces. The definition of BackendConfig (k8s.io/ingress-gce
// pkg/apis/backendconfig) takes each of these values.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GuardProcess } from '../support/guard-process.ts';
import {
  backendConfig,
  frontendConfig,
  ingress,
  managedCertificate,
  type RawObject,
  service,
} from '../support/objects.ts';
import { type ApiClient, type ApiResponse, type KubeObject, mustSucceed } from './api-client.ts';
import { collectionPath } from './api-paths.ts';
import { crd, defineKinds } from './custom-kind.ts';
import { deployedObjects, deployGuard, factsText } from './deployed-guard.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';
import { waitFor } from './wait-for.ts';

const FACTS = factsText(
  'httpLoadBalancing: enabled\nvpcNative: true\ncontroller: { enableTransparentHealthChecks: false }',
);
const WARNS = 'warns';
const ENFORCES = 'enforces';
const POLICY = `apiVersion: gke-ingress-guard.dev/v1
kind: GuardPolicy
namespaces:
  - names: [${ENFORCES}]
    rules: { backend-config-invalid: enforce, health-check-timeout: enforce }
`;

const SOUND = { healthCheck: { type: 'HTTP', requestPath: '/healthz', checkIntervalSec: 20, timeoutSec: 5 } };

const EDITS: Readonly<Record<string, { readonly rule: string; readonly spec: RawObject }>> = {
  'a timeout of the health check above its interval': {
    rule: 'health-check-timeout',
    spec: { healthCheck: { checkIntervalSec: 20, timeoutSec: 30 } },
  },
  'a session affinity that does not exist': {
    rule: 'backend-config-invalid',
    spec: { sessionAffinity: { affinityType: 'x' } },
  },
};

const object = (raw: unknown): KubeObject => raw as KubeObject; // the builders make whole objects
const configOf = (namespace: string): KubeObject => object(backendConfig({ namespace, spec: SOUND }));

/** In the order in which they are stored. */
const chainOf = (namespace: string): readonly KubeObject[] => [
  configOf(namespace),
  object(
    service({
      namespace,
      neg: '{"ingress": true}',
      annotations: { 'cloud.google.com/backend-config': '{"default": "web"}' },
    }),
  ),
  object(ingress({ namespace, class: 'gce' })),
];

let cluster: TestCluster;
let client: ApiClient;
let guard: GuardProcess;
let policyDir: string;

beforeAll(async () => {
  policyDir = mkdtempSync(join(tmpdir(), 'guard-policy-'));
  writeFileSync(join(policyDir, 'guard.yaml'), POLICY);
  cluster = await startTestCluster();
  ({ client } = cluster);
  for (const namespace of [WARNS, ENFORCES]) await client.createNamespace(namespace);
  const kubeconfig = cluster.controlPlane.kubeconfig();
  guard = await deployGuard(client, { facts: FACTS, kubeconfig, args: [`--policy=${policyDir}`] });
});
afterAll(async () => {
  await guard?.stop();
  await cluster?.stop();
  rmSync(policyDir, { recursive: true, force: true });
});

/** How often /validate was asked about a kind. */
async function calls(kind: string): Promise<number> {
  const text = await (await fetch(`http://${guard.address}:${guard.healthPort}/metrics`)).text();
  const counts = text.matchAll(/^guard_admission_duration_seconds_count\{(.*)\} (\d+)/gm);
  return [...counts]
    .filter(([, labels]) => labels?.includes('webhook="validate"') && labels.includes(`kind="${kind}"`))
    .reduce((total, [, , count]) => total + Number(count), 0);
}

function edit(config: KubeObject, spec: RawObject, dryRun: boolean): Promise<ApiResponse> {
  return client.patch(config, { spec }, { type: 'merge', dryRun });
}

/** What kubectl prints of it. */
function said({ status, body, warnings }: ApiResponse): readonly unknown[] {
  return status === 200 ? [status, warnings] : [status, (body as { readonly message?: unknown }).message, warnings];
}

async function storedSpec(config: KubeObject): Promise<unknown> {
  return object((await mustSucceed(client.get(config))).body)['spec'];
}

describe('while no definition is there', () => {
  test('the webhook has rules for its kind, and is called for the others as ever', async () => {
    const { body } = await client.request({ method: 'GET', path: '/apis/cloud.google.com/v1' });
    expect(body).toBe('404 page not found\n');
    const [configuration] = deployedObjects('ValidatingWebhookConfiguration');
    expect(JSON.stringify(configuration)).toContain('"backendconfigs"');
    const before = await calls('Service');
    await mustSucceed(client.create(object(service({ namespace: WARNS, name: 'other' })), { dryRun: true }));
    expect(await calls('Service')).toBe(before + 1);
  });
});

describe('once the definitions are there', () => {
  beforeAll(async () => {
    await defineKinds(
      client,
      crd('BackendConfig', ['v1beta1']),
      crd('FrontendConfig'),
      crd('ManagedCertificate', ['v1beta2', 'v1beta1']),
    );
  });

  test.each([
    backendConfig(),
    backendConfig({ apiVersion: 'cloud.google.com/v1beta1' }),
    frontendConfig(),
    managedCertificate(),
    managedCertificate({ apiVersion: 'networking.gke.io/v1beta2' }),
    managedCertificate({ apiVersion: 'networking.gke.io/v1beta1' }),
  ])('the same webhook is called for $apiVersion $kind', async (raw) => {
    const sent = object({ ...raw, metadata: { ...object(raw).metadata, namespace: WARNS, name: 'comes' } });
    const path = `${collectionPath(sent)}?dryRun=All`;
    // The API server learns of a definition and of a webhook's rules apart from each other.
    await waitFor(
      'a call',
      async () => {
        const before = await calls(sent.kind);
        await mustSucceed(client.request({ method: 'POST', path, body: sent }));
        return (await calls(sent.kind)) - before;
      },
      (count) => count === 1,
    );
  });
});

describe('a BackendConfig behind a stored Ingress', () => {
  beforeAll(async () => {
    for (const namespace of [WARNS, ENFORCES]) {
      for (const each of chainOf(namespace)) {
        const { warnings } = await mustSucceed(client.create(each));
        // Its Pods come later; nothing is wrong with the BackendConfig.
        const rules = Object.values(EDITS).map(({ rule }) => `[${rule}]`);
        expect(warnings.filter((warning) => rules.some((rule) => warning.includes(rule)))).toEqual([]);
      }
      await waitFor(
        'the guard to see the whole chain',
        () => edit(configOf(namespace), { sessionAffinity: { affinityType: 'x' } }, true),
        (answer) => JSON.stringify(said(answer)).includes('Ingress \\"web\\"'),
        { timeoutMs: 50_000 },
      );
    }
  });

  describe.each(Object.entries(EDITS))('that gets %s', (_, { rule, spec }) => {
    test('is refused where the policy enforces the rule, in a dry run alike, and stays as it was', async () => {
      const config = configOf(ENFORCES);
      const real = await edit(config, spec, false);
      expect(said(real)).toEqual([403, expect.stringContaining(`[${rule}]`), expect.any(Array)]);
      expect(said(real)[1]).toContain(`BackendConfig/${ENFORCES}/web`);
      expect(said(await edit(config, spec, true))).toEqual(said(real));
      expect(await storedSpec(config)).toEqual(SOUND);
    });

    test('is stored with a warning where the policy warns, in a dry run alike, and in every version', async () => {
      const config = configOf(WARNS);
      const dry = await edit(config, spec, true);
      expect(said(dry)).toEqual([200, [expect.stringContaining(`[${rule}]`)]]);
      expect(dry.warnings[0]).toMatch(/^BackendConfig\/warns\/web: .*Ingress "web"/);
      expect(said(await edit({ ...config, apiVersion: 'cloud.google.com/v1beta1' }, spec, true))).toEqual(said(dry));
      expect(said(await edit(config, spec, false))).toEqual(said(dry));
      // What is put right is nobody's business any more.
      const sound = { ...SOUND, sessionAffinity: null };
      expect(said(await edit(config, sound, false))).toEqual([200, []]);
      expect(await storedSpec(config)).toEqual(SOUND);
    });
  });
});
