// The controllers of ingress-gce as a process of the tests (controller/main.go), built once and cached.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ControlPlane } from '../cluster/control-plane.ts';
import { type GoModule, goPrograms, type Log } from '../cluster/go-programs.ts';
import { type ServerProcess, startServerProcess } from '../cluster/server-process.ts';
import { waitFor } from '../cluster/wait-for.ts';
import { type Google, tailOf } from './google.ts';

/** How often an object was synced, and how the last sync ended. */
export interface SyncState {
  readonly started: number;
  readonly finished: number;
  /** Of the last sync that has finished; "" for none. */
  readonly error: string;
}

export interface Syncs {
  /** By "namespace/name", as both others. */
  readonly ingresses: Readonly<Record<string, SyncState>>;
  readonly services: Readonly<Record<string, SyncState>>;
  readonly firewall: Readonly<Record<string, SyncState>>;
}

export interface ReservedAddress {
  readonly name: string;
  /** "" for a global one. */
  readonly region: string;
  /** A regional one of class gce-regional-external is on the internet; left out: it is not. */
  readonly isExternal?: boolean;
}

export interface Controller {
  /** Reserves the addresses and starts the controllers; until then there are only their CRDs. */
  start(addresses: readonly ReservedAddress[]): Promise<void>;
  /** From the next sync on Google finds its endpoints so; HEALTHY is one where nobody has said anything. */
  setHealth(backend: string, states: readonly string[]): Promise<void>;
  /** Changes fields of a global resource beside the controller, as with gcloud or in the console; the others stay. */
  setByHand(link: string, fields: Readonly<Record<string, unknown>>): Promise<void>;
  google(): Promise<Google>;
  syncs(): Promise<Syncs>;
  /** Does this while the controllers stand still; it may not ask them. */
  whilePaused<T>(work: () => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

/** The fake Google has no other: controller/google.go. */
export const REGION = 'us-central1';

const DIRECTORY = fileURLToPath(new URL('./controller/', import.meta.url));

/** @param dir of another go.mod for the same sources, as for a newer version of the controller */
function controllerModule(dir = DIRECTORY): GoModule<'controller'> {
  return {
    what: 'the GKE Ingress controller',
    name: 'ingress-controller',
    dir,
    files: ['go.mod', 'go.sum', ...readdirSync(dir).filter((name) => name.endsWith('.go'))],
    packages: ['.'],
    programs: ['controller'],
    ldflags: '-s -w',
    duration: 'about 6 minutes',
    wayOut: '',
  };
}

/** @throws {Error} that says what is missing and what to do about it. */
export async function controllerProgram(log: Log, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  // Where another version is followed, its folder is named: scripts/follow-controller.ts.
  const { controller } = await goPrograms(controllerModule(env['GUARD_CONTROLLER_MODULE'] || DIRECTORY), log, env);
  return controller;
}

const READY_DEADLINE_MS = 60_000;

/** @param flags of the controller itself, such as --enable-ingress-regional-external */
export async function startController(
  program: string,
  controlPlane: ControlPlane,
  flags: readonly string[],
): Promise<Controller> {
  const logFile = join(controlPlane.dir, 'controller.log');
  const all = [`--kubeconfig=${controlPlane.kubeconfig()}`, '--running-in-cluster=false', ...flags];
  const server = await startServerProcess(program, all, logFile);
  const port = await waitFor(
    'the controller to be ready',
    async () => portIn(server, logFile),
    (found) => found !== undefined,
    { timeoutMs: READY_DEADLINE_MS },
  );
  const url = `http://127.0.0.1:${port}`;
  return {
    start: async (addresses) => {
      await ask(server, `${url}/start`, { method: 'POST', body: JSON.stringify({ addresses }) });
    },
    setHealth: async (backend, states) => {
      await ask(server, `${url}/health`, { method: 'POST', body: JSON.stringify({ backend, states }) });
    },
    setByHand: async (link, set) => {
      await ask(server, `${url}/by-hand`, { method: 'POST', body: JSON.stringify({ link: tailOf(link), set }) });
    },
    // Of controller/dump.go and controller/synclog.go, which these types describe.
    google: async () => (await ask(server, `${url}/google`)) as Google,
    syncs: async () => (await ask(server, `${url}/syncs`)) as Syncs,
    whilePaused: async (work) => {
      if (server.ended() !== undefined) return work();
      process.kill(server.pid, 'SIGSTOP');
      try {
        return await work();
      } finally {
        process.kill(server.pid, 'SIGCONT');
      }
    },
    stop: () => server.stop(),
  };
}

function portIn(server: ServerProcess, logFile: string): number | undefined {
  const end = server.ended();
  if (end !== undefined) throw new Error(`The controller ended with ${end}:\n${server.logTail()}`);
  const found = /^\{"port": (\d+)\}$/m.exec(readFileSync(logFile, 'utf8'))?.[1];
  return found === undefined ? undefined : Number(found);
}

async function ask(server: ServerProcess, url: string, init: RequestInit = {}): Promise<unknown> {
  try {
    const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(READY_DEADLINE_MS) });
    if (answer.ok) return await answer.json();
    throw new Error(`It answered ${answer.status}: ${await answer.text()}`);
  } catch (error) {
    const end = server.ended();
    const how = end === undefined ? '' : ` It has ended with ${end}:\n${server.logTail()}`;
    throw new Error(`The controller did not answer ${url}.${how}`, { cause: error });
  }
}
