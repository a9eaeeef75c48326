// The objects of one kind, by namespace and name: two look-ups of names that are there cost less than one of both joined.
import type { KubernetesObject } from '../kubernetes/objects.ts';

export class KindStore {
  readonly #byNamespace = new Map<string, Map<string, KubernetesObject>>();
  #size = 0;

  get(namespace: string, name: string): KubernetesObject | undefined {
    return this.#byNamespace.get(namespace)?.get(name);
  }

  /** One that is not there yet. */
  add(object: KubernetesObject): void {
    const { namespace, name } = object.metadata;
    let byName = this.#byNamespace.get(namespace);
    if (byName === undefined) {
      byName = new Map();
      this.#byNamespace.set(namespace, byName);
    }
    byName.set(name, object);
    this.#size += 1;
  }

  /** @returns the object that was there */
  remove(namespace: string, name: string): KubernetesObject | undefined {
    const byName = this.#byNamespace.get(namespace);
    const object = byName?.get(name);
    if (byName === undefined || object === undefined) return undefined;
    byName.delete(name);
    if (byName.size === 0) this.#byNamespace.delete(namespace);
    this.#size -= 1;
    return object;
  }

  has(namespace: string): boolean {
    return this.#byNamespace.has(namespace);
  }

  get size(): number {
    return this.#size;
  }

  *objects(): Iterable<KubernetesObject> {
    for (const byName of this.#byNamespace.values()) yield* byName.values();
  }

  namesIn(namespace: string): readonly string[] {
    return [...(this.#byNamespace.get(namespace)?.keys() ?? [])];
  }
}
