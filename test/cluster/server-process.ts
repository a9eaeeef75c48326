// One server as a child process: its output in a file, an orderly end, and never a life beyond the tests'.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

export type ServerProcess = {
  readonly name: string;
  readonly pid: number;
  /** How it ended ("code 1", "SIGKILL"), or undefined while it runs. */
  ended(): string | undefined;
  /** The last lines it wrote. */
  logTail(): string;
  /** SIGTERM, then SIGKILL if it has not ended by the deadline. Does nothing the second time. */
  stop(): Promise<void>;
};

const stopDeadlineMs = 10_000;
const tailLines = 25;

/** @param env laid over the environment of the tests */
export async function startServerProcess(
  binary: string,
  args: readonly string[],
  logFile: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const output = openSync(logFile, 'a');
  const child = spawn(binary, args, {
    stdio: ['ignore', output, output],
    // Ctrl-C must not reach it before those that talk to it: they would wait for answers that never come.
    detached: true,
    env: { ...withoutProxies(process.env), ...env },
  });
  closeSync(output);
  await once(child, 'spawn');
  const { pid } = child;
  if (pid === undefined) throw new Error(`${binary} was started and has no process id.`);
  const watchdog = startWatchdog(pid);
  const ended = () => (child.exitCode === null ? (child.signalCode ?? undefined) : `code ${child.exitCode}`);
  child.once('exit', () => watchdog.kill('SIGKILL'));
  return {
    name: basename(binary),
    pid,
    ended,
    logTail: () => readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-tailLines).join('\n'),
    stop: async () => {
      if (ended() !== undefined) return;
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      const tooLate = setTimeout(() => child.kill('SIGKILL'), stopDeadlineMs);
      await exit;
      clearTimeout(tooLate);
    },
  };
}

/**
 * Ends `pid` when this process is gone. A handler of the event "exit" would not do: it never runs when a test
 * runner is killed, and a control plane left behind eats 300 MB. The shell waits for the end of its standard
 * input, which only this process holds open, whatever ends it. It has a session of its own, so that Ctrl-C does
 * not reach it before it has done its work.
 */
function startWatchdog(pid: number): ChildProcess {
  const watchdog = spawn('/bin/sh', ['-c', 'read -r _; kill -KILL "$1"', 'watchdog', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watchdog.stdin.on('error', () => {});
  watchdog.unref();
  return watchdog;
}

/** The API server would ask a proxy for NAME.NAMESPACE.svc, which no proxy knows, and never reach a webhook. */
function withoutProxies(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^https?_proxy$/i.test(name)));
}
