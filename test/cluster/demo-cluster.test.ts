// `npm run demo:cluster` as a person uses it: every command that it prints is typed into a shell as it is, and must show
// the words that the line below it has in quotes; then Ctrl-C.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { waitFor } from './wait-for.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/demo-cluster.ts', import.meta.url));

interface Demo {
  readonly child: ChildProcess;
  /** Where it keeps its files. */
  readonly tmp: string;
  said(): string;
  readonly ended: Promise<number | null>;
}

let place: string;

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'guard-demo-test-'));
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

/** In a group of processes of its own, as a shell starts it. */
function startDemo(name: string, path: readonly string[] = []): Demo {
  const tmp = join(place, name);
  mkdirSync(tmp);
  const env = { ...process.env, TMPDIR: tmp, PATH: [...path, process.env['PATH']].join(delimiter) };
  const child = spawn(process.execPath, [SCRIPT], { stdio: ['ignore', 'pipe', 'pipe'], detached: true, env });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  const ended = once(child, 'close').then(([code]) => code as number | null);
  onTestFinished(async () => {
    // What is still there then is a test that has failed: the watchdogs end the servers.
    child.kill('SIGKILL');
    await ended;
  });
  return { child, tmp, said: () => said, ended };
}

async function untilSaid(demo: Demo, words: string, timeoutMs: number): Promise<void> {
  const said = async (): Promise<string> => `${demo.said()}${demo.child.exitCode === null ? '' : '\nIt ended.'}`;
  const answer = await waitFor(words, said, (text) => text.includes(words) || text.endsWith('\nIt ended.'), {
    timeoutMs,
  });
  expect(answer).toContain(words);
}

/** Ctrl-C, which reaches every process of the group. */
function interrupt({ child }: Demo): void {
  process.kill(-(child.pid ?? Number.NaN), 'SIGINT');
}

/** A server that was forgotten keeps it from ending. */
async function endOf({ child, ended }: Demo): Promise<number | null> {
  await waitFor(
    'its end',
    async () => child.exitCode,
    (code) => code !== null,
    { timeoutMs: 60_000 },
  );
  return ended;
}

/** The programs that run with a file of the demo among their arguments. */
function running({ tmp }: Demo): readonly string[] {
  const { stdout } = spawnSync('ps', ['-A', '-ww', '-o', 'args='], { encoding: 'utf8' });
  const found = stdout.split('\n').filter((line) => line.includes(tmp));
  return found.map((line) => /etcd|kube-apiserver|serve|keep-certificate/.exec(line)?.[0] ?? line).toSorted();
}

interface Typed {
  readonly command: string;
  /** In quotes in the line below it. */
  readonly promised: readonly string[];
}

function tourOf(text: string): { readonly setUp: string; readonly tour: readonly Typed[] } {
  const [, setUp = ''] = /^ {3}\$ (.+)$/m.exec(text) ?? [];
  const tour = [...text.matchAll(/^\d\. \$ (.+)\n {3}→ (.+)$/gm)].map(([, command = '', promise = '']) => ({
    command,
    promised: [...promise.matchAll(/"([^"]+)"/g)].map(([, words = '']) => words),
  }));
  return { setUp, tour };
}

interface Shown {
  readonly code: number | null;
  readonly text: string;
}

/** Types it into a new shell, in another directory and with a home of its own. */
function type(setUp: string, command: string, path: readonly string[], home: string): Shown {
  const env = { ...process.env, HOME: home, PATH: [...path, process.env['PATH']].join(delimiter) };
  const options = { cwd: '/', env, encoding: 'utf8', timeout: 60_000 } as const;
  const { status, stdout, stderr } = spawnSync('sh', ['-c', `${setUp}\n${command}`], options);
  return { code: status, text: stdout + stderr };
}

/** A directory for the front of the PATH, with a kubectl that is too old for the demo and fails at everything else. */
function oldKubectl(): string {
  const directory = join(place, 'old-kubectl');
  mkdirSync(directory);
  const answer = JSON.stringify({ clientVersion: { major: '1', minor: '20' } });
  const script = `#!/bin/sh\n[ "$1" = version ] || exit 9\necho '${answer}'\n`;
  writeFileSync(join(directory, 'kubectl'), script, { mode: 0o755 });
  return directory;
}

test('each command of the tour shows what the tour says, and Ctrl-C leaves nothing', {
  timeout: 30 * 60_000,
}, async () => {
  const path = [oldKubectl()];
  const home = join(place, 'home');
  mkdirSync(home);
  const demo = startDemo('tour', path);
  await untilSaid(demo, 'Ctrl-C ends all of it', 25 * 60_000);
  expect(demo.said()).toContain('The kubectl on the PATH is 1.20: the demo uses one of its own.');
  expect(running(demo)).toEqual(['etcd', 'keep-certificate', 'kube-apiserver', 'serve']);
  const [, kubeconfig = ''] = /^kubeconfig +(\S+)/m.exec(demo.said()) ?? [];
  expect(statSync(kubeconfig).mode & 0o777).toBe(0o600);

  const { setUp, tour } = tourOf(demo.said());
  const codes: (number | null)[] = [];
  for (const { command, promised } of tour) {
    const { code, text } = type(setUp, command, path, home);
    codes.push(code);
    expect(promised).not.toEqual([]);
    for (const words of promised) expect(`$ ${command}\n${text}`).toContain(words);
    if (command.startsWith('cp ')) await untilSaid(demo, 'The guard has taken up the new facts.', 60_000);
  }
  // The first is refused.
  expect(codes).toEqual([1, 0, 0, 0, 0, 0]);
  expect(readdirSync(home)).not.toContain('.kube');

  interrupt(demo);
  expect(await endOf(demo)).toBe(0);
  expect(demo.said()).toMatch(/\nEnded; nothing is left\.\n$/);
  expect([readdirSync(demo.tmp), running(demo)]).toEqual([[], []]);
});

test('one SIGTERM to it alone while it starts leaves nothing either', { timeout: 120_000 }, async () => {
  const demo = startDemo('early');
  await untilSaid(demo, 'Control plane ready', 60_000);
  demo.child.kill('SIGTERM');
  expect(await endOf(demo)).toBe(0);
  expect(demo.said()).not.toContain('1. $');
  expect([readdirSync(demo.tmp), running(demo)]).toEqual([[], []]);
});

test('without Go and without the programs it says what to do, and starts nothing', async () => {
  const path = join(place, 'no-go');
  mkdirSync(path);
  const env = { HOME: homedir(), PATH: path, GUARD_TEST_CACHE: join(place, 'empty-cache') };
  const child = spawn(process.execPath, [SCRIPT], { stdio: ['ignore', 'pipe', 'pipe'], env });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(1);
  expect(said).toMatch(
    /^No kubectl: the build failed\. The command "go" is not on the PATH\.\n.*\nInstall Go 1\.\S+ or later and let it reach a Go module proxy, or install kubectl 1\.30 or later\.\n$/,
  );
});
