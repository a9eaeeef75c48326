// How a value that is there is replaced, and a field or an item taken out, with the comments of others left where they are.
import type { Splices } from './insert-text.ts';
import {
  behindColon,
  columnOf,
  endOf,
  endOfEntry,
  isFirstInLine,
  lineStart,
  NoPlace,
  nextLine,
  type Source,
  type Step,
} from './source.ts';
import { writeField, writeFlow, writeScalar } from './write-value.ts';

/** @returns ways to write it, the best first. @throws NoPlace */
export function replaceValue(source: Source, above: Step, value: unknown, step: number): readonly Splices[] {
  const { text, tree, isJson } = source;
  const { node, entry, content } = above;
  const start = tree.offsetOf(node);
  const style = isJson ? 'json' : 'flow';
  if (start === undefined) {
    if (entry === undefined) throw new NoPlace('an empty item of a list');
    const colon = behindColon(source, entry.keyNode);
    return [[{ start: colon, end: colon, text: ` ${writeFlow(value, style)}` }]];
  }
  const end = endOf(source, node);
  const inner = tree.contentOf(node);
  const isBlock = 'style' in inner ? inner.style === 'block' : /^[|>]/.test(text.slice(start, end));
  if (!isBlock) {
    const quote = /^["']/.exec(text.slice(start, end))?.[0] ?? '';
    const written = typeof value === 'string' ? writeScalar(value, style, quote) : writeFlow(value, style);
    return [[{ start, end, text: written }]];
  }
  if (inner.kind !== 'scalar' && hasComment(text.slice(start, end))) {
    throw new NoPlace('comments are in what would be replaced');
  }
  if (entry === undefined || content.style === 'flow') return [[{ start, end, text: writeFlow(value, 'flow') }]];
  const key = tree.offsetOf(entry.keyNode) ?? start;
  const [first = '', ...lines] = writeField(entry.key ?? '', value, step);
  const indent = ' '.repeat(columnOf(text, key));
  const body = [
    first.slice(first.indexOf(':', writeScalar(entry.key ?? '', 'block').length) + 1),
    ...lines.map((line) => indent + line),
  ];
  return [[{ start: behindColon(source, entry.keyNode), end, text: body.join(source.lineBreak) }]];
}

/** @throws NoPlace */
export function removeField(source: Source, steps: readonly Step[]): readonly Splices[] {
  const above = steps.at(-1);
  if (above === undefined) throw new NoPlace('it is the whole document');
  const { content } = above;
  const count = content.kind === 'list' ? content.items.length : content.entries.length;
  if (count === 1) return [emptied(source, steps, above)];
  return [content.style === 'flow' ? outOfBrackets(source, above) : outOfBlock(source, above)];
}

/** The only one of its kind: what held it is left, empty. */
function emptied(source: Source, steps: readonly Step[], { content, container }: Step): Splices {
  const { tree } = source;
  const start = tree.offsetOf(container);
  if (start === undefined) throw new NoPlace('it is empty');
  const end = endOf(source, container);
  const empty = content.kind === 'list' ? '[]' : '{}';
  const holder = steps.at(-2)?.entry;
  if (hasComment(source.text.slice(start, end))) throw new NoPlace('comments are in what would be removed');
  if (content.style === 'flow' || holder === undefined) return [{ start, end, text: empty }];
  const colon = behindColon(source, holder.keyNode);
  const between = source.text.slice(colon, start);
  if (!hasComment(between)) return [{ start: colon, end, text: ` ${empty}` }];
  // A comment is behind the key: the empty value goes before it, and the lines of the value go.
  return [
    { start: colon, end: colon, text: ` ${empty}` },
    { start: lineStart(source.text, start), end: nextLine(source.text, end), text: '' },
  ];
}

function outOfBrackets(source: Source, { content, index }: Step): Splices {
  const bounds =
    content.kind === 'list'
      ? content.items.map((item) => [source.tree.offsetOf(item), endOf(source, item)] as const)
      : content.entries.map((entry) => [source.tree.offsetOf(entry.keyNode), endOfEntry(source, entry)] as const);
  const own = bounds[index];
  const next = bounds[index + 1];
  const before = bounds[index - 1];
  // With the comma behind it, or, for the last one, before it.
  if (own?.[0] !== undefined && next?.[0] !== undefined) return [splice(source, own[0], next[0])];
  if (own === undefined || before === undefined) throw new NoPlace('it is not there');
  return [splice(source, before[1], own[1])];
}

function splice({ text }: Source, start: number, end: number): Splices[number] {
  if (hasComment(text.slice(start, end))) throw new NoPlace('comments are in what would be removed');
  return { start, end, text: '' };
}

function outOfBlock(source: Source, { content, index, entry, node }: Step): Splices {
  const { text, tree } = source;
  const written = entry === undefined ? dashBefore(source, node) : tree.offsetOf(entry.keyNode);
  if (written === undefined) throw new NoPlace('it is empty');
  const end = entry === undefined ? endOf(source, node) : endOfEntry(source, entry);
  if (isFirstInLine(text, written)) {
    const last = nextLine(text, end);
    // Without a line break at the end of the file, the one before goes.
    const isCut = last === text.length && text[last - 1] !== '\n';
    const start = lineStart(text, written);
    return [{ start: isCut ? Math.max(start - source.lineBreak.length, 0) : start, end: last, text: '' }];
  }
  // Behind a dash: the next one takes its place.
  const next = content.kind === 'mapping' ? content.entries[index + 1] : undefined;
  const start = next === undefined ? undefined : tree.offsetOf(next.keyNode);
  if (start === undefined) throw new NoPlace('it is in a line with others');
  // A comment in its own line goes with it.
  if (lineStart(text, start) === nextLine(text, end)) return [{ start: written, end: start, text: '' }];
  return [splice(source, written, start)];
}

function dashBefore({ text, tree }: Source, node: number): number | undefined {
  const start = tree.offsetOf(node);
  if (start === undefined) return undefined;
  const line = text.slice(lineStart(text, start), start);
  const dash = /^\s*-\s+$/.test(line) ? line.indexOf('-') : -1;
  if (dash === -1) throw new NoPlace('its dash is in another line');
  return lineStart(text, start) + dash;
}

/** Or what may be one. */
function hasComment(text: string): boolean {
  return /(?:^|\s)#/.test(text);
}
