// What has changed in a view that follows a cluster, by namespace: which plans have to be made anew, and whom to tell.
import type { ObjectName } from '../kubernetes/field-path.ts';

/** @param namespace "" where any plan may rest on what has changed */
type ChangeListener = (namespace: string) => void;

export class ViewChanges {
  readonly #versions = new Map<string, number>();
  readonly #isEverybodys: (object: ObjectName) => boolean;
  #everywhere = 0;
  #listener: ChangeListener = () => undefined;

  /** @param isEverybodys whether plans of all namespaces may rest on the object, though it is in one */
  constructor(isEverybodys: (object: ObjectName) => boolean = () => false) {
    this.#isEverybodys = isEverybodys;
  }

  /** To be handed to the view. */
  readonly note = (object: ObjectName): void => {
    const isWide = object.kind !== 'Namespace' && (object.namespace === '' || this.#isEverybodys(object));
    if (isWide) this.#everywhere += 1;
    // A Namespace has labels by which a policy may choose it, and nothing else that is judged.
    const namespace = isWide ? '' : object.kind === 'Namespace' ? object.name : object.namespace;
    if (!isWide) this.#versions.set(namespace, (this.#versions.get(namespace) ?? 0) + 1);
    this.#listener(namespace);
  };

  /** Only ever grows. */
  readonly version = (namespace: string): number => this.#everywhere + (this.#versions.get(namespace) ?? 0);

  /** One at a time. @returns a function that ends it */
  listen(listener: ChangeListener): () => void {
    this.#listener = listener;
    return () => {
      this.#listener = () => undefined;
    };
  }
}
