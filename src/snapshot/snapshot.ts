// An immutable, indexed view of the objects that matter, with cheap overlay of incoming ones. Look-ups cost what the
// answer holds, not what the cluster holds: each goes through an index by name, by reference or by label.
import type {
  Ingress,
  IngressBackend,
  Kind,
  KubernetesObject,
  LabelSelector,
  NetworkPolicy,
  ObjectsByKind,
  Service,
  Workload,
} from '../kubernetes/objects.ts';
import type { StringMap } from '../kubernetes/read.ts';

export interface Snapshot {
  get<K extends Kind>(kind: K, namespace: string, name: string): ObjectsByKind[K] | undefined;
  /**
   * Whether the absence of an object of this kind in this namespace means that there is none. False where the guard
   * simply has not been told.
   */
  isKnown(kind: Kind, namespace: string): boolean;
  /** Ingresses whose paths or default backend name this Service, by name. */
  ingressesOf(service: { readonly namespace: string; readonly name: string }): readonly Ingress[];
  /** Services of any namespace that have this annotation. The first call builds the index, for few ever ask. */
  servicesAnnotated(key: string): readonly Service[];
  /** Workloads whose Pods the Service selects. An empty selector matches every Pod, as the controller takes it. */
  workloadsOf(service: Service): readonly Workload[];
  /** Services whose selector matches the workload's Pods; those with an empty selector are left out. */
  servicesOf(workload: Workload): readonly Service[];
  /** NetworkPolicies whose podSelector matches the workload's Pods, whatever they restrict. */
  networkPoliciesOf(workload: Workload): readonly NetworkPolicy[];
  /** A view in which these objects replace those of the same kind, namespace and name. */
  overlay(...objects: readonly KubernetesObject[]): Snapshot;
}

export const WORKLOAD_KINDS = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Pod',
  'ReplicationController',
  'Rollout',
] as const;

/** `listed`: a kind is known in a namespace when an object of it is there (files). `nothing`: no absence means anything. */
export type Knowledge = 'listed' | 'nothing';

export function createSnapshot(objects: Iterable<KubernetesObject>, knowledge: Knowledge): Snapshot {
  return new IndexedSnapshot(objects, knowledge);
}

/** The view of a guard that watches nothing: it knows the object under review and no other. */
export function emptySnapshot(): Snapshot {
  return createSnapshot([], 'nothing');
}

/** A view on `base` in which these objects replace those of the same kind, namespace and name. */
export function layer(base: Snapshot, objects: readonly KubernetesObject[]): Snapshot {
  return new LayeredSnapshot(base, new IndexedSnapshot(objects, 'nothing'));
}

export function matchesSelector(selector: StringMap, labels: StringMap): boolean {
  return Object.keys(selector).every((key) => labels[key] === selector[key]);
}

/** A selector with expressions; one with an operator that there is not selects nothing, for the API server refuses it. */
function matchesLabelSelector({ matchLabels, matchExpressions }: LabelSelector, labels: StringMap): boolean {
  return (
    matchesSelector(matchLabels, labels) &&
    matchExpressions.every(({ key, operator, values }) => {
      const value = labels[key];
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        case 'DoesNotExist':
          return value === undefined;
        default:
          return false;
      }
    })
  );
}

/** The Services that an Ingress names, each once, by name, in the order of the spec (the default backend last). */
export function servicesNamedBy(ingress: Ingress): readonly string[] {
  const backends: IngressBackend[] = ingress.rules.flatMap((rule) => (rule.paths ?? []).map((path) => path.backend));
  if (ingress.defaultBackend !== undefined) backends.push(ingress.defaultBackend);
  return [...new Set(backends.flatMap((backend) => (backend.service === undefined ? [] : [backend.service.name])))];
}

type Key = string;

// NUL stands in no Kubernetes name, so joined parts cannot collide.
const keyOf = (...parts: readonly string[]): Key => parts.join('\0');

function identityOf(object: KubernetesObject): Key {
  return keyOf(object.kind, object.metadata.namespace, object.metadata.name);
}

function isWorkload(object: KubernetesObject): object is Workload {
  return WORKLOAD_KINDS.some((kind) => kind === object.kind);
}

/** The label that a selector is indexed by: any one will do, the last is usually the most particular. */
function indexLabel(namespace: string, selector: StringMap): Key | undefined {
  const key = Object.keys(selector).at(-1);
  return key === undefined ? undefined : keyOf(namespace, key, selector[key] ?? '');
}

class Index<T extends KubernetesObject> {
  readonly #lists = new Map<Key, T[]>();

  add(key: Key, object: T): void {
    const list = this.#lists.get(key);
    if (list === undefined) this.#lists.set(key, [object]);
    else list.push(object);
  }

  get(key: Key): readonly T[] {
    return this.#lists.get(key) ?? [];
  }
}

class IndexedSnapshot implements Snapshot {
  readonly #objects = new Map<Key, KubernetesObject>();
  readonly #present = new Set<Key>();
  readonly #knowledge: Knowledge;
  readonly #ingressesByService = new Index<Ingress>();
  readonly #workloadsByLabel = new Index<Workload>();
  readonly #workloadsByNamespace = new Index<Workload>();
  readonly #servicesByLabel = new Index<Service>();
  readonly #networkPoliciesByNamespace = new Index<NetworkPolicy>();
  #servicesByAnnotation: Index<Service> | undefined;

  constructor(objects: Iterable<KubernetesObject>, knowledge: Knowledge) {
    this.#knowledge = knowledge;
    // The last of the same identity wins, so indexes are built from what remains.
    for (const object of objects) this.#objects.set(identityOf(object), object);
    for (const object of this.#objects.values()) this.#index(object);
  }

  #index(object: KubernetesObject): void {
    const { namespace } = object.metadata;
    this.#present.add(keyOf(object.kind, namespace));
    if (object.kind === 'Ingress') {
      for (const name of servicesNamedBy(object)) this.#ingressesByService.add(keyOf(namespace, name), object);
    } else if (object.kind === 'Service') {
      const label = indexLabel(namespace, object.selector);
      if (label !== undefined) this.#servicesByLabel.add(label, object);
    } else if (object.kind === 'NetworkPolicy') {
      this.#networkPoliciesByNamespace.add(namespace, object);
    } else if (isWorkload(object)) {
      this.#workloadsByNamespace.add(namespace, object);
      for (const [key, value] of Object.entries(object.podLabels)) {
        this.#workloadsByLabel.add(keyOf(namespace, key, value), object);
      }
    }
  }

  get<K extends Kind>(kind: K, namespace: string, name: string): ObjectsByKind[K] | undefined {
    // The key begins with the kind, so what is stored under it is of that kind.
    return this.#objects.get(keyOf(kind, namespace, name)) as ObjectsByKind[K] | undefined;
  }

  isKnown(kind: Kind, namespace: string): boolean {
    return this.#knowledge === 'listed' && this.#present.has(keyOf(kind, namespace));
  }

  ingressesOf(service: { readonly namespace: string; readonly name: string }): readonly Ingress[] {
    return this.#ingressesByService.get(keyOf(service.namespace, service.name));
  }

  servicesAnnotated(key: string): readonly Service[] {
    this.#servicesByAnnotation ??= this.#indexAnnotations();
    return this.#servicesByAnnotation.get(key);
  }

  #indexAnnotations(): Index<Service> {
    const index = new Index<Service>();
    for (const object of this.#objects.values()) {
      if (object.kind !== 'Service') continue;
      for (const key of Object.keys(object.metadata.annotations)) index.add(key, object);
    }
    return index;
  }

  workloadsOf(service: Service): readonly Workload[] {
    const { namespace } = service.metadata;
    const label = indexLabel(namespace, service.selector);
    if (label === undefined) return this.#workloadsByNamespace.get(namespace);
    return this.#workloadsByLabel
      .get(label)
      .filter((workload) => matchesSelector(service.selector, workload.podLabels));
  }

  servicesOf(workload: Workload): readonly Service[] {
    const { namespace } = workload.metadata;
    return Object.entries(workload.podLabels).flatMap(([key, value]) =>
      this.#servicesByLabel
        .get(keyOf(namespace, key, value))
        .filter((service) => matchesSelector(service.selector, workload.podLabels)),
    );
  }

  networkPoliciesOf({ metadata, podLabels }: Workload): readonly NetworkPolicy[] {
    const all = this.#networkPoliciesByNamespace.get(metadata.namespace);
    return all.filter(({ podSelector }) => matchesLabelSelector(podSelector, podLabels));
  }

  overlay(...objects: readonly KubernetesObject[]): Snapshot {
    return layer(this, objects);
  }
}

/** A view on two: what `top` has hides what `base` has under the same identity. Knowledge is the base's. */
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

  isKnown(kind: Kind, namespace: string): boolean {
    return this.#base.isKnown(kind, namespace);
  }

  ingressesOf(service: { readonly namespace: string; readonly name: string }): readonly Ingress[] {
    return this.#merge(this.#base.ingressesOf(service), this.#top.ingressesOf(service));
  }

  servicesAnnotated(key: string): readonly Service[] {
    return this.#merge(this.#base.servicesAnnotated(key), this.#top.servicesAnnotated(key));
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

  overlay(...objects: readonly KubernetesObject[]): Snapshot {
    return layer(this, objects);
  }

  #merge<T extends KubernetesObject>(base: readonly T[], top: readonly T[]): readonly T[] {
    const visible = base.filter(
      ({ kind, metadata }) => this.#top.get(kind, metadata.namespace, metadata.name) === undefined,
    );
    return [...visible, ...top];
  }
}
