// The Service ports that an Ingress names, each once, and the system's default backend where it is used.
import type { FieldPath } from '../kubernetes/field-path.ts';
import type { IngressBackend } from '../kubernetes/objects.ts';
import { type BackendIdentity, type BackendWithFaults, planServicePort } from './backend.ts';
import { readLargeOnce } from './lazy.ts';
import { hasManyPaths } from './path.ts';
import type { PlanInput } from './plan-input.ts';
import { findServicePort, type PortName } from './service-port.ts';

export interface Backends {
  /** In the order in which the Ingress names them, its default backend or the system's last. */
  readonly all: readonly BackendWithFaults[];
  /** The ports of one Service, without planning the others. */
  ofService(name: string): readonly BackendWithFaults[];
  /** @returns undefined for a backend that is no Service */
  of(backend: IngressBackend): BackendWithFaults | undefined;
  /** Undefined where the Ingress gives a default backend of its own. */
  readonly systemDefault: BackendWithFaults | undefined;
}

type NamedService = NonNullable<IngressBackend['service']>;

/** One plan for each Service port that the Ingress names; a port named by name and by number is one port. */
export function planBackends(input: PlanInput): Backends {
  return new NamedBackends(input);
}

/** A Service port as the Ingress names it, planned when somebody looks at it. */
class NamedBackend {
  readonly identity: BackendIdentity;
  readonly #namedAt: FieldPath[];
  readonly #input: PlanInput;
  #plan: BackendWithFaults | undefined;

  constructor(key: string, service: NamedService, input: PlanInput) {
    const { namespace } = input.ingress.metadata;
    this.#namedAt = [];
    this.#input = input;
    this.identity = {
      key,
      namespace,
      serviceName: service.name,
      port: portNameOf(service),
      namedAt: this.#namedAt,
      isSystemDefault: false,
    };
  }

  addPlace(path: FieldPath): void {
    this.#namedAt.push(path);
  }

  get plan(): BackendWithFaults {
    this.#plan ??= planServicePort(this.identity, this.#input);
    return this.#plan;
  }
}

class NamedBackends implements Backends {
  readonly #input: PlanInput;
  readonly #byService = new Map<string, readonly NamedBackend[]>();
  readonly #byBackend = new Map<IngressBackend, NamedBackend>();
  #places: ReadonlyMap<string, readonly Place[]> | undefined;
  #all: readonly BackendWithFaults[] | undefined;
  #systemDefault: BackendWithFaults | undefined;

  constructor(input: PlanInput) {
    this.#input = input;
  }

  get all(): readonly BackendWithFaults[] {
    if (this.#all === undefined) {
      const named = new Set<NamedBackend>();
      const { rules, defaultBackend } = this.#input.ingress;
      const add = (backend: IngressBackend): void => {
        const one = this.#named(backend);
        if (one !== undefined) named.add(one);
      };
      for (const { paths } of rules) for (const { backend } of paths ?? []) add(backend);
      if (defaultBackend !== undefined) add(defaultBackend);
      const all = Array.from(named, ({ plan }) => plan);
      const system = this.systemDefault;
      if (system !== undefined) all.push(system);
      this.#all = all;
    }
    return this.#all;
  }

  get systemDefault(): BackendWithFaults | undefined {
    const { ingress } = this.#input;
    if (ingress.defaultBackend !== undefined) return undefined;
    this.#systemDefault ??= planSystemDefault(this.#input);
    return this.#systemDefault;
  }

  ofService(name: string): readonly BackendWithFaults[] {
    return this.#ofService(name).map(({ plan }) => plan);
  }

  of(backend: IngressBackend): BackendWithFaults | undefined {
    return this.#named(backend)?.plan;
  }

  #named(backend: IngressBackend): NamedBackend | undefined {
    if (backend.service === undefined) return undefined;
    this.#ofService(backend.service.name);
    return this.#byBackend.get(backend);
  }

  #ofService(name: string): readonly NamedBackend[] {
    let named = this.#byService.get(name);
    if (named === undefined) {
      this.#places ??= placesOf(this.#input.ingress);
      named = this.#nameAll(this.#places.get(name) ?? []);
      this.#byService.set(name, named);
    }
    return named;
  }

  #nameAll(places: readonly Place[]): readonly NamedBackend[] {
    const byKey = new Map<string, NamedBackend>();
    for (const place of places) {
      const { service } = place.backend;
      if (service === undefined) continue;
      const key = keyOf(service, this.#input);
      let named = byKey.get(key);
      if (named === undefined) {
        named = new NamedBackend(key, service, this.#input);
        byKey.set(key, named);
      }
      named.addPlace(pathOf(place));
      this.#byBackend.set(place.backend, named);
    }
    return [...byKey.values()];
  }
}

function planSystemDefault(input: PlanInput): BackendWithFaults {
  const [namespace = '', serviceName = ''] = input.facts.controller.defaultBackendService.value.split('/');
  const identity = { key: 'system', namespace, serviceName, port: SYSTEM_PORT, namedAt: [], isSystemDefault: true };
  return planServicePort(identity, input);
}

/** --default-backend-service-port: by name only. */
const SYSTEM_PORT: PortName = { name: 'http', number: 0 };

interface Place {
  readonly backend: IngressBackend;
  /** undefined for the default backend. */
  readonly at: readonly [rule: number, path: number] | undefined;
}

/** An Ingress may name thousands of Services, and be asked for one of them by each object that comes near it. */
const placesOf = readLargeOnce(hasManyPaths, (ingress): ReadonlyMap<string, readonly Place[]> => {
  const places: Place[] = ingress.rules.flatMap((rule, ruleIndex) =>
    (rule.paths ?? []).map(({ backend }, pathIndex): Place => ({ backend, at: [ruleIndex, pathIndex] })),
  );
  if (ingress.defaultBackend !== undefined) places.push({ backend: ingress.defaultBackend, at: undefined });
  return Map.groupBy(places, ({ backend }) => backend.service?.name ?? '');
});

function pathOf({ at }: Place): FieldPath {
  if (at === undefined) return ['spec', 'defaultBackend'];
  const [rule, path] = at;
  return ['spec', 'rules', rule, 'http', 'paths', path, 'backend'];
}

function portNameOf({ portName, portNumber }: NamedService): PortName {
  return { name: portName, number: portName === '' ? portNumber : 0 };
}

function keyOf(named: NamedService, { ingress, snapshot }: PlanInput): string {
  const service = snapshot.get('Service', ingress.metadata.namespace, named.name);
  const port = service === undefined ? undefined : findServicePort(service, portNameOf(named));
  if (port !== undefined) return `${named.name}#${port.port}/${port.name}`;
  return `${named.name}:${named.portName || named.portNumber}`;
}
