// Keeps texts away from the yaml library that would end the process.
import { type CST, Parser } from 'yaml';

/**
 * Beyond some 700 levels the yaml library runs out of stack, in places (regular expressions) where V8 ends the process
 * instead of throwing. The deepest objects that people write (schemas in a CustomResourceDefinition) have some sixty.
 */
export const MAX_DEPTH = 250;

export function isTextTooDeep(text: string): boolean {
  for (const token of new Parser().parse(text)) {
    if (token.type === 'document' && isTooDeep(token)) return true;
  }
  return false;
}

/** By hand, since recursion is what cannot be afforded here; the library's parser has none, only what comes after it. */
function isTooDeep(document: CST.Document): boolean {
  const open: { readonly token: CST.Token | null | undefined; readonly depth: number }[] = [
    { token: document.value, depth: 1 },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next;
    if (!token || !('items' in token)) continue;
    if (depth > MAX_DEPTH) return true;
    for (const { key, value } of token.items) {
      open.push({ token: key, depth: depth + 1 }, { token: value, depth: depth + 1 });
    }
  }
  return false;
}
