// What the controller makes of one Service port that an Ingress names: its error, or group, protocol and health check
// (facts: ingress-gce pkg/controller/translator/translator.go getServicePort, TranslateIngress).
import type { IngressBackend, Service, ServicePort, Workload } from '../kubernetes/objects.ts';
import type { BackendConfigReference } from './backend-config.ts';
import { type BackendError, portNotFound, serviceNotFound, translateServicePort } from './backend-error.ts';
import { type HealthCheckPlan, planHealthCheck } from './health-check.ts';
import { type BackendGroup, willNegBeMade } from './neg.ts';
import type { PlanInput } from './plan-input.ts';
import { oldestFirst } from './probe.ts';
import type { FieldPath } from './problem.ts';
import type { AppProtocol } from './protocol.ts';
import { findServicePort, type PortName, targetPortOf } from './service-port.ts';

export interface BackendPlan {
  /** Tells the backends of one plan apart. */
  readonly key: string;
  readonly namespace: string;
  readonly serviceName: string;
  /** As the Ingress names it first: a name, or "" and a number. */
  readonly port: PortName;
  /** Where in the Ingress it is named, as keys from the object down; empty for the system's default backend. */
  readonly namedAt: readonly FieldPath[];
  readonly isSystemDefault: boolean;
  /** undefined where it is missing, or not known to the guard. */
  readonly service: Service | undefined;
  readonly servicePort: ServicePort | undefined;
  /** The first error of this backend: it ends the controller's whole sync of the Ingress. */
  readonly error: BackendError | undefined;
  /** undefined with an error, or where the Service is not known. */
  readonly group: BackendGroup | undefined;
  /** A regional class forces a NEG that the NEG controller, which reads only the annotation, will never make (C33). */
  readonly isNegForced: boolean;
  readonly protocol: AppProtocol | undefined;
  readonly backendConfig: BackendConfigReference;
  /** Those whose Pods the Service selects, in the order in which the controller looks at them. */
  readonly workloads: readonly Workload[];
  readonly healthCheck: HealthCheckPlan | undefined;
}

export interface Backends {
  /** In the order in which the Ingress names them, its default backend or the system's last. */
  readonly all: readonly BackendPlan[];
  /** @returns undefined for a backend that is no Service */
  of(backend: IngressBackend): BackendPlan | undefined;
  /** Undefined where the Ingress gives a default backend of its own. */
  readonly systemDefault: BackendPlan | undefined;
}

type Identity = Pick<BackendPlan, 'key' | 'namespace' | 'serviceName' | 'port' | 'namedAt' | 'isSystemDefault'>;
type NamedService = NonNullable<IngressBackend['service']>;

/** One plan for each Service port that the Ingress names; a port named by name and by number is one port. */
export function planBackends(input: PlanInput): Backends {
  const { ingress, facts } = input;
  const { namespace } = ingress.metadata;
  const named = new Map<string, Identity & { readonly namedAt: FieldPath[] }>();
  for (const [backend, path] of backendsOf(input)) {
    if (backend.service === undefined) continue;
    const key = keyOf(backend.service, input);
    const port = portNameOf(backend.service);
    const known = named.get(key);
    if (known !== undefined) known.namedAt.push(path);
    else
      named.set(key, {
        key,
        namespace,
        serviceName: backend.service.name,
        port,
        namedAt: [path],
        isSystemDefault: false,
      });
  }
  const plans = new Map([...named].map(([key, identity]) => [key, planServicePort(identity, input)]));
  const of: Backends['of'] = ({ service }) => (service === undefined ? undefined : plans.get(keyOf(service, input)));
  if (ingress.defaultBackend !== undefined) return { all: [...plans.values()], of, systemDefault: undefined };
  const [systemNamespace = '', serviceName = ''] = facts.controller.defaultBackendService.value.split('/');
  const systemDefault = planServicePort(
    { key: 'system', namespace: systemNamespace, serviceName, port: SYSTEM_PORT, namedAt: [], isSystemDefault: true },
    input,
  );
  return { all: [...plans.values(), systemDefault], of, systemDefault };
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
  if (service !== undefined && port !== undefined) return `${named.name}#${service.ports.indexOf(port)}`;
  return `${named.name}:${named.portName || named.portNumber}`;
}

function planServicePort(identity: Identity, input: PlanInput): BackendPlan {
  const { ingress, snapshot } = input;
  const { namespace, serviceName, port, isSystemDefault } = identity;
  const service = snapshot.get('Service', namespace, serviceName);
  if (service === undefined) return planWithoutService(identity, input);
  const servicePort = findServicePort(service, port);
  const workloads = oldestFirst(snapshot.workloadsOf(service));
  const base = { ...identity, ...NOTHING_BUILT, service, servicePort, error: undefined, workloads };
  if (servicePort === undefined) return { ...base, error: portNotFound(ingress, service, port, namedFirst(identity)) };
  const translated = translateServicePort(service, servicePort, input);
  if (!translated.ok) return { ...base, error: translated.error, backendConfig: translated.backendConfig };
  const { group, protocol, backendConfig } = translated;
  return {
    ...base,
    group,
    isNegForced: translated.isForced && !isSystemDefault && !willNegBeMade(service, servicePort),
    protocol,
    backendConfig,
    healthCheck: planHealthCheck({
      service,
      targetPort: targetPortOf(service, servicePort, group),
      protocol,
      group,
      isRegional: input.classDecision.isRegional,
      isSystemDefault: isSystemService(identity, input),
      backendConfig,
      workloads,
      facts: input.facts,
    }),
  };
}

const NOTHING_BUILT = {
  group: undefined,
  isNegForced: false,
  protocol: undefined,
  backendConfig: { state: 'none' },
  workloads: [],
  healthCheck: undefined,
} as const satisfies Partial<BackendPlan>;

function namedFirst({ namedAt }: Identity): FieldPath {
  return namedAt[0] ?? ['spec', 'defaultBackend'];
}

/** By its name, however the Ingress came to it (pkg/healthchecks/healthchecks.go pathFromSvcPort). */
function isSystemService({ namespace, serviceName }: Identity, { facts }: PlanInput): boolean {
  return `${namespace}/${serviceName}` === facts.controller.defaultBackendService.value;
}

/** The system's default backend is taken to exist where nothing is known of it. */
function planWithoutService(identity: Identity, { ingress, snapshot, facts, classDecision }: PlanInput): BackendPlan {
  const { namespace, isSystemDefault } = identity;
  const absent = { ...identity, ...NOTHING_BUILT, service: undefined, servicePort: undefined, error: undefined };
  if (snapshot.isKnown('Service', namespace)) {
    return { ...absent, error: serviceNotFound(ingress, identity, namedFirst(identity)) };
  }
  if (!isSystemDefault) return absent;
  const group = classDecision.isRegional ? 'neg' : 'instanceGroup';
  const healthCheck = planHealthCheck({
    service: undefined,
    targetPort: 8080, // docs/deploy/resources/default-http-backend.yaml
    protocol: 'HTTP',
    group,
    isRegional: classDecision.isRegional,
    isSystemDefault,
    backendConfig: NOTHING_BUILT.backendConfig,
    workloads: [],
    facts,
  });
  return { ...absent, group, protocol: 'HTTP', healthCheck };
}
