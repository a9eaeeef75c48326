// Argo CD on loopback, against a control plane of the tests: its application controller and its repository server, the settings that
// both read, Redis, and a Git repository of each Application on this machine.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { at } from '../../src/kubernetes/read.ts';
import { type ApiClient, type KubeObject, mustSucceed } from '../cluster/api-client.ts';
import { defineResources, download } from '../cluster/custom-resources.ts';
import { freePort } from '../cluster/free-port.ts';
import { goPrograms, logToStderr } from '../cluster/go-programs.ts';
import { type ServerProcess, startServerProcess } from '../cluster/server-process.ts';
import type { TestCluster } from '../cluster/test-cluster.ts';
import { waitFor } from '../cluster/wait-for.ts';
import { argocdDefinitions, argocdModule } from './programs.ts';
import { startRedis } from './redis.ts';
import { withLog } from './with-log.ts';

export const ARGOCD_NAMESPACE = 'argocd';

export interface ArgoCd {
  /** Replaces all that the Git repository of this name has. */
  commit(name: string, objects: readonly KubeObject[]): void;
  /** Creates an Application that has all of the repository of the same name. */
  create(name: string, options?: ApplicationOptions): Promise<void>;
  /** As `argocd app sync` does: once, and to the end; and then Git and the cluster are compared. */
  sync(name: string, options?: SyncOptions): Promise<Seen>;
  /** As the button "Refresh" does: compares Git and the cluster. */
  refresh(name: string): Promise<Seen>;
  see(name: string): Promise<Seen>;
  /** Of both servers. */
  log(): string;
  /** Its own command line, which has its Lua engine too. */
  cli(args: readonly string[]): string;
  stop(): Promise<void>;
}

export interface ApplicationOptions {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly syncPolicy?: Readonly<Record<string, unknown>>;
}

export interface SyncOptions {
  readonly prune?: boolean;
  readonly syncOptions?: readonly string[];
}

/** @param settings the data of its ConfigMap argocd-cm */
export async function startArgoCd(
  { client, controlPlane }: TestCluster,
  settings: Readonly<Record<string, string>> = {},
): Promise<ArgoCd> {
  const { cmd } = await goPrograms(argocdModule, logToStderr, process.env);
  await defineResources(client, argocdDefinitions());
  await writeSettings(client, settings);
  const dir = join(controlPlane.dir, 'argocd');
  makeFolders(dir);
  const repositories = gitRepositories(join(dir, 'git'));
  const redis = await startRedis(dir);
  const running = [redis.process, ...(await startServers(cmd, dir, redis.address, controlPlane.kubeconfig()))];
  let syncs = 0;
  return {
    commit: repositories.commit,
    create: async (name, options = {}) => {
      await mustSucceed(client.create(application(name, repositories.url(name), options)));
    },
    sync: (name, options) => {
      syncs += 1;
      const number = String(syncs);
      return withLog(running, () => sync(client, name, number, options));
    },
    refresh: (name) => withLog(running, () => refresh(client, name)),
    see: async (name) => seen(await stored(client, name)),
    log: () => SERVERS.map((name) => readFileSync(join(dir, `${name}.log`), 'utf8')).join(''),
    cli: (args) =>
      execFileSync(cmd, args, { encoding: 'utf8', env: { ...environmentOf(dir), ARGOCD_BINARY_NAME: 'argocd' } }),
    stop: async () => {
      for (const one of running.reverse()) await one.stop();
    },
  };
}

const SERVERS = ['repo-server', 'application-controller'] as const;

function makeFolders(dir: string): void {
  for (const folder of ['plugins', 'home', 'git', 'bin']) mkdirSync(join(dir, folder), { recursive: true });
  // Its image has this in the PATH, and no manifest comes out of a repository without it.
  const wrapper = join(dir, 'bin', 'git-verify-wrapper.sh');
  copyFileSync(join(download(argocdDefinitions().module), 'hack', 'git-verify-wrapper.sh'), wrapper);
  chmodSync(wrapper, 0o755);
}

function environmentOf(dir: string): Readonly<Record<string, string>> {
  return {
    HOME: join(dir, 'home'),
    TMPDIR: dir,
    PATH: `${join(dir, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`,
    // It takes the kubeconfig for the cluster that it runs in.
    ARGOCD_FAKE_IN_CLUSTER: 'true',
    ARGOCD_PLUGINSOCKFILEPATH: join(dir, 'plugins'),
    ARGOCD_GPG_ENABLED: 'false',
  };
}

/** Its servers are told apart by a variable. */
async function startServers(
  program: string,
  dir: string,
  redis: string,
  kubeconfig: string,
): Promise<readonly ServerProcess[]> {
  const env = { ...environmentOf(dir), KUBECONFIG: kubeconfig };
  const start = (name: (typeof SERVERS)[number], flags: readonly string[]): Promise<ServerProcess> =>
    startServerProcess(program, flags, join(dir, `${name}.log`), { ...env, ARGOCD_BINARY_NAME: `argocd-${name}` });
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
async function writeSettings(client: ApiClient, settings: Readonly<Record<string, string>>): Promise<void> {
  await client.createNamespace(ARGOCD_NAMESPACE);
  const named = (name: string) => ({
    namespace: ARGOCD_NAMESPACE,
    name,
    labels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'argocd' },
  });
  const configMaps = [
    'argocd-cm',
    'argocd-rbac-cm',
    'argocd-ssh-known-hosts-cm',
    'argocd-tls-certs-cm',
    'argocd-gpg-keys-cm',
  ];
  for (const name of configMaps) {
    const data = name === 'argocd-cm' ? settings : {};
    await mustSucceed(client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: named(name), data }));
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

function application(name: string, repoURL: string, { annotations = {}, syncPolicy }: ApplicationOptions): KubeObject {
  const named = ref(name);
  return {
    ...named,
    metadata: { ...named.metadata, annotations },
    spec: {
      project: 'default',
      source: { repoURL, path: '.', targetRevision: 'main' },
      destination: { server: 'https://kubernetes.default.svc', namespace: name },
      ...(syncPolicy === undefined ? {} : { syncPolicy }),
    },
  };
}

function ref(name: string): KubeObject {
  return { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { namespace: ARGOCD_NAMESPACE, name } };
}

async function stored(client: ApiClient, name: string): Promise<KubeObject> {
  return (await mustSucceed(client.get(ref(name)))).body as KubeObject; // the API server's own
}

async function sync(client: ApiClient, name: string, number: string, options: SyncOptions = {}): Promise<Seen> {
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

async function refresh(client: ApiClient, name: string): Promise<Seen> {
  const refreshed = 'argocd.argoproj.io/refresh';
  await mustSucceed(client.patch(ref(name), { metadata: { annotations: { [refreshed]: 'hard' } } }, { type: 'merge' }));
  const application = await waitFor(
    `Argo CD to refresh ${name}`,
    () => stored(client, name),
    ({ metadata }) => at(metadata, 'annotations', refreshed) === undefined,
    { timeoutMs: 60_000 },
  );
  return seen(application);
}

/** What a person sees of an Application. */
export interface Seen {
  readonly sync: unknown;
  readonly health: unknown;
  readonly phase: unknown;
  readonly message: unknown;
  /** Of the last sync: kind, status, message. */
  readonly results: readonly (readonly unknown[])[];
  readonly conditions: readonly (readonly unknown[])[];
}

function seen({ status }: KubeObject): Seen {
  const rows = (value: unknown, ...fields: readonly string[]) =>
    Array.isArray(value) ? value.map((one) => fields.map((field) => at(one, field))) : [];
  return {
    sync: at(status, 'sync', 'status'),
    health: at(status, 'health', 'status'),
    phase: at(status, 'operationState', 'phase'),
    message: at(status, 'operationState', 'message'),
    results: rows(at(status, 'operationState', 'syncResult', 'resources'), 'kind', 'status', 'message'),
    conditions: rows(at(status, 'conditions'), 'type', 'message'),
  };
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
