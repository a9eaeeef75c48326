// `npm run follow:controller VERSION [DIR]`: the suite of test/controller against another version of the GKE Ingress controller,
// to see what has changed in it; from the Go module proxy, or from a folder. Nothing in the checkout is written.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const MODULE = 'k8s.io/ingress-gce';
const SOURCE = fileURLToPath(new URL('../test/controller/controller/', import.meta.url));
const VITEST = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));

const USAGE = `Usage: npm run follow:controller VERSION [DIR]
DIR has ${MODULE} as it is at VERSION: a checkout, or what another machine's "go mod download" has left.
`;

const [version, given] = process.argv.slice(2);
process.exitCode =
  version === undefined || !/^v\d+\.\d+\.\d+\S*$/.test(version) ? explainUsage() : follow(version, given);

function explainUsage(): number {
  const { ok, said } = go(['list', '-m', '-versions', MODULE], SOURCE);
  const newest = said.trim().split(' ').slice(1).slice(-5).join(', ');
  say(
    `${USAGE}${ok ? `The newest versions of ${MODULE}: ${newest}` : `Which versions there are, go does not say: ${reason(said)}`}\n`,
  );
  return 2;
}

/** @returns the exit code: 0 where plans agree with that version as they do with the one of go.mod, else 1; 2 without a build */
function follow(wanted: string, from: string | undefined): number {
  const module = from === undefined ? undefined : resolve(from);
  if (module !== undefined && !isModule(module)) {
    say(`${module} is not ${MODULE}: it has no go.mod that says so.\n${USAGE}`);
    return 2;
  }
  const dir = mkdtempSync(join(tmpdir(), 'guard-follow-'));
  try {
    cpSync(SOURCE, dir, { recursive: true });
    return prepare(wanted, module, dir) ? runSuite(wanted, dir) : 2;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function isModule(dir: string): boolean {
  const file = join(dir, 'go.mod');
  return existsSync(file) && readFileSync(file, 'utf8').split('\n').includes(`module ${MODULE}`);
}

/** @param module where it is on disk; left out: the Go module proxy has it */
function prepare(wanted: string, module: string | undefined, dir: string): boolean {
  const at = `${MODULE}@${wanted}`;
  const choose = module === undefined ? ['get', at] : ['mod', 'edit', `-require=${at}`, `-replace=${MODULE}=${module}`];
  for (const words of [choose, ['mod', 'tidy'], ['vet', '-trimpath', '.']]) {
    say(`go ${words.join(' ')}\n`);
    const { ok, said } = go(words, dir);
    if (ok) continue;
    say(`${said.trimEnd()}\n${adviceFor(said, words, wanted)}\n`);
    return false;
  }
  // The cache of programs goes by what is in this folder: what is built from another one has to show here.
  if (module !== undefined) appendFileSync(join(dir, 'go.mod'), `\n// ${hashOf(module)}\n`);
  return true;
}

function hashOf(module: string): string {
  const hash = createHash('sha256');
  for (const file of globSync('**/*.go', { cwd: module }).toSorted()) hash.update(readFileSync(join(module, file)));
  return hash.digest('hex');
}

function adviceFor(said: string, words: readonly string[], wanted: string): string {
  if (words[0] === 'vet') {
    return 'Where it is a type or a parameter that has changed, adapt test/controller/controller.';
  }
  const folder = `Bring ${MODULE} ${wanted} here some other way, and name its folder: npm run follow:controller ${wanted} DIR`;
  const status = /\b(403|404|410)\b[^\n]*/.exec(said)?.[0];
  if (status !== undefined) return `The Go module proxy does not give it out (${status}).\n${folder}`;
  return `go ${words.join(' ')} failed. It needs Go, and a Go module proxy (GOPROXY).\n${folder}`;
}

function reason(said: string): string {
  return said.trim().split('\n').slice(-2).join(' ').replaceAll('\t', '');
}

interface Answer {
  readonly ok: boolean;
  readonly said: string;
}

function go(words: readonly string[], cwd: string): Answer {
  // What is compiled for vet is then there for the build of test/cluster/go-programs.ts.
  const env = { ...process.env, GOWORK: 'off', GOFLAGS: '-mod=mod', CGO_ENABLED: '0' };
  const { status, stdout, stderr, error } = spawnSync('go', words, { cwd, env, encoding: 'utf8' });
  if (error !== undefined) return { ok: false, said: `There is no go that could be run (${error.message}).` };
  return status === 0 ? { ok: true, said: stdout } : { ok: false, said: stderr };
}

function runSuite(wanted: string, dir: string): number {
  const suite = spawnSync(process.execPath, [VITEST, 'run', '--project', 'controller'], {
    cwd: fileURLToPath(new URL('../', import.meta.url)),
    env: { ...process.env, GUARD_CONTROLLER_MODULE: dir },
    stdio: 'inherit',
  });
  const differs = 'what differs is above. A text nobody knows goes into test/controller/error-words.ts.';
  const agrees = 'plans agree with it as they do with the version of test/controller/controller/go.mod.';
  say(`${MODULE} ${wanted}: ${suite.status === 0 ? agrees : differs}\n`);
  return suite.status === 0 ? 0 : 1;
}

function say(text: string): void {
  process.stderr.write(text);
}
