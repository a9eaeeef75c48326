// The view of a guard that watches: objects come and go while it is read, each change whole between two admissions. A kind
// is shown when its first list is complete, so that nobody judges by half of it.
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
import type { Snapshot } from './snapshot.ts';

/**
 * `none`: nothing of it is shown. `past`: what was seen last is shown, and absence proves nothing. `current`: what is absent
 * is not there.
 */
export type SyncState = 'none' | 'past' | 'current';

/** Known together: Pods that no Deployment makes may be those of a StatefulSet. Other makers of Pods are never watched. */
const WATCHED_WORKLOADS: readonly Kind[] = ['Deployment', 'StatefulSet', 'DaemonSet'];

export class LiveSnapshot implements Snapshot {
  readonly #store = new ObjectStore();
  readonly #kinds = new Map<Kind, SyncState>();
  /** ConfigMaps are read by name, in every namespace. */
  readonly #configMaps = new Map<string, SyncState>();

  put(object: KubernetesObject): void {
    this.#store.put(object);
  }

  remove(kind: Kind, namespace: string, name: string): void {
    this.#store.remove(kind, namespace, name);
  }

  /** Also of a kind that is not shown yet. */
  keeps(kind: Kind, namespace: string, name: string): boolean {
    return this.#store.get(kind, namespace, name) !== undefined;
  }

  /** @param name of ConfigMaps, which are known one name at a time */
  know(state: SyncState, kind: Kind, name?: string): void {
    if (kind !== 'ConfigMap') this.#kinds.set(kind, state);
    else if (name !== undefined) this.#configMaps.set(name, state);
  }

  /** Shown or not. */
  stored<K extends Kind>(kind: K, namespace: string, name: string): ObjectsByKind[K] | undefined {
    return this.#store.get(kind, namespace, name);
  }

  count(kind: Kind): number {
    return this.#store.count(kind);
  }

  /** Shown or not; the snapshot may be changed while they are gone through. */
  objects(kind: Kind): Iterable<KubernetesObject> {
    return this.#store.objects(kind);
  }

  get<K extends Kind>(kind: K, namespace: string, name: string): ObjectsByKind[K] | undefined {
    return this.#isShown(kind, name) ? this.#store.get(kind, namespace, name) : undefined;
  }

  isKnown(kind: Kind, _namespace: string, name?: string): boolean {
    if (WATCHED_WORKLOADS.includes(kind)) return WATCHED_WORKLOADS.every((each) => this.#isCurrent(each));
    return this.#isCurrent(kind, name);
  }

  has(kind: Kind, namespace: string): boolean {
    return this.#isShown(kind) && this.#store.has(kind, namespace);
  }

  namesIn(kind: Kind, namespace: string): readonly string[] {
    return this.#isShown(kind) ? this.#store.namesIn(kind, namespace) : [];
  }

  ingressesOf(service: { readonly namespace: string; readonly name: string }): readonly Ingress[] {
    return this.#isShown('Ingress') ? this.#store.ingressesOf(service) : [];
  }

  servicesBy(lookup: Lookup<Service>, key: string): readonly Service[] {
    return this.#isShown('Service') ? this.#store.servicesBy(lookup, key) : [];
  }

  ingressesBy(lookup: Lookup<Ingress>, key: string): readonly Ingress[] {
    return this.#isShown('Ingress') ? this.#store.ingressesBy(lookup, key) : [];
  }

  workloadsOf(service: Service): readonly Workload[] {
    return this.#store.workloadsOf(service).filter(({ kind }) => this.#isShown(kind));
  }

  servicesOf(workload: Workload): readonly Service[] {
    return this.#isShown('Service') ? this.#store.servicesOf(workload) : [];
  }

  networkPoliciesOf(workload: Workload): readonly NetworkPolicy[] {
    return this.#isShown('NetworkPolicy') ? this.#store.networkPoliciesOf(workload) : [];
  }

  overlay(object: KubernetesObject): Snapshot {
    return new OverlaidSnapshot(this, object);
  }

  #isShown(kind: Kind, name?: string): boolean {
    return this.#stateOf(kind, name) !== 'none';
  }

  #isCurrent(kind: Kind, name?: string): boolean {
    return this.#stateOf(kind, name) === 'current';
  }

  #stateOf(kind: Kind, name: string | undefined): SyncState {
    if (kind !== 'ConfigMap') return this.#kinds.get(kind) ?? 'none';
    return (name === undefined ? undefined : this.#configMaps.get(name)) ?? 'none';
  }
}
