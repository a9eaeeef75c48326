// Where a field or an item that is not there is written: at the end of what it belongs to, as the neighbours are written.
import {
  behindColon,
  columnOf,
  endOf,
  endOfEntry,
  isFirstInLine,
  lineEnd,
  NoPlace,
  type Source,
  type Step,
  type Way,
} from './source.ts';
import type { Content, Entry, Path } from './tree.ts';
import { writeBlock, writeField, writeFlow, writeItem, writeJsonLines, writeScalar } from './write-value.ts';

/** What is between two offsets is replaced. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** One way to write a change, in pieces that do not overlap. */
export type Splices = readonly Splice[];

/** Usual in manifests. */
const DEFAULT_STEP = 2;

/** @returns ways to write a value where nothing is yet, the best first. @throws NoPlace */
export function insertField(source: Source, { steps, node, rest }: Way, value: unknown): readonly Splices[] {
  const content = source.tree.contentOf(node);
  const step = stepOf(source, steps);
  const [key, ...below] = rest;
  if (key === undefined) throw new NoPlace('it is there already');
  const nested = nest(below, value);
  if (content.kind === 'mapping' && content.entries.length > 0) {
    if (content.style === 'flow') return [intoBrackets(source, content, node, String(key), nested)];
    return intoBlock(source, content, writeField(String(key), nested, step));
  }
  if (content.kind === 'list' && content.items.length > 0) throw new NoPlace('the list has no such item');
  const isEmptyScalar = content.kind === 'scalar' && isNull(source, node);
  if (content.kind === 'scalar' && !isEmptyScalar) throw new NoPlace('a value is where fields should be');
  return fillEmpty(source, steps, node, nest(rest, value), step);
}

/** @param list a list with items. @throws NoPlace */
export function appendItem(source: Source, list: Content, node: number, value: unknown): readonly Splices[] {
  const last = list.kind === 'list' ? list.items.at(-1) : undefined;
  const start = source.tree.offsetOf(node);
  if (last === undefined || start === undefined || !('style' in list)) throw new NoPlace('it is no list');
  if (list.style === 'block') {
    const lines = writeItem(value, DEFAULT_STEP);
    return [[behindLine(source, endOf(source, last), lines, columnOf(source.text, start))]];
  }
  const at = endOf(source, last);
  const first = list.kind === 'list' ? source.tree.offsetOf(list.items[0] ?? last) : undefined;
  return [[{ start: at, end: at, text: separated(source, first, value, '') }]];
}

/** Of what holds nothing (`{}`, `[]`, null): all of its value. */
export function fillEmpty(
  source: Source,
  steps: readonly Step[],
  node: number,
  value: object,
  step: number,
): readonly Splices[] {
  const { text, tree, isJson } = source;
  const above = steps.at(-1);
  const start = tree.offsetOf(node);
  if (above?.entry === undefined) throw new NoPlace('an empty item of a list');
  const isBlock = above.content.style === 'block';
  const colon = behindColon(source, above.entry.keyNode);
  const end = start === undefined ? colon : endOf(source, node);
  const key = tree.offsetOf(above.entry.keyNode) ?? colon;
  const flow = isJson ? jsonAt(source, key, value) : writeFlow(value, 'flow');
  const inBrackets = [{ start: colon, end, text: ` ${flow}` }];
  if (!isBlock) return [inBrackets];
  const lines = writeBlock(value, step);
  const column = columnOf(text, key) + step;
  const behind = behindLine(source, end, lines, column);
  const cleared = { start: colon, end, text: '' };
  return [end === behind.start ? [{ ...behind, start: colon }] : [cleared, behind], inBrackets];
}

/** At the end, or where something is in the way there at the beginning. */
function intoBlock(
  source: Source,
  { entries }: { readonly entries: readonly Entry[] },
  lines: readonly string[],
): readonly Splices[] {
  const { text, tree, lineBreak } = source;
  const [first] = entries;
  const last = entries.at(-1);
  const start = first === undefined ? undefined : tree.offsetOf(first.keyNode);
  if (start === undefined || last === undefined) throw new NoPlace('its first key is empty');
  const column = columnOf(text, start);
  const before = lines.map((line) => `${line}${lineBreak}${' '.repeat(column)}`).join('');
  return [[behindLine(source, endOfEntry(source, last), lines, column)], [{ start, end: start, text: before }]];
}

function intoBrackets(
  source: Source,
  { entries }: { readonly entries: readonly Entry[] },
  node: number,
  key: string,
  value: unknown,
): Splices {
  const { tree } = source;
  const last = entries.at(-1);
  const first = entries[0] === undefined ? undefined : tree.offsetOf(entries[0].keyNode);
  if (last === undefined) throw new NoPlace('it is empty');
  const at = Math.max(endOfEntry(source, last), tree.offsetOf(node) ?? 0);
  return [
    { start: at, end: at, text: separated(source, first, value, `${writeScalar(key, styleOf(source, first))}: `) },
  ];
}

/** As the first one is written: in a line of its own, or beside the others. */
function separated(source: Source, first: number | undefined, value: unknown, name: string): string {
  const { text, isJson, lineBreak } = source;
  if (first === undefined || !isFirstInLine(text, first)) return `, ${name}${writeFlow(value, styleOf(source, first))}`;
  const indent = text.slice(lastBreak(text, first), first);
  const body = isJson ? jsonAt(source, first, value) : writeFlow(value, styleOf(source, first));
  return `,${lineBreak}${indent}${name}${body}`;
}

function styleOf({ text, isJson }: Source, first: number | undefined): 'flow' | 'json' {
  return isJson || (first !== undefined && text[first] === '"') ? 'json' : 'flow';
}

/** Over several lines where its neighbours are. @param at what is at the same depth as what is written */
function jsonAt({ text, lineBreak }: Source, at: number, value: unknown): string {
  if (!isFirstInLine(text, at) || lastBreak(text, at) === 0) return writeFlow(value, 'json');
  const indent = text.slice(lastBreak(text, at), at);
  return writeJsonLines(value, jsonStep(text))
    .map((line, index) => (index === 0 ? line : indent + line))
    .join(lineBreak);
}

function jsonStep(text: string): number {
  return /^[^\S\n]*[{[]\r?\n( +)"/m.exec(text)?.[1]?.length ?? DEFAULT_STEP;
}

function lastBreak(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** In lines of their own, behind the line in which an offset lies. */
function behindLine({ text, lineBreak }: Source, offset: number, lines: readonly string[], column: number): Splice {
  const at = lineEnd(text, offset);
  const indent = ' '.repeat(column);
  return { start: at, end: at, text: lines.map((line) => `${lineBreak}${indent}${line}`).join('') };
}

function nest(path: Path, value: unknown): object & unknown {
  return path.reduceRight<unknown>(
    (inner, part) => (typeof part === 'number' ? [inner] : { [part]: inner }),
    value,
  ) as object;
}

function isNull({ text, tree }: Source, node: number): boolean {
  const start = tree.offsetOf(node);
  return start === undefined || /^(?:null|Null|NULL|~)$/.test(text.slice(start, tree.endOf(node)));
}

/** How far fields below begin behind the one above: as the nearest block on the way has it. */
export function stepOf({ text, tree }: Source, steps: readonly Step[]): number {
  for (const { content, entry } of steps.toReversed()) {
    if (content.style !== 'block' || entry === undefined) continue;
    const inner = tree.contentOf(entry.valueNode);
    const first = inner.kind === 'mapping' && inner.style === 'block' ? inner.entries[0] : undefined;
    const key = tree.offsetOf(entry.keyNode);
    const below = first === undefined ? undefined : tree.offsetOf(first.keyNode);
    if (key === undefined || below === undefined) continue;
    const step = columnOf(text, below) - columnOf(text, key);
    if (step > 0) return step;
  }
  return DEFAULT_STEP;
}
