// What the controller makes of one Service port that an Ingress names: its error, or group, protocol and health check
// (ingress-gce pkg/controller/translator/translator.go getServicePort, TranslateIngress).
import type { FieldPath } from '../kubernetes/field-path.ts';
import type { Service, ServicePort } from '../kubernetes/objects.ts';
import { translateServicePort } from './backend-error.ts';
import { findBackendFaults } from './backend-faults.ts';
import { planFeatures } from './backend-features.ts';
import type { BackendPlan } from './backend-plan.ts';
import type { Fault } from './fault.ts';
import { type HealthCheckPlan, planHealthCheck } from './health-check.ts';
import { willNegBeMade } from './neg.ts';
import { type NegSource, negSourceOf } from './neg-default.ts';
import type { PlanInput } from './plan-input.ts';
import { NO_PODS, type Pods } from './pods.ts';
import { findServicePort, type PortName, targetPortOf } from './service-port.ts';

/** With what is wrong with it. */
export interface BackendWithFaults extends BackendPlan {
  /** What it would be if GKE does the opposite of what is taken for granted about the NEG annotation. */
  readonly otherwise: BackendWithFaults | undefined;
  readonly faults: readonly Fault[];
}

export type BackendIdentity = Pick<
  BackendPlan,
  'key' | 'namespace' | 'serviceName' | 'port' | 'namedAt' | 'isSystemDefault'
>;

/** @param flips takes the opposite of what is expected of GKE's own NEG annotation */
export function planServicePort(identity: BackendIdentity, input: PlanInput, flips = false): BackendWithFaults {
  const { snapshot, work } = input;
  work.addBackend();
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
  const pods = input.podsOf(service);
  const common = { service, servicePort, negSource, pods };
  if (servicePort === undefined) {
    const error = { code: 'ErrSvcPortNotFound', condition: 'C5' } as const;
    return new PlannedBackend(identity, { ...common, error }, input);
  }
  const { errors, backendConfig, built } = translateServicePort(service, servicePort, takesNeg, input);
  const hasOther = !flips && canBeEither(service, negSource) && !identity.isSystemDefault;
  if (built === undefined) {
    const [error, ...hiddenErrors] = errors;
    return new PlannedBackend(identity, { ...common, error, hiddenErrors, backendConfig }, input, hasOther);
  }
  const { group, isForced, protocol } = built;
  const planCheck = (): HealthCheckPlan =>
    planHealthCheck({
      service,
      targetPort: targetPortOf(service, servicePort, group),
      protocol,
      group,
      isRegional: input.classDecision.hasRegionalBackends,
      isSystemDefault: isSystemService(identity, input),
      backendConfig,
      pods,
      facts: input.facts,
    });
  const isNegForced = isForced && !identity.isSystemDefault && !willNegBeMade(service, servicePort);
  const parts = { ...common, group, isNegForced, protocol, backendConfig, planCheck };
  return new PlannedBackend(identity, parts, input, hasOther);
}

/** A ClusterIP Service is no backend without a NEG, so that nothing but a NEG is worth planning. */
function canBeEither({ type }: Service, source: NegSource): boolean {
  return (source === 'gke' || source === 'maybe') && (type === 'NodePort' || type === 'LoadBalancer');
}

/** What is decided of a backend; what is left out has not been built. */
type Decided = Pick<BackendPlan, 'service' | 'servicePort' | 'negSource'> &
  Partial<Omit<BackendPlan, keyof BackendIdentity | 'features' | 'workloads' | 'healthCheck'>> & {
    readonly pods?: Pods;
    readonly planCheck?: () => HealthCheckPlan;
  };

const NOT_CONFIGURED = { state: 'none' } as const;
const NONE = [] as const;

/** With the parts that few look at, each made when it is asked for. */
class PlannedBackend implements BackendWithFaults {
  readonly key: string;
  readonly namespace: string;
  readonly serviceName: string;
  readonly port: PortName;
  readonly namedAt: readonly FieldPath[];
  readonly isSystemDefault: boolean;
  readonly service: Service | undefined;
  readonly servicePort: ServicePort | undefined;
  readonly error: BackendPlan['error'];
  readonly hiddenErrors: BackendPlan['hiddenErrors'];
  readonly group: BackendPlan['group'];
  readonly isNegForced: boolean;
  readonly negSource: NegSource;
  readonly protocol: BackendPlan['protocol'];
  readonly backendConfig: BackendPlan['backendConfig'];
  readonly #identity: BackendIdentity;
  readonly #input: PlanInput;
  readonly #hasOther: boolean;
  readonly #pods: Pods;
  readonly #planCheck: (() => HealthCheckPlan) | undefined;
  #healthCheck: HealthCheckPlan | undefined;
  #otherwise: BackendWithFaults | undefined;
  #features: BackendPlan['features'] | undefined;
  #faults: readonly Fault[] | undefined;

  constructor(identity: BackendIdentity, decided: Decided, input: PlanInput, hasOther = false) {
    this.key = identity.key;
    this.namespace = identity.namespace;
    this.serviceName = identity.serviceName;
    this.port = identity.port;
    this.namedAt = identity.namedAt;
    this.isSystemDefault = identity.isSystemDefault;
    this.service = decided.service;
    this.servicePort = decided.servicePort;
    this.error = decided.error;
    this.hiddenErrors = decided.hiddenErrors ?? NONE;
    this.group = decided.group;
    this.isNegForced = decided.isNegForced ?? false;
    this.negSource = decided.negSource;
    this.protocol = decided.protocol;
    this.backendConfig = decided.backendConfig ?? NOT_CONFIGURED;
    this.#pods = decided.pods ?? NO_PODS;
    this.#planCheck = decided.planCheck;
    this.#identity = identity;
    this.#input = input;
    this.#hasOther = hasOther;
  }

  get workloads(): BackendPlan['workloads'] {
    return this.#pods.workloads;
  }

  get healthCheck(): BackendPlan['healthCheck'] {
    if (this.#input.isReplaced(this.key)) return undefined;
    this.#healthCheck ??= this.#planCheck?.();
    return this.#healthCheck;
  }

  get features(): BackendPlan['features'] {
    this.#features ??= planFeatures(this.backendConfig);
    return this.#features;
  }

  get otherwise(): BackendWithFaults | undefined {
    if (this.#hasOther) this.#otherwise ??= planServicePort(this.#identity, this.#input, true);
    return this.#otherwise;
  }

  get faults(): readonly Fault[] {
    this.#faults ??= findBackendFaults(this, this.#input);
    return this.#faults;
  }
}

/** By its name, however the Ingress came to it (pkg/healthchecks/healthchecks.go pathFromSvcPort). */
function isSystemService({ namespace, serviceName }: BackendIdentity, { facts }: PlanInput): boolean {
  return `${namespace}/${serviceName}` === facts.controller.defaultBackendService.value;
}

/** The system's default backend is taken to exist where nothing is known of it. */
function planWithoutService(identity: BackendIdentity, input: PlanInput): BackendWithFaults {
  const { snapshot, facts, classDecision } = input;
  const { namespace, serviceName, isSystemDefault } = identity;
  const absent = { service: undefined, servicePort: undefined, negSource: 'none' } as const;
  if (snapshot.isKnown('Service', namespace, serviceName)) {
    return new PlannedBackend(identity, { ...absent, error: { code: 'ErrSvcNotFound', condition: 'C4' } }, input);
  }
  if (!isSystemDefault) return new PlannedBackend(identity, absent, input);
  const group = classDecision.hasRegionalBackends ? 'neg' : 'instanceGroup';
  const planCheck = (): HealthCheckPlan =>
    planHealthCheck({
      service: undefined,
      targetPort: 8080, // docs/deploy/resources/default-http-backend.yaml
      protocol: 'HTTP',
      group,
      isRegional: classDecision.hasRegionalBackends,
      isSystemDefault,
      backendConfig: NOT_CONFIGURED,
      pods: NO_PODS,
      facts,
    });
  return new PlannedBackend(identity, { ...absent, group, protocol: 'HTTP', planCheck }, input);
}
