// A real etcd and kube-apiserver on loopback. There are no controllers and no nodes: Deployments get no Pods,
// Ingresses get no status, nothing is garbage-collected. A test writes the status it needs.
import { mkdirSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { type Credentials, credentialFlags, writeCredentials, writeKubeconfig } from './credentials.ts';
import { freePort } from './free-port.ts';
import type { Log } from './go-programs.ts';
import { OWN_ADDRESS } from './own-address.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { waitFor } from './wait-for.ts';

export type ControlPlane = {
  readonly url: string;
  /** Of etcd, which takes JSON over HTTP too. */
  readonly etcdUrl: string;
  readonly dir: string;
  readonly caPem: string;
  /** A client that may do anything (group `system:masters`). */
  readonly adminCert: string;
  readonly adminKey: string;
  /** Process ids; undefined for what is stopped. */
  pids(): { readonly etcd: number | undefined; readonly apiServer: number | undefined };
  /** Path of a kubeconfig for the administrator, in `dir`, readable by the owner only. */
  kubeconfig(): string;
  /** Takes the API server away, as an outage or upgrade of the control plane does. */
  stopApiServer(): Promise<void>;
  /** Brings it back at the same address, with what it had stored. */
  startApiServer(): Promise<void>;
  /** Ends both processes. Does nothing the second time. */
  stop(): Promise<void>;
};

export type ControlPlaneOptions = {
  readonly binaries: Binaries;
  /** For data, keys and logs; made if missing, and left to the caller to remove. */
  readonly dir: string;
  readonly log: Log;
  /** Flags of kube-apiserver beside those that it needs to start. */
  readonly apiServerFlags?: readonly string[];
  /** Laid over the environment of the API server. */
  readonly apiServerEnv?: Readonly<Record<string, string>>;
};

// Seen ready after 2 to 7 seconds; a machine that runs other things beside the tests may need far longer.
const readyDeadlineMs = 120_000;
// Between finding a port free and listening on it another process may take it. Three times in a row is something else.
const attempts = 3;

/** @throws {Error} with the last lines of the log of what did not start. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  mkdirSync(options.dir, { recursive: true, mode: 0o700 });
  const credentials = await writeCredentials(options.dir);
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(options, credentials);
    } catch (error) {
      if (attempt === attempts || !String(error).includes('address already in use')) throw error;
      options.log('Another process took a port of the control plane: starting again on others.');
    }
  }
}

async function startOnce(options: ControlPlaneOptions, credentials: Credentials): Promise<ControlPlane> {
  const { binaries, dir, log, apiServerFlags: extraFlags = [], apiServerEnv = {} } = options;
  // Not where others look for a port: an etcd that comes too late is not missed where another one answers in its place.
  const etcdUrl = `http://${OWN_ADDRESS}:${await freePort()}`;
  const apiPort = await freePort();
  const url = `https://127.0.0.1:${apiPort}`;
  let etcd: ServerProcess | undefined;
  let apiServer: ServerProcess | undefined;

  const startEtcd = async () => {
    etcd = await startServerProcess(binaries.etcd, etcdFlags(dir, etcdUrl), join(dir, 'etcd.log'));
    await untilReady(etcd, () => isHealthy(etcdUrl));
  };
  const startApiServer = async () => {
    if (apiServer !== undefined) return;
    const flags = [...apiServerFlags(etcdUrl, apiPort), ...credentialFlags(dir), ...extraFlags];
    apiServer = await startServerProcess(binaries.kubeApiserver, flags, join(dir, 'kube-apiserver.log'), apiServerEnv);
    // Asked dozens of times, and a connection costs more than an answer.
    const agent = new Agent({ keepAlive: true });
    await untilReady(apiServer, () => isReady(url, credentials, agent)).finally(() => agent.destroy());
  };
  const stopApiServer = async () => {
    await apiServer?.stop();
    apiServer = undefined;
  };
  const stop = async () => {
    // The API server first: without its etcd it would spend its last seconds writing errors.
    await stopApiServer();
    await etcd?.stop();
    etcd = undefined;
  };

  const started = performance.now();
  try {
    await startEtcd();
    await startApiServer();
  } catch (error) {
    await stop();
    throw error;
  }
  log(`Control plane ready at ${url} after ${((performance.now() - started) / 1000).toFixed(1)} s, logs in ${dir}.`);
  return {
    url,
    etcdUrl,
    dir,
    caPem: credentials.caPem,
    adminCert: credentials.admin.certPem,
    adminKey: credentials.admin.keyPem,
    pids: () => ({ etcd: etcd?.pid, apiServer: apiServer?.pid }),
    kubeconfig: () => writeKubeconfig(dir, url, credentials),
    stopApiServer,
    startApiServer,
    stop,
  };
}

function etcdFlags(dir: string, url: string): string[] {
  return [
    `--data-dir=${join(dir, 'etcd-data')}`,
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    // A single member is never asked by a peer, so whichever port is free will do.
    '--listen-peer-urls=http://127.0.0.1:0',
    // The data of a test need not survive a power cut.
    '--unsafe-no-fsync',
  ];
}

function apiServerFlags(etcdUrl: string, port: number): string[] {
  return [
    `--etcd-servers=${etcdUrl}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${port}`,
    '--service-cluster-ip-range=10.0.0.0/16',
    '--authorization-mode=RBAC',
    // An Endpoints object may not hold a loopback address, so the server cannot publish its own.
    '--endpoint-reconciler-type=none',
    // It refuses every Pod whose ServiceAccount does not exist, and no controller creates them here.
    '--disable-admission-plugins=ServiceAccount',
  ];
}

async function untilReady(server: ServerProcess, isUp: () => Promise<boolean>): Promise<void> {
  const ask = async () => {
    const end = server.ended();
    if (end !== undefined) throw new Error(`It ended with ${end}.`);
    return isUp();
  };
  try {
    await waitFor(`${server.name} to be ready`, ask, (isReady) => isReady, { timeoutMs: readyDeadlineMs });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${server.name} did not start. ${reason} The end of its log:\n${server.logTail()}`);
  }
}

async function isHealthy(etcdUrl: string): Promise<boolean> {
  try {
    return (await fetch(`${etcdUrl}/health`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

function isReady(url: string, { caPem, admin }: Credentials, agent: Agent): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { ca: caPem, cert: admin.certPem, key: admin.keyPem, agent, timeout: 5_000 };
    const probe = request(`${url}/readyz`, options, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    probe.on('timeout', () => probe.destroy());
    probe.on('error', () => resolve(false));
    probe.end();
  });
}
