// Objects by what leads to them, kept up as they come and go.
import type { KubernetesObject } from '../kubernetes/objects.ts';

/** Most keys have one object, and a set for each of those would be most of the memory. */
export class Index<T extends KubernetesObject> {
  readonly #entries = new Map<string, T | Set<T>>();

  add(key: string, object: T): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) this.#entries.set(key, object);
    else if (entry instanceof Set) entry.add(object);
    else this.#entries.set(key, new Set([entry, object]));
  }

  delete(key: string, object: T): void {
    const entry = this.#entries.get(key);
    if (entry === object) this.#entries.delete(key);
    else if (entry instanceof Set && entry.delete(object) && entry.size === 0) this.#entries.delete(key);
  }

  get(key: string): readonly T[] {
    const entry = this.#entries.get(key);
    if (entry === undefined) return [];
    return entry instanceof Set ? [...entry] : [entry];
  }

  count(key: string): number {
    const entry = this.#entries.get(key);
    if (entry === undefined) return 0;
    return entry instanceof Set ? entry.size : 1;
  }
}

export type Change = 'add' | 'delete';

/**
 * How objects are found by what is written in them: the texts that lead to one. A constant, for its index is made once, when it is
 * first asked for.
 */
export type Lookup<T> = (object: T) => readonly string[];

/** How often each key is there, so that it goes with the last. */
export class Counts {
  readonly #counts = new Map<string, number>();

  add(key: string): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  delete(key: string): void {
    const count = (this.#counts.get(key) ?? 0) - 1;
    if (count > 0) this.#counts.set(key, count);
    else this.#counts.delete(key);
  }

  has(key: string): boolean {
    return this.#counts.has(key);
  }
}

/** The indexes of the look-ups that somebody has asked for: most are never asked for. */
export class Lookups<T extends KubernetesObject> {
  readonly #indexes = new Map<Lookup<T>, Index<T>>();

  change(object: T, change: Change): void {
    for (const [lookup, index] of this.#indexes) for (const key of lookup(object)) index[change](key, object);
  }

  /** @param all the objects that there are, for the first who asks */
  find(lookup: Lookup<T>, key: string, all: () => Iterable<T>): readonly T[] {
    let index = this.#indexes.get(lookup);
    if (index === undefined) {
      index = new Index();
      this.#indexes.set(lookup, index);
      for (const object of all()) for (const found of lookup(object)) index.add(found, object);
    }
    return index.get(key);
  }
}
