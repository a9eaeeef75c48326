// `serve --audit --audit-mounted-config` with the rights that deploy/components/mounted-config gives it, on a real API server: what a
// configuration of nginx in a ConfigMap says becomes an Event, and nobody but the audit knows of it.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type GuardProcess, startGuard } from '../support/guard-process.ts';
import { renderTogether } from '../support/kustomize.ts';
import { configMap, deployment, ingress, type RawObject, service } from '../support/objects.ts';
import { createReviewClient, reviewOf } from '../support/reviews.ts';
import { type KubeObject, mustSucceed } from './api-client.ts';
import { factsText, NAME } from './deployed-guard.ts';
import { runGuard } from './live-cli.ts';
import { serviceAccountKubeconfig } from './service-account.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';
import { waitFor } from './wait-for.ts';

const TIMEOUT_MS = 180_000;
const WAIT = { timeoutMs: 60_000 };
const MANIFESTS = renderTogether(['base'], ['components/audit', 'components/mounted-config']);
const ACCOUNT_KINDS = ['Namespace', 'ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'];
const RULE = 'probe-redirects-to-https';
const REASON = 'ProbeRedirectsToHttps';
const NO_RIGHT = 'no right to get ConfigMaps';
const BINDING = MANIFESTS.find(
  ({ kind, metadata }) => kind === 'ClusterRoleBinding' && metadata.name === 'gke-ingress-guard-mounted-config',
);

const TO_HTTPS = 'server {\n  listen 8080;\n  location / { return 301 https://$host$request_uri; }\n}\n';
const APART = TO_HTTPS.replace('location /', 'location = /healthz { return 200; }\n  location /');

let cluster: TestCluster;
let worlds = 0;
let namespace = '';
const guards: GuardProcess[] = [];
beforeAll(async () => {
  cluster = await startTestCluster();
  for (const one of MANIFESTS.filter(({ kind }) => ACCOUNT_KINDS.includes(kind))) {
    await mustSucceed(cluster.client.create(one, { fieldValidation: 'Strict' }));
  }
});
afterAll(() => cluster?.stop());
beforeEach(async () => {
  worlds += 1;
  namespace = `mounting-${worlds}`;
  await cluster.client.createNamespace(namespace);
});
afterEach(async () => {
  for (const guard of guards.splice(0)) await guard.stop();
  const path = `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`;
  await mustSucceed(cluster.client.request({ method: 'DELETE', path }));
});

const placed = (object: RawObject): KubeObject => {
  const raw = object as KubeObject; // the builders make whole objects
  return { ...raw, metadata: { ...raw.metadata, namespace } };
};
const store = async (object: RawObject): Promise<void> => {
  await mustSucceed(cluster.client.create(placed(object)));
};

const NGINX = deployment({
  container: {
    image: 'nginxinc/nginx-unprivileged:1.27',
    readinessProbe: { httpGet: { path: '/healthz', port: 8080 } },
    volumeMounts: [{ name: 'conf', mountPath: '/etc/nginx/conf.d' }],
  },
  podSpec: { volumes: [{ name: 'conf', configMap: { name: 'nginx' } }] },
});

async function world(data: Readonly<Record<string, string>>): Promise<void> {
  await store(configMap({ name: 'nginx', data }));
  await store(service({ neg: '{"ingress": true}' }));
  await store(ingress({ class: 'gce' }));
  await store(NGINX);
}

async function startAuditor(...more: readonly string[]): Promise<GuardProcess> {
  const facts = factsText('httpLoadBalancing: enabled\nvpcNative: true');
  const kubeconfig = await serviceAccountKubeconfig(cluster, { namespace: NAME.namespace, name: NAME.name });
  const args = ['--drain-seconds=0', '--audit', '--audit-interval=2s', ...more];
  const guard = await startGuard({ facts, kubeconfig, args });
  guards.push(guard);
  return guard;
}

interface KubeEvent {
  readonly type: string;
  readonly reason: string;
  readonly note: string;
}

async function notes(type: string, reason = REASON): Promise<readonly string[]> {
  const path = `/apis/events.k8s.io/v1/namespaces/${namespace}/events`;
  const { body } = await mustSucceed(cluster.client.request({ method: 'GET', path }));
  const { items } = body as { readonly items: readonly KubeEvent[] };
  return items.filter((one) => one.reason === reason && one.type === type).map(({ note }) => note);
}

const logged = (guard: GuardProcess, text: string) =>
  waitFor(
    `the log to say: ${text}`,
    async () => guard.log.filter(({ msg }) => String(msg).startsWith(text)),
    (lines) => lines.length > 0,
    WAIT,
  );
const until = (type: string) =>
  waitFor(
    `a ${type} Event`,
    () => notes(type),
    (all) => all.length > 0,
    WAIT,
  );

/** Everything has been judged once more, and Events are written. */
async function somethingElseIsTold(): Promise<void> {
  await store(ingress({ name: 'other', class: 'gce', service: 'absent' }));
  await waitFor(
    'another Event',
    () => notes('Warning', 'BackendServiceMissing'),
    (all) => all.length > 0,
    WAIT,
  );
}

async function mayDo(verb: string, resource: string, name = ''): Promise<boolean> {
  const user = `system:serviceaccount:${NAME.namespace}:${NAME.name}`;
  const resourceAttributes = { verb, resource, name, namespace, group: '' };
  const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', metadata: {} };
  const spec = { user, resourceAttributes };
  const { body } = await mustSucceed(
    cluster.client.request({
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
      body: { ...review, spec },
    }),
  );
  return (body as { readonly status: { readonly allowed: boolean } }).status.allowed;
}

describe('a redirect in a mounted configuration', () => {
  it('is told by the audit, by nobody else, and no longer once the path is apart', {
    timeout: TIMEOUT_MS,
  }, async () => {
    await world({ 'default.conf': TO_HTTPS });
    const guard = await startAuditor('--audit-mounted-config');
    const [note] = await until('Warning');
    expect(note).toContain(
      'gets 301 from this server (default.conf of ConfigMap "nginx"), not 200: UNHEALTHY, by a sign in the Pod [probe-redirects-to-https]',
    );
    const metrics = await (await fetch(`http://127.0.0.1:${guard.healthPort}/metrics`)).text();
    expect(metrics).toContain(`guard_audit_findings{rule="${RULE}",namespace="${namespace}",severity="warning"} 1`);
    const client = createReviewClient({ port: guard.webhookPort, caPem: guard.caPem });
    expect(await client.review('validate', reviewOf(placed(NGINX)))).not.toHaveProperty('warnings');
    const data = { 'default.conf': APART };
    await mustSucceed(cluster.client.patch(placed(configMap({ name: 'nginx', data })), { data }, { type: 'merge' }));
    expect((await until('Normal'))[0]).toContain('No longer found: ');
  });

  it('is not known without the component, and nothing is logged of it', { timeout: TIMEOUT_MS }, async () => {
    await world({ 'default.conf': TO_HTTPS });
    const guard = await startAuditor();
    await somethingElseIsTold();
    expect(await notes('Warning')).toEqual([]);
    expect(guard.log.filter(({ level, msg }) => Number(level) >= 40 && String(msg).includes('ConfigMap'))).toEqual([]);
  });

  it('is left out where the ConfigMap is too large, which the log says once', { timeout: TIMEOUT_MS }, async () => {
    await world({ 'default.conf': TO_HTTPS, 'large.txt': 'x'.repeat(64 * 1024) });
    const guard = await startAuditor('--audit-mounted-config');
    expect(await logged(guard, 'the audit leaves a mounted ConfigMap out')).toMatchObject([
      { configMap: `${namespace}/nginx`, msg: expect.stringContaining('64 KiB') },
    ]);
    await somethingElseIsTold();
    expect(await notes('Warning')).toEqual([]);
  });
});

describe('the right', () => {
  it('is to get ConfigMaps, and no Secret, list or watch', async () => {
    const asked = [
      ['get', 'configmaps'],
      ['list', 'configmaps'],
      ['watch', 'configmaps'],
      ['get', 'secrets'],
      ['list', 'secrets'],
    ] as const;
    const allowed = await Promise.all(asked.map(([verb, resource]) => mayDo(verb, resource, 'nginx')));
    expect(allowed).toEqual([true, false, false, false, false]);
  });

  it('that is taken away is named by the log and the doctor, and what was read counts no more', {
    timeout: TIMEOUT_MS,
  }, async () => {
    if (BINDING === undefined) throw new TypeError('the component has a binding');
    await world({ 'default.conf': TO_HTTPS });
    const guard = await startAuditor('--audit-mounted-config');
    await until('Warning');
    await mustSucceed(cluster.client.remove(BINDING));
    const [line] = await logged(guard, NO_RIGHT);
    expect(line).toMatchObject({
      reason: expect.stringContaining('cannot get resource "configmaps"'),
      rule: '- { apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }',
    });
    await until('Normal');
    await mustSucceed(cluster.client.create(MANIFESTS.find(({ kind }) => kind === 'Deployment') as KubeObject));
    const words = ['doctor', '--format=json', `--kubeconfig=${cluster.controlPlane.kubeconfig()}`];
    const { checks } = JSON.parse((await runGuard(words)).out) as {
      readonly checks: readonly { readonly id: string; readonly status: string; readonly message: string }[];
    };
    expect(checks.filter(({ id, status }) => id === 'rights-missing' && status !== 'ok')).toMatchObject([
      { message: expect.stringContaining('it may not get configmaps: with --audit-mounted-config the audit') },
    ]);
    await mustSucceed(cluster.client.create(BINDING));
    await logged(guard, 'the right to get ConfigMaps is there now');
    expect(guard.log.filter(({ msg }) => String(msg).startsWith(NO_RIGHT))).toHaveLength(1);
  });
});
