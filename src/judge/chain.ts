// Which objects hang together: the backends that an object is part of, and the objects that a plan is made of. Both directions
// of the chain Ingress, Service, workload, with the configurations beside it.
import type {
  BackendConfig,
  FrontendConfig,
  Ingress,
  KubernetesObject,
  ManagedCertificate,
  Service,
} from '../kubernetes/objects.ts';
import { nameOf } from '../kubernetes/objects.ts';
import { FRONTEND_CONFIG } from '../plan/annotation-keys.ts';
import { backendConfigsNamedBy } from '../plan/backend-config.ts';
import { customNames } from '../plan/neg-owners.ts';
import type { IngressPlan, Planner } from '../plan/plan.ts';
import { namedElsewhere } from '../plan/shared-ports.ts';
import { addressesNamedBy } from '../plan/static-ip.ts';
import { planTls } from '../plan/tls.ts';
import type { Lookup } from '../snapshot/object-index.ts';
import { isWorkload, type Snapshot, servicesNamedBy } from '../snapshot/snapshot.ts';
import type { BackendUse, JudgedObject } from './rule.ts';

const JUDGED_KINDS: readonly string[] = ['Ingress', 'Service', 'BackendConfig', 'FrontendConfig', 'ManagedCertificate'];

export function isJudged(object: KubernetesObject): object is JudgedObject {
  return JUDGED_KINDS.includes(object.kind) || isWorkload(object);
}

/**
 * The backends of judged Ingresses that an object is part of; of an Ingress its own. One after the other, since there may be more
 * than an admission can pay for.
 */
export function* backendsOf(object: JudgedObject, planner: Planner): Generator<BackendUse> {
  switch (object.kind) {
    case 'Ingress': {
      const plan = planner.planOf(object);
      if (plan.served.concern !== 'none') for (const backend of plan.backends) yield { plan, backend };
      return;
    }
    case 'Service':
      yield* backendsOfService(object, planner);
      return;
    case 'BackendConfig':
      for (const service of servicesOfConfig(object, planner.snapshot)) yield* backendsOfService(service, planner);
      return;
    case 'FrontendConfig':
    case 'ManagedCertificate':
      return;
    default:
      for (const service of planner.snapshot.servicesOf(object)) yield* backendsOfService(service, planner);
  }
}

function* backendsOfService(service: Service, planner: Planner): Iterable<BackendUse> {
  for (const ingress of byName(planner.snapshot.ingressesOf(service.metadata))) {
    const plan = planner.planOf(ingress);
    if (plan.served.concern === 'none') continue;
    for (const backend of plan.backendsOf(service)) yield { plan, backend };
  }
}

/** So that a message names the same Ingress whatever came first. */
function byName<T extends KubernetesObject>(objects: readonly T[]): readonly T[] {
  return objects.length < 2
    ? objects
    : objects.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : a.metadata.name > b.metadata.name ? 1 : 0));
}

/** Services of its namespace whose annotation names the BackendConfig. */
export function servicesOfConfig({ metadata }: BackendConfig, snapshot: Snapshot): readonly Service[] {
  return byName(snapshot.servicesBy(backendConfigsOf, `${metadata.namespace}/${metadata.name}`));
}

/** Plans of judged Ingresses that name a FrontendConfig or a ManagedCertificate. */
export function plansNaming(config: FrontendConfig | ManagedCertificate, planner: Planner): readonly IngressPlan[] {
  return ingressesNaming(config, planner.snapshot)
    .map((ingress) => planner.planOf(ingress))
    .filter(({ served }) => served.concern !== 'none');
}

/** Ingresses that name it, whoever serves them. */
export function ingressesNaming(config: FrontendConfig | ManagedCertificate, snapshot: Snapshot): readonly Ingress[] {
  const { namespace, name } = config.metadata;
  const named = config.kind === 'FrontendConfig' ? frontendConfigOf : managedCertificatesOf;
  return byName(snapshot.ingressesBy(named, `${namespace}/${name}`));
}

/** Of the namespace of the object, as `namespace/name`; so are the look-ups below. */
const backendConfigsOf: Lookup<Service> = (service) =>
  backendConfigsNamedBy(service).map((name) => `${service.metadata.namespace}/${name}`);

const frontendConfigOf: Lookup<Ingress> = ({ metadata: { namespace, annotations } }) => {
  const name = annotations[FRONTEND_CONFIG];
  return name === undefined ? [] : [`${namespace}/${name}`];
};

const managedCertificatesOf: Lookup<Ingress> = (ingress) =>
  planTls(ingress).managedCertificates.map((name) => `${ingress.metadata.namespace}/${name}`);

const negNamesOf: Lookup<Service> = (service) =>
  customNames(service).map((name) => `${service.metadata.namespace}/${name}`);

const addressesOf: Lookup<Ingress> = (ingress) =>
  addressesNamedBy(ingress).map((name) => `${ingress.metadata.namespace}/${name}`);

/** The objects that a plan is made of, the Ingress first, each once. */
export function chainOf({ ingress, backends, frontEnd }: IngressPlan): readonly JudgedObject[] {
  const { frontendConfig, managed } = frontEnd;
  return unique([
    ingress,
    ...(frontendConfig.state === 'found' ? [frontendConfig.object] : []),
    ...managed.references.flatMap((one) => (one.state === 'found' ? [one.object] : [])),
    ...backends.flatMap(({ service, backendConfig, workloads, isSystemDefault }) =>
      service === undefined || isSystemDefault
        ? []
        : [service, ...(backendConfig.state === 'found' ? [backendConfig.object] : []), ...workloads],
    ),
  ]);
}

/** Whose findings may change when the object comes or goes; never the object itself. Each once, the first `max` of them. */
export function neighboursOf(object: JudgedObject, snapshot: Snapshot, max: number): readonly JudgedObject[] {
  const own = nameOf(object);
  const found = new Map<string, JudgedObject>();
  for (const group of around(object, snapshot)) {
    for (const one of group) {
      if (found.size >= max) return [...found.values()];
      const name = nameOf(one);
      if (name !== own && !found.has(name)) found.set(name, one);
    }
  }
  return [...found.values()];
}

/** Found one after the other: a hundred Services may select ten thousand Pods each. */
function* around(object: JudgedObject, snapshot: Snapshot): Iterable<Iterable<JudgedObject>> {
  const services = servicesAround(object, snapshot);
  if (object.kind !== 'Ingress') yield* ingressesAround(object, services, snapshot);
  yield services;
  for (const service of services) yield snapshot.workloadsOf(service);
  for (const service of services) yield configsOf(service, snapshot);
  if (object.kind === 'Ingress') {
    yield frontEndOf(object, snapshot);
    yield sharingAddress(object, snapshot);
    yield namedElsewhere(object, snapshot);
  }
  if (object.kind === 'Service') yield sharingNegName(object, snapshot);
}

function servicesAround(object: JudgedObject, snapshot: Snapshot): readonly Service[] {
  const { namespace } = object.metadata;
  switch (object.kind) {
    case 'Ingress':
      return servicesNamedBy(object).flatMap((name) => snapshot.get('Service', namespace, name) ?? []);
    case 'Service':
      return [object];
    case 'BackendConfig':
      return servicesOfConfig(object, snapshot);
    case 'FrontendConfig':
    case 'ManagedCertificate':
      return [];
    default:
      return snapshot.servicesOf(object);
  }
}

function* ingressesAround(
  object: Exclude<JudgedObject, Ingress>,
  services: readonly Service[],
  snapshot: Snapshot,
): Iterable<readonly Ingress[]> {
  if (object.kind === 'FrontendConfig' || object.kind === 'ManagedCertificate') yield ingressesNaming(object, snapshot);
  else for (const service of services) yield snapshot.ingressesOf(service.metadata);
}

function configsOf(service: Service, snapshot: Snapshot): readonly BackendConfig[] {
  const { namespace } = service.metadata;
  return backendConfigsNamedBy(service).flatMap((name) => snapshot.get('BackendConfig', namespace, name) ?? []);
}

function frontEndOf(ingress: Ingress, snapshot: Snapshot): readonly (FrontendConfig | ManagedCertificate)[] {
  const { namespace, annotations } = ingress.metadata;
  const config = snapshot.get('FrontendConfig', namespace, annotations[FRONTEND_CONFIG] ?? '');
  const { managedCertificates } = planTls(ingress);
  const certificates = managedCertificates.flatMap((name) => snapshot.get('ManagedCertificate', namespace, name) ?? []);
  return config === undefined ? certificates : [config, ...certificates];
}

/** In its namespace: those of others are nobody's business here. */
function sharingAddress(ingress: Ingress, snapshot: Snapshot): readonly Ingress[] {
  return addressesOf(ingress).flatMap((address) => snapshot.ingressesBy(addressesOf, address));
}

/** In its namespace: those of others are nobody's business here. */
function* sharingNegName(service: Service, snapshot: Snapshot): Iterable<Service> {
  // Each once, name by name: a hundred Services may share thousands of names.
  const known = new Set<Service>();
  for (const name of negNamesOf(service)) {
    for (const other of snapshot.servicesBy(negNamesOf, name)) {
      if (known.has(other)) continue;
      known.add(other);
      yield other;
    }
  }
}

function unique<T extends KubernetesObject>(objects: readonly T[]): readonly T[] {
  return [...new Map(objects.map((object) => [nameOf(object), object])).values()];
}
