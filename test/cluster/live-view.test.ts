// The live view against a real API server: what it sees, and how it gets over what happens to API servers.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type ClusterConnection, connect } from '../../src/cluster/api/connection.ts';
import { RESOURCES } from '../../src/cluster/api/resources.ts';
import { type LiveView, type LiveViewOptions, startLiveView } from '../../src/cluster/view/live-view.ts';
import { backendConfig, configMap, deployment, ingress, service } from '../support/objects.ts';
import { type ApiClient, type KubeObject, mustSucceed } from './api-client.ts';
import { compact } from './compact.ts';
import { crd } from './custom-kind.ts';
import { deployedObjects } from './deployed-guard.ts';
import { type LoopbackProxy, startLoopbackProxy } from './loopback-proxy.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';
import { waitFor } from './wait-for.ts';

let cluster: TestCluster;
let client: ApiClient;
let proxy: LoopbackProxy;
/** For a connection that leads through the proxy. */
let kubeconfig: string;
const started: { readonly view: LiveView; readonly connection: ClusterConnection }[] = [];

const object = (raw: unknown): KubeObject => raw as KubeObject; // the builders make whole objects

interface Followed {
  readonly view: LiveView;
  readonly log: readonly (readonly [details: object, message: string])[];
  readonly restarts: readonly string[];
}

function follow(options: Partial<LiveViewOptions> = {}, path = kubeconfig): Followed {
  const log: (readonly [object, string])[] = [];
  const restarts: string[] = [];
  const write = (details: object, message: string): void => void log.push([details, message]);
  const connection = connect({ kubeconfig: path });
  const view = startLiveView(connection, {
    configMaps: ['argocd-cmd-params-cm'],
    logger: { info: write, warn: write },
    onRestart: (kind, reason) => restarts.push(`${kind} ${reason}`),
    ...options,
    // No test waits for what takes minutes in a cluster.
    timings: { backoffMs: 100, longestBackoffMs: 1000, lookAgainMs: 500, ...options.timings },
  });
  started.push({ view, connection });
  return { view, log, restarts };
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  await waitFor(what, async () => isSo(), Boolean, { timeoutMs: 50_000 });
}

const synced = async ({ view }: Followed): Promise<void> => {
  await waitFor(
    'the view to be whole',
    async () => view.whyNotSynced(),
    (why) => why === undefined,
  );
};

/** A kubeconfig with this user for the server at this port. */
function kubeconfigFor(name: string, port: number, user?: object): string {
  const config = JSON.parse(readFileSync(cluster.controlPlane.kubeconfig(), 'utf8'));
  config.clusters[0].cluster.server = `https://127.0.0.1:${port}`;
  if (user !== undefined) config.users[0].user = user;
  const path = join(cluster.controlPlane.dir, name);
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}

const has = ({ view }: Followed, name: string): boolean => view.snapshot.get('Service', 'shop', name) !== undefined;

beforeAll(async () => {
  cluster = await startTestCluster();
  ({ client } = cluster);
  proxy = await startLoopbackProxy(Number(new URL(cluster.controlPlane.url).port));
  kubeconfig = kubeconfigFor('proxied-kubeconfig', proxy.port);
  await client.createNamespace('shop', { team: 'shop' });
});
afterEach(async () => {
  proxy.mend();
  for (const { view, connection } of started.splice(0)) {
    await view.stop();
    connection.close();
  }
});
afterAll(async () => {
  await proxy?.close();
  await cluster?.stop();
});

describe('the live view', () => {
  test('has every object that was there, and follows what comes, changes and goes', async () => {
    await mustSucceed(client.create(object(service({ name: 'before' }))));
    const followed = follow();
    const { snapshot } = followed.view;
    await synced(followed);
    expect(has(followed, 'before')).toBe(true);
    expect(snapshot.isKnown('Service', 'nowhere')).toBe(true);
    expect(snapshot.get('Namespace', '', 'shop')?.metadata.labels).toMatchObject({ team: 'shop' });

    await mustSucceed(client.create(object(ingress({ name: 'follows', service: 'before' }))));
    await mustSucceed(client.create(object(deployment({ name: 'follows' }))));
    const web = { namespace: 'shop', name: 'before' };
    await until('the Ingress to be seen', () => snapshot.ingressesOf(web).length === 1);
    await until('the Deployment to be seen', () => {
      const found = snapshot.get('Service', 'shop', 'before');
      return found !== undefined && snapshot.workloadsOf(found).length === 1;
    });
    await mustSucceed(
      client.patch(object(service({ name: 'before' })), { spec: { selector: { app: 'x' } } }, { type: 'merge' }),
    );
    await until(
      'the new selector to be seen',
      () => snapshot.get('Service', 'shop', 'before')?.selector['app'] === 'x',
    );
    await mustSucceed(client.remove(object(service({ name: 'before' }))));
    await until('the Service to be gone', () => !has(followed, 'before'));
    await mustSucceed(client.remove(object(ingress({ name: 'follows' }))));
    await mustSucceed(client.remove(object(deployment({ name: 'follows' }))));
  });

  test('reads a ConfigMap of a known name in every namespace, and no other', async () => {
    await client.createNamespace('argocd');
    await mustSucceed(client.create(object(configMap({ name: 'argocd-cmd-params-cm', namespace: 'argocd' }))));
    await mustSucceed(client.create(object(configMap({ name: 'private', namespace: 'argocd' }))));
    const followed = follow();
    const { snapshot } = followed.view;
    await synced(followed);
    expect(snapshot.get('ConfigMap', 'argocd', 'argocd-cmd-params-cm')).toBeDefined();
    expect(snapshot.get('ConfigMap', 'argocd', 'private')).toBeUndefined();
    expect(snapshot.isKnown('ConfigMap', 'shop', 'argocd-cmd-params-cm')).toBe(true);
    expect(snapshot.isKnown('ConfigMap', 'shop', 'private')).toBe(false);

    followed.view.followConfigMaps(['private']);
    await until('the other ConfigMap', () => snapshot.get('ConfigMap', 'argocd', 'private') !== undefined);
    expect(snapshot.get('ConfigMap', 'argocd', 'argocd-cmd-params-cm')).toBeUndefined();
    expect(snapshot.isKnown('ConfigMap', 'shop', 'argocd-cmd-params-cm')).toBe(false);
    expect(followed.view.kinds().find(({ kind }) => kind === 'ConfigMap')).toMatchObject({
      objects: 1,
      isSynced: true,
    });
  });

  test('resumes a watch that the API server ends, without another list', async () => {
    const followed = follow({ timings: { watchSeconds: 1 } });
    await synced(followed);
    const listedAt = followed.view.syncedAtMs('Service');
    await until('a watch to end', () => followed.restarts.includes('Service closed'));
    await mustSucceed(client.create(object(service({ name: 'after-the-end' }))));
    await until('the Service to be seen', () => has(followed, 'after-the-end'));
    expect(followed.restarts.filter((restart) => !restart.endsWith(' closed'))).toEqual([]);
    expect(followed.view.syncedAtMs('Service')).toBe(listedAt);
  });

  test('opens a watch anew that has been silent for too long', async () => {
    const followed = follow({ timings: { silenceMs: 700 } });
    await synced(followed);
    await until('a silent watch', () => followed.restarts.includes('NetworkPolicy silent'));
    await mustSucceed(client.create(object(service({ name: 'after-silence' }))));
    await until('the Service to be seen', () => has(followed, 'after-silence'));
  });

  test('keeps what it saw while the API server cannot be reached, and catches up', async () => {
    await mustSucceed(client.create(object(service({ name: 'kept' }))));
    const followed = follow();
    await synced(followed);
    proxy.cut();
    await until('the outage to be noticed', () => followed.log.some(([, text]) => text.includes('cannot be reached')));
    await mustSucceed(client.remove(object(service({ name: 'kept' }))));
    await mustSucceed(client.create(object(service({ name: 'missed' }))));
    expect(has(followed, 'kept')).toBe(true);
    expect(followed.view.snapshot.isKnown('Service', 'shop')).toBe(true);
    proxy.mend();
    await until('what was missed', () => has(followed, 'missed') && !has(followed, 'kept'));
    // A dozen watches met the same outage; it is reported once.
    const told = followed.log.map(([, text]) => text).filter((text) => text.includes('reached'));
    expect(told).toEqual([
      'the API server cannot be reached: what was last seen of the cluster stays',
      'the API server is reached again',
    ]);
    expect(followed.restarts).not.toContain('Service expired');
  });

  test('takes absence for no proof when nothing has been heard for long', async () => {
    await mustSucceed(client.create(object(service({ name: 'stale' }))));
    const followed = follow({ timings: { staleMs: 1 } });
    await synced(followed);
    proxy.cut();
    await until('the view to be stale', () => !followed.view.snapshot.isKnown('Service', 'shop'));
    expect(has(followed, 'stale')).toBe(true);
    expect(followed.view.kinds().find(({ kind }) => kind === 'Service')).toMatchObject({ isSynced: false });
    proxy.mend();
    await until('the view to be current again', () => followed.view.snapshot.isKnown('Service', 'shop'));
  });

  test('lists again when etcd has forgotten where it was, and loses what was deleted meanwhile', async () => {
    await mustSucceed(client.create(object(service({ name: 'doomed' }))));
    const followed = follow();
    await synced(followed);
    expect(has(followed, 'doomed')).toBe(true);
    proxy.cut();
    await mustSucceed(client.remove(object(service({ name: 'doomed' }))));
    await mustSucceed(client.create(object(service({ name: 'newborn' }))));
    await compact(cluster.controlPlane.etcdUrl);
    // It remembers in memory what etcd has forgotten.
    await cluster.controlPlane.stopApiServer();
    await cluster.controlPlane.startApiServer();
    proxy.mend();
    await until('what was missed', () => has(followed, 'newborn') && !has(followed, 'doomed'));
    expect(followed.restarts).toContain('Service expired');
  });

  test('knows the objects of a CRD that is installed later, and none when it is removed', async () => {
    const followed = follow();
    const { snapshot } = followed.view;
    await synced(followed);
    expect(snapshot.isKnown('BackendConfig', 'shop')).toBe(false);
    expect(followed.view.syncedAtMs('BackendConfig')).toBeUndefined();
    expect(followed.view.kinds().find(({ kind }) => kind === 'BackendConfig')).toMatchObject({
      isSynced: false,
      isImpossible: true,
      whyNotSynced: 'its CustomResourceDefinition is not installed',
    });
    const definition = crd('BackendConfig');
    await mustSucceed(client.create(definition));
    await until('the kind to be known', () => snapshot.isKnown('BackendConfig', 'shop'));
    await waitFor(
      'a BackendConfig to be stored',
      () => client.create(object(backendConfig({ name: 'late' }))),
      ({ status }) => status === 201,
    );
    await until('it to be seen', () => snapshot.get('BackendConfig', 'shop', 'late') !== undefined);
    await mustSucceed(client.remove(definition));
    await until('the kind to be unknown', () => !snapshot.isKnown('BackendConfig', 'shop'));
    expect(snapshot.get('BackendConfig', 'shop', 'late')).toBeUndefined();
  });
});

describe('with the rights of deploy/base', () => {
  const account = 'system:serviceaccount:gke-ingress-guard:gke-ingress-guard';

  /** The token is in a file, as in a Pod. */
  async function tokenKubeconfig(
    name: string,
    token: string,
  ): Promise<{ readonly path: string; readonly tokenFile: string }> {
    const tokenFile = join(cluster.controlPlane.dir, `${name}-token`);
    writeFileSync(tokenFile, token);
    const user = { 'auth-provider': { name: 'tokenFile', config: { tokenFile } } };
    return { path: kubeconfigFor(name, proxy.port, user), tokenFile };
  }

  async function freshToken(): Promise<string> {
    const path = '/api/v1/namespaces/gke-ingress-guard/serviceaccounts/gke-ingress-guard/token';
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } };
    const answer = await mustSucceed(client.request({ method: 'POST', path, body }));
    return (answer.body as { readonly status: { readonly token: string } }).status.token;
  }

  async function changeRole(change: (rules: { resources: string[]; verbs: string[] }[]) => unknown): Promise<void> {
    const ref = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'gke-ingress-guard' },
    };
    const { body } = await mustSucceed(client.get(ref));
    const role = body as { rules: { resources: string[]; verbs: string[] }[] };
    await mustSucceed(client.patch(ref, { rules: change(role.rules) }, { type: 'merge' }));
  }

  beforeAll(async () => {
    for (const object of deployedObjects('Namespace', 'ServiceAccount', 'ClusterRole', 'ClusterRoleBinding')) {
      await mustSucceed(client.create(object, { fieldValidation: 'Strict' }));
    }
  });

  test('every kind that is installed is known whole, and credentials that are refused are read anew', async () => {
    const { path, tokenFile } = await tokenKubeconfig('rotated', 'not-a-token');
    const followed = follow({}, path);
    await until('the refusal to be told', () =>
      followed.log.some(([details]) => 'reason' in details && String(details.reason).includes('401')),
    );
    expect(followed.view.whyNotSynced()).toContain('the credentials are not accepted');
    // The library keeps a token for a minute; only who asks it to read the file anew is let in before.
    writeFileSync(tokenFile, await freshToken());
    await synced(followed);
    const unknown = followed.view.kinds().filter(({ isSynced }) => !isSynced);
    expect(unknown.map(({ kind }) => kind)).toEqual(
      RESOURCES.filter(({ isCustom }) => isCustom).map(({ kind }) => kind),
    );
  });

  test('a right that is missing is named, the rest goes on, and it is taken up when it is given', async () => {
    let before: unknown;
    await changeRole((rules) => {
      before = rules;
      return rules.map((rule) => ({ ...rule, resources: rule.resources.filter((name) => name !== 'deployments') }));
    });
    const { path } = await tokenKubeconfig('lacking', await freshToken());
    const followed = follow({}, path);
    await synced(followed);
    const { snapshot } = followed.view;
    const [details] = await waitFor(
      'the log to name the right',
      async () => followed.log.find(([, text]) => text.startsWith('no right')) ?? [],
      (entry) => entry.length > 0,
    );
    expect(details).toMatchObject({
      kind: 'Deployment',
      resource: 'deployments.apps',
      verb: 'list',
      rule: '- { apiGroups: ["apps"], resources: ["deployments"], verbs: ["list", "watch"] }',
      check: `kubectl auth can-i list deployments.apps --all-namespaces --as=${account}`,
    });
    expect(snapshot.isKnown('Service', 'shop')).toBe(true);
    expect([snapshot.isKnown('Deployment', 'shop'), snapshot.isKnown('StatefulSet', 'shop')]).toEqual([false, false]);
    await changeRole(() => before);
    await until('the Deployments to be known', () => snapshot.isKnown('Deployment', 'shop'));
    expect(followed.log.filter(([, text]) => text.startsWith('no right'))).toHaveLength(1);
  });

  test('without the right to watch a kind, it is listed now and then, and absence proves nothing', async () => {
    let before: unknown;
    await changeRole((rules) => {
      before = rules;
      return rules.map((rule) => (rule.resources.includes('services') ? { ...rule, verbs: ['list'] } : rule));
    });
    const { path } = await tokenKubeconfig('listing', await freshToken());
    const followed = follow({}, path);
    await until('the log to name the right', () =>
      followed.log.some(([, text]) => text.startsWith('no right to watch')),
    );
    await mustSucceed(client.create(object(service({ name: 'listed-only' }))));
    await until('the next list', () => has(followed, 'listed-only'));
    expect(followed.view.snapshot.isKnown('Service', 'shop')).toBe(false);
    await changeRole(() => before);
  });
});
