// Changes one field of a document in its text, and nothing else: comments, layout and all other lines stay as they are. What
// comes out is read again and compared with the object after the same change, so that no text is ever given that says more,
// less or anything else.
import { readDocuments, type SourceDocument } from './documents.ts';
import { appendItem, fillEmpty, insertField, type Splice, type Splices, stepOf } from './insert-text.ts';
import { removeField, replaceValue } from './replace-text.ts';
import { NoPlace, type Source, sourceOf, walk } from './source.ts';
import type { Path } from './tree.ts';

export type TextEdit =
  | { readonly operation: 'set' | 'append'; readonly path: Path; readonly value: unknown }
  | { readonly operation: 'remove'; readonly path: Path };

export type Edited = { readonly text: string } | { readonly refused: string };

/** @returns the text of the document after the edit, the same where it says so already; or why it cannot be written */
export function editText(document: SourceDocument, edit: TextEdit): Edited {
  try {
    const value = document.readValue();
    const expected = edited(value, edit);
    if (isSame(expected, value)) return { text: document.text };
    const source = sourceOf(document);
    for (const splices of waysToWrite(source, edit)) {
      const text = apply(document.text, splices);
      if (says(text, expected)) return { text };
    }
    return { refused: 'it is written in a way that cannot be changed safely' };
  } catch (error) {
    if (!(error instanceof NoPlace)) throw error;
    return { refused: error.message };
  }
}

/**
 * Many edits of one document, read and compared once: a document of thousands of objects would be read thousands of times.
 *
 * @param edits none at, above or below the place of another
 * @returns the text, and the edits that are in it; undefined where they must be tried one by one
 */
export function editTextAtOnce<T extends TextEdit>(
  document: SourceDocument,
  edits: readonly T[],
): { readonly text: string; readonly made: readonly T[] } | undefined {
  const source = sourceOf(document);
  const expected = document.readValue();
  const made: T[] = [];
  const splices: Splice[] = [];
  for (const edit of edits) {
    try {
      const [best = []] = waysToWrite(source, edit);
      carryOut(expected, edit);
      splices.push(...best);
      made.push(edit);
    } catch (error) {
      if (!(error instanceof NoPlace)) throw error;
    }
  }
  const sorted = splices.toSorted((a, b) => a.start - b.start);
  if (sorted.some(({ start }, index) => start <= (sorted[index - 1]?.end ?? -1))) return undefined;
  const text = apply(document.text, sorted);
  return says(text, expected) ? { text, made } : undefined;
}

function waysToWrite(source: Source, edit: TextEdit): readonly Splices[] {
  const way = walk(source, edit.path);
  const above = way.steps.at(-1);
  if (edit.operation === 'remove') {
    if (way.rest.length > 0) throw new NoPlace('it is not written in this file');
    return removeField(source, way.steps);
  }
  const step = stepOf(source, way.steps);
  if (edit.operation === 'set') {
    if (way.rest.length > 0) return insertField(source, way, edit.value);
    if (above === undefined) throw new NoPlace('it is the whole document');
    return replaceValue(source, above, edit.value, step);
  }
  if (way.rest.length > 0) return insertField(source, way, [edit.value]);
  const content = source.tree.contentOf(way.node);
  if (content.kind === 'list' && content.items.length > 0) return appendItem(source, content, way.node, edit.value);
  return fillEmpty(source, way.steps, way.node, [edit.value], step);
}

function apply(text: string, splices: Splices): string {
  let at = 0;
  const pieces: string[] = [];
  for (const { start, end, text: put } of splices.toSorted((a, b) => a.start - b.start)) {
    pieces.push(text.slice(at, start), put);
    at = end;
  }
  return pieces.join('') + text.slice(at);
}

function says(text: string, expected: unknown): boolean {
  const [only, ...others] = readDocuments(text, { aliased: 0 });
  return only !== undefined && 'value' in only && others.length === 0 && isSame(only.value, expected);
}

type Fields = Record<string | number, unknown>;

/** The value after the edit. @throws NoPlace */
function edited(value: unknown, edit: TextEdit): unknown {
  const copy = structuredClone(value);
  carryOut(copy, edit);
  return copy;
}

/** @throws NoPlace, with the value as it was or with empty fields on the way */
function carryOut(copy: unknown, edit: TextEdit): void {
  const last = edit.path.at(-1);
  if (last === undefined) throw new NoPlace('it is the whole document');
  let parent: unknown = copy;
  edit.path.slice(0, -1).forEach((part, index) => {
    const fields = fieldsOf(parent);
    // What is missing on the way is made.
    fields[part] = ownOf(fields, part) ?? (typeof edit.path[index + 1] === 'number' ? [] : {});
    parent = fields[part];
  });
  const fields = fieldsOf(parent);
  if (edit.operation === 'set') fields[last] = edit.value;
  else if (edit.operation === 'append') {
    const list = ownOf(fields, last) ?? [];
    if (!Array.isArray(list)) throw new NoPlace('it is no list');
    fields[last] = [...list, edit.value];
  } else if (!Object.hasOwn(fields, last)) throw new NoPlace('it is not written in this file');
  else if (Array.isArray(fields)) fields.splice(Number(last), 1);
  else delete fields[last];
}

function ownOf(fields: Fields, key: string | number): unknown {
  return Object.hasOwn(fields, key) ? fields[key] : undefined;
}

function fieldsOf(value: unknown): Fields {
  if (typeof value !== 'object' || value === null) throw new NoPlace('a value is where fields should be');
  return value as Fields;
}

/** In any order of keys. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSame((a as Fields)[key], (b as Fields)[key]))
  );
}
