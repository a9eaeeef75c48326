// Argo CD on loopback, against a control plane of the tests: its application controller and its repository server, Redis, and Git
// repositories on this machine.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type KubeObject, mustSucceed } from '../cluster/api-client.ts';
import { defineResources, download } from '../cluster/custom-resources.ts';
import { freePort } from '../cluster/free-port.ts';
import { goPrograms, logToStderr } from '../cluster/go-programs.ts';
import { type ServerProcess, startServerProcess } from '../cluster/server-process.ts';
import type { TestCluster } from '../cluster/test-cluster.ts';
import {
  type ApplicationOptions,
  ARGOCD_NAMESPACE,
  application,
  refreshUntil,
  type Seen,
  type SyncOptions,
  see,
  sync,
} from './argocd-application.ts';
import { writeSettings } from './argocd-settings.ts';
import { gitRepositories } from './git-repositories.ts';
import { type LogLine, logLinesIn } from './log-lines.ts';
import { argocdDefinitions, argocdModule } from './programs.ts';
import { startRedis } from './redis.ts';
import { withLog } from './with-log.ts';

export interface ArgoCd {
  /** Replaces all that the Git repository of this name has. */
  commit(name: string, objects: readonly KubeObject[]): void;
  /** Creates an Application that has all of the repository of the same name. */
  create(name: string, options?: ApplicationOptions): Promise<void>;
  /** As `argocd app sync` does: once, and to the end; then Git and the cluster are compared until this comes out, else Synced. */
  sync(name: string, options?: SyncOptions & { readonly until?: string }): Promise<Seen>;
  /** As the button "Refresh" does: compares Git and the cluster, until this comes out. */
  refresh(name: string, wanted?: Partial<Seen>): Promise<Seen>;
  see(name: string): Promise<Seen>;
  /** Of both servers. */
  log(): readonly LogLine[];
  /** Its own command line, which has its Lua engine too. */
  cli(args: readonly string[]): string;
  /** Starts its notifications controller. @returns what ends it */
  notify(): Promise<() => Promise<void>>;
  stop(): Promise<void>;
}

export async function startArgoCd({ client, controlPlane }: TestCluster): Promise<ArgoCd> {
  const { cmd } = await goPrograms(argocdModule, logToStderr, process.env);
  await defineResources(client, argocdDefinitions());
  await writeSettings(client);
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
    sync: (name, { until = 'Synced', ...options } = {}) => {
      syncs += 1;
      const number = String(syncs);
      return withLog(running, async () => {
        await sync(client, name, number, options);
        return refreshUntil(client, name, { sync: until });
      });
    },
    refresh: (name, wanted = {}) => withLog(running, () => refreshUntil(client, name, wanted)),
    see: (name) => see(client, name),
    log: () => SERVERS.flatMap((name) => logLinesIn(join(dir, `${name}.log`))),
    cli: (args) => {
      const env = { ...environmentOf(dir), ARGOCD_BINARY_NAME: 'argocd' };
      // It logs beside what it prints.
      return execFileSync(cmd, args, { encoding: 'utf8', env, stdio: 'pipe' });
    },
    notify: async () => {
      const env = {
        ...environmentOf(dir),
        KUBECONFIG: controlPlane.kubeconfig(),
        ARGOCD_BINARY_NAME: 'argocd-notifications',
      };
      const flags = [`--namespace=${ARGOCD_NAMESPACE}`, `--kubeconfig=${controlPlane.kubeconfig()}`];
      const more = [`--metrics-port=${await freePort()}`, '--argocd-repo-server-plaintext'];
      const controller = await startServerProcess(cmd, [...flags, ...more], join(dir, 'notifications.log'), env);
      return () => controller.stop();
    },
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

/** A variable says which of its servers it is. */
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
