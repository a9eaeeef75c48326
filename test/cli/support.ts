// The program in this process, with captured output; and directories of files that go away with the test.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Io } from '../../src/cli/io.ts';
import { runProgram } from '../../src/cli/program.ts';

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Surroundings {
  readonly stdin?: string | Buffer;
  readonly hasColour?: boolean;
  readonly columns?: number;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

export const VERSION = '1.2.3';

export async function run(
  words: readonly string[],
  { stdin = '', hasColour = false, columns, environment }: Surroundings = {},
): Promise<Outcome> {
  let out = '';
  let err = '';
  const io: Io = {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    readStdin: async () => Buffer.from(stdin),
    hasColour,
    ...(columns === undefined ? {} : { columns }),
    ...(environment === undefined ? {} : { environment }),
    terminated: () => Promise.resolve('SIGTERM'),
  };
  const code = await runProgram(words, VERSION, io);
  return { code, out, err };
}

/** A new directory with these files. @returns its path */
export function directoryOf(files: Readonly<Record<string, string | Buffer>>): string {
  const root = mkdtempSync(join(tmpdir(), 'guard-cli-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  return root;
}

export interface CheckDocument {
  readonly version: number;
  readonly summary: Readonly<Record<string, number>>;
  readonly findings: readonly {
    readonly rule: string;
    readonly severity: string;
    readonly certain: boolean;
    readonly object: { readonly kind: string; readonly namespace?: string; readonly name: string };
    readonly path: string;
    readonly message: string;
    readonly file: string;
    readonly line: number;
  }[];
  readonly mutations: readonly { readonly object: object; readonly file: string; readonly patch: readonly object[] }[];
  readonly undecided: readonly { readonly fact: string; readonly objects: number }[];
}

export interface Checked extends Outcome {
  readonly document: CheckDocument;
  /** `file:line rule`, files relative to the root. */
  readonly found: readonly string[];
}

/** `check --format json` of paths below a root. */
export async function check(
  root: string,
  paths: readonly string[],
  words: readonly string[] = [],
  around: Surroundings = {},
): Promise<Checked> {
  const full = paths.map((path) => (path === '-' ? path : join(root, path)));
  const outcome = await run(['check', ...full, '--format=json', ...words], around);
  if (outcome.out === '') throw new Error(`check printed nothing: ${outcome.err}`);
  const document: CheckDocument = JSON.parse(outcome.out);
  const found = document.findings.map(({ file, line, rule }) => `${file.replace(`${root}/`, '')}:${line} ${rule}`);
  return { ...outcome, err: outcome.err.replaceAll(`${root}/`, ''), document, found };
}

/** As it would be on a terminal that is wide enough: what was broken to be indented is one line again. */
export function unwrapped(text: string): string {
  return text.replaceAll(/(?<=\S)\n {4,}(?=\S)/g, ' ');
}
