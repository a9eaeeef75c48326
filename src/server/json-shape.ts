// How much a JSON text becomes when it is parsed, seen before it is: in one pass over its bytes, without keeping anything.

/**
 * Typed objects of Kubernetes are some thirty levels deep, the deepest that people write (schemas in a
 * CustomResourceDefinition) some sixty. The same limit as for files (yaml-depth.ts).
 */
export const MAX_JSON_DEPTH = 250;

/**
 * Brackets opened and commas, each of which makes an element. A value takes up to some 80 bytes of heap once parsed (measured:
 * objects of one key that is nowhere else), so this is some 80 MB, where 7 MiB of "{}," would be 150 and of "[" 200.
 * An update of two Ingresses of 3 MiB, all of it the shortest paths that there are, has 570,000.
 */
export const MAX_JSON_VALUES = 1_000_000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
/** `[` and `{`, and `]` and `}`, differ in this bit only. */
const BRACE_BIT = 0x20;
const OPEN = 0x5b | BRACE_BIT;
const CLOSE = 0x5d | BRACE_BIT;

export type JsonShape = 'fits' | 'too-deep' | 'too-many-values';

/** @param bytes need not be JSON: what is wrong with it shows when it is parsed */
export function jsonShape(bytes: Uint8Array, maxValues = MAX_JSON_VALUES): JsonShape {
  let depth = 0;
  let values = 0;
  const { length } = bytes;
  // In UTF-8 no byte of a longer character is one of ASCII.
  for (let index = 0; index < length; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte === QUOTE) {
      index = endOfString(bytes, index + 1);
    } else if (byte === COMMA) {
      values += 1;
    } else if ((byte | BRACE_BIT) === OPEN) {
      values += 1;
      depth += 1;
      if (depth > MAX_JSON_DEPTH) return 'too-deep';
    } else if ((byte | BRACE_BIT) === CLOSE) {
      depth -= 1;
    }
    if (values > maxValues) return 'too-many-values';
  }
  return 'fits';
}

/** The index of the quote that ends it, or the length where none does. */
function endOfString(bytes: Uint8Array, start: number): number {
  let index = start;
  while (index < bytes.length && bytes[index] !== QUOTE) index += bytes[index] === BACKSLASH ? 2 : 1;
  return index;
}
