// The objects of a snapshot with the indexes over them, kept up object by object. A look-up costs what its answer holds,
// putting in and taking out what the object itself holds; nothing costs what the cluster holds.
import type {
  Ingress,
  Kind,
  KubernetesObject,
  LabelSelector,
  NetworkPolicy,
  ObjectsByKind,
  Service,
  Workload,
} from '../kubernetes/objects.ts';
import { keysIn, type StringMap } from '../kubernetes/read.ts';
import { KindStore } from './kind-store.ts';
import { type Change, Counts, Index, type Lookup, Lookups } from './object-index.ts';

export const WORKLOAD_KINDS = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Pod',
  'ReplicationController',
  'Rollout',
  'ReplicaSet',
  'Job',
  'CronJob',
] as const;

export function matchesSelector(selector: StringMap, labels: StringMap): boolean {
  return keysIn(selector).every((key) => labels[key] === selector[key]);
}

/** The Services that an Ingress names, each once, by name, in the order of the spec (the default backend last). */
export function servicesNamedBy({ rules, defaultBackend }: Ingress): readonly string[] {
  const names = new Set<string>();
  for (const { paths = [] } of rules) {
    for (const { backend } of paths) if (backend.service !== undefined) names.add(backend.service.name);
  }
  if (defaultBackend?.service !== undefined) names.add(defaultBackend.service.name);
  return [...names];
}

/** A selector with expressions. An unknown operator selects nothing; the API server would have refused it. */
export function matchesLabelSelector({ matchLabels, matchExpressions }: LabelSelector, labels: StringMap): boolean {
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

/** Of a Pod template. Charts write a dozen. */
const MAX_INDEXED_LABELS = 64;

type Key = string;

// NUL is in no Kubernetes name, so joined parts cannot collide.
function keyOf(first: string, second: string): Key {
  return `${first}\0${second}`;
}

function labelKey(namespace: string, key: string, value: string): Key {
  return `${namespace}\0${key}\0${value}`;
}

export function isWorkload(object: KubernetesObject): object is Workload {
  return WORKLOAD_KINDS.some((kind) => kind === object.kind);
}

/** The label that a Service is indexed by: any one will do, the last is usually the most particular. */
function indexLabel(namespace: string, selector: StringMap): Key | undefined {
  const key = keysIn(selector).at(-1);
  return key === undefined ? undefined : labelKey(namespace, key, selector[key] ?? '');
}

export class ObjectStore {
  readonly #byKind = new Map<Kind, KindStore>();
  readonly #ingressesByService = new Index<Ingress>();
  readonly #workloadsByLabel = new Index<Workload>();
  readonly #workloadsByNamespace = new Index<Workload>();
  /** Those with more labels than anybody writes, which no label leads to: an entry for each would cost more than looking at them. */
  readonly #muchLabelled = new Index<Workload>();
  readonly #servicesByLabel = new Index<Service>();
  /** Keys of the labels that Services are indexed by: a Pod may have thousands of others. */
  readonly #selectedKeys = new Counts();
  readonly #networkPoliciesByNamespace = new Index<NetworkPolicy>();
  readonly #serviceLookups = new Lookups<Service>();
  readonly #ingressLookups = new Lookups<Ingress>();

  /** In the place of the one of its kind, namespace and name. */
  put(object: KubernetesObject): void {
    this.remove(object.kind, object.metadata.namespace, object.metadata.name);
    let objects = this.#byKind.get(object.kind);
    if (objects === undefined) {
      objects = new KindStore();
      this.#byKind.set(object.kind, objects);
    }
    objects.add(object);
    this.#index(object, 'add');
  }

  remove(kind: Kind, namespace: string, name: string): void {
    const object = this.#byKind.get(kind)?.remove(namespace, name);
    if (object !== undefined) this.#index(object, 'delete');
  }

  /** Whether there is one of the kind in the namespace. */
  has(kind: Kind, namespace: string): boolean {
    return this.#byKind.get(kind)?.has(namespace) ?? false;
  }

  #index(object: KubernetesObject, change: Change): void {
    const { namespace } = object.metadata;
    if (object.kind === 'Ingress') {
      for (const name of servicesNamedBy(object)) this.#ingressesByService[change](keyOf(namespace, name), object);
      this.#ingressLookups.change(object, change);
    } else if (object.kind === 'Service') {
      const label = indexLabel(namespace, object.selector);
      if (label !== undefined) this.#servicesByLabel[change](label, object);
      const key = keysIn(object.selector).at(-1);
      if (key !== undefined) this.#selectedKeys[change](key);
      this.#serviceLookups.change(object, change);
    } else if (object.kind === 'NetworkPolicy') {
      this.#networkPoliciesByNamespace[change](namespace, object);
    } else if (isWorkload(object)) {
      this.#workloadsByNamespace[change](namespace, object);
      const keys = keysIn(object.podLabels);
      if (keys.length > MAX_INDEXED_LABELS) {
        this.#muchLabelled[change](namespace, object);
        return;
      }
      for (const key of keys) {
        this.#workloadsByLabel[change](labelKey(namespace, key, object.podLabels[key] ?? ''), object);
      }
    }
  }

  get<K extends Kind>(kind: K, namespace: string, name: string): ObjectsByKind[K] | undefined {
    // The map is that of the kind.
    return this.#byKind.get(kind)?.get(namespace, name) as ObjectsByKind[K] | undefined;
  }

  count(kind: Kind): number {
    return this.#byKind.get(kind)?.size ?? 0;
  }

  /** May be changed while it is gone through. */
  objects(kind: Kind): Iterable<KubernetesObject> {
    return this.#byKind.get(kind)?.objects() ?? [];
  }

  namesIn(kind: Kind, namespace: string): readonly string[] {
    return this.#byKind.get(kind)?.namesIn(namespace) ?? [];
  }

  ingressesOf(service: { readonly namespace: string; readonly name: string }): readonly Ingress[] {
    return this.#ingressesByService.get(keyOf(service.namespace, service.name));
  }

  servicesBy(lookup: Lookup<Service>, key: string): readonly Service[] {
    // A kind has objects of itself.
    return this.#serviceLookups.find(lookup, key, () => this.objects('Service') as Iterable<Service>);
  }

  ingressesBy(lookup: Lookup<Ingress>, key: string): readonly Ingress[] {
    return this.#ingressLookups.find(lookup, key, () => this.objects('Ingress') as Iterable<Ingress>);
  }

  workloadsOf({ metadata: { namespace }, selector }: Service): readonly Workload[] {
    if (keysIn(selector).length === 0) return this.#workloadsByNamespace.get(namespace);
    const candidates = [...this.#workloadsWithLabelsOf(namespace, selector), ...this.#muchLabelled.get(namespace)];
    return candidates.filter((workload) => matchesSelector(selector, workload.podLabels));
  }

  /** Those that have one of the labels, the rarest: one such as tier=front may be everybody's. */
  #workloadsWithLabelsOf(namespace: string, selector: StringMap): readonly Workload[] {
    const index = this.#workloadsByLabel;
    let rarest: Key | undefined;
    for (const key of keysIn(selector)) {
      const label = labelKey(namespace, key, selector[key] ?? '');
      const count = index.count(label);
      if (count === 0) return [];
      if (rarest === undefined || count < index.count(rarest)) rarest = label;
    }
    return rarest === undefined ? [] : index.get(rarest);
  }

  servicesOf({ metadata: { namespace }, podLabels }: Workload): readonly Service[] {
    return keysIn(podLabels)
      .filter((key) => this.#selectedKeys.has(key))
      .flatMap((key) => this.#servicesByLabel.get(labelKey(namespace, key, podLabels[key] ?? '')))
      .filter((service) => matchesSelector(service.selector, podLabels));
  }

  networkPoliciesOf({ metadata, podLabels }: Workload): readonly NetworkPolicy[] {
    const all = this.#networkPoliciesByNamespace.get(metadata.namespace);
    return all.filter(({ podSelector }) => matchesLabelSelector(podSelector, podLabels));
  }
}
