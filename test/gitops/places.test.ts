// kubectl, Helm, and the Event that the guard writes: what a person reads of the same refusal and the same warning.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type KubeObject, mustSucceed } from '../cluster/api-client.ts';
import { deployGuard } from '../cluster/deployed-guard.ts';
import { goPrograms, logToStderr } from '../cluster/go-programs.ts';
import { startTestCluster, type TestCluster } from '../cluster/test-cluster.ts';
import { waitFor } from '../cluster/wait-for.ts';
import type { GuardProcess } from '../support/guard-process.ts';
import { argocdServer, ingress, service } from '../support/objects.ts';
import { MAIN } from '../support/program.ts';
import { ADD_ON_OFF, ADD_ON_ON, giveFacts } from './guarded-cluster.ts';
import { type Kubectl, kubectlOf, type Printed } from './kubectl.ts';
import { helmModule } from './programs.ts';
import { DEPRECATED, EVENT, HELM, KUBECTL } from './texts.ts';

const object = (raw: unknown): KubeObject => raw as KubeObject; // the builders make whole objects
const WEB = object(ingress({ class: 'gce' }));
const SERVER = object({ ...argocdServer(), metadata: { namespace: 'shop', name: 'argocd-server' } });

let cluster: TestCluster;
let kubectl: Kubectl;
let guard: GuardProcess;
let helmProgram: string;
let dir: string;

beforeAll(async () => {
  cluster = await startTestCluster();
  kubectl = await kubectlOf(cluster);
  ({ helm: helmProgram } = await goPrograms(helmModule, logToStderr, process.env));
  for (const namespace of ['shop', 'before']) await cluster.client.createNamespace(namespace);
  await mustSucceed(cluster.client.create(object(ingress({ namespace: 'before', class: 'gce' }))));
  const kubeconfig = cluster.controlPlane.kubeconfig();
  guard = await deployGuard(cluster.client, { facts: ADD_ON_OFF, kubeconfig, args: ['--audit'] });
  dir = join(cluster.controlPlane.dir, 'places');
  mkdirSync(join(dir, 'chart', 'templates'), { recursive: true });
  writeFileSync(join(dir, 'chart', 'Chart.yaml'), 'apiVersion: v2\nname: shop\nversion: 1.0.0\n');
});
afterAll(async () => {
  await guard?.stop();
  await cluster?.stop();
});

function helm(...args: readonly string[]): Printed & { readonly status: number | null } {
  const env = { ...process.env, KUBECONFIG: cluster.controlPlane.kubeconfig(), HOME: dir };
  const options = { cwd: dir, env, encoding: 'utf8', timeout: 60_000 } as const;
  const { status, stdout, stderr } = spawnSync(helmProgram, [...args, '--namespace=shop'], options);
  return { status, stdout, stderr };
}

const inChart = (name: string, one: KubeObject): void =>
  writeFileSync(join(dir, 'chart', 'templates', name), JSON.stringify(one));

describe('kubectl', () => {
  test('prints a refusal, below what the API server itself says of the annotation that GKE reads', () => {
    writeFileSync(join(dir, 'ingress.yaml'), JSON.stringify(WEB));
    expect(kubectl(['apply', '-f', 'ingress.yaml'], { cwd: dir })).toEqual({ stdout: '', stderr: KUBECTL.refusal });
  });

  test('prints a warning', () => {
    writeFileSync(join(dir, 'server.yaml'), JSON.stringify(SERVER));
    expect(kubectl(['apply', '--dry-run=server', '-f', 'server.yaml'], { cwd: dir })).toEqual({
      stdout: 'deployment.apps/argocd-server created (server dry run)\n',
      stderr: KUBECTL.warning,
    });
  });
});

describe('Helm', () => {
  test('prints a warning as a line of its log', () => {
    inChart('server.yaml', SERVER);
    const { status, stderr } = helm('install', 'shop', './chart');
    expect([status, stderr.replace(/^I\d{4} \S+ +\d+ warnings\.go:\d+\] /, '')]).toEqual([0, `${HELM.warning}\n`]);
  });

  test('prints a refusal, and has it in the status of the release', () => {
    inChart('ingress.yaml', WEB);
    const { status, stderr } = helm('upgrade', 'shop', './chart');
    expect(status).toBe(1);
    expect(stderr.slice(stderr.indexOf('Error: '))).toBe(HELM.refusal);
    expect(stderr).toContain(`"Warning: ${DEPRECATED.replaceAll('"', String.raw`\"`)}"`);
    const release = helm('status', 'shop').stdout;
    expect(release).toContain('\nSTATUS: failed\n');
    expect(release).toContain(HELM.status);
    const [, cut = ''] = /Upgrade "shop" failed: (.*)\.\.\.\n$/.exec(helm('history', 'shop').stdout) ?? [];
    expect(cut).not.toBe('');
    expect(HELM.status).toContain(cut);
  });
});

describe('helm template', () => {
  test('gives check what it needs, before anything is installed', () => {
    const rendered = helm('template', 'shop', './chart').stdout;
    writeFileSync(join(dir, 'facts.yaml'), ADD_ON_OFF);
    const args = [MAIN, 'check', '-', '--facts=facts.yaml', '-o', 'github'];
    const options = { cwd: dir, input: rendered, encoding: 'utf8' } as const;
    const { status, stdout } = spawnSync(process.execPath, args, options);
    const told = stdout.trimEnd().split('\n');
    expect(status).toBe(1);
    expect(told.map((line) => line.replace(/^::(\w+) .*title=([^:]+)::.*/, '$1 $2'))).toEqual([
      'error http-load-balancing-disabled',
      'warning probe-redirects-to-https',
    ]);
  });
});

describe('the Event of the guard', () => {
  async function notes(namespace: string, reason: string): Promise<readonly unknown[]> {
    const path = `/apis/events.k8s.io/v1/namespaces/${namespace}/events`;
    const read = async () => {
      const { body } = await mustSucceed(cluster.client.request({ method: 'GET', path }));
      const { items } = body as { readonly items: readonly KubeObject[] };
      return items.filter((one) => one['reason'] === reason && one['type'] === 'Warning').map((one) => one['note']);
    };
    return waitFor(`Event ${reason}`, read, (all) => all.length > 0, { timeoutMs: 60_000 });
  }

  test('says of an Ingress that was stored before the guard came what a refusal would have said', async () => {
    expect(await notes('before', 'HttpLoadBalancingDisabled')).toEqual([EVENT.refusal]);
    expect(kubectl(['describe', 'ingress', 'web', '--namespace=before']).stdout).toContain(EVENT.refusal);
  });

  test('says the warning of a Deployment that Helm installed, once an Ingress leads to it', async () => {
    await giveFacts(guard, ADD_ON_ON);
    const name = 'argocd-server';
    await mustSucceed(cluster.client.create(object(service({ name }))));
    await mustSucceed(cluster.client.create(object(ingress({ name, class: 'gce', service: name }))));
    expect(await notes('shop', 'ProbeRedirectsToHttps')).toEqual([EVENT.warning]);
  });
});
