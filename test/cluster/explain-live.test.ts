// `explain --live` as a user runs it, against a real API server. There are no controllers, so the tests write what GKE's
// would have written.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { directoryOf } from '../cli/support.ts';
import { argocdServer, deployment, ingress, type RawObject, service } from '../support/objects.ts';
import { type KubeObject, mustSucceed } from './api-client.ts';
import { giveNeg, kubeconfigFor, runGuard, say, serve, tokenWithRights } from './live-cli.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';

// Starting the program takes seconds where the machine does other things too.
const TIMEOUT_MS = 120_000;

let cluster: TestCluster;
let admin = '';
let worlds = 0;
let namespace = '';
beforeAll(async () => {
  cluster = await startTestCluster();
  admin = `--kubeconfig=${cluster.controlPlane.kubeconfig()}`;
});
afterAll(() => cluster?.stop());
beforeEach(async () => {
  worlds += 1;
  namespace = `shop-${worlds}`;
  await cluster.client.createNamespace(namespace);
});

/** As objects of the test's own namespace, stored. */
async function store<T extends readonly RawObject[]>(...objects: T): Promise<{ readonly [I in keyof T]: KubeObject }> {
  const placed = objects.map((object) => {
    const raw = object as KubeObject;
    return { ...raw, metadata: { ...raw.metadata, namespace } };
  });
  for (const object of placed) await mustSucceed(cluster.client.create(object));
  return placed as unknown as { readonly [I in keyof T]: KubeObject };
}

interface ArgoCd {
  readonly spec: { readonly template: { readonly spec: { readonly containers: readonly object[] } } };
}

interface Seen {
  readonly served: boolean;
  readonly problems: readonly { readonly condition: string | null; readonly severity: string }[];
  readonly backends: readonly { readonly group: string | null; readonly workloads: readonly object[] }[];
  readonly seen: {
    readonly addresses: readonly string[];
    readonly finalizer: string | null;
    readonly backends: readonly object[];
    readonly negs: readonly object[];
    readonly events: readonly object[] | null;
    readonly differences: readonly {
      readonly id: string;
      readonly message: string;
      readonly next: string;
      readonly predicted: boolean;
    }[];
  };
}

async function explain(words: readonly string[] = [], minutesLater = 0): Promise<Seen> {
  const { code, out, err } = await runGuard(
    ['explain', 'ingress/web', '-n', namespace, admin, '--format=json', ...words],
    minutesLater,
  );
  // With certain errors it ends with 1.
  if (code === 2) throw new Error(err);
  const explained: Seen = JSON.parse(out);
  // What is only worth knowing is no business of these tests.
  return { ...explained, problems: explained.problems.filter(({ severity }) => severity !== 'info') };
}

const ids = ({ seen }: Seen): readonly string[] => seen.differences.map(({ id }) => id);
const negOf = (name = 'web'): string => `k8s1-0a1b2c3d-${namespace}-${name}-80-deadbeef`;
const NEG = { neg: '{"ingress": true}' };

describe('predicted and seen', () => {
  it('agree where the load balancer is healthy', { timeout: TIMEOUT_MS }, async () => {
    const [web, svc] = await store(ingress({ class: 'gce' }), service(NEG), deployment());
    await serve(cluster.client, web, { address: '203.0.113.7', backends: { [negOf()]: 'HEALTHY' } });
    await giveNeg(cluster.client, svc, negOf());
    const explained = await explain();
    expect(explained.seen).toEqual({
      addresses: ['203.0.113.7'],
      finalizer: 'networking.gke.io/ingress-finalizer-V2',
      resources: { 'url-map': 'k8s2-um-x', 'forwarding-rule': 'k8s2-fr-x' },
      backends: [{ name: negOf(), health: 'HEALTHY', service: 'web', port: 80 }],
      negs: [{ service: 'web', port: 80, name: negOf(), zones: ['europe-west1-b'] }],
      events: [],
      differences: [],
    });
    const { out } = await runGuard(['explain', '-n', namespace, admin]);
    expect(out).toContain(`seen in the cluster
  address    203.0.113.7
  finalizer  networking.gke.io/ingress-finalizer-V2
  built      url-map k8s2-um-x
             forwarding-rule k8s2-fr-x
  backends   HEALTHY ${negOf()} (Service web:80)
`);
    expect(out).toMatch(/No difference from the plan is seen\.\n$/);
  });

  it('UNHEALTHY where the plan says that the app redirects', { timeout: TIMEOUT_MS }, async () => {
    const app = argocdServer() as unknown as ArgoCd;
    const key = { name: 'argocd-cmd-params-cm', key: 'server.insecure', optional: true };
    const [container] = app.spec.template.spec.containers;
    const env = [{ name: 'ARGOCD_SERVER_INSECURE', valueFrom: { configMapKeyRef: key } }];
    const argocd = {
      ...app,
      spec: { ...app.spec, template: { ...app.spec.template, spec: { containers: [{ ...container, env }] } } },
    };
    const [web, svc] = await store(ingress({ class: 'gce' }), service(NEG), argocd);
    await serve(cluster.client, web, { address: '203.0.113.7', backends: { [negOf()]: 'UNHEALTHY' } });
    await giveNeg(cluster.client, svc, negOf());
    const { seen } = await explain();
    expect(seen.differences).toEqual([
      {
        id: 'backend-unhealthy',
        message: expect.stringMatching(
          /UNHEALTHY .* Predicted: C47 \[probe-redirects-to-https\], .*gets 307 from Argo CD server/,
        ),
        next: expect.stringContaining('server.insecure'),
        predicted: true,
      },
    ]);
    // Of a ConfigMap that may not be read nobody can say that it is not there.
    const rules = [
      { apiGroups: ['networking.k8s.io'], resources: ['ingresses'], verbs: ['list'] },
      { apiGroups: ['apps'], resources: ['deployments', 'statefulsets', 'daemonsets'], verbs: ['list'] },
      { apiGroups: [''], resources: ['services'], verbs: ['list'] },
    ];
    const token = await tokenWithRights(cluster.client, namespace, rules);
    const limited = await explain([`--kubeconfig=${kubeconfigFor(cluster, 'no-config-maps', { token })}`]);
    expect(limited.problems).toMatchObject([
      { condition: 'C47', message: expect.stringContaining('Unless ConfigMap') },
    ]);
    expect((await explain()).problems).toMatchObject([{ message: expect.not.stringContaining('Unless ConfigMap') }]);
    // What the ConfigMap says that the Pods name is read too, and only that.
    const data = { 'server.insecure': 'true' };
    await store({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'argocd-cmd-params-cm' }, data });
    expect((await explain()).problems).toEqual([]);
  });

  it('never taken: too early to say, and then most likely nobody is there', { timeout: TIMEOUT_MS }, async () => {
    await store(ingress({ class: 'gce' }), service(NEG), deployment());
    expect(ids(await explain())).toEqual(['not-taken-yet']);
    const [late] = (await explain([], 20)).seen.differences;
    // The API server of the tests is not GKE's, and its version says so.
    expect(late).toMatchObject({ id: 'never-taken', message: expect.stringContaining("which is not GKE's") });
  });

  it('a NEG where instance groups were predicted', { timeout: TIMEOUT_MS }, async () => {
    const [web, svc] = await store(ingress({ class: 'gce' }), service({ type: 'NodePort' }), deployment());
    await serve(cluster.client, web, { address: '203.0.113.7', backends: { [negOf()]: 'HEALTHY' } });
    await giveNeg(cluster.client, svc, negOf());
    expect(ids(await explain())).toEqual(['neg-instead-of-instance-group']);
  });

  it('an instance group where a NEG was predicted, and no NEG is there', { timeout: TIMEOUT_MS }, async () => {
    const ports = [{ name: 'http', port: 80, targetPort: 8080, nodePort: 30_080 }];
    const [web] = await store(ingress({ class: 'gce' }), service({ ...NEG, type: 'NodePort', ports }), deployment());
    const backends = { 'k8s-be-30080--0a1b2c3d4e5f6071': 'HEALTHY' };
    await serve(cluster.client, web, { address: '203.0.113.7', backends });
    expect(ids(await explain())).toEqual(['neg-missing', 'instance-group-instead-of-neg']);
  });

  it('what the controller says, foreseen', { timeout: TIMEOUT_MS }, async () => {
    const [web] = await store(ingress({ class: 'gce' }), service(), deployment());
    await serve(cluster.client, web, { resources: {} });
    const message = `Translation failed: invalid ingress spec: service "${namespace}/web" is type "ClusterIP", expected "NodePort" or "LoadBalancer"`;
    await say(cluster.client, web, { type: 'Warning', reason: 'Translate', message });
    const { seen, problems } = await explain(['--no-mutate']);
    expect(problems).toMatchObject([{ condition: 'C6' }]);
    expect(seen.differences).toMatchObject([{ id: 'event-predicted', predicted: true }]);
    expect(seen.differences[0]?.message).toMatch(
      /^Predicted: C6 \[cluster-ip-without-neg\]\. The controller says the same: loadbalancer-controller/,
    );
  });

  it('what the controllers say, not foreseen, and nothing that reaches the terminal', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const [web, svc] = await store(ingress({ class: 'gce' }), service(NEG), deployment());
    await serve(cluster.client, web, { resources: {} });
    const quota = 'Error syncing to GCP: googleapi: Error 403: QUOTA_EXCEEDED\n\u001b[2J\u001b]0;gotcha\u0007';
    await say(cluster.client, web, { type: 'Warning', reason: 'Sync', message: quota });
    const failed = { type: 'Warning', reason: 'ProcessServiceFailed', component: 'neg-controller' };
    await say(cluster.client, svc, { ...failed, message: 'error processing service: NEG annotation is invalid.' });
    await say(cluster.client, web, { type: 'Warning', reason: 'Sync', message: 'other', component: 'somebody-else' });
    const found = (await explain()).seen.differences.map(({ id, message }) => `${id} ${message}`);
    expect(found.toSorted()).toEqual([
      expect.stringContaining('event-not-predicted Not predicted (C35): neg-controller says of Service web'),
      expect.stringContaining('event-not-predicted Not predicted: loadbalancer-controller says of Ingress web'),
      expect.stringContaining('neg-missing'),
    ]);
    const { out } = await runGuard(['explain', '-n', namespace, admin]);
    expect(out).toContain('QUOTA_EXCEEDED');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(out.split('\n').filter((line) => line.length > 80 && !line.includes(negOf()))).toEqual([]);
  });

  it('a load balancer that is left of a class that is no longer GKE’s', { timeout: TIMEOUT_MS }, async () => {
    const [web] = await store(ingress({ class: 'nginx' }), service(NEG), deployment());
    await serve(cluster.client, web, { address: '203.0.113.7' });
    const { out } = await runGuard(['explain', '-n', namespace, admin]);
    expect(out).toContain('≠ It was served once, and its class is no longer GKE');
  });
});

it('lays files over the cluster, as it would be after an apply', { timeout: TIMEOUT_MS }, async () => {
  const [web] = await store(ingress({ class: 'gce' }), service({ type: 'NodePort' }), deployment());
  await serve(cluster.client, web, { address: '203.0.113.7' });
  const changed = service(NEG) as KubeObject;
  const root = directoryOf({
    'service.json': JSON.stringify({ ...changed, metadata: { ...changed.metadata, namespace } }),
  });
  expect((await explain()).backends[0]?.group).toBe('instanceGroup');
  const after = await explain(['--live', '-f', root]);
  expect(after).toMatchObject({ backends: [{ group: 'neg', workloads: [{ name: 'web' }] }] });
  expect(after.seen.addresses).toEqual(['203.0.113.7']);
});

it('finds Pods that no listed workload makes', { timeout: TIMEOUT_MS }, async () => {
  const container = { name: 'web', image: 'registry.example/web', ports: [{ containerPort: 8080 }] };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-0', labels: { app: 'web' } } };
  await store(ingress({ class: 'gce' }), service(NEG), { ...pod, spec: { containers: [container] } });
  expect((await explain()).backends[0]?.workloads).toEqual([{ kind: 'Pod', name: 'web-0' }]);
});

it('counts the Pods of a Job beside those of a Deployment', { timeout: TIMEOUT_MS }, async () => {
  const template = {
    metadata: { labels: { app: 'web' } },
    spec: { restartPolicy: 'Never', containers: [{ name: 'once', image: 'registry.example/once' }] },
  };
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'once' }, spec: { template } };
  await store(ingress({ class: 'gce' }), service(NEG), deployment(), job);
  const { backends } = await explain();
  expect(backends[0]?.workloads).toHaveLength(2);
  expect(backends[0]?.workloads).toContainEqual({ kind: 'Job', name: 'once' });
});

it('goes on without what may not be read, and says what that means', { timeout: TIMEOUT_MS }, async () => {
  const [web] = await store(ingress({ class: 'gce' }), service(NEG), deployment());
  await serve(cluster.client, web, { address: '203.0.113.7', backends: { [negOf()]: 'HEALTHY' } });
  const rules = [{ apiGroups: ['networking.k8s.io'], resources: ['ingresses'], verbs: ['list'] }];
  const token = await tokenWithRights(cluster.client, namespace, rules);
  const limited = `--kubeconfig=${kubeconfigFor(cluster, 'limited', { token })}`;
  const { code, out, err } = await runGuard(['explain', '-n', namespace, limited]);
  expect(code).toBe(0);
  expect(out).toContain('not among the objects that are known here');
  expect(out).toContain('Events     may not be read');
  expect(out).toContain('No difference from the plan is seen.');
  expect(err.split('\n')).toContain(
    `note: you may not list services in namespace "${namespace}", so no backend can be planned (kubectl auth can-i list services -n ${namespace})`,
  );
  expect(err).toContain('note: you may not list ingressclasses.networking.k8s.io, so the default class is not known');
  const elsewhere = await runGuard(['explain', '-n', 'default', limited]);
  expect(elsewhere).toMatchObject({ code: 2, out: '', err: expect.stringContaining('Ingresses may not be listed') });
});

it('takes CustomResourceDefinitions that are not there for unknown, not for empty', {
  timeout: TIMEOUT_MS,
}, async () => {
  const annotations = { 'cloud.google.com/backend-config': '{"default": "web"}' };
  await store(ingress({ class: 'gce' }), service({ ...NEG, annotations }), deployment());
  expect((await explain()).problems).toEqual([]);
  const { err } = await runGuard(['explain', '-n', namespace, admin]);
  expect(err).toContain(
    'backendconfigs.cloud.google.com are not known to this cluster (no such CustomResourceDefinition)',
  );
});

describe('a cluster that cannot be asked', () => {
  const failure = async (...words: readonly string[]): Promise<string> => {
    const { code, out, err } = await runGuard(['explain', ...words]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^error: The cluster cannot be asked\. .*\n.*\[cluster-unreachable\]\n$/s);
    return err;
  };

  it('is told from a mistake in the kubeconfig', { timeout: TIMEOUT_MS }, async () => {
    expect(await failure(admin, '--context=nope')).toContain('There is no context "nope"; there are: test.');
    expect(await failure('--kubeconfig=/nowhere/config')).toContain('there is no such file or directory');
    expect(await failure()).toMatch(
      /There is no kubeconfig \(KUBECONFIG, .* \(To explain files instead, name them with -f\.\)/,
    );
  });

  it('says who does not answer', { timeout: TIMEOUT_MS }, async () => {
    const gone = kubeconfigFor(cluster, 'gone', { token: 'x' }, 'https://127.0.0.1:1');
    expect(await failure(`--kubeconfig=${gone}`)).toContain('https://127.0.0.1:1 of context "gone" gives no answer: ');
  });

  it('says how to sign in again', { timeout: TIMEOUT_MS }, async () => {
    const expired = kubeconfigFor(cluster, 'expired', { token: 'x' });
    expect(await failure(`--kubeconfig=${expired}`)).toContain(
      'gcloud container clusters get-credentials prod --location=europe-west1 --project=my-project',
    );
  });

  it('says how to get the plugin that is not there', { timeout: TIMEOUT_MS }, async () => {
    const exec = { apiVersion: 'client.authentication.k8s.io/v1beta1', command: 'gke-gcloud-auth-plugin' };
    const path = kubeconfigFor(cluster, 'exec', {
      exec: { ...exec, provideClusterInfo: true, interactiveMode: 'Never' },
    });
    const err = await failure(`--kubeconfig=${path}`);
    expect(err).toContain('The plugin that gets the credentials of context "exec" does not run: ');
    expect(err).toContain('gcloud components install gke-gcloud-auth-plugin');
  });
});
