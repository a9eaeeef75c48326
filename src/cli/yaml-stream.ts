// Takes a text of YAML documents or JSON values apart, one by one, so that a fault in one leaves the others readable,
// and remembers where each field stands.
import {
  Composer,
  type Document,
  type DocumentOptions,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParseOptions,
  Parser,
  type SchemaOptions,
} from 'yaml';
import type { FieldPath } from '../kubernetes/field-path.ts';
import { isTooDeep, MAX_DEPTH } from '../yaml-depth.ts';

export type StreamPart =
  | {
      readonly ok: true;
      readonly value: unknown;
      /** The line of a field, or of the nearest thing above it that is there; the first line is 1. */
      readonly lineOf: (path: FieldPath) => number;
    }
  | { readonly ok: false; readonly line: number | undefined; readonly message: string };

const OPTIONS: ParseOptions & DocumentOptions & SchemaOptions = {
  // As kubectl reads: YAML 1.1 with merge keys, the last of two equal keys wins.
  version: '1.1',
  merge: true,
  uniqueKeys: false,
  // … but dates and 12:30 stay text, for kubectl's reader knows neither as anything else.
  customTags: (tags) =>
    tags.filter(
      (tag) => typeof tag === 'string' || (tag.tag !== 'tag:yaml.org,2002:timestamp' && tag.format !== 'TIME'),
    ),
  logLevel: 'silent',
};

/** Never throws. Documents that hold nothing (comments only) are parts without a value. */
export function readStream(text: string): readonly StreamPart[] {
  const values = splitJsonValues(text);
  if (values === undefined) return readYaml(text, 0);
  return values.flatMap(({ start, end }) => readYaml(text.slice(start, end), countLines(text, start)));
}

/** @param lineOffset lines of the file before the text */
function readYaml(text: string, lineOffset: number): readonly StreamPart[] {
  const lines = new LineCounter();
  const lineAt = (offset: number): number => lines.linePos(offset).line + lineOffset;
  const composer = new Composer(OPTIONS);
  const parts: StreamPart[] = [];
  const take = (documents: Iterable<Document.Parsed>): void => {
    for (const document of documents) parts.push(readDocument(document, lineAt, text));
  };
  for (const token of new Parser(lines.addNewLine).parse(text)) {
    if (token.type === 'document' && isTooDeep(token)) {
      parts.push({ ok: false, line: lineAt(token.offset), message: `it is nested more than ${MAX_DEPTH} levels deep` });
    } else {
      take(composer.next(token));
    }
  }
  take(composer.end());
  return parts;
}

function readDocument(document: Document.Parsed, lineAt: (offset: number) => number, text: string): StreamPart {
  const [error] = document.errors;
  if (error !== undefined) {
    const [start, , end] = document.range;
    const hint = text.slice(start, end).includes('{{') ? ' (a template? Render it first, as with helm template)' : '';
    return { ok: false, line: lineAt(error.pos[0]), message: `${error.message.split('\n')[0]}${hint}` };
  }
  try {
    return { ok: true, value: document.toJS(), lineOf: (path) => lineOfPath(document, lineAt, path) };
  } catch (cause) {
    // Aliases that would unfold into millions of nodes.
    const message = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    return { ok: false, line: lineOfNode(document.contents, lineAt), message };
  }
}

function lineOfPath(document: Document.Parsed, lineAt: (offset: number) => number, path: FieldPath): number {
  let node: unknown = document.contents;
  let line = lineOfNode(node, lineAt) ?? 1;
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.findLast(({ key }) => isScalar(key) && String(key.value) === String(part));
      if (pair === undefined) return line;
      line = lineOfNode(pair.key, lineAt) ?? line;
      node = pair.value;
    } else if (isSeq(node) && typeof part === 'number') {
      node = node.items[part];
      line = lineOfNode(node, lineAt) ?? line;
    } else {
      return line;
    }
  }
  return line;
}

function lineOfNode(node: unknown, lineAt: (offset: number) => number): number | undefined {
  const range = (node as Node | null | undefined)?.range;
  return range ? lineAt(range[0]) : undefined;
}

/**
 * JSON values one after the other, without anything between them, are no YAML, but jq writes them and kubectl reads them.
 *
 * @returns undefined where the text is not that
 */
function splitJsonValues(text: string): readonly { readonly start: number; readonly end: number }[] | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  const values: { readonly start: number; readonly end: number }[] = [];
  let depth = 0;
  let start = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]|[^\s"{}[\]]+/g)) {
    if (token === '{' || token === '[') {
      if (depth === 0) start = index;
      depth += 1;
    } else if (token === '}' || token === ']') {
      depth -= 1;
      if (depth === 0) values.push({ start, end: index + 1 });
    } else if (depth === 0) {
      return undefined; // flow style with more after it: YAML
    }
  }
  return depth === 0 && values.length > 1 ? values : undefined;
}

function countLines(text: string, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
