// How much of a cluster is kept: a share of the heap that there is, so that nobody's objects, however many and large, take the
// memory in which admissions are judged.
import { getHeapStatistics } from 'node:v8';

/** The other half holds the reviews, the indexes over what is kept, and garbage (docs/operations.md, Memory under attack). */
const SHARE_OF_HEAP = 0.5;
/** What an object costs at least, with its places in maps and indexes. */
const LEAST_BYTES = 1024;
/** Of V8's: the header of a string, of a list, and of an object; then 8 for each value. */
const HEADER = { string: 16, list: 16, object: 24 };
const VALUE_BYTES = 8;
/** Of a map too large for anything but a hash table, for each key. */
const ENTRY_BYTES = 32;
const LARGE_MAP = 64;
/** A character that makes V8 keep the whole text in two bytes each. */
const WIDE = /[\u0100-\uffff]/;

/** There is no room for it. */
export class NoRoom extends Error {}

export class Room {
  readonly #mostBytes: number;
  /** Of those objects only that cost more than the least. */
  readonly #large = new Map<string, number>();
  #usedBytes = 0;

  constructor(mostBytes = getHeapStatistics().heap_size_limit * SHARE_OF_HEAP) {
    this.#mostBytes = mostBytes;
  }

  /**
   * Makes room for an object, or for another version of it.
   * @param isNew whether there is none of that id yet
   * @throws NoRoom where there is none for it; all is then as it was
   */
  take(id: string, value: object, isNew: boolean): void {
    const before = isNew ? 0 : this.#bytesOf(id);
    const bytes = Math.max(sizeOf(value), LEAST_BYTES);
    const used = this.#usedBytes - before + bytes;
    if (bytes > before && used > this.#mostBytes) {
      throw new NoRoom(
        `the guard keeps ${Math.floor(this.#mostBytes / 2 ** 20)} MiB of objects at most, half of its heap`,
      );
    }
    this.#usedBytes = used;
    if (bytes > LEAST_BYTES) this.#large.set(id, bytes);
    else this.#large.delete(id);
  }

  leave(id: string): void {
    this.#usedBytes -= this.#bytesOf(id);
    this.#large.delete(id);
  }

  get mostBytes(): number {
    return this.#mostBytes;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  #bytesOf(id: string): number {
    return this.#large.get(id) ?? LEAST_BYTES;
  }
}

/** As if nothing of it were shared with others; names of fields are, but not keys of maps, which people choose. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return HEADER.string + value.length * (WIDE.test(value) ? 2 : 1);
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + VALUE_BYTES + sizeOf(one), HEADER.list);
  const entries = Object.entries(value);
  const isMap = Object.getPrototypeOf(value) !== Object.prototype;
  const perEntry = isMap && entries.length > LARGE_MAP ? ENTRY_BYTES : VALUE_BYTES;
  return entries.reduce((sum, [key, one]) => sum + perEntry + (isMap ? sizeOf(key) : 0) + sizeOf(one), HEADER.object);
}
