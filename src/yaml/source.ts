// A document as somebody sees it who changes its text: nodes with their ends, lines, columns, and the way down to a field.
import type { SourceDocument } from './documents.ts';
import type { Content, Entry, Path, SourceTree } from './tree.ts';

/** Why a text cannot be changed there, in words. */
export class NoPlace extends Error {}

export interface Source {
  readonly text: string;
  readonly tree: SourceTree;
  readonly isJson: boolean;
  /** As the document has it. */
  readonly lineBreak: string;
}

export function sourceOf({ text, createTree }: SourceDocument): Source {
  const tree = createTree();
  const root = tree.contentOf(tree.root);
  return {
    text,
    tree,
    // A document in brackets is JSON, or near enough for JSON to be right in it.
    isJson: 'style' in root && root.style === 'flow',
    lineBreak: /\r?\n/.exec(text)?.[0] ?? '\n',
  };
}

/** One step of the way down: where the next part of the path is written. */
export interface Step {
  readonly container: number;
  readonly content: Content & { readonly kind: 'mapping' | 'list' };
  readonly index: number;
  /** undefined for an item of a list. */
  readonly entry: Entry | undefined;
  readonly node: number;
}

export interface Way {
  /** As far as the path is there. */
  readonly steps: readonly Step[];
  /** What it leads to. */
  readonly node: number;
  /** What of the path is not there. */
  readonly rest: Path;
}

/** @throws NoPlace where what is there belongs to other places too, or is there twice */
export function walk({ tree }: Source, path: Path): Way {
  const steps: Step[] = [];
  let node = tree.root;
  for (const part of path) {
    refuseShared(tree, node);
    const step = stepTo(tree.contentOf(node), node, part);
    if (step === undefined) break;
    steps.push(step);
    node = step.node;
  }
  refuseShared(tree, node);
  return { steps, node, rest: path.slice(steps.length) };
}

function stepTo(content: Content, container: number, part: string | number): Step | undefined {
  if (content.kind === 'list') {
    const node = typeof part === 'number' ? content.items[part] : undefined;
    return node === undefined ? undefined : { container, content, index: Number(part), entry: undefined, node };
  }
  if (content.kind !== 'mapping') return undefined;
  const found = [...content.entries.entries()].filter(([, { key }]) => key === String(part));
  if (found.length > 1) throw new NoPlace(`${String(part)} is written twice there`);
  const [first] = found;
  if (first === undefined) return undefined;
  const [index, entry] = first;
  return { container, content, index, entry, node: entry.valueNode };
}

/** What an anchor names, an alias or a merge brings, is written once and used elsewhere. */
function refuseShared(tree: SourceTree, node: number): void {
  const content = tree.contentOf(node);
  if (content.kind === 'alias') throw new NoPlace('it is written with an alias (*)');
  if (tree.isMarked(node)) throw new NoPlace('it has an anchor (&) or a tag (!)');
  if (content.kind === 'mapping' && content.entries.some(({ key }) => key === undefined)) {
    throw new NoPlace('it is written with a merge key (<<)');
  }
}

/** Behind the last character of a node. @throws NoPlace for what is written nowhere */
export function endOf(source: Source, node: number): number {
  const { tree, text } = source;
  const known = tree.endOf(node);
  if (known !== undefined) return known;
  const start = tree.offsetOf(node);
  if (start === undefined) throw new NoPlace('it is empty');
  const content = tree.contentOf(node);
  const inner = lastInner(source, content);
  if (!('style' in content) || content.style === 'block') return inner ?? start;
  let at = inner ?? start + 1;
  while (at < text.length && text[at] !== '}' && text[at] !== ']') {
    const lineEnd = text.indexOf('\n', at);
    at = text[at] === '#' && lineEnd !== -1 ? lineEnd : at + 1;
  }
  return at + 1;
}

function lastInner(source: Source, content: Content): number | undefined {
  const last = content.kind === 'list' ? content.items.at(-1) : undefined;
  if (last !== undefined && source.tree.offsetOf(last) !== undefined) return endOf(source, last);
  const entry = content.kind === 'mapping' ? content.entries.at(-1) : undefined;
  return entry === undefined ? undefined : endOfEntry(source, entry);
}

export function endOfEntry(source: Source, { keyNode, valueNode }: Entry): number {
  return source.tree.offsetOf(valueNode) === undefined ? behindColon(source, keyNode) : endOf(source, valueNode);
}

export function behindColon(source: Source, keyNode: number): number {
  const colon = source.text.indexOf(':', endOf(source, keyNode));
  if (colon === -1) throw new NoPlace('its key has no colon');
  return colon + 1;
}

export function lineStart(text: string, offset: number): number {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return text[start] === '\ufeff' ? start + 1 : start;
}

/** Before its line break. */
export function lineEnd(text: string, offset: number): number {
  const found = text.indexOf('\n', offset);
  if (found === -1) return text.length;
  return found > offset && text[found - 1] === '\r' ? found - 1 : found;
}

/** Behind its line break. */
export function nextLine(text: string, offset: number): number {
  const found = text.indexOf('\n', offset);
  return found === -1 ? text.length : found + 1;
}

export function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

/** Whether nothing but white space is before it in its line. */
export function isFirstInLine(text: string, offset: number): boolean {
  return text.slice(lineStart(text, offset), offset).trim() === '';
}
