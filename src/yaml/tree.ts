// Where the fields of a document are written. Built only where somebody asks, since most documents have no finding.

/** What is written in a document, by numbers that only the tree understands. */
export interface SourceTree {
  readonly root: number;
  readonly contentOf: (node: number) => Content;
  /** Where it begins; undefined for an empty value, which is written nowhere. */
  readonly offsetOf: (node: number) => number | undefined;
  /** Behind its last character; undefined for a block or brackets of YAML, which end with what is in them, and for an empty value. */
  readonly endOf: (node: number) => number | undefined;
  /** Whether it has an anchor or a tag. */
  readonly isMarked: (node: number) => boolean;
}

export type Content =
  | { readonly kind: 'mapping'; readonly style: 'block' | 'flow'; readonly entries: readonly Entry[] }
  | { readonly kind: 'list'; readonly style: 'block' | 'flow'; readonly items: readonly number[] }
  | { readonly kind: 'alias'; readonly target: number }
  | { readonly kind: 'scalar' };

export interface Entry {
  /** undefined for `<<`. */
  readonly key: string | undefined;
  readonly keyNode: number;
  readonly valueNode: number;
}

export type Path = readonly (string | number)[];

export interface Place {
  /** Of the field's key, or of the list's item. */
  readonly offset: number;
  /** Of the value; undefined where it is empty. */
  readonly value: number | undefined;
  /** How the value is written; `alias` stands for what is written elsewhere. */
  readonly style: 'block' | 'flow' | 'scalar' | 'alias';
  /** How much of the path was found. */
  readonly depth: number;
}

export interface Locator {
  /** The field, or the nearest thing above it that is there. */
  readonly locate: (path: Path) => Place;
}

export function createLocator(tree: SourceTree): Locator {
  const known = new Map<number, Content>();
  const indexes = new Map<number, ReadonlyMap<string, Entry>>();
  const contentOf = (node: number): Content => {
    const content = known.get(node) ?? tree.contentOf(node);
    known.set(node, content);
    return content;
  };
  const resolve = (node: number): number => {
    const content = contentOf(node);
    return content.kind === 'alias' ? content.target : node;
  };
  const entryOf = (node: number, key: string): Entry | undefined => {
    const content = contentOf(resolve(node));
    if (content.kind !== 'mapping') return undefined;
    const index = indexes.get(node) ?? new Map(content.entries.map((entry) => [entry.key ?? '', entry]));
    indexes.set(node, index);
    const own = index.get(key);
    if (own?.key === key) return own;
    return content.entries
      .values()
      .flatMap(mergedNodes)
      .map((merged) => entryOf(merged, key))
      .find(Boolean);
  };
  const mergedNodes = ({ key, valueNode }: Entry): readonly number[] => {
    if (key !== undefined) return [];
    const content = contentOf(valueNode);
    return content.kind === 'list' ? content.items : [valueNode];
  };
  const step = (
    node: number,
    part: string | number,
  ): { readonly shown: number; readonly value: number } | undefined => {
    const content = contentOf(resolve(node));
    if (content.kind === 'list') {
      const item = typeof part === 'number' ? content.items[part] : undefined;
      return item === undefined ? undefined : { shown: item, value: item };
    }
    const entry = entryOf(node, String(part));
    return entry === undefined ? undefined : { shown: entry.keyNode, value: entry.valueNode };
  };
  return {
    locate: (path) => {
      let value = tree.root;
      let offset = tree.offsetOf(value) ?? 0;
      let depth = 0;
      for (const part of path) {
        const next = step(value, part);
        if (next === undefined) break;
        value = next.value;
        offset = tree.offsetOf(next.shown) ?? offset;
        depth += 1;
      }
      const content = contentOf(value);
      const style = 'style' in content ? content.style : content.kind;
      return { offset, value: tree.offsetOf(value), style, depth };
    },
  };
}

export interface DuplicateKey {
  readonly path: Path;
  /** Of the key where it is written again. */
  readonly offset: number;
}

/** Keys that a mapping has already, in the order of the text. @param limit how many are enough */
export function findDuplicates(tree: SourceTree, limit: number): readonly DuplicateKey[] {
  const found: DuplicateKey[] = [];
  const open: Trail[] = [{ node: tree.root, part: '', above: undefined }];
  for (let here = open.pop(); here !== undefined; here = open.pop()) {
    const content = tree.contentOf(here.node);
    if (content.kind === 'list') {
      for (const [part, node] of content.items.entries()) open.push({ node, part, above: here });
    }
    if (content.kind !== 'mapping') continue;
    const seen = new Set<string>();
    for (const { key: part, keyNode, valueNode: node } of content.entries) {
      if (part === undefined) continue;
      const trail = { node, part, above: here };
      if (seen.has(part)) found.push({ path: pathOf(trail), offset: tree.offsetOf(keyNode) ?? 0 });
      if (found.length === limit) return found;
      seen.add(part);
      open.push(trail);
    }
  }
  return found.toSorted((a, b) => a.offset - b.offset);
}

/** The way back to the root: a path for every node of a large document would take more memory than the document. */
interface Trail {
  readonly node: number;
  readonly part: string | number;
  readonly above: Trail | undefined;
}

function pathOf(trail: Trail): Path {
  const path: (string | number)[] = [];
  for (let here = trail; here.above !== undefined; here = here.above) path.push(here.part);
  return path.toReversed();
}
