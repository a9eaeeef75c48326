// Where the fields of a JSON value are written. The value has been parsed before, so the text is known to be JSON.
import { endOfString, measureJson } from './json.ts';
import type { Content, Entry, SourceTree } from './tree.ts';

/** A node is the offset of its first character. */
export function createJsonTree(text: string, root: number): SourceTree {
  const contentOf = (node: number): Content => {
    const opening = text[node];
    if (opening !== '{' && opening !== '[') return { kind: 'scalar' };
    const items: number[] = [];
    const entries: Entry[] = [];
    for (let at = skip(text, node + 1); at < text.length && text[at] !== '}' && text[at] !== ']'; at = skip(text, at)) {
      if (opening === '[') {
        items.push(at);
        at = endOf(text, at);
        continue;
      }
      const valueNode = skip(text, endOfString(text, at));
      // JSON.parse has read it before.
      entries.push({ key: String(JSON.parse(text.slice(at, endOfString(text, at)))), keyNode: at, valueNode });
      at = endOf(text, valueNode);
    }
    return opening === '[' ? { kind: 'list', style: 'flow', items } : { kind: 'mapping', style: 'flow', entries };
  };
  return {
    root,
    contentOf,
    offsetOf: (node) => node,
    endOf: (node) => endOf(text, node),
    isMarked: () => false,
  };
}

/** Over white space, commas and colons. */
function skip(text: string, start: number): number {
  let at = start;
  while (at < text.length && ' \t\r\n,:'.includes(text[at] ?? '')) at += 1;
  return at;
}

function endOf(text: string, start: number): number {
  if (text[start] === '"') return endOfString(text, start);
  const container = measureJson(text, start);
  if (container !== undefined) return container.end;
  let at = start;
  while (at < text.length && !' \t\r\n,:]}'.includes(text[at] ?? '')) at += 1;
  return at;
}
