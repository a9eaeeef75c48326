// What a backend service is set up with besides its health check: from its BackendConfig, or Google's defaults (ingress-gce
// pkg/backends/features/).
import type { BackendConfig } from '../kubernetes/objects.ts';
import type { BackendConfigReference } from './backend-config.ts';

export interface BackendFeatures {
  readonly timeoutSec: Feature<number>;
  /** NONE, CLIENT_IP or GENERATED_COOKIE. */
  readonly sessionAffinity: Feature<string>;
  readonly drainingTimeoutSec: Feature<number>;
  readonly iap: Feature<boolean>;
  /** The name of the security policy, "" for none. */
  readonly cloudArmor: Feature<string>;
  readonly cdn: Feature<boolean>;
  /** Share of the requests that is logged, 0 to 1. */
  readonly logging: Feature<number>;
}

export interface Feature<T> {
  readonly value: T;
  /** `unknown`: a BackendConfig that is not known may set it. */
  readonly source: 'backendConfig' | 'default' | 'unknown';
}

/** Google's for a backend service. */
const DEFAULT_TIMEOUT_SEC = 30;
/** What the controller sets where nothing else is said (pkg/backends/backends.go ensureDraining: none). */
const DEFAULT_DRAINING_SEC = 0;
/** The controller turns logging on for every backend service that it makes (pkg/backends/backends.go Create). */
const DEFAULT_SAMPLE_RATE = 1;

export function planFeatures(reference: BackendConfigReference): BackendFeatures {
  const config = reference.state === 'found' ? reference.object : undefined;
  const isUnknown = reference.state === 'unknown' || reference.state === 'missing';
  const feature = <T>(value: T | undefined, fallback: T): Feature<T> => {
    if (value !== undefined) return { value, source: 'backendConfig' };
    return { value: fallback, source: isUnknown ? 'unknown' : 'default' };
  };
  return {
    timeoutSec: feature(config?.timeoutSec, DEFAULT_TIMEOUT_SEC),
    sessionAffinity: feature(config?.sessionAffinity?.affinityType || undefined, 'NONE'),
    drainingTimeoutSec: feature(config?.drainingTimeoutSec, DEFAULT_DRAINING_SEC),
    iap: feature(config?.iap?.isEnabled, false),
    cloudArmor: feature(config?.securityPolicy, ''),
    cdn: feature(config?.cdn?.isEnabled, false),
    logging: feature(sampleRateOf(config), DEFAULT_SAMPLE_RATE),
  };
}

/** `enable` left out is false to the controller; without a sample rate it takes 1 (pkg/backends/features/logging.go). */
function sampleRateOf(config: BackendConfig | undefined): number | undefined {
  const logging = config?.logging;
  if (logging === undefined) return undefined;
  return logging.isEnabled ? (logging.sampleRate ?? DEFAULT_SAMPLE_RATE) : 0;
}
