// How large a value is, in values: what reading it takes, whatever it means.
import { isJsonObject, isStringMap, keysIn, type StringMap } from './read.ts';

/** Text is read, decoded and compared too: so many characters count as one value. */
const CHARACTERS_A_VALUE = 64;

/** Parts that no reader looks into, and that are large in honest objects. */
const UNREAD: ReadonlySet<string> = new Set(['managedFields']);

/**
 * Linear in what the value holds.
 *
 * @param enough where counting may end: what comes out is then at least as much
 */
export function countValues(root: unknown, enough = Number.POSITIVE_INFINITY): number {
  const open: unknown[] = [root];
  let count = 0;
  while (open.length > 0 && count < enough) {
    const value = open.pop();
    count += 1;
    if (typeof value === 'string') count += Math.floor(value.length / CHARACTERS_A_VALUE);
    else if (Array.isArray(value)) {
      for (const item of value) open.push(item);
    } else if (isJsonObject(value) && isStringMap(value)) count += countTexts(value);
    else if (isJsonObject(value)) {
      for (const key in value) {
        if (UNREAD.has(key)) continue;
        count += Math.floor(key.length / CHARACTERS_A_VALUE);
        open.push(value[key]);
      }
    }
  }
  return count;
}

/** The same for labels and annotations, whose keys may be known already. */
function countTexts(map: StringMap): number {
  const keys = keysIn(map);
  let count = keys.length;
  for (const key of keys) {
    count += Math.floor(key.length / CHARACTERS_A_VALUE) + Math.floor((map[key]?.length ?? 0) / CHARACTERS_A_VALUE);
  }
  return count;
}
