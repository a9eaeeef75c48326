// The Service ports that an Ingress names, each once, and the system's default backend where it is used.
import type { FieldPath } from '../kubernetes/field-path.ts';
import type { IngressBackend } from '../kubernetes/objects.ts';
import { type BackendIdentity, type BackendWithFaults, planServicePort } from './backend.ts';
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
  readonly #byKey = new Map<string, NamedBackend>();
  readonly #byBackend = new Map<IngressBackend, NamedBackend>();
  /** An Ingress may name thousands, and be asked for each. */
  readonly #byService = new Map<string, NamedBackend[]>();
  #all: readonly BackendWithFaults[] | undefined;
  #systemDefault: BackendWithFaults | undefined;

  constructor(input: PlanInput) {
    this.#input = input;
    for (const [backend, path] of backendsOf(input)) {
      if (backend.service === undefined) continue;
      const key = keyOf(backend.service, input);
      let named = this.#byKey.get(key);
      if (named === undefined) {
        named = new NamedBackend(key, backend.service, input);
        this.#byKey.set(key, named);
        const ofService = this.#byService.get(backend.service.name);
        if (ofService === undefined) this.#byService.set(backend.service.name, [named]);
        else ofService.push(named);
      }
      named.addPlace(path);
      this.#byBackend.set(backend, named);
    }
  }

  get all(): readonly BackendWithFaults[] {
    if (this.#all === undefined) {
      const all = Array.from(this.#byKey.values(), ({ plan }) => plan);
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
    return (this.#byService.get(name) ?? []).map(({ plan }) => plan);
  }

  of(backend: IngressBackend): BackendWithFaults | undefined {
    return this.#byBackend.get(backend)?.plan;
  }
}

function planSystemDefault(input: PlanInput): BackendWithFaults {
  const [namespace = '', serviceName = ''] = input.facts.controller.defaultBackendService.value.split('/');
  const identity = { key: 'system', namespace, serviceName, port: SYSTEM_PORT, namedAt: [], isSystemDefault: true };
  return planServicePort(identity, input);
}

/** --default-backend-service-port: by name only. */
const SYSTEM_PORT: PortName = { name: 'http', number: 0 };

function* backendsOf({ ingress }: PlanInput): Iterable<readonly [IngressBackend, FieldPath]> {
  for (const [ruleIndex, rule] of ingress.rules.entries()) {
    for (const [pathIndex, { backend }] of (rule.paths ?? []).entries()) {
      yield [backend, ['spec', 'rules', ruleIndex, 'http', 'paths', pathIndex, 'backend']];
    }
  }
  if (ingress.defaultBackend !== undefined) yield [ingress.defaultBackend, ['spec', 'defaultBackend']];
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
