// The health check that Google will use for a backend, with every number and where it comes from (facts: ingress-gce
// pkg/translator/healthchecks.go, pkg/healthchecks/healthchecks.go SyncServicePort).
import type { Facts } from '../facts/facts.ts';
import { decodeGoJson, goBool, goStruct } from '../kubernetes/go-json.ts';
import type { BackendConfigHealthCheck, PortReference, Service, Workload } from '../kubernetes/objects.ts';
import { nameOf } from '../kubernetes/objects.ts';
import { TRANSPARENT_HEALTH_CHECKER } from './annotation-keys.ts';
import type { BackendConfigReference } from './backend-config.ts';
import type { BackendGroup } from './neg.ts';
import { chooseProbe, hostHeader, type ProbeChoice } from './probe.ts';
import type { AppProtocol } from './protocol.ts';

export type HealthCheckSource = 'backendConfig' | 'transparent' | 'readinessProbe' | 'default';

export interface HealthCheck {
  readonly source: HealthCheckSource;
  /** Why it is this one, in words. */
  readonly reason: string;
  /** HTTP, HTTPS or HTTP2; whatever a BackendConfig says, even where Google will refuse it. */
  readonly protocol: string;
  readonly path: string;
  /** The Host header, "" for none. */
  readonly host: string;
  /** null for the serving port. */
  readonly port: number | null;
  readonly intervalSec: number;
  readonly timeoutSec: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

export interface HealthCheckPlan {
  readonly check: HealthCheck;
  readonly probes: ProbeChoice;
  /** False where a BackendConfig is named that is not known, so that every number may be another. */
  readonly isCertain: boolean;
}

export interface HealthCheckInput {
  readonly service: Service | undefined;
  readonly targetPort: PortReference;
  readonly protocol: AppProtocol;
  readonly group: BackendGroup;
  readonly isRegional: boolean;
  readonly isSystemDefault: boolean;
  readonly backendConfig: BackendConfigReference;
  readonly workloads: readonly Workload[];
  readonly facts: Facts;
}

type Numbers = Pick<HealthCheck, 'intervalSec' | 'timeoutSec' | 'healthyThreshold' | 'unhealthyThreshold'>;

/** DefaultNEGHealthCheckInterval and its neighbours; Google's page says 5 s for the timeout, the code 15 s and 60 s. */
const NEG_DEFAULTS: Numbers = { intervalSec: 15, timeoutSec: 15, healthyThreshold: 1, unhealthyThreshold: 2 };
const INSTANCE_GROUP_DEFAULTS: Numbers = {
  intervalSec: 60,
  timeoutSec: 60,
  healthyThreshold: 1,
  unhealthyThreshold: 10,
};
/** Added to a probe's period for instance groups, where every node asks (healthchecks.go ApplyProbeSettingsToHC). */
const INSTANCE_GROUP_EXTRA_SEC = 60;
/** The transparent health checker of the node answers there (pkg/translator/healthchecks.go, THC). */
const TRANSPARENT_PORT = 7877;
const TRANSPARENT_PATH = '/api/podhealth';
const TRANSPARENT: Numbers = { intervalSec: 5, timeoutSec: 5, healthyThreshold: 1, unhealthyThreshold: 10 };
/** --health-check-path and --default-backend-health-check-path. */
const DEFAULT_PATH = '/';
const SYSTEM_DEFAULT_PATH = '/healthz';

export function planHealthCheck(input: HealthCheckInput): HealthCheckPlan {
  const { backendConfig, workloads, targetPort, protocol } = input;
  const running = workloads.filter((workload) => workload.replicas > 0);
  const probes = chooseProbe(running, targetPort, protocol);
  const isCertain = backendConfig.state !== 'unknown';
  const configured = backendConfig.state === 'found' ? backendConfig.object.healthCheck : undefined;
  if (usesTransparent(input, configured)) return { check: transparentCheck(), probes, isCertain };
  const adopted = fromProbe(input, probes) ?? defaultCheck(input, running, probes);
  const check = backendConfig.state === 'found' ? merge(adopted, configured, nameOf(backendConfig.object)) : adopted;
  return { check, probes, isCertain };
}

const TRANSPARENT_ANNOTATION = goStruct({ enabled: goBool });

function usesTransparent(input: HealthCheckInput, configured: BackendConfigHealthCheck | undefined): boolean {
  if (!input.facts.controller.enableTransparentHealthChecks.value) return false;
  return configured === undefined && input.group === 'neg' && optsIntoTransparent(input.service);
}

/** Whether the Service asks for transparent health checks; text that Go cannot decode counts as no. */
export function optsIntoTransparent(service: Service | undefined): boolean {
  const text = service?.metadata.annotations[TRANSPARENT_HEALTH_CHECKER];
  if (text === undefined) return false;
  const decoded = decodeGoJson(text, TRANSPARENT_ANNOTATION);
  return decoded.ok && decoded.value.enabled;
}

function transparentCheck(): HealthCheck {
  return {
    source: 'transparent',
    reason: `the Service opts into transparent health checks: GKE answers on port ${TRANSPARENT_PORT} for the Pod's own readiness`,
    protocol: 'HTTP',
    path: TRANSPARENT_PATH,
    host: '',
    port: TRANSPARENT_PORT,
    ...TRANSPARENT,
  };
}

function usesNegDefaults({ group, isRegional }: HealthCheckInput): boolean {
  return group === 'neg' || isRegional;
}

function fromProbe(input: HealthCheckInput, { adopted, disagreeing }: ProbeChoice): HealthCheck | undefined {
  if (adopted === undefined) return undefined;
  const { httpGet, probe, container, workload } = adopted;
  const isNeg = usesNegDefaults(input);
  const others = disagreeing.map(nameOf).join(', ');
  const caveat = others === '' ? '' : `; it is the oldest, and ${others} would give another`;
  return {
    source: 'readinessProbe',
    reason: `the readiness probe of container "${container.name}" of ${nameOf(workload)} is adopted${caveat}`,
    protocol: input.protocol,
    path: withLeadingSlash(httpGet.path),
    host: hostHeader(httpGet),
    port: null,
    ...(isNeg ? NEG_DEFAULTS : INSTANCE_GROUP_DEFAULTS),
    intervalSec: probe.periodSeconds + (isNeg ? 0 : INSTANCE_GROUP_EXTRA_SEC),
    timeoutSec: probe.timeoutSeconds,
  };
}

function withLeadingSlash(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}

function defaultCheck(input: HealthCheckInput, running: readonly Workload[], probes: ProbeChoice): HealthCheck {
  return {
    source: 'default',
    reason: whyDefault(input, running, probes),
    protocol: input.protocol,
    path: input.isSystemDefault ? SYSTEM_DEFAULT_PATH : DEFAULT_PATH,
    host: '',
    port: null,
    ...(usesNegDefaults(input) ? NEG_DEFAULTS : INSTANCE_GROUP_DEFAULTS),
  };
}

function whyDefault(
  { isSystemDefault, workloads }: HealthCheckInput,
  running: readonly Workload[],
  probes: ProbeChoice,
): string {
  if (isSystemDefault) return 'it is the default backend of the system';
  const [first] = probes.ignored;
  if (first !== undefined) {
    return `the readiness probe of container "${first.container.name}" of ${nameOf(first.workload)} is not adopted: ${first.reason}`;
  }
  if (workloads.length === 0) return 'no Pod that the Service selects is known';
  if (running.length === 0)
    return `${workloads.map(nameOf).join(', ')} has no replicas, and a Pod must be there when the check is made`;
  return `no container of ${running.map(nameOf).join(', ')} has a readiness probe`;
}

/** Field by field, only what the BackendConfig sets; requestPath is taken as it is, without a slash being added. */
function merge(base: HealthCheck, configured: BackendConfigHealthCheck | undefined, name: string): HealthCheck {
  if (configured === undefined || Object.values(configured).every((value) => value === undefined)) return base;
  return {
    source: 'backendConfig',
    reason: `${name} sets ${namesOfSetFields(configured)}; the rest: ${base.reason}`,
    protocol: configured.type ?? base.protocol,
    path: configured.requestPath ?? base.path,
    host: base.host,
    port: configured.port ?? base.port,
    intervalSec: configured.checkIntervalSec ?? base.intervalSec,
    timeoutSec: configured.timeoutSec ?? base.timeoutSec,
    healthyThreshold: configured.healthyThreshold ?? base.healthyThreshold,
    unhealthyThreshold: configured.unhealthyThreshold ?? base.unhealthyThreshold,
  };
}

function namesOfSetFields(configured: BackendConfigHealthCheck): string {
  return Object.entries(configured)
    .filter(([, value]) => value !== undefined)
    .map(([field]) => field)
    .join(', ');
}
