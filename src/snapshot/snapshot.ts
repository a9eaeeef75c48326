// An immutable, indexed view of the objects that matter, with cheap overlay of incoming ones. Look-ups cost what the
// answer holds, not what the cluster holds; see object-store.ts, and live-snapshot.ts for the view that changes.
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
import { ObjectStore } from './object-store.ts';
import { OverlaidSnapshot } from './overlaid-snapshot.ts';

export { isWorkload, matchesLabelSelector, matchesSelector, servicesNamedBy, WORKLOAD_KINDS } from './object-store.ts';

export interface Snapshot {
  get<K extends Kind>(kind: K, namespace: string, name: string): ObjectsByKind[K] | undefined;
  /**
   * Whether the absence of an object of this kind in this namespace means that there is none. False where the guard
   * simply does not know. With a name, whether the absence of that one does: some kinds are read by name only.
   */
  isKnown(kind: Kind, namespace: string, name?: string): boolean;
  /** Whether any object of this kind is there in this namespace. */
  has(kind: Kind, namespace: string): boolean;
  /** The names that a kind has there, to find the one that was meant. */
  namesIn(kind: Kind, namespace: string): readonly string[];
  /** Ingresses whose paths or default backend name this Service, by name. */
  ingressesOf(service: { readonly namespace: string; readonly name: string }): readonly Ingress[];
  /** Services of any namespace to which the text leads. */
  servicesBy(lookup: Lookup<Service>, key: string): readonly Service[];
  /** The same for Ingresses. */
  ingressesBy(lookup: Lookup<Ingress>, key: string): readonly Ingress[];
  /** Workloads whose Pods the Service selects. An empty selector matches every Pod, as the controller takes it. */
  workloadsOf(service: Service): readonly Workload[];
  /** Services whose selector matches the workload's Pods; those with an empty selector are left out. */
  servicesOf(workload: Workload): readonly Service[];
  /** NetworkPolicies whose podSelector matches the workload's Pods, whatever they restrict. */
  networkPoliciesOf(workload: Workload): readonly NetworkPolicy[];
  /** A view in which the object replaces the one of its kind, namespace and name. */
  overlay(object: KubernetesObject): Snapshot;
}

/**
 * `everything`: what is not there does not exist. `listed`: a kind is known in a namespace when an object of it is there.
 * `nothing`: no absence means anything (files, as long as nobody says that they are all there is). A function says it of
 * each, for whoever has asked a cluster.
 */
export type KnownKinds = 'everything' | 'listed' | 'nothing' | Snapshot['isKnown'];

export function createSnapshot(objects: Iterable<KubernetesObject>, known: KnownKinds): Snapshot {
  return new IndexedSnapshot(objects, known);
}

/** The view of a guard that watches nothing: it knows the object under review and no other. */
export function emptySnapshot(): Snapshot {
  return createSnapshot([], 'nothing');
}

/** A view on `base` in which these objects replace those of the same kind, namespace and name. */
export function layer(base: Snapshot, objects: readonly KubernetesObject[]): Snapshot {
  return new LayeredSnapshot(base, new IndexedSnapshot(objects, 'nothing'));
}

class IndexedSnapshot implements Snapshot {
  readonly #store = new ObjectStore();
  readonly #known: KnownKinds;

  constructor(objects: Iterable<KubernetesObject>, known: KnownKinds) {
    this.#known = known;
    for (const object of objects) {
      this.#store.put(object);
    }
  }

  get<K extends Kind>(kind: K, namespace: string, name: string): ObjectsByKind[K] | undefined {
    return this.#store.get(kind, namespace, name);
  }

  isKnown(kind: Kind, namespace: string, name?: string): boolean {
    if (typeof this.#known === 'function') return this.#known(kind, namespace, name);
    return this.#known === 'everything' || (this.#known === 'listed' && this.has(kind, namespace));
  }

  has(kind: Kind, namespace: string): boolean {
    return this.#store.has(kind, namespace);
  }

  namesIn(kind: Kind, namespace: string): readonly string[] {
    return this.#store.namesIn(kind, namespace);
  }

  ingressesOf(service: { readonly namespace: string; readonly name: string }): readonly Ingress[] {
    return this.#store.ingressesOf(service);
  }

  servicesBy(lookup: Lookup<Service>, key: string): readonly Service[] {
    return this.#store.servicesBy(lookup, key);
  }

  ingressesBy(lookup: Lookup<Ingress>, key: string): readonly Ingress[] {
    return this.#store.ingressesBy(lookup, key);
  }

  workloadsOf(service: Service): readonly Workload[] {
    return this.#store.workloadsOf(service);
  }

  servicesOf(workload: Workload): readonly Service[] {
    return this.#store.servicesOf(workload);
  }

  networkPoliciesOf(workload: Workload): readonly NetworkPolicy[] {
    return this.#store.networkPoliciesOf(workload);
  }

  overlay(object: KubernetesObject): Snapshot {
    return new OverlaidSnapshot(this, object);
  }
}

/** A view on two: what `top` has hides what `base` has under the same identity. What is known is for the base to say. */
class LayeredSnapshot implements Snapshot {
  readonly #base: Snapshot;
  readonly #top: Snapshot;

  constructor(base: Snapshot, top: Snapshot) {
    this.#base = base;
    this.#top = top;
  }

  get<K extends Kind>(kind: K, namespace: string, name: string): ObjectsByKind[K] | undefined {
    return this.#top.get(kind, namespace, name) ?? this.#base.get(kind, namespace, name);
  }

  isKnown(kind: Kind, namespace: string, name?: string): boolean {
    return this.#base.isKnown(kind, namespace, name);
  }

  has(kind: Kind, namespace: string): boolean {
    return this.#base.has(kind, namespace) || this.#top.has(kind, namespace);
  }

  namesIn(kind: Kind, namespace: string): readonly string[] {
    return [...new Set([...this.#base.namesIn(kind, namespace), ...this.#top.namesIn(kind, namespace)])];
  }

  ingressesOf(service: { readonly namespace: string; readonly name: string }): readonly Ingress[] {
    return this.#merge(this.#base.ingressesOf(service), this.#top.ingressesOf(service));
  }

  servicesBy(lookup: Lookup<Service>, key: string): readonly Service[] {
    return this.#merge(this.#base.servicesBy(lookup, key), this.#top.servicesBy(lookup, key));
  }

  ingressesBy(lookup: Lookup<Ingress>, key: string): readonly Ingress[] {
    return this.#merge(this.#base.ingressesBy(lookup, key), this.#top.ingressesBy(lookup, key));
  }

  workloadsOf(service: Service): readonly Workload[] {
    return this.#merge(this.#base.workloadsOf(service), this.#top.workloadsOf(service));
  }

  servicesOf(workload: Workload): readonly Service[] {
    return this.#merge(this.#base.servicesOf(workload), this.#top.servicesOf(workload));
  }

  networkPoliciesOf(workload: Workload): readonly NetworkPolicy[] {
    return this.#merge(this.#base.networkPoliciesOf(workload), this.#top.networkPoliciesOf(workload));
  }

  overlay(object: KubernetesObject): Snapshot {
    return new OverlaidSnapshot(this, object);
  }

  #merge<T extends KubernetesObject>(base: readonly T[], top: readonly T[]): readonly T[] {
    const visible = base.filter(
      ({ kind, metadata }) => this.#top.get(kind, metadata.namespace, metadata.name) === undefined,
    );
    return [...visible, ...top];
  }
}
