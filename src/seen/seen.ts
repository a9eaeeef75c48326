// What the GKE controllers have written into the cluster about one Ingress: finalizer, address, names of what was built,
// health of the backends, NEGs of its Services, Events. People and other programs can write there too, so nothing is
// trusted to have its shape (ingress-gce pkg/loadbalancers/l7.go GetLBAnnotations, pkg/neg syncNegStatusAnnotation).
import type { ObjectEvent } from '../kubernetes/event.ts';
import type { Ingress, Service } from '../kubernetes/objects.ts';
import { plainText } from '../kubernetes/plain-text.ts';
import { at, isJsonObject, type StringMap, textsOf } from '../kubernetes/read.ts';
import { findGceFinalizer } from '../plan/load-balancer-name.ts';

export interface SeenIngress {
  /** undefined where the controller has not put one on. */
  readonly finalizer: string | undefined;
  /** RFC 3339, or "". */
  readonly createdAt: string;
  /** IP addresses or host names of status.loadBalancer. */
  readonly addresses: readonly string[];
  /** What `ingress.kubernetes.io/*` names, by the rest of the key, such as url-map; without `backends`. */
  readonly resources: StringMap;
  /** Each backend service of the URL map, as the annotation `backends` has it. */
  readonly backends: readonly SeenBackend[];
  /** NEGs of the Services that the Ingress names. */
  readonly negs: readonly SeenNeg[];
  /** Of the Ingress and of its Services, newest first. */
  readonly events: readonly ObjectEvent[];
  /** False where Events may not be read: none is then no sign of anything. */
  readonly knowsEvents: boolean;
  /** Whether the cluster has the Service of the system's default backend; undefined where that may not be read. */
  readonly hasSystemDefault: boolean | undefined;
  /** Of the API server; undefined where it is not known. */
  readonly serverVersion: string | undefined;
}

export interface SeenBackend {
  readonly name: string;
  /** HEALTHY, UNHEALTHY, Unknown, or whatever is there. */
  readonly health: string;
}

/** One Service port of the annotation `cloud.google.com/neg-status`. */
export interface SeenNeg {
  readonly service: string;
  readonly port: number;
  readonly name: string;
  readonly zones: readonly string[];
}

export interface SeenInput {
  /** As it is stored, not as a file would have it. */
  readonly ingress: Ingress;
  readonly addresses: readonly string[];
  /** The stored Services that it names, as far as they are there. */
  readonly services: readonly Service[];
  /** Of any object. */
  readonly events: readonly ObjectEvent[];
  readonly knowsEvents: boolean;
  readonly hasSystemDefault: boolean | undefined;
  readonly serverVersion: string | undefined;
}

const RESOURCE_PREFIX = 'ingress.kubernetes.io/';
/** Keys that the controller writes; others of the prefix are old settings of other controllers. */
const RESOURCE_KEYS = [
  'url-map',
  'redirect-url-map',
  'forwarding-rule',
  'https-forwarding-rule',
  'target-proxy',
  'https-target-proxy',
  'ssl-cert',
  'static-ip',
] as const;
const NEG_STATUS = 'cloud.google.com/neg-status';

/** Components that act for GKE on Ingresses and their Services (ingress-gce pkg/recorders, pkg/neg/controller.go). */
const CONTROLLERS = ['loadbalancer-controller', 'neg-controller'];

export function readSeen({ ingress, services, events, ...rest }: SeenInput): SeenIngress {
  const { annotations, namespace, name, creationTimestamp } = ingress.metadata;
  const names = new Set(services.map(({ metadata }) => metadata.name));
  const mine = events
    .filter((event) => event.namespace === namespace && CONTROLLERS.includes(event.source))
    .filter(({ kind, name: of }) => (kind === 'Ingress' && of === name) || (kind === 'Service' && names.has(of)))
    .toSorted((a, b) => b.lastSeenMs - a.lastSeenMs);
  return {
    finalizer: findGceFinalizer(ingress),
    createdAt: creationTimestamp,
    addresses: rest.addresses.map(plainText),
    resources: readResources(annotations),
    backends: readBackends(annotations[`${RESOURCE_PREFIX}backends`]),
    negs: services.flatMap(readNegs),
    events: mine,
    knowsEvents: rest.knowsEvents,
    hasSystemDefault: rest.hasSystemDefault,
    serverVersion: rest.serverVersion,
  };
}

function readResources(annotations: StringMap): StringMap {
  const found = RESOURCE_KEYS.flatMap((key) => {
    const name = annotations[`${RESOURCE_PREFIX}${key}`];
    return name === undefined || name === '' ? [] : [[key, plainText(name)] as const];
  });
  return Object.fromEntries(found);
}

/** The controller writes the bare word Unknown where it cannot write JSON. */
function readBackends(text: string | undefined): readonly SeenBackend[] {
  const value = parseJson(text);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).map(([name, health]) => ({
    name: plainText(name),
    health: typeof health === 'string' ? plainText(health) || 'Unknown' : 'Unknown',
  }));
}

function readNegs({ metadata }: Service): readonly SeenNeg[] {
  const value = parseJson(metadata.annotations[NEG_STATUS]);
  const groups = at(value, 'network_endpoint_groups');
  if (!isJsonObject(groups)) return [];
  const zones = textsOf(at(value, 'zones')).map(plainText);
  return Object.entries(groups).flatMap(([port, name]) =>
    /^\d{1,5}$/.test(port) && typeof name === 'string' && name !== ''
      ? [{ service: metadata.name, port: Number(port), name: plainText(name), zones }]
      : [],
  );
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
