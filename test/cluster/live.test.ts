// The whole guard beside a real API server: what its answers owe to the live view, and that they owe it no wait.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GuardProcess, startGuard } from '../support/guard-process.ts';
import { argocdServer, backendConfig, configMap, ingress, type RawObject, service } from '../support/objects.ts';
import { createReviewClient, type ReviewClient, reviewOf } from '../support/reviews.ts';
import { type ApiClient, type KubeObject, mustSucceed } from './api-client.ts';
import { crd, defineKinds } from './custom-kind.ts';
import { factsText } from './deployed-guard.ts';
import { type LoopbackProxy, startLoopbackProxy } from './loopback-proxy.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';
import { waitFor } from './wait-for.ts';

let cluster: TestCluster;
let client: ApiClient;
let proxy: LoopbackProxy;
let kubeconfig: string;
let guard: GuardProcess;
let reviews: ReviewClient;

const ON = factsText('httpLoadBalancing: enabled\nvpcNative: true');
const object = (raw: unknown): KubeObject => raw as KubeObject; // the builders make whole objects

async function warningsOf(raw: RawObject): Promise<readonly string[]> {
  return (await reviews.review('validate', reviewOf(raw))).warnings ?? [];
}

/** Asks the guard itself, until its answer has, or no longer has, a warning of this rule. */
async function untilWarned(raw: RawObject, rule: string, isWarned = true): Promise<readonly string[]> {
  return await waitFor(
    `${isWarned ? 'a' : 'no'} warning of ${rule}`,
    () => warningsOf(raw),
    (warnings) => warnings.some((warning) => warning.includes(`[${rule}]`)) === isWarned,
    { timeoutMs: 50_000, intervalMs: 20 },
  );
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

function ask(port: number, path: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path }, async (response) => {
      resolve({ status: response.statusCode ?? 0, body: await text(response) });
    }).on('error', reject);
  });
}

async function metric(name: string): Promise<number> {
  const { body } = await ask(guard.healthPort, '/metrics');
  const line = body.split('\n').find((one) => one.startsWith(`${name} `));
  if (line === undefined) throw new Error(`no ${name} among the metrics`);
  return Number(line.slice(name.length + 1));
}

function ready({ healthPort }: GuardProcess): Promise<Answer> {
  return waitFor(
    'the guard to be ready',
    () => ask(healthPort, '/readyz'),
    ({ status }) => status === 200,
  );
}

beforeAll(async () => {
  cluster = await startTestCluster();
  ({ client } = cluster);
  proxy = await startLoopbackProxy(Number(new URL(cluster.controlPlane.url).port));
  const config = JSON.parse(readFileSync(cluster.controlPlane.kubeconfig(), 'utf8'));
  config.clusters[0].cluster.server = `https://127.0.0.1:${proxy.port}`;
  kubeconfig = join(cluster.controlPlane.dir, 'proxied-kubeconfig');
  writeFileSync(kubeconfig, JSON.stringify(config), { mode: 0o600 });
  await client.createNamespace('shop', { tier: 'staging' });
  await client.createNamespace('argocd');
  guard = await startGuard({ facts: ON, kubeconfig, args: ['--drain-seconds=0'] });
  reviews = createReviewClient({ port: guard.webhookPort, caPem: guard.caPem });
  await ready(guard);
});
afterAll(async () => {
  reviews?.close();
  await guard?.stop();
  await proxy?.close();
  await cluster?.stop();
});

describe('an admission', () => {
  test('is judged with the neighbours that are stored, whichever came first', async () => {
    const front = ingress({ name: 'front', class: 'gce', service: 'front' });
    // What is not there may come with the next object.
    expect(await warningsOf(front)).toEqual([]);
    await mustSucceed(client.create(object(front)));
    // A ClusterIP Service without a NEG is wrong only because of the Ingress that is there.
    const plain = service({ name: 'front', neg: '{"ingress": false}' });
    const [warning] = await untilWarned(plain, 'cluster-ip-without-neg');
    expect(warning).toContain('Ingress "front"');
    await mustSucceed(client.create(object(plain)));
    await mustSucceed(client.remove(object(front)));
    await untilWarned(plain, 'cluster-ip-without-neg', false);
  });

  test('follows the ConfigMap that the stock manifest of Argo CD reads', async () => {
    const env = [
      {
        name: 'ARGOCD_SERVER_INSECURE',
        valueFrom: { configMapKeyRef: { name: 'argocd-cmd-params-cm', key: 'server.insecure', optional: true } },
      },
    ];
    const server = argocdServer({ env });
    const params = object(configMap({ name: 'argocd-cmd-params-cm', namespace: 'argocd' }));
    await untilWarned(server, 'probe-redirects-to-https');
    await mustSucceed(client.create(params));
    const changedAtMs = performance.now();
    await mustSucceed(client.patch(params, { data: { 'server.insecure': 'true' } }, { type: 'merge' }));
    await untilWarned(server, 'probe-redirects-to-https', false);
    console.info(`ConfigMap changed, warning gone after ${Math.round(performance.now() - changedAtMs)} ms`);
    await mustSucceed(client.patch(params, { data: { 'server.insecure': 'false' } }, { type: 'merge' }));
    await untilWarned(server, 'probe-redirects-to-https');
  });

  test('knows no BackendConfig before there is such a kind, and what is wrong with one from then on', async () => {
    const named = { 'cloud.google.com/backend-config': '{"default": "web-config"}' };
    await mustSucceed(client.create(object(ingress({ name: 'configured', class: 'gce', service: 'configured' }))));
    const configured = service({ name: 'configured', neg: '{"ingress": true}', annotations: named });
    await untilWarned(service({ name: 'configured' }), 'cluster-ip-without-neg');
    await untilWarned(configured, 'backend-config-invalid', false);
    await defineKinds(client, crd('BackendConfig'));
    const both = { iap: { enabled: true }, cdn: { enabled: true } };
    const config = object(backendConfig({ name: 'web-config', spec: both }));
    await mustSucceed(client.create(config));
    await untilWarned(configured, 'backend-config-invalid');
    await mustSucceed(client.patch(config, { spec: { cdn: { enabled: false } } }, { type: 'merge' }));
    await untilWarned(configured, 'backend-config-invalid', false);
  });

  test('goes on while the API server is away, by the last view, and sees afterwards what changed', async () => {
    const stored = ingress({ name: 'away', class: 'gce', service: 'away' });
    const other = ingress({ name: 'back', class: 'gce', service: 'back' });
    const away = service({ name: 'away', neg: '{"ingress": false}' });
    await mustSucceed(client.create(object(stored)));
    await untilWarned(away, 'cluster-ip-without-neg');
    await cluster.controlPlane.stopApiServer();
    const age = await metric('guard_snapshot_age_seconds{kind="Ingress"}');
    await waitFor(
      'the log to say so',
      async () => guard.log.some(({ msg }) => String(msg).startsWith('the API server cannot be reached')),
      Boolean,
    );
    for (let i = 0; i < 50; i += 1) await untilWarned(away, 'cluster-ip-without-neg');
    expect(await ask(guard.healthPort, '/readyz')).toEqual({ status: 200, body: 'ok\n' });
    expect(await metric('guard_snapshot_age_seconds{kind="Ingress"}')).toBeGreaterThan(age);
    // What changes while the guard cannot look.
    proxy.cut();
    await cluster.controlPlane.startApiServer();
    await mustSucceed(client.remove(object(stored)));
    await mustSucceed(client.create(object(other)));
    await untilWarned(away, 'cluster-ip-without-neg');
    proxy.mend();
    await untilWarned(away, 'cluster-ip-without-neg', false);
    await untilWarned(service({ name: 'back', neg: '{"ingress": false}' }), 'cluster-ip-without-neg');
    const { body } = await ask(guard.healthPort, '/metrics');
    expect(body).toMatch(/guard_watch_restarts_total\{kind="Ingress",reason="(broken|closed)"\} [1-9]/);
  });

  test('shows in the metrics what is seen of each kind', async () => {
    const count = await metric('guard_snapshot_objects{kind="Namespace"}');
    await client.createNamespace('one-more');
    await waitFor(
      'the Namespace to be counted',
      () => metric('guard_snapshot_objects{kind="Namespace"}'),
      (now) => now === count + 1,
    );
    expect(await metric('guard_snapshot_synced{kind="Namespace"}')).toBe(1);
    expect(await metric('guard_snapshot_synced{kind="FrontendConfig"}')).toBe(0);
    expect(await metric('guard_snapshot_age_seconds{kind="Namespace"}')).toBeLessThan(60);
  });

  test('has the mode that the policy gives to namespaces by their labels', async () => {
    const policy = join(cluster.controlPlane.dir, 'policy');
    mkdirSync(policy);
    const staged = 'namespaces:\n  - labels: { tier: staging }\n    rules: { cluster-ip-without-neg: off }\n';
    writeFileSync(join(policy, 'guard.yaml'), `apiVersion: gke-ingress-guard.dev/v1\nkind: GuardPolicy\n${staged}`);
    const lenient = await startGuard({ facts: ON, kubeconfig, args: ['--drain-seconds=0', `--policy=${policy}`] });
    const asked = createReviewClient({ port: lenient.webhookPort, caPem: lenient.caPem });
    try {
      await ready(lenient);
      await mustSucceed(client.create(object(ingress({ name: 'staged', class: 'gce', service: 'staged' }))));
      const raw = service({ name: 'staged', neg: '{"ingress": false}' });
      await untilWarned(raw, 'cluster-ip-without-neg');
      // Both know the Ingress by then: the rule that is on says so.
      const { warnings = [] } = await waitFor(
        'the Ingress to be seen',
        () => asked.review('validate', reviewOf(service({ name: 'staged', neg: '{' }))),
        (answer) => (answer.warnings ?? []).length > 0 || !answer.allowed,
      ).then(() => asked.review('validate', reviewOf(raw)));
      expect(warnings.filter((warning) => warning.includes('cluster-ip-without-neg'))).toEqual([]);
    } finally {
      asked.close();
      await lenient.stop();
    }
  });
});

describe('serve', () => {
  test('answers although the API server is away from the start, and looks in when it comes', async () => {
    await mustSucceed(client.create(object(service({ name: 'plain' }))));
    proxy.cut();
    const early = await startGuard({ facts: ON, kubeconfig, args: ['--drain-seconds=0'] });
    const asked = createReviewClient({ port: early.webhookPort, caPem: early.caPem });
    try {
      const front = reviewOf(ingress({ name: 'early', class: 'gce', service: 'plain' }));
      expect((await asked.review('validate', front)).allowed).toBe(true);
      expect(await ask(early.healthPort, '/readyz')).toEqual({
        status: 503,
        body: expect.stringMatching(
          /^not ready: the cluster's Service, Ingress, .* objects are not known yet \(.+\)\n$/,
        ),
      });
      // Ten seconds after its start it is ready with what it has.
      await ready(early);
      expect((await asked.review('validate', front)).warnings ?? []).toEqual([]);
      proxy.mend();
      await waitFor(
        'the view to come in',
        async () => (await asked.review('validate', front)).warnings ?? [],
        (warnings) => warnings.some((warning) => warning.includes('[cluster-ip-without-neg]')),
      );
      expect(early.log.filter(({ msg }) => String(msg).startsWith('the API server cannot'))).toHaveLength(1);
    } finally {
      proxy.mend();
      asked.close();
      expect(await early.stop()).toEqual({ code: 0, signal: null });
    }
  });
});
