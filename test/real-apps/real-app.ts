// A real program, with the Pod that would start it so: the guard judges the Pod, and the program is asked.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppPod } from '../apps/cases.ts';
import { freePort } from '../cluster/free-port.ts';
import { askAsGoogle } from './ask.ts';

export interface RealApp {
  readonly name: string;
  readonly pod: AppPod;
  /** Of the container; the program listens on another one here. */
  readonly port: number;
  /** What it answers by path. */
  readonly answers: Readonly<Record<string, string>>;
  /** Of these the guard says nothing although they fail, and why it cannot know. */
  readonly missed?: Readonly<Record<string, string>>;
  /** Of these it says that they may fail although they do not, with the clause that says so. */
  readonly alarms?: Readonly<Record<string, string>>;
  readonly host?: string;
  /** Listens before it has started, and answers one of these until then. */
  readonly starting?: { readonly path: string; readonly statuses: readonly number[] };
  readonly start: (place: Place) => Start;
}

/** Where the program runs: a directory of its own, with the files of its ConfigMap, and a port on loopback. */
export interface Place {
  readonly directory: string;
  readonly port: number;
  /** For a second and a third server of the same program. */
  readonly spare: number;
  readonly other: number;
  readonly write: (name: string, text: string) => string;
}

export interface Start {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A server of Java that builds itself first takes half a minute of a processor, and the machine may have others to serve. */
const START_MS = 5 * 60_000;

export async function withRunning<T>(
  app: Pick<RealApp, 'start' | 'starting'>,
  use: (port: number) => Promise<T>,
): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'guard-real-app-'));
  const [port, spare, other] = [await freePort(), await freePort(), await freePort()];
  const write = (name: string, text: string): string => {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  };
  const { command, args, env } = app.start({ directory, port, spare, other, write });
  const child = spawn(command, args, {
    cwd: directory,
    env: { PATH: process.env['PATH'], HOME: directory, ...env },
    // With a group of its own, so that what it starts ends with it.
    detached: true,
  });
  const said: string[] = [];
  child.stdout.on('data', (chunk) => said.push(String(chunk)));
  child.stderr.on('data', (chunk) => said.push(String(chunk)));
  try {
    await started(child, said, () => isStarted(port, app.starting));
    return await use(port);
  } finally {
    await end(child);
    rmSync(directory, { recursive: true, force: true });
  }
}

async function started(child: ChildProcess, said: readonly string[], isDone: () => Promise<boolean>): Promise<void> {
  const failed = new AbortController();
  child.once('exit', () => failed.abort());
  child.once('error', () => failed.abort());
  const deadline = Date.now() + START_MS;
  while (!(await isDone())) {
    if (failed.signal.aborted || Date.now() > deadline) throw new Error(`it does not start: ${said.join('')}`);
  }
}

async function isStarted(port: number, starting: RealApp['starting']): Promise<boolean> {
  if (!(await isOpen(port))) return false;
  return starting === undefined || !starting.statuses.includes((await askAsGoogle(port, starting.path)).status);
}

function isOpen(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, '127.0.0.1');
  // A port that is closed says so at once; the pause keeps the wait from being a busy one.
  socket.once('error', () => setTimeout(() => resolve(false), 50));
  socket.once('connect', () => {
    socket.destroy();
    resolve(true);
  });
  return promise;
}

/** How long a program has to end what it started in other groups, as JupyterHub does with its proxy. */
const END_MS = 10_000;

async function end(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid === undefined) return;
  if (child.exitCode === null && child.signalCode === null) {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    child.once('exit', () => resolve(undefined));
    killGroup(pid, 'SIGTERM');
    const timer = setTimeout(() => killGroup(pid, 'SIGKILL'), END_MS);
    await promise;
    clearTimeout(timer);
  }
  killGroup(pid, 'SIGKILL');
}

function killGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody of it is left.
  }
}
