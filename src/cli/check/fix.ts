// `check --fix`: what is certain is written into the files, and everything is judged again until nothing is left to write. All of
// it happens in memory; files are written at the end, or shown as a diff.

import { valueInWords } from '../../judge/fix.ts';
import { formatName, formatPath } from '../../kubernetes/field-path.ts';
import { plainText } from '../../kubernetes/plain-text.ts';
import { systemReason } from '../../system-reason.ts';
import { readRegularFile } from '../files/read-file.ts';
import { failureLine } from '../files/reading-report.ts';
import { EXIT, type ExitCode, type Io } from '../io.ts';
import { applyChanges } from './apply-changes.ts';
import type { CheckOptions, Look, Looked } from './check.ts';
import { type Change, findFixable, type Left } from './fixable.ts';
import { unifiedDiff } from './unified-diff.ts';
import { refuseToWrite, replaceFile } from './writable.ts';

/** A fix may bring another to light; none is as deep. */
const MAX_ROUNDS = 10;

export interface FixedFiles {
  /** What is found after it. */
  readonly looked: Looked;
  /** Of what was written, or would be. */
  readonly exitCode: ExitCode;
}

type Options = Pick<CheckOptions, 'paths' | 'diff'>;

export async function fixFiles(look: Look, options: Options, io: Io): Promise<FixedFiles> {
  const files = new TextStore();
  const { looked, made, left } = await toFixedPoint(look, options, files);
  const changed = files.changed();
  if (options.diff) {
    for (const [file, before, after] of changed) io.out(unifiedDiff(file, before.toString(), after.toString()));
    for (const line of leftLines(left)) io.err(`${line}\n`);
    for (const failure of looked.failures) io.err(`${failureLine(failure)}\n`);
    if (looked.failures.length > 0) return { looked, exitCode: EXIT.failed };
    return { looked, exitCode: changed.length > 0 ? EXIT.findings : EXIT.clean };
  }
  const unwritten = new Set(changed.filter((one) => !write(one, io)).map(([file]) => file));
  const written = made.filter(({ edits }) => edits.every(({ manifest }) => !unwritten.has(manifest.file)));
  for (const change of written) for (const line of changeLines(change)) io.err(`${line}\n`);
  const count = changed.length - unwritten.size;
  io.err(count === 0 ? 'Nothing is written.\n' : `${counted(count, 'file')} written.\n`);
  for (const line of leftLines(left)) io.err(`${line}\n`);
  // What could not be written is found as before.
  if (unwritten.size > 0) return { looked: await look(), exitCode: EXIT.failed };
  return { looked, exitCode: EXIT.clean };
}

interface Fixed {
  readonly looked: Looked;
  readonly made: readonly Change[];
  readonly left: readonly Left[];
}

async function toFixedPoint(look: Look, { paths }: Options, files: TextStore): Promise<Fixed> {
  const made: Change[] = [];
  const done = new Set<string>();
  const refused = new Map<string, string | undefined>();
  const refuseFile = (file: string): string | undefined => {
    if (!refused.has(file)) refused.set(file, refuseToWrite(file, paths));
    return refused.get(file);
  };
  for (let round = 1; ; round += 1) {
    const looked = await look((file) => files.read(file));
    const { changes, left } = findFixable(looked, refuseFile);
    const next = applyChanges(changes, done);
    if (next.texts.size === 0) return { looked, made, left: [...left, ...next.left] };
    if (round > MAX_ROUNDS) {
      const more = next.made.map(({ place, because }) => ({ place, rule: because, why: 'run --fix again' }));
      return { looked, made, left: [...left, ...next.left, ...more] };
    }
    made.push(...next.made);
    for (const [file, text] of next.texts) files.put(file, text);
  }
}

/** Files as they are on the disk, and as they will be. */
class TextStore {
  readonly #before = new Map<string, Buffer>();
  readonly #after = new Map<string, Buffer>();

  read(file: string): Buffer {
    const known = this.#after.get(file) ?? this.#before.get(file);
    if (known !== undefined) return known;
    const bytes = readRegularFile(file);
    this.#before.set(file, bytes);
    return bytes;
  }

  put(file: string, text: string): void {
    this.#after.set(file, Buffer.from(text));
  }

  changed(): readonly (readonly [file: string, before: Buffer, after: Buffer])[] {
    return [...this.#after].flatMap(([file, after]) => {
      const before = this.#before.get(file);
      return before === undefined || before.equals(after) ? [] : [[file, before, after] as const];
    });
  }
}

function write([file, before, after]: readonly [string, Buffer, Buffer], io: Io): boolean {
  try {
    replaceFile(file, before, after);
    return true;
  } catch (error) {
    io.err(`${plainText(file)}: cannot be written, and is as it was: ${plainText(systemReason(error))}\n`);
    return false;
  }
}

function changeLines({ edits, because, place }: Change): readonly string[] {
  return edits.map(({ edit }) => {
    const field = formatPath(edit.path);
    const what = edit.operation === 'remove' ? `${field} removed` : `${field}: ${valueInWords(edit.value)}`;
    return plainText(`${place}: ${formatName(edit.object)}: ${what} [${because}]`);
  });
}

/** One line for each reason, with the first places. */
function leftLines(left: readonly Left[]): readonly string[] {
  const byReason = Map.groupBy(left, ({ why }) => why);
  return [...byReason].map(([why, found]) => {
    const places = found.slice(0, MAX_PLACES).map(({ place, rule }) => `${place} [${rule}]`);
    const more = found.length > MAX_PLACES ? `, and ${found.length - MAX_PLACES} more` : '';
    return plainText(`Left to you, ${counted(found.length, 'finding')}: ${why}: ${places.join(', ')}${more}`);
  });
}

const MAX_PLACES = 3;

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
