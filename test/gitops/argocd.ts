// Argo CD on loopback, against a control plane of the tests: its application controller and its repository server, the settings that
// both read, Redis, and a Git repository of each Application on this machine.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { at } from '../../src/kubernetes/read.ts';
import { type ApiClient, type KubeObject, mustSucceed } from '../cluster/api-client.ts';
import { defineResources } from '../cluster/custom-resources.ts';
import { freePort } from '../cluster/free-port.ts';
import { goPrograms, logToStderr } from '../cluster/go-programs.ts';
import { type ServerProcess, startServerProcess } from '../cluster/server-process.ts';
import type { TestCluster } from '../cluster/test-cluster.ts';
import { waitFor } from '../cluster/wait-for.ts';
import { argocdDefinitions, argocdModule } from './programs.ts';
import { startRedis } from './redis.ts';

export const ARGOCD_NAMESPACE = 'argocd';

export interface ArgoCd {
  /** Replaces all that the Git repository of this name has. */
  commit(name: string, objects: readonly KubeObject[]): void;
  /** Creates an Application that has all of the repository of the same name, less what `spec` says. */
  create(name: string, spec?: Readonly<Record<string, unknown>>): Promise<void>;
  /** As `argocd app sync` does: once, and to the end. What it returns was compared afterwards. */
  sync(name: string, options?: SyncOptions): Promise<KubeObject>;
  /** As the button "Refresh" does: compares Git and the cluster, and returns what came out. */
  refresh(name: string): Promise<KubeObject>;
  get(name: string): Promise<KubeObject>;
  stop(): Promise<void>;
}

export interface SyncOptions {
  readonly prune?: boolean;
  readonly syncOptions?: readonly string[];
}

export async function startArgoCd({ client, controlPlane }: TestCluster): Promise<ArgoCd> {
  const { cmd } = await goPrograms(argocdModule, logToStderr, process.env);
  await defineResources(client, argocdDefinitions());
  await writeSettings(client);
  const dir = join(controlPlane.dir, 'argocd');
  for (const folder of ['plugins', 'home', 'git']) mkdirSync(join(dir, folder), { recursive: true });
  const repositories = gitRepositories(join(dir, 'git'));
  const redis = await startRedis(dir);
  const running = [redis.process, ...(await startServers(cmd, dir, redis.address, controlPlane.kubeconfig()))];
  let syncs = 0;
  return {
    commit: repositories.commit,
    create: async (name, spec = {}) => {
      await mustSucceed(client.create(application(name, repositories.url(name), spec)));
    },
    sync: (name, options) => {
      syncs += 1;
      return sync(client, name, String(syncs), options);
    },
    refresh: (name) => refresh(client, name),
    get: async (name) => stored(client, name),
    stop: async () => {
      for (const one of running.reverse()) await one.stop();
    },
  };
}

/** Its servers are told apart by a variable. */
async function startServers(
  program: string,
  dir: string,
  redis: string,
  kubeconfig: string,
): Promise<readonly ServerProcess[]> {
  const common = {
    KUBECONFIG: kubeconfig,
    HOME: join(dir, 'home'),
    TMPDIR: dir,
    // It takes the kubeconfig for the cluster that it runs in.
    ARGOCD_FAKE_IN_CLUSTER: 'true',
    ARGOCD_PLUGINSOCKFILEPATH: join(dir, 'plugins'),
    ARGOCD_GPG_ENABLED: 'false',
  };
  const start = (name: string, flags: readonly string[]): Promise<ServerProcess> =>
    startServerProcess(program, flags, join(dir, `${name}.log`), { ...common, ARGOCD_BINARY_NAME: `argocd-${name}` });
  const port = await freePort();
  const shared = [`--redis=${redis}`, '--loglevel=info'];
  const repoServer = await start('repo-server', [
    ...shared,
    '--address=127.0.0.1',
    `--port=${port}`,
    '--metrics-address=127.0.0.1',
    `--metrics-port=${await freePort()}`,
    '--disable-tls',
    '--client-ca-path=',
  ]);
  const controller = await start('application-controller', [
    ...shared,
    `--namespace=${ARGOCD_NAMESPACE}`,
    `--kubeconfig=${kubeconfig}`,
    `--repo-server=127.0.0.1:${port}`,
    '--repo-server-plaintext',
    // It has no flag for the address of its metrics, and no way to have none.
    `--metrics-port=${await freePort()}`,
  ]);
  return [repoServer, controller];
}

/** What its own manifests have, by the labels of which it finds them. */
async function writeSettings(client: ApiClient): Promise<void> {
  await client.createNamespace(ARGOCD_NAMESPACE);
  const named = (name: string) => ({
    namespace: ARGOCD_NAMESPACE,
    name,
    labels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'argocd' },
  });
  const configMaps = ['argocd-cm', 'argocd-rbac-cm', 'argocd-ssh-known-hosts-cm', 'argocd-tls-certs-cm', 'argocd-gpg-keys-cm'];
  for (const name of configMaps) {
    await mustSucceed(client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: named(name) }));
  }
  const stringData = { 'server.secretkey': 'of-this-test-only' };
  await mustSucceed(client.create({ apiVersion: 'v1', kind: 'Secret', metadata: named('argocd-secret'), stringData }));
  const everything = {
    sourceRepos: ['*'],
    destinations: [{ namespace: '*', server: '*' }],
    clusterResourceWhitelist: [{ group: '*', kind: '*' }],
  };
  await mustSucceed(
    client.create({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AppProject',
      metadata: { namespace: ARGOCD_NAMESPACE, name: 'default' },
      spec: everything,
    }),
  );
}

function application(name: string, repoURL: string, spec: Readonly<Record<string, unknown>>): KubeObject {
  return {
    ...ref(name),
    spec: {
      project: 'default',
      source: { repoURL, path: '.', targetRevision: 'main' },
      destination: { server: 'https://kubernetes.default.svc', namespace: name },
      ...spec,
    },
  };
}

function ref(name: string): KubeObject {
  return { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { namespace: ARGOCD_NAMESPACE, name } };
}

async function stored(client: ApiClient, name: string): Promise<KubeObject> {
  return (await mustSucceed(client.get(ref(name)))).body as KubeObject; // the API server's own
}

async function sync(client: ApiClient, name: string, number: string, options: SyncOptions = {}): Promise<KubeObject> {
  const info = [{ name: 'sync', value: number }];
  const operation = { initiatedBy: { username: 'person' }, info, sync: { revision: 'main', ...options } };
  await mustSucceed(client.patch(ref(name), { operation }, { type: 'merge' }));
  await waitFor(
    `Argo CD to sync ${name}`,
    () => stored(client, name),
    (application) => hasEnded(application, number),
    { timeoutMs: 60_000 },
  );
  return refresh(client, name);
}

function hasEnded(application: KubeObject, number: string): boolean {
  const state = at(application, 'status', 'operationState');
  const info = at(state, 'operation', 'info');
  const isThis = Array.isArray(info) && info.some((one) => at(one, 'value') === number);
  return isThis && ['Succeeded', 'Failed', 'Error'].includes(String(at(state, 'phase')));
}

async function refresh(client: ApiClient, name: string): Promise<KubeObject> {
  const refreshed = 'argocd.argoproj.io/refresh';
  await mustSucceed(client.patch(ref(name), { metadata: { annotations: { [refreshed]: 'hard' } } }, { type: 'merge' }));
  return waitFor(
    `Argo CD to refresh ${name}`,
    () => stored(client, name),
    ({ metadata }) => at(metadata, 'annotations', refreshed) === undefined,
    { timeoutMs: 60_000 },
  );
}

function gitRepositories(root: string) {
  const git = (folder: string, ...args: readonly string[]): void => {
    const identity = ['-c', 'user.name=Shop', '-c', 'user.email=shop@example.com', '-c', 'commit.gpgsign=false'];
    execFileSync('git', ['-C', folder, ...identity, ...args], { stdio: 'pipe' });
  };
  const folderOf = (name: string): string => join(root, name);
  const commit: ArgoCd['commit'] = (name, objects) => {
    const folder = folderOf(name);
    mkdirSync(folder, { recursive: true });
    git(folder, 'init', '--quiet', '--initial-branch=main');
    rmSync(join(folder, 'objects.yaml'), { force: true });
    const text = objects.map((one) => JSON.stringify(one)).join('\n---\n');
    writeFileSync(join(folder, 'objects.yaml'), text);
    git(folder, 'add', '--all');
    git(folder, 'commit', '--quiet', '--allow-empty', '--message=change');
  };
  return { commit, url: (name: string): string => pathToFileURL(folderOf(name)).href };
}
