// Runs printed commands in sh, in a world where every program is a stub that notes its arguments, and where a program named
// `canary` stands for what a hostile name would run.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROGRAMS = ['kubectl', 'gcloud', 'helm', 'cmctl', 'grep', 'gke-ingress-guard', 'canary'];

/** How many arguments, the program, the arguments; each ends with NUL, which no argument can hold. */
const STUB = `#!/bin/sh
printf '%s\\0' "$#" "\${0##*/}" "$@" >> "$NOTES"
`;

/** What would run, hide or become an option where a name is in a command as it is. */
export const HOSTILE_NAMES: readonly string[] = [
  'a$(canary)',
  'a`canary`',
  'a; canary #',
  "a'; canary; '",
  'a"; canary; "',
  'a && canary',
  'a | canary',
  'a\\',
  "it's \\''; canary",
  '*',
  '~root',
  'a b',
  '--kubeconfig=/tmp/evil',
  '-x',
];

/** @returns what ran, program first, in the order in which it did */
export function runPrinted(printed: string): readonly (readonly string[])[] {
  const directory = mkdtempSync(join(tmpdir(), 'guard-printed-'));
  try {
    for (const program of PROGRAMS) {
      writeFileSync(join(directory, program), STUB);
      chmodSync(join(directory, program), 0o755);
    }
    const notes = join(directory, 'notes');
    writeFileSync(notes, '');
    const env = { PATH: directory, NOTES: notes };
    const { stderr } = spawnSync('/bin/sh', ['-s'], { input: `${printed}\n`, env, cwd: directory });
    if (stderr.length > 0) throw new Error(`sh says ${stderr.toString()} of ${printed}`);
    return readNotes(readFileSync(notes, 'utf8'));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function readNotes(text: string): readonly (readonly string[])[] {
  const words = text.split('\0');
  const ran: (readonly string[])[] = [];
  for (let at = 0; at < words.length - 1; ) {
    const length = Number(words[at]) + 1;
    ran.push(words.slice(at + 1, at + 1 + length));
    at += 1 + length;
  }
  return ran;
}

/** What a program would take for an option: "-..." anywhere but after -n, -o, -l, -p, -k or -e, which take the next word. */
export function optionsOf(command: readonly string[]): readonly string[] {
  return command
    .filter((word, index) => word.startsWith('-') && !/^-[nolpke]$/.test(command[index - 1] ?? ''))
    .map((word) => word.replace(/=.*$/s, ''));
}

/** A copy in which every text that is one of these names, or holds one in quotes, has this one instead. */
export function renameIn<T>(value: T, names: ReadonlySet<string>, name: string): T {
  const rename = (one: unknown): unknown => {
    if (typeof one === 'string') {
      if (names.has(one)) return name;
      return one.replaceAll(/"([^"]+)"/g, (quoted, text: string) => (names.has(text) ? JSON.stringify(name) : quoted));
    }
    if (Array.isArray(one)) return one.map(rename);
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([key, child]) => [key, rename(child)]));
  };
  return rename(value) as T;
}
