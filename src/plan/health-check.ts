// The health check that Google will use for a backend, with every number and where it comes from (ingress-gce
// pkg/translator/healthchecks.go, pkg/healthchecks/healthchecks.go SyncServicePort).
import type { Facts } from '../facts/facts.ts';
import { decodeGoJson, goBool, goStruct } from '../kubernetes/go-json.ts';
import type {
  BackendConfig,
  BackendConfigHealthCheck,
  PortReference,
  Service,
  Workload,
} from '../kubernetes/objects.ts';
import { TRANSPARENT_HEALTH_CHECKER } from './annotation-keys.ts';
import type { BackendConfigReference } from './backend-config.ts';
import type { BackendGroup } from './neg.ts';
import type { Pods } from './pods.ts';
import { type AdoptedProbe, hostHeader, type IgnoredProbe, type ProbeChoice, withLeadingSlash } from './probe.ts';
import type { AppProtocol } from './protocol.ts';

export type HealthCheckSource = 'backendConfig' | 'transparent' | 'readinessProbe' | 'default';

export interface HealthCheck {
  readonly source: HealthCheckSource;
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

/** Why the health check is what it is. */
export type HealthCheckReason =
  | { readonly why: 'transparent' }
  | { readonly why: 'adopted'; readonly probe: AdoptedProbe; readonly disagreeing: readonly Workload[] }
  | { readonly why: 'system' }
  | { readonly why: 'ignored'; readonly probe: IgnoredProbe }
  | { readonly why: 'no-pod' }
  | { readonly why: 'no-replicas'; readonly workloads: readonly Workload[] }
  | { readonly why: 'no-probe'; readonly workloads: readonly Workload[] };

export interface HealthCheckPlan {
  readonly check: HealthCheck;
  readonly reason: HealthCheckReason;
  /** The BackendConfig that sets some of it, and the fields that it sets. */
  readonly configured: { readonly config: BackendConfig; readonly fields: readonly string[] } | undefined;
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
  readonly pods: Pods;
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
export const TRANSPARENT_PORT = 7877;
const TRANSPARENT_PATH = '/api/podhealth';
const TRANSPARENT: Numbers = { intervalSec: 5, timeoutSec: 5, healthyThreshold: 1, unhealthyThreshold: 10 };
/** --health-check-path and --default-backend-health-check-path. */
const DEFAULT_PATH = '/';
const SYSTEM_DEFAULT_PATH = '/healthz';

export function planHealthCheck(input: HealthCheckInput): HealthCheckPlan {
  const { backendConfig, pods, targetPort, protocol } = input;
  const probes = pods.probeFor(targetPort, protocol);
  const isCertain = backendConfig.state !== 'unknown';
  const config = backendConfig.state === 'found' ? backendConfig.object : undefined;
  const common = { probes, isCertain, configured: undefined };
  if (usesTransparent(input, config?.healthCheck)) {
    return { ...common, check: TRANSPARENT_CHECK, reason: { why: 'transparent' } };
  }
  const adopted = fromProbe(input, probes);
  const base = adopted ?? defaultCheck(input);
  const reason: HealthCheckReason =
    adopted === undefined || probes.adopted === undefined
      ? whyDefault(input, probes)
      : { why: 'adopted', probe: probes.adopted, disagreeing: probes.disagreeing };
  const fields = setFields(config?.healthCheck);
  if (config?.healthCheck === undefined || fields.length === 0) return { ...common, check: base, reason };
  return { ...common, check: merge(base, config.healthCheck), reason, configured: { config, fields } };
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

const TRANSPARENT_CHECK: HealthCheck = {
  source: 'transparent',
  protocol: 'HTTP',
  path: TRANSPARENT_PATH,
  host: '',
  port: TRANSPARENT_PORT,
  ...TRANSPARENT,
};

function usesNegDefaults({ group, isRegional }: HealthCheckInput): boolean {
  return group === 'neg' || isRegional;
}

function fromProbe(input: HealthCheckInput, { adopted }: ProbeChoice): HealthCheck | undefined {
  if (adopted === undefined) return undefined;
  const { httpGet, probe } = adopted;
  const isNeg = usesNegDefaults(input);
  return {
    source: 'readinessProbe',
    protocol: input.protocol,
    path: withLeadingSlash(httpGet.path),
    host: hostHeader(httpGet),
    port: null,
    ...(isNeg ? NEG_DEFAULTS : INSTANCE_GROUP_DEFAULTS),
    intervalSec: probe.periodSeconds + (isNeg ? 0 : INSTANCE_GROUP_EXTRA_SEC),
    timeoutSec: probe.timeoutSeconds,
  };
}

function defaultCheck(input: HealthCheckInput): HealthCheck {
  return {
    source: 'default',
    protocol: input.protocol,
    path: input.isSystemDefault ? SYSTEM_DEFAULT_PATH : DEFAULT_PATH,
    host: '',
    port: null,
    ...(usesNegDefaults(input) ? NEG_DEFAULTS : INSTANCE_GROUP_DEFAULTS),
  };
}

function whyDefault(
  { isSystemDefault, pods: { workloads, running } }: HealthCheckInput,
  probes: ProbeChoice,
): HealthCheckReason {
  if (isSystemDefault) return { why: 'system' };
  const [first] = probes.ignored;
  if (first !== undefined) return { why: 'ignored', probe: first };
  if (workloads.length === 0) return { why: 'no-pod' };
  return running.length === 0 ? { why: 'no-replicas', workloads } : { why: 'no-probe', workloads: running };
}

function setFields(configured: BackendConfigHealthCheck | undefined): readonly string[] {
  return Object.entries(configured ?? {}).flatMap(([field, value]) => (value === undefined ? [] : [field]));
}

/** Field by field, only what the BackendConfig sets; requestPath is taken as it is, without a slash being added. */
function merge(base: HealthCheck, configured: BackendConfigHealthCheck): HealthCheck {
  return {
    source: 'backendConfig',
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
