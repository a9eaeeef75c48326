// A tool that sends a whole commit as a dry run first (as Flux does) and applies it only if nothing was refused: no commit is
// refused for what it corrects itself, and what it breaks is refused in the dry run and in earnest alike.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GuardProcess } from '../support/guard-process.ts';
import { ingress, service } from '../support/objects.ts';
import { type ApiClient, type ApiResponse, type KubeObject, mustSucceed } from './api-client.ts';
import { deployGuard, factsText } from './deployed-guard.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';
import { waitFor } from './wait-for.ts';

const POLICY = `apiVersion: gke-ingress-guard.dev/v1
kind: GuardPolicy
rules: { cluster-ip-without-neg: enforce }
`;

const object = (raw: unknown): KubeObject => raw as KubeObject; // the builders make whole objects
const front = object(ingress({ class: 'gce' }));
const withNeg = (on: boolean): KubeObject => object(service({ neg: `{"ingress": ${on}}` }));

let cluster: TestCluster;
let client: ApiClient;
let guard: GuardProcess;
let policyDir: string;

beforeAll(async () => {
  policyDir = mkdtempSync(join(tmpdir(), 'guard-policy-'));
  writeFileSync(join(policyDir, 'guard.yaml'), POLICY);
  cluster = await startTestCluster();
  ({ client } = cluster);
  await client.createNamespace('shop');
  await mustSucceed(client.create(withNeg(false)));
  const facts = factsText('httpLoadBalancing: enabled\nvpcNative: true');
  const kubeconfig = cluster.controlPlane.kubeconfig();
  guard = await deployGuard(client, { facts, kubeconfig, args: [`--policy=${policyDir}`] });
});
afterAll(async () => {
  await guard?.stop();
  await cluster?.stop();
  rmSync(policyDir, { recursive: true, force: true });
});

const apply = (one: KubeObject, dryRun: boolean): Promise<ApiResponse> =>
  client.apply(one, { fieldManager: 'kustomize-controller', force: true, dryRun });

/** Every object as a dry run, then every object in earnest: what was refused first ends it. */
async function sync(commit: readonly KubeObject[]): Promise<readonly ApiResponse[]> {
  const dry = await Promise.all(commit.map((one) => apply(one, true)));
  const refused = dry.filter(({ status }) => status >= 400);
  return refused.length > 0 ? refused : await Promise.all(commit.map((one) => apply(one, false)));
}

test('a commit that turns NEGs on and adds the Ingress goes through, whichever of them the tool sends first', async () => {
  // Only once the guard sees the stored Service does its fault count.
  const { warnings } = await waitFor(
    'a warning of the stored Service',
    () => apply(front, true),
    (answer) => answer.warnings.some((warning) => warning.includes('[cluster-ip-without-neg]')),
  );
  // Beside it the API server says that the annotation of the class is deprecated.
  expect(warnings).toContainEqual(expect.stringMatching(/^Service\/shop\/web: .*Ingress "web"/));
  expect((await sync([front, withNeg(true)])).map(({ status }) => status)).toEqual([201, 200]);
});

test('a commit that turns them off behind the Ingress is refused in the dry run, and in earnest', async () => {
  const refused = await waitFor(
    'the guard to see the Ingress',
    () => sync([withNeg(false)]),
    (answers) => answers.every(({ status }) => status === 403),
  );
  const inEarnest = await apply(withNeg(false), false);
  expect(refused.map(({ status, body }) => [status, body])).toEqual([[inEarnest.status, inEarnest.body]]);
  expect(JSON.stringify(inEarnest.body)).toContain('[cluster-ip-without-neg]');
});

test('one that takes the Ingress away with them goes through once the Ingress is gone', async () => {
  await mustSucceed(client.remove(front));
  await waitFor(
    'the guard to see that the Ingress is gone',
    () => sync([withNeg(false)]),
    (answers) => answers.every(({ status }) => status === 200),
  );
});
