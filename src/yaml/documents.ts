// Takes a text apart into documents as kubectl does (k8s.io/apimachinery, pkg/util/yaml/decoder.go), so that a fault in one
// leaves the others readable. Differences: reading goes on behind a fault, and lists at the top are read.
import { EVENT_ID } from 'js-yaml';
import type { AliasBudget } from './alias-budget.ts';
import { readEvents } from './events.ts';
import { YamlFault } from './fault.ts';
import { countKeys, type JsonExtent, measureJson } from './json.ts';
import { createJsonTree } from './json-tree.ts';
import { findTooLargeJson, MAX_DEPTH, TOO_DEEP } from './limits.ts';
import type { SourceTree } from './tree.ts';
import { buildValue } from './value.ts';
import { createYamlTree } from './yaml-tree.ts';

/** A part of a text: what its offsets count from, and the line of the file that it begins in. */
export interface Part {
  readonly text: string;
  /** Of the part in the whole text. */
  readonly offset: number;
  /** The first line is 1. */
  readonly line: number;
}

/** A document that can be read. */
export interface SourceDocument extends Part {
  /** How much it holds, roughly; what aliases stand for is shared. */
  readonly nodes: number;
  readonly hasDuplicates: boolean;
  /** Both read the text again. */
  readonly readValue: () => unknown;
  readonly createTree: () => SourceTree;
}

export interface ParsedDocument extends SourceDocument {
  readonly value: unknown;
}

export interface BrokenDocument extends Part {
  readonly fault: YamlFault;
}

/** @throws nothing: a fault is a document too */
export function* readDocuments(text: string, budget: AliasBudget): Generator<ParsedDocument | BrokenDocument> {
  let rest: Part = { text, offset: 0, line: 1 };
  let count = 0;
  for (;;) {
    const start = rest.text.search(/[^\s\ufeff]/);
    if (start === -1) return;
    const extent = measureJson(rest.text, start);
    const read = extent === undefined ? undefined : readJson(cut(rest, start, extent.end), extent);
    if (extent === undefined || read === undefined) break;
    // To kubectl, only what begins with "{" may be JSON; a list that is all of the text is read here.
    if (rest.text[start] === '[' && (count > 0 || rest.text.slice(extent.end).trim() !== '')) break;
    yield read;
    count += 1;
    rest = cut(rest, extent.end);
  }
  if (count > 1) yield { ...rest, fault: new YamlFault('what follows the JSON values is no JSON', 0) };
  else yield* readYaml(rest, budget);
}

/** @returns undefined where it is no JSON, which may be YAML in flow style */
function readJson(part: Part, { depth, keys, containers }: JsonExtent): ParsedDocument | BrokenDocument | undefined {
  const { text } = part;
  const nodes = keys + containers;
  const limit = depth > MAX_DEPTH ? TOO_DEEP : findTooLargeJson(nodes);
  if (limit !== undefined) return { ...part, fault: new YamlFault(limit, 0) };
  try {
    const value: unknown = JSON.parse(text);
    const hasDuplicates = countKeys(value) !== keys;
    return {
      ...part,
      value,
      nodes,
      hasDuplicates,
      readValue: () => JSON.parse(text),
      createTree: () => createJsonTree(text, 0),
    };
  } catch {
    return undefined;
  }
}

function* readYaml(whole: Part, budget: AliasBudget): Generator<ParsedDocument | BrokenDocument> {
  let rest = whole;
  while (rest.text !== '') {
    const separator = findSeparator(rest.text);
    yield* readChunk(separator === undefined ? rest : cut(rest, 0, separator), budget);
    if (separator === undefined) return;
    rest = cut(rest, separator);
    const lineEnd = rest.text.indexOf('\n');
    const behind = rest.text.slice('---'.length, lineEnd === -1 ? undefined : lineEnd).trim();
    if (behind !== '' && !behind.startsWith('#')) {
      yield { ...rest, fault: new YamlFault('behind the separator "---", kubectl allows a comment only', 0) };
    }
    if (lineEnd === -1) return;
    rest = cut(rest, lineEnd + 1);
  }
}

/** kubectl takes every line that begins so for one, wherever it is. */
function findSeparator(text: string): number | undefined {
  if (text.startsWith('---')) return 0;
  const found = text.indexOf('\n---');
  return found === -1 ? undefined : found + 1;
}

function* readChunk(part: Part, budget: AliasBudget): Generator<ParsedDocument | BrokenDocument> {
  const { text } = part;
  try {
    const events = readEvents(text);
    if (events.length === 0) return;
    const [first] = events;
    // Lines that begin with it have been cut out; js-yaml takes an indented one for the same.
    if (first?.type === EVENT_ID.DOCUMENT && first.explicitStart && !text.startsWith('\ufeff---')) {
      throw new YamlFault('behind white space, "---" separates nothing', 0);
    }
    const { value, hasDuplicates } = buildValue(events, text, budget);
    yield {
      ...part,
      value,
      nodes: events.length,
      hasDuplicates,
      readValue: () => buildValue(readEvents(text), text, { aliased: 0 }).value,
      createTree: () => createYamlTree(readEvents(text), text),
    };
    if (events.findIndex(({ type }, index) => index > 0 && type === EVENT_ID.DOCUMENT) !== -1) {
      throw new YamlFault('kubectl reads nothing behind "..."; separate documents with "---"', text.search(/^\.\.\./m));
    }
  } catch (error) {
    if (!(error instanceof YamlFault)) throw error;
    yield { ...part, fault: error };
  }
}

function cut({ text, offset, line }: Part, start: number, end = text.length): Part {
  return { text: text.slice(start, end), offset: offset + start, line: line + countLines(text, start) };
}

/** In the part of the text before the end only, or a text of many parts would be read again for each. */
export function countLines(text: string, end: number): number {
  const before = text.slice(0, end);
  let count = 0;
  for (let at = before.indexOf('\n'); at !== -1; at = before.indexOf('\n', at + 1)) count += 1;
  return count;
}
