// What the controller refuses about a BackendConfig: while it translates the Ingress (facts: ingress-gce
// pkg/backendconfig/validation.go), and later, while it syncs the backend (pkg/backends/features/securitypolicy.go,
// pkg/translator/healthchecks.go merge).
import type { BackendConfig } from '../kubernetes/objects.ts';
import { shellQuote } from '../shell-quote.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { ClassDecision } from './ingress-class.ts';
import type { FieldPath } from './problem.ts';

export interface BackendConfigFault {
  readonly condition: 'C11' | 'C12' | 'C13' | 'C30' | 'C31' | null;
  /** As a clause about the BackendConfig. */
  readonly reason: string;
  readonly fix: string;
  readonly path: FieldPath;
  /** Set where something is not there, which may only be because it has not been told. */
  readonly isAbsence?: true;
}

/** What of the class decides. */
type Scope = Pick<ClassDecision, 'annotation' | 'isRegional' | 'isInternal'>;

type Check = (config: BackendConfig, decision: Scope, snapshot: Snapshot) => BackendConfigFault | undefined;

/** The first fault, in the controller's order; it ends the translation. Secrets count only where they are known. */
export const findBackendConfigFault: Check = (config, decision, snapshot) =>
  checkIap(config, decision, snapshot) ??
  checkCdn(config, decision, snapshot) ??
  checkAffinity(config) ??
  checkLogging(config);

const checkIap: Check = (config, decision, snapshot) => {
  const { iap, cdn } = config;
  if (!iap?.isEnabled) return undefined;
  if (isRegionalExternal(decision)) return notOffered('IAP', ['spec', 'iap', 'enabled']);
  const path = ['spec', 'iap', 'oauthclientCredentials', 'secretName'];
  const secret = checkSecret(config, iap.secretName, ['client_id', 'client_secret'], path, snapshot);
  if (secret !== undefined) return secret;
  if (!cdn?.isEnabled) return undefined;
  return {
    condition: 'C11',
    reason: 'it enables IAP and CDN, which exclude each other',
    fix: 'Set spec.cdn.enabled: false, or spec.iap.enabled: false',
    path: ['spec', 'cdn', 'enabled'],
  };
};

const checkCdn: Check = (config, decision, snapshot) => {
  const { cdn } = config;
  if (!cdn?.isEnabled) return undefined;
  if (isRegionalExternal(decision)) return notOffered('CDN', ['spec', 'cdn', 'enabled']);
  for (const [index, { secretName }] of cdn.signedUrlKeys.entries()) {
    const path = ['spec', 'cdn', 'signedUrlKeys', index, 'secretName'];
    const fault = checkSecret(config, secretName, ['key_value'], path, snapshot);
    if (fault !== undefined) return fault;
  }
  return undefined;
};

function isRegionalExternal({ isRegional, isInternal }: Scope): boolean {
  return isRegional && !isInternal;
}

function notOffered(feature: string, path: FieldPath): BackendConfigFault {
  return {
    condition: 'C12',
    reason: `it enables ${feature}, which the class gce-regional-external does not have`,
    fix: `Set ${path.join('.')}: false`,
    path,
  };
}

function checkSecret(
  { metadata }: BackendConfig,
  name: string,
  keys: readonly string[],
  path: FieldPath,
  snapshot: Snapshot,
): BackendConfigFault | undefined {
  if (name === '') return undefined;
  const { namespace } = metadata;
  const secret = snapshot.get('Secret', namespace, name);
  const fault = { condition: 'C13', path } as const;
  if (secret === undefined) {
    if (!snapshot.isKnown('Secret', namespace)) return undefined;
    const literals = keys.map((key) => `--from-literal=${key}=VALUE`).join(' ');
    const fix = `kubectl create secret generic ${shellQuote(name)} -n ${shellQuote(namespace)} ${literals}`;
    return {
      ...fault,
      reason: `its Secret "${name}" does not exist in namespace "${namespace}"`,
      fix,
      isAbsence: true,
    };
  }
  const missing = keys.find((key) => !secret.keys.includes(key));
  if (missing === undefined) return undefined;
  return {
    ...fault,
    reason: `its Secret "${name}" has no key "${missing}"`,
    fix: `Add the key ${missing} to the Secret`,
  };
}

const AFFINITIES: readonly string[] = ['', 'NONE', 'CLIENT_IP', 'GENERATED_COOKIE'];
/** A day, in seconds. */
const MAX_COOKIE_TTL = 86_400;

function checkAffinity({ sessionAffinity }: BackendConfig): BackendConfigFault | undefined {
  if (sessionAffinity === undefined) return undefined;
  const { affinityType, affinityCookieTtlSec } = sessionAffinity;
  if (!AFFINITIES.includes(affinityType)) {
    return {
      condition: 'C11',
      reason: `its affinityType "${affinityType}" is none of NONE, CLIENT_IP, GENERATED_COOKIE`,
      fix: 'Set spec.sessionAffinity.affinityType to one of them',
      path: ['spec', 'sessionAffinity', 'affinityType'],
    };
  }
  if (affinityCookieTtlSec === undefined || (affinityCookieTtlSec >= 0 && affinityCookieTtlSec <= MAX_COOKIE_TTL)) {
    return undefined;
  }
  return {
    condition: 'C11',
    reason: `its affinityCookieTtlSec ${affinityCookieTtlSec} is not between 0 and ${MAX_COOKIE_TTL}`,
    fix: `Set spec.sessionAffinity.affinityCookieTtlSec from 0 to ${MAX_COOKIE_TTL}`,
    path: ['spec', 'sessionAffinity', 'affinityCookieTtlSec'],
  };
}

/** Even where logging itself is off. */
function checkLogging({ logging }: BackendConfig): BackendConfigFault | undefined {
  const rate = logging?.sampleRate;
  if (rate === undefined || (rate >= 0 && rate <= 1)) return undefined;
  return {
    condition: 'C11',
    reason: `its logging.sampleRate ${rate} is not between 0 and 1`,
    fix: 'Set spec.logging.sampleRate from 0.0 to 1.0',
    path: ['spec', 'logging', 'sampleRate'],
  };
}

const HEALTH_CHECK_TYPES: readonly string[] = ['HTTP', 'HTTPS', 'HTTP2'];
/** The comment in pkg/backends/syncer.go; Google enforces it. */
const MAX_SIGNED_URL_KEYS = 3;

/** What passes the translation and fails the sync, over and over. */
export function findBackendConfigSyncFaults(
  { cdn, healthCheck, securityPolicy }: BackendConfig,
  { isRegional, annotation }: Pick<Scope, 'annotation' | 'isRegional'>,
): readonly BackendConfigFault[] {
  const faults: BackendConfigFault[] = [];
  if (healthCheck?.type !== undefined && !HEALTH_CHECK_TYPES.includes(healthCheck.type)) {
    faults.push({
      condition: 'C31',
      reason: `its healthCheck.type "${healthCheck.type}" is none of ${HEALTH_CHECK_TYPES.join(', ')}`,
      fix: 'Set spec.healthCheck.type to one of them, or remove it',
      path: ['spec', 'healthCheck', 'type'],
    });
  }
  if (cdn !== undefined && cdn.signedUrlKeys.length > MAX_SIGNED_URL_KEYS) {
    faults.push({
      condition: null,
      reason: `it has ${cdn.signedUrlKeys.length} signedUrlKeys, and Google takes ${MAX_SIGNED_URL_KEYS} a backend`,
      fix: `Leave at most ${MAX_SIGNED_URL_KEYS} in spec.cdn.signedUrlKeys`,
      path: ['spec', 'cdn', 'signedUrlKeys'],
    });
  }
  if (securityPolicy !== undefined && isRegional) {
    faults.push({
      condition: 'C30',
      reason: `it has a securityPolicy, and Cloud Armor is not for the regional class ${annotation}`,
      fix: 'Remove spec.securityPolicy',
      path: ['spec', 'securityPolicy'],
    });
  }
  return faults;
}
