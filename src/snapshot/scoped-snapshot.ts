// A view that looks nearby first: where one input holds several worlds (overlays for dev and prod, say), an object's
// neighbours are those of its own file, then of its directory, then of the whole input.
import type {
  Ingress,
  Kind,
  KubernetesObject,
  NetworkPolicy,
  ObjectsByKind,
  Service,
  Workload,
} from '../kubernetes/objects.ts';
import type { Lookup } from './object-index.ts';
import { OverlaidSnapshot } from './overlaid-snapshot.ts';
import type { Snapshot } from './snapshot.ts';

export class ScopedSnapshot implements Snapshot {
  readonly #scopes: readonly Snapshot[];
  readonly #everywhere: Snapshot;

  /** @param scopes nearest first; the last is the whole input, and decides what is known */
  constructor(...scopes: readonly [Snapshot, ...Snapshot[]]) {
    this.#scopes = scopes;
    this.#everywhere = scopes.at(-1) ?? scopes[0];
  }

  get<K extends Kind>(kind: K, namespace: string, name: string): ObjectsByKind[K] | undefined {
    for (const scope of this.#scopes) {
      const object = scope.get(kind, namespace, name);
      if (object !== undefined) return object;
    }
    return undefined;
  }

  isKnown(kind: Kind, namespace: string, name?: string): boolean {
    return this.#everywhere.isKnown(kind, namespace, name);
  }

  has(kind: Kind, namespace: string): boolean {
    return this.#everywhere.has(kind, namespace);
  }

  namesIn(kind: Kind, namespace: string): readonly string[] {
    return this.#everywhere.namesIn(kind, namespace);
  }

  ingressesOf(service: { readonly namespace: string; readonly name: string }): readonly Ingress[] {
    return this.#nearest((scope) => scope.ingressesOf(service));
  }

  servicesBy(lookup: Lookup<Service>, key: string): readonly Service[] {
    return this.#nearest((scope) => scope.servicesBy(lookup, key));
  }

  /** All of the input, each in its nearest version: what an address or a certificate is shared with does not end with a file. */
  ingressesBy(lookup: Lookup<Ingress>, key: string): readonly Ingress[] {
    const nearest = new Map<string, Ingress>();
    for (const ingress of this.#scopes.flatMap((scope) => scope.ingressesBy(lookup, key))) {
      const { namespace, name } = ingress.metadata;
      if (this.get('Ingress', namespace, name) === ingress) nearest.set(`${namespace}/${name}`, ingress);
    }
    return [...nearest.values()];
  }

  workloadsOf(service: Service): readonly Workload[] {
    return this.#nearest((scope) => scope.workloadsOf(service));
  }

  servicesOf(workload: Workload): readonly Service[] {
    return this.#nearest((scope) => scope.servicesOf(workload));
  }

  networkPoliciesOf(workload: Workload): readonly NetworkPolicy[] {
    return this.#nearest((scope) => scope.networkPoliciesOf(workload));
  }

  overlay(object: KubernetesObject): Snapshot {
    return new OverlaidSnapshot(this, object);
  }

  #nearest<T>(ask: (scope: Snapshot) => readonly T[]): readonly T[] {
    for (const scope of this.#scopes) {
      const found = ask(scope);
      if (found.length > 0) return found;
    }
    return [];
  }
}
