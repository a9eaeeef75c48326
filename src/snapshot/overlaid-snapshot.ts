// A view with one object more, or in another version: what each admission looks at. It has no indexes to build, for whether that
// one object belongs to an answer is asked of the object itself.
import type {
  Ingress,
  Kind,
  KubernetesObject,
  NetworkPolicy,
  ObjectsByKind,
  Service,
  Workload,
} from '../kubernetes/objects.ts';
import { keysIn } from '../kubernetes/read.ts';
import { type Lookup, Lookups } from './object-index.ts';
import { isWorkload, matchesLabelSelector, matchesSelector, servicesNamedBy } from './object-store.ts';
import type { Snapshot } from './snapshot.ts';

export class OverlaidSnapshot implements Snapshot {
  readonly #base: Snapshot;
  readonly #object: KubernetesObject;
  /** Of the object: the Services that an Ingress names, and what look-ups find in it, once somebody asks. */
  #named: ReadonlySet<string> | undefined;
  #lookups: Lookups<KubernetesObject> | undefined;

  /** @param object hides what `base` has of its kind, namespace and name; what is known is for the base to say */
  constructor(base: Snapshot, object: KubernetesObject) {
    this.#base = base;
    this.#object = object;
  }

  get<K extends Kind>(kind: K, namespace: string, name: string): ObjectsByKind[K] | undefined {
    // It is of that kind.
    if (this.#is(kind, namespace, name)) return this.#object as ObjectsByKind[K];
    return this.#base.get(kind, namespace, name);
  }

  isKnown(kind: Kind, namespace: string, name?: string): boolean {
    return this.#base.isKnown(kind, namespace, name);
  }

  has(kind: Kind, namespace: string): boolean {
    return this.#isIn(kind, namespace) || this.#base.has(kind, namespace);
  }

  namesIn(kind: Kind, namespace: string): readonly string[] {
    const names = this.#base.namesIn(kind, namespace);
    const { name } = this.#object.metadata;
    return this.#isIn(kind, namespace) && !names.includes(name) ? [...names, name] : names;
  }

  ingressesOf(service: { readonly namespace: string; readonly name: string }): readonly Ingress[] {
    const below = this.#base.ingressesOf(service);
    const object = this.#object;
    if (object.kind !== 'Ingress' || object.metadata.namespace !== service.namespace) return below;
    this.#named ??= new Set(servicesNamedBy(object));
    return this.#with(below, this.#named.has(service.name) ? object : undefined);
  }

  servicesBy(lookup: Lookup<Service>, key: string): readonly Service[] {
    const below = this.#base.servicesBy(lookup, key);
    return this.#object.kind === 'Service' ? this.#with(below, this.#found(this.#object, lookup, key)) : below;
  }

  ingressesBy(lookup: Lookup<Ingress>, key: string): readonly Ingress[] {
    const below = this.#base.ingressesBy(lookup, key);
    return this.#object.kind === 'Ingress' ? this.#with(below, this.#found(this.#object, lookup, key)) : below;
  }

  workloadsOf(service: Service): readonly Workload[] {
    const below = this.#base.workloadsOf(service);
    const object = this.#object;
    if (!isWorkload(object) || object.metadata.namespace !== service.metadata.namespace) return below;
    return this.#with(below, matchesSelector(service.selector, object.podLabels) ? object : undefined);
  }

  servicesOf(workload: Workload): readonly Service[] {
    const below = this.#base.servicesOf(workload);
    const object = this.#object;
    if (object.kind !== 'Service' || object.metadata.namespace !== workload.metadata.namespace) return below;
    const { selector } = object;
    const isAmong = keysIn(selector).length > 0 && matchesSelector(selector, workload.podLabels);
    return this.#with(below, isAmong ? object : undefined);
  }

  networkPoliciesOf(workload: Workload): readonly NetworkPolicy[] {
    const below = this.#base.networkPoliciesOf(workload);
    const object = this.#object;
    if (object.kind !== 'NetworkPolicy' || object.metadata.namespace !== workload.metadata.namespace) return below;
    return this.#with(below, matchesLabelSelector(object.podSelector, workload.podLabels) ? object : undefined);
  }

  overlay(object: KubernetesObject): Snapshot {
    return new OverlaidSnapshot(this, object);
  }

  #isIn(kind: Kind, namespace: string): boolean {
    return this.#object.kind === kind && this.#object.metadata.namespace === namespace;
  }

  #is(kind: Kind, namespace: string, name: string): boolean {
    return this.#object.metadata.name === name && this.#isIn(kind, namespace);
  }

  #isReplaced({ kind, metadata }: KubernetesObject): boolean {
    return this.#is(kind, metadata.namespace, metadata.name);
  }

  /** @param own the object where it is part of the answer */
  #with<T extends KubernetesObject>(below: readonly T[], own: T | undefined): readonly T[] {
    const kept = below.some((one) => this.#isReplaced(one)) ? below.filter((one) => !this.#isReplaced(one)) : below;
    return own === undefined ? kept : [...kept, own];
  }

  #found<T extends KubernetesObject>(object: T, lookup: Lookup<T>, key: string): T | undefined {
    // Only look-ups for the kind of the object come here.
    this.#lookups ??= new Lookups();
    const found = (this.#lookups as unknown as Lookups<T>).find(lookup, key, () => [object]);
    return found.length > 0 ? object : undefined;
  }
}
