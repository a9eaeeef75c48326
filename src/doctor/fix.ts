// What fixes a problem: text, and among it commands as argument vectors, so that whatever an installation calls its objects,
// a pasted command runs with exactly these arguments.
import { type Command, operand, shellCommand } from '../shell-quote.ts';

/** Texts and commands in the order in which they are read; a text alone where nothing is to be run, or nothing of it varies. */
export type Fix = string | readonly (string | Command)[];

export function fixInWords(fix: Fix): string {
  return piecesOf(fix)
    .map((piece) => (typeof piece === 'string' ? piece : shellCommand(piece)))
    .join('');
}

export function commandsOf(fix: Fix): readonly Command[] {
  return piecesOf(fix).filter((piece) => typeof piece !== 'string');
}

/** Two fixes in one, with a text between them. */
export function joinFixes(first: Fix, between: string, second: Fix): Fix {
  return [...piecesOf(first), between, ...piecesOf(second)];
}

function piecesOf(fix: Fix): readonly (string | Command)[] {
  return typeof fix === 'string' ? [fix] : fix;
}

/** @param namespace undefined for what is in none */
export function kubectl(namespace: string | undefined, ...words: readonly string[]): Command {
  return ['kubectl', ...(namespace === undefined ? [] : ['-n', namespace]), ...words];
}

/** Puts back what deploy/ has. */
export const REAPPLY: Fix = [
  ['kubectl', 'apply', '-k', 'OVERLAY'],
  ', the overlay of deploy/ that it was installed from',
];

/** A command that merges this into an object. */
export function mergePatch(namespace: string, kind: string, name: string, change: object, ...flags: string[]): Command {
  return kubectl(namespace, 'patch', operand(kind, 'KIND'), operand(name), ...flags, '-p', JSON.stringify(change));
}

export interface JsonPatchOperation {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path: string;
  readonly value?: unknown;
}

export function jsonPatch(
  namespace: string | undefined,
  kind: string,
  name: string,
  ...operations: readonly JsonPatchOperation[]
): Command {
  const patch = JSON.stringify(operations);
  return kubectl(namespace, 'patch', operand(kind, 'KIND'), operand(name), '--type=json', '-p', patch);
}
