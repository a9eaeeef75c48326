// The rights of deploy/base: enough for a whole session of the guard, and each of them missed by its name when it is not given.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../src/cluster/api/connection.ts';
import { CONFIG_MAPS, RESOURCES } from '../../src/cluster/api/resources.ts';
import { type KindView, startLiveView } from '../../src/cluster/view/live-view.ts';
import { type GuardProcess, startGuard } from '../support/guard-process.ts';
import { argocdServer, configMap, ingress, type RawObject, service } from '../support/objects.ts';
import { createReviewClient, type ReviewClient, reviewOf } from '../support/reviews.ts';
import { type ApiClient, type KubeObject, mustSucceed } from './api-client.ts';
import { crd } from './custom-kind.ts';
import { deployedObjects, factsText, NAME } from './deployed-guard.ts';
import { serviceAccountKubeconfig } from './service-account.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';
import { waitFor } from './wait-for.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** One verb on one resource. */
interface Right {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly names: readonly string[];
}

const [ROLE] = deployedObjects('ClusterRole');
const RULES = ROLE?.['rules'] as readonly Rule[]; // as the API server takes it, which the tests below see to
const RIGHTS: readonly Right[] = RULES.flatMap(({ apiGroups, resources, resourceNames: names = [], verbs }) =>
  apiGroups.flatMap((group) =>
    resources.flatMap((resource) => verbs.map((verb) => ({ verb, group, resource, names }))),
  ),
);
const KINDS = [...RESOURCES, CONFIG_MAPS];
const RBAC = 'rbac.authorization.k8s.io';
const object = (raw: unknown): KubeObject => raw as KubeObject; // the builders make whole objects

let cluster: TestCluster;
let client: ApiClient;

beforeAll(async () => {
  cluster = await startTestCluster();
  ({ client } = cluster);
  for (const { kind, isCustom } of RESOURCES) if (isCustom) await mustSucceed(client.create(crd(kind)));
  for (const each of deployedObjects('Namespace', 'ServiceAccount', 'ClusterRole', 'ClusterRoleBinding')) {
    await mustSucceed(client.create(each, { fieldValidation: 'Strict' }));
  }
  await client.createNamespace('argocd');
  await client.createNamespace('shop');
  await mustSucceed(client.create(object(service({ name: 'web' }))));
  await mustSucceed(client.create(object(configMap({ name: 'argocd-cmd-params-cm', namespace: 'argocd' }))));
  // A definition is taken before its objects can be listed.
  for (const { group, version, plural, isCustom } of RESOURCES) {
    if (!isCustom) continue;
    await waitFor(
      `${plural} to be served`,
      () => client.request({ method: 'GET', path: `/apis/${group}/${version}/${plural}` }),
      ({ status }) => status === 200,
    );
  }
});
afterAll(async () => {
  await cluster?.stop();
});

/** A ServiceAccount that may do all of deploy/base but this. @returns its kubeconfig, when the API server knows of it */
async function without(missing: Right, name: string): Promise<string> {
  const { namespace } = NAME;
  const rules = RIGHTS.filter((right) => right !== missing).map(({ verb, group, resource, names }) => ({
    apiGroups: [group],
    resources: [resource],
    ...(names.length === 0 ? {} : { resourceNames: names }),
    verbs: [verb],
  }));
  const subjects = [{ kind: 'ServiceAccount', namespace, name }];
  const roleRef = { apiGroup: RBAC, kind: 'ClusterRole', name };
  const rbac = { apiVersion: `${RBAC}/v1`, metadata: { name } };
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name } };
  await mustSucceed(client.create(account));
  await mustSucceed(client.create({ ...rbac, kind: 'ClusterRole', rules }));
  await mustSucceed(client.create({ ...rbac, kind: 'ClusterRoleBinding', subjects, roleRef }));
  const other = RIGHTS.find((right) => right !== missing && right.names.length === 0);
  await untilAllowed(`system:serviceaccount:${namespace}:${name}`, other);
  return serviceAccountKubeconfig(cluster, { namespace, name });
}

async function untilAllowed(user: string, right: Right | undefined): Promise<void> {
  const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
  const { verb, group, resource } = right ?? { verb: '', group: '', resource: '' };
  const spec = { user, groups: ['system:authenticated'], resourceAttributes: { verb, group, resource } };
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec };
  await waitFor(
    'the API server to know the role',
    async () => (await mustSucceed(client.request({ method: 'POST', path, body }))).body,
    (answer) => (answer as { readonly status: { readonly allowed: boolean } }).status.allowed,
  );
}

/** Requests that no authorizer of the API server has allowed since its start, whoever sent them. */
async function refusals(): Promise<number> {
  const { body } = await mustSucceed(client.request({ method: 'GET', path: '/metrics' }));
  const counts = [...String(body).matchAll(/^authorization_attempts_total\{result="(?!allowed)[^"]+"\} (\d+)$/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

function isReady({ healthPort }: GuardProcess): Promise<boolean> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port: healthPort, path: '/readyz' }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on('error', reject);
  });
}

/** The guard with this kubeconfig, ready, and a policy directory to change. */
async function session(
  kubeconfig: string,
  work: (guard: GuardProcess, reviews: ReviewClient, policy: string) => Promise<void>,
): Promise<GuardProcess> {
  const policy = join(cluster.controlPlane.dir, `policy-${Math.random()}`);
  mkdirSync(policy);
  writePolicy(policy, 'warn');
  const facts = factsText('httpLoadBalancing: enabled\nvpcNative: true');
  const guard = await startGuard({ facts, kubeconfig, args: ['--drain-seconds=0', `--policy=${policy}`] });
  const reviews = createReviewClient({ port: guard.webhookPort, caPem: guard.caPem });
  try {
    await waitFor('the guard to be ready', () => isReady(guard), Boolean);
    await work(guard, reviews, policy);
  } finally {
    reviews.close();
    expect(await guard.stop()).toEqual({ code: 0, signal: null });
  }
  return guard;
}

function writePolicy(dir: string, mode: string): void {
  const rules = `rules: { cluster-ip-without-neg: ${mode} }`;
  writeFileSync(join(dir, 'guard.yaml'), `apiVersion: gke-ingress-guard.dev/v1\nkind: GuardPolicy\n${rules}\n`);
}

async function untilWarned(reviews: ReviewClient, raw: RawObject, rule: string, isWarned = true): Promise<void> {
  await waitFor(
    `${isWarned ? 'a' : 'no'} warning of ${rule}`,
    async () => (await reviews.review('validate', reviewOf(raw))).warnings ?? [],
    (warnings) => warnings.some((warning) => warning.includes(`[${rule}]`)) === isWarned,
    { timeoutMs: 40_000 },
  );
}

describe('the guard with the token of its ServiceAccount', () => {
  const env = [
    {
      name: 'ARGOCD_SERVER_INSECURE',
      valueFrom: { configMapKeyRef: { name: 'argocd-cmd-params-cm', key: 'server.insecure', optional: true } },
    },
  ];
  const front = ingress({ name: 'front', class: 'gce', service: 'plain' });

  test('is refused nothing from its start to its end, and nothing is missing', async () => {
    const before = await refusals();
    const inline = await serviceAccountKubeconfig(cluster, NAME);
    const config = JSON.parse(readFileSync(inline, 'utf8'));
    // The token is in a file, as in a Pod.
    const tokenFile = join(cluster.controlPlane.dir, 'token');
    writeFileSync(tokenFile, config.users[0].user.token);
    config.users[0].user = { 'auth-provider': { name: 'tokenFile', config: { tokenFile } } };
    const kubeconfig = join(cluster.controlPlane.dir, 'token-file.kubeconfig');
    writeFileSync(kubeconfig, JSON.stringify(config), { mode: 0o600 });
    const { log } = await session(kubeconfig, async (_guard, reviews, policy) => {
      const server = argocdServer({ env });
      const params = object(configMap({ name: 'argocd-cmd-params-cm', namespace: 'argocd' }));
      await untilWarned(reviews, server, 'probe-redirects-to-https');
      await mustSucceed(client.patch(params, { data: { 'server.insecure': 'true' } }, { type: 'merge' }));
      await untilWarned(reviews, server, 'probe-redirects-to-https', false);
      await untilWarned(reviews, front, 'cluster-ip-without-neg', false);
      await mustSucceed(client.create(object(service({ name: 'plain' }))));
      await untilWarned(reviews, front, 'cluster-ip-without-neg');
      await mustSucceed(client.remove(object(service({ name: 'plain' }))));
      await untilWarned(reviews, front, 'cluster-ip-without-neg', false);
      await mustSucceed(client.create(object(service({ name: 'plain' }))));
      await untilWarned(reviews, front, 'cluster-ip-without-neg');
      writePolicy(policy, 'off');
      await untilWarned(reviews, front, 'cluster-ip-without-neg', false);
      await untilWarned(reviews, server, 'probe-redirects-to-https', false);
    });
    expect(log.filter(({ level }) => Number(level) > 30)).toEqual([]);
    expect(await refusals()).toBe(before);
  });

  test('names the right that it misses, is ready, and judges with the rest', async () => {
    const missing = RIGHTS.find(({ verb, resource }) => verb === 'list' && resource === 'ingresses');
    if (missing === undefined) throw new Error('deploy/base does not let the guard list Ingresses');
    const before = await refusals();
    const { log } = await session(await without(missing, 'blind'), async (_guard, reviews) => {
      await untilWarned(reviews, front, 'cluster-ip-without-neg');
      // Only an Ingress that is there would make it wrong.
      const plain = service({ name: 'plain', neg: '{"ingress": false}' });
      expect((await reviews.review('validate', reviewOf(plain))).warnings ?? []).toEqual([]);
    });
    expect(log.filter(({ level }) => Number(level) > 30)).toEqual([
      expect.objectContaining({
        msg: expect.stringMatching(/^no right to list Ingress objects: what needs them stays silent/),
        resource: 'ingresses.networking.k8s.io',
        verb: 'list',
        rule: '- { apiGroups: ["networking.k8s.io"], resources: ["ingresses"], verbs: ["list", "watch"] }',
      }),
    ]);
    // That the count sees refusals at all.
    expect(await refusals()).toBeGreaterThan(before);
  });
});

describe('every right of deploy/base', () => {
  test('is one that a watched kind needs, and each kind has both', () => {
    const wanted = KINDS.flatMap(({ group, plural }) => ['list', 'watch'].map((verb) => `${verb} ${plural} ${group}`));
    const given = RIGHTS.map(({ verb, group, resource }) => `${verb} ${resource} ${group}`);
    expect(given.toSorted()).toEqual(wanted.toSorted());
  });

  test.each(RIGHTS)('is missed by its name: $verb $resource', async (missing) => {
    const { verb, group, resource, names } = missing;
    const name = `without-${verb}-${resource}`;
    const log: (readonly [details: object, message: string])[] = [];
    const connection = connect({ kubeconfig: await without(missing, name) });
    const view = startLiveView(connection, {
      configMaps: ['argocd-cmd-params-cm'],
      logger: { info: () => undefined, warn: (details, message) => void log.push([details, message]) },
    });
    const lacking = KINDS.find((one) => one.plural === resource && one.group === group);
    try {
      const isKnown = ({ kind, isSynced }: KindView): boolean => kind === lacking?.kind || isSynced;
      await waitFor('the log to name it', async () => log.length, Boolean);
      await waitFor(
        'the rest to be known',
        async () => [...view.kinds()],
        (kinds) => kinds.every(isKnown) && view.whyNotSynced() === undefined,
      );
      expect(view.kinds().find(({ kind }) => kind === lacking?.kind)).toMatchObject({
        isSynced: false,
        isImpossible: true,
      });
      expect(view.kinds()).toHaveLength(KINDS.length);
      const fullName = group === '' ? resource : `${resource}.${group}`;
      const named = names.map((one) => `, resourceNames: ["${one}"]`).join('');
      const object = [fullName, ...names].join('/');
      expect(log).toEqual([
        [
          {
            kind: lacking?.kind,
            resource: fullName,
            ...(names.length === 0 ? {} : { name: names[0] }),
            verb,
            reason: expect.stringContaining(`cannot ${verb} resource "${resource}" in API group "${group}"`),
            rule: `- { apiGroups: ["${group}"], resources: ["${resource}"]${named}, verbs: ["list", "watch"] }`,
            check: `kubectl auth can-i ${verb} ${object} --all-namespaces --as=system:serviceaccount:${NAME.namespace}:${name}`,
          },
          `no right to ${verb} ${lacking?.kind} objects: what needs them stays silent; add the rule to the guard's ClusterRole`,
        ],
      ]);
      // What may be listed is shown, though not to be relied on.
      const seen = view.snapshot.get('Service', 'shop', 'web') !== undefined;
      expect(seen).toBe(!(verb === 'list' && resource === 'services'));
    } finally {
      await view.stop();
      connection.close();
    }
  });
});
