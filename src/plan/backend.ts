// What the controller makes of one Service port that an Ingress names: its error, or group, protocol and health check
// (ingress-gce pkg/controller/translator/translator.go getServicePort, TranslateIngress).
import type { FieldPath } from '../kubernetes/field-path.ts';
import type { IngressBackend, Service, ServicePort } from '../kubernetes/objects.ts';
import { translateServicePort } from './backend-error.ts';
import { findBackendFaults } from './backend-faults.ts';
import { planFeatures } from './backend-features.ts';
import type { BackendPlan } from './backend-plan.ts';
import type { Fault } from './fault.ts';
import { planHealthCheck } from './health-check.ts';
import { lazy } from './lazy.ts';
import { willNegBeMade } from './neg.ts';
import { type NegSource, negSourceOf } from './neg-default.ts';
import type { PlanInput } from './plan-input.ts';
import { findServicePort, type PortName, targetPortOf } from './service-port.ts';

/** With what is wrong with it. */
export interface BackendWithFaults extends BackendPlan {
  /** What it would be if GKE does the opposite of what is taken for granted about the NEG annotation. */
  readonly otherwise: BackendWithFaults | undefined;
  readonly faults: readonly Fault[];
}

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

export type BackendIdentity = Pick<
  BackendPlan,
  'key' | 'namespace' | 'serviceName' | 'port' | 'namedAt' | 'isSystemDefault'
>;
type NamedService = NonNullable<IngressBackend['service']>;

interface Named {
  readonly identity: BackendIdentity;
  readonly plan: () => BackendWithFaults;
}

/** One plan for each Service port that the Ingress names; a port named by name and by number is one port. */
export function planBackends(input: PlanInput): Backends {
  const { ingress, facts } = input;
  const { namespace } = ingress.metadata;
  const named = new Map<string, Named>();
  /** The same by what the Ingress says, so that no path is looked up twice. */
  const bySite = new Map<NamedService, Named>();
  for (const [backend, path] of backendsOf(input)) {
    if (backend.service === undefined) continue;
    const key = keyOf(backend.service, input);
    const known = named.get(key);
    if (known !== undefined) {
      bySite.set(backend.service, known);
      (known.identity.namedAt as FieldPath[]).push(path);
      continue;
    }
    const { name: serviceName } = backend.service;
    const port = portNameOf(backend.service);
    const identity = { key, namespace, serviceName, port, namedAt: [path], isSystemDefault: false };
    const one = { identity, plan: lazy(() => planServicePort(identity, input)) };
    named.set(key, one);
    bySite.set(backend.service, one);
  }
  const systemDefault = lazy(() => {
    const [systemNamespace = '', serviceName = ''] = facts.controller.defaultBackendService.value.split('/');
    const base = { key: 'system', namespace: systemNamespace, serviceName, port: SYSTEM_PORT, namedAt: [] };
    return ingress.defaultBackend === undefined
      ? planServicePort({ ...base, isSystemDefault: true }, input)
      : undefined;
  });
  const all = lazy(() => {
    const system = systemDefault();
    const own = [...named.values()].map(({ plan }) => plan());
    return system === undefined ? own : [...own, system];
  });
  return {
    get all() {
      return all();
    },
    get systemDefault() {
      return systemDefault();
    },
    ofService: (name) =>
      [...named.values()].filter(({ identity }) => identity.serviceName === name).map(({ plan }) => plan()),
    of: ({ service }) =>
      service === undefined ? undefined : (bySite.get(service) ?? named.get(keyOf(service, input)))?.plan(),
  };
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

/** @param flips takes the opposite of what is expected of GKE's own NEG annotation */
function planServicePort(identity: BackendIdentity, input: PlanInput, flips = false): BackendWithFaults {
  const { snapshot } = input;
  const { namespace, serviceName, port } = identity;
  const service = snapshot.get('Service', namespace, serviceName);
  if (service === undefined) return planWithoutService(identity, input);
  return planOnService(identity, service, findServicePort(service, port), input, flips);
}

/** @param servicePort undefined where the Service does not have it */
export function planOnService(
  identity: BackendIdentity,
  service: Service,
  servicePort: ServicePort | undefined,
  input: PlanInput,
  flips = false,
): BackendWithFaults {
  const negSource = negSourceOf(service, input);
  const takesNeg = (negSource === 'gke') !== flips && (negSource === 'gke' || negSource === 'maybe');
  const common = { ...identity, ...NOTHING_BUILT, service, servicePort, negSource };
  const workloads = input.workloadsOf(service);
  if (servicePort === undefined) {
    const error = { code: 'ErrSvcPortNotFound', condition: 'C5' } as const;
    return complete({ ...common, workloads, error }, input);
  }
  const { errors, backendConfig, built } = translateServicePort(service, servicePort, takesNeg, input);
  const [error, ...hiddenErrors] = errors;
  const hasOther = !flips && canBeEither(service, negSource) && !identity.isSystemDefault;
  const otherwise = lazy(() => (hasOther ? planServicePort(identity, input, true) : undefined));
  if (built === undefined) {
    return complete({ ...common, workloads, error, hiddenErrors, backendConfig }, input, otherwise);
  }
  const { group, isForced, protocol } = built;
  const healthCheck = planHealthCheck({
    service,
    targetPort: targetPortOf(service, servicePort, group),
    protocol,
    group,
    isRegional: input.classDecision.hasRegionalBackends,
    isSystemDefault: isSystemService(identity, input),
    backendConfig,
    workloads,
    facts: input.facts,
  });
  const isNegForced = isForced && !identity.isSystemDefault && !willNegBeMade(service, servicePort);
  return complete({ ...common, workloads, group, isNegForced, protocol, backendConfig, healthCheck }, input, otherwise);
}

/** A ClusterIP Service is no backend without a NEG, so that nothing but a NEG is worth planning. */
function canBeEither({ type }: Service, source: NegSource): boolean {
  return (source === 'gke' || source === 'maybe') && (type === 'NodePort' || type === 'LoadBalancer');
}

const NOTHING_BUILT = {
  error: undefined,
  hiddenErrors: [],
  group: undefined,
  isNegForced: false,
  protocol: undefined,
  backendConfig: { state: 'none' },
  workloads: [],
  healthCheck: undefined,
} as const satisfies Partial<BackendPlan>;

type Incomplete = Omit<BackendPlan, 'features'>;

/** With the parts that few look at, each made when it is asked for. */
function complete(
  plan: Incomplete,
  input: PlanInput,
  otherwise: () => BackendWithFaults | undefined = () => undefined,
): BackendWithFaults {
  const features = lazy(() => planFeatures(plan.backendConfig));
  const faults = lazy(() => findBackendFaults(completed, input));
  const completed: BackendWithFaults = {
    ...plan,
    get features() {
      return features();
    },
    get otherwise() {
      return otherwise();
    },
    get faults() {
      return faults();
    },
  };
  return completed;
}

/** By its name, however the Ingress came to it (pkg/healthchecks/healthchecks.go pathFromSvcPort). */
function isSystemService({ namespace, serviceName }: BackendIdentity, { facts }: PlanInput): boolean {
  return `${namespace}/${serviceName}` === facts.controller.defaultBackendService.value;
}

/** The system's default backend is taken to exist where nothing is known of it. */
function planWithoutService(identity: BackendIdentity, input: PlanInput): BackendWithFaults {
  const { snapshot, facts, classDecision } = input;
  const { namespace, serviceName, isSystemDefault } = identity;
  const absent = {
    ...identity,
    ...NOTHING_BUILT,
    service: undefined,
    servicePort: undefined,
    negSource: 'none',
  } as const;
  if (snapshot.isKnown('Service', namespace, serviceName)) {
    return complete({ ...absent, error: { code: 'ErrSvcNotFound', condition: 'C4' } }, input);
  }
  if (!isSystemDefault) return complete(absent, input);
  const group = classDecision.hasRegionalBackends ? 'neg' : 'instanceGroup';
  const healthCheck = planHealthCheck({
    service: undefined,
    targetPort: 8080, // docs/deploy/resources/default-http-backend.yaml
    protocol: 'HTTP',
    group,
    isRegional: classDecision.hasRegionalBackends,
    isSystemDefault,
    backendConfig: NOTHING_BUILT.backendConfig,
    workloads: [],
    facts,
  });
  return complete({ ...absent, group, protocol: 'HTTP', healthCheck }, input);
}
