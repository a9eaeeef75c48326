// From the text of a YAML document to js-yaml's events, with one leniency of kubectl's that js-yaml does not have: in brackets
// and quotes, kubectl does not mind how far a line is indented (`args: [` … `]` with the bracket at the start of its line),
// nor tabs. Such lines are indented in a copy of the text; the events refer to the text as it is.
import { EVENT_ID, type Event, parseEvents, SCALAR_STYLE, YAMLException } from 'js-yaml';
import { YamlFault } from './fault.ts';
import { findTooLargeYaml, MAX_DEPTH, TOO_DEEP } from './limits.ts';

const DEFICIENT = 'deficient indentation';
/** Where single lines have to be indented, each means reading the document again; this many characters may be read so. */
const MAX_READ_AGAIN = 16 * 1024 * 1024;

/** @throws YamlFault */
export function readEvents(text: string): readonly Event[] {
  const tooLarge = findTooLargeYaml(text);
  if (tooLarge !== undefined) throw new YamlFault(tooLarge, 0);
  const events = tryEvents(text);
  if (Array.isArray(events)) return events;
  if (events.reason !== DEFICIENT) throw toFault(events.reason, events.offset);
  const indent = ' '.repeat(findIndent(text));
  // Nearly always these are all lines that begin with a closing bracket. In a text block, such a line must stay as it is.
  const closing = [...text.matchAll(/^[ \t]*[\]}]/gm)].map(({ index }) => index);
  if (closing.length * indent.length < MAX_READ_AGAIN) {
    const guessed = tryEvents(insert(text, closing, indent));
    if (Array.isArray(guessed)) {
      const moved = guessed.map((event) => moveBack(event, closing, indent));
      if (!moved.some((event) => isTextBlockAround(event, closing))) return moved;
    }
  }
  return readLineByLine(text, indent);
}

/** Indents each line that is complained of. @throws YamlFault */
function readLineByLine(text: string, indent: string): readonly Event[] {
  const lines: number[] = [];
  let original = text;
  for (let again = 0; ; again += text.length) {
    const events = tryEvents(insert(original, lines, indent));
    if (Array.isArray(events)) return events.map((event) => moveBack(event, lines, indent));
    const offset = originOf(events.offset, lines, indent);
    const start = original.lastIndexOf('\n', offset - 1) + 1;
    const end = (original.indexOf('\n', offset) + 1 || original.length + 1) - 1;
    const line = original.slice(start, end);
    const isRepairable = events.reason === DEFICIENT && lines.at(-1) !== start && again <= MAX_READ_AGAIN;
    if (!isRepairable) throw toFault(events.reason, offset);
    if (line.includes('\t')) original = original.slice(0, start) + line.replaceAll('\t', ' ') + original.slice(end);
    else lines.push(start);
  }
}

type Refused = { readonly reason: string; readonly offset: number };

function tryEvents(text: string): Event[] | Refused {
  try {
    return parseEvents(text, { maxDepth: MAX_DEPTH });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return { reason: error.reason, offset: error.mark?.position ?? 0 };
  }
}

function toFault(reason: string, offset: number): YamlFault {
  if (reason.startsWith('nesting exceeded')) return new YamlFault(TOO_DEEP, offset);
  if (reason === DEFICIENT) return new YamlFault('within brackets or quotes, a line is not indented enough', offset);
  if (reason === 'end of the stream or a document separator is expected') {
    return new YamlFault('the document is over before this, and kubectl drops the rest without a word', offset);
  }
  return new YamlFault(reason, offset);
}

/** Further than what a bracket or quote belongs to, which begins before the first of them in its line. */
function findIndent(text: string): number {
  let indent = 1;
  for (const [before] of text.matchAll(/^[^[{"'\n]*(?=[[{"'])/gm)) indent = Math.max(indent, before.length + 1);
  return Math.min(indent, 1000);
}

function insert(text: string, lines: readonly number[], indent: string): string {
  const bounds = [0, ...lines, text.length];
  return bounds.slice(1).reduce((copy, end, index) => {
    const part = text.slice(bounds[index], end);
    return copy + (index === 0 ? part : indent + part);
  }, '');
}

/** From an offset in the copy to one in the text. @param lines where the copy is indented, as offsets in the text, in order */
function originOf(offset: number, lines: readonly number[], indent: string): number {
  const before = countWhile(lines, (line, index) => line + index * indent.length < offset);
  return Math.max(offset - before * indent.length, lines[before - 1] ?? 0);
}

/** How many of them are so, where none is so behind one that is not. */
function countWhile(sorted: readonly number[], isSo: (item: number, index: number) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isSo(sorted[middle] ?? 0, middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

const OFFSETS = new Set(['start', 'valueStart', 'valueEnd', 'anchorStart', 'anchorEnd', 'tagStart', 'tagEnd']);

function moveBack<T extends Event>(event: T, lines: readonly number[], indent: string): T {
  if (lines.length === 0) return event;
  const moved = { ...event };
  for (const [key, value] of Object.entries(event)) {
    if (OFFSETS.has(key) && typeof value === 'number' && value >= 0) {
      Object.assign(moved, { [key]: originOf(value, lines, indent) });
    }
  }
  return moved;
}

function isTextBlockAround(event: Event, lines: readonly number[]): boolean {
  if (event.type !== EVENT_ID.SCALAR) return false;
  if (event.style !== SCALAR_STYLE.LITERAL_BLOCK && event.style !== SCALAR_STYLE.FOLDED_BLOCK) return false;
  const next = lines[countWhile(lines, (line) => line < event.valueStart)];
  return next !== undefined && next < event.valueEnd;
}
