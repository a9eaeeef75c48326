// What the controller refuses about a BackendConfig: while it translates the Ingress (ingress-gce
// pkg/backendconfig/validation.go), and later, while it syncs the backend (pkg/backends/features/securitypolicy.go,
// pkg/translator/healthchecks.go merge).
import type { FieldPath } from '../kubernetes/field-path.ts';
import type { BackendConfig } from '../kubernetes/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { ClassDecision } from './ingress-class.ts';

interface FaultField {
  /** In the BackendConfig. */
  readonly path: FieldPath;
}

/** One value that is refused, with the values that make it so. */
export type ConfigFault = FaultField &
  (
    | { readonly condition: 'C11'; readonly why: 'iap-with-cdn' }
    | { readonly condition: 'C11'; readonly why: 'affinity-type'; readonly value: string }
    | { readonly condition: 'C11'; readonly why: 'cookie-ttl'; readonly value: number }
    | { readonly condition: 'C11'; readonly why: 'sample-rate'; readonly value: number }
    | { readonly condition: 'C12'; readonly why: 'not-offered'; readonly feature: 'IAP' | 'CDN' }
    | {
        readonly condition: 'C13';
        readonly why: 'secret-missing';
        readonly secretName: string;
        readonly keys: readonly string[];
      }
    | { readonly condition: 'C13'; readonly why: 'secret-key'; readonly secretName: string; readonly key: string }
    | { readonly condition: 'C30'; readonly why: 'security-policy'; readonly className: string }
    | { readonly condition: 'C31'; readonly why: 'health-check-type'; readonly value: string }
    | { readonly condition: 'G4'; readonly why: 'signed-url-keys'; readonly count: number }
  );

/** What of the class decides. */
export type Scope = Pick<ClassDecision, 'annotation' | 'hasRegionalBackends' | 'isInternal'>;

type Check = (config: BackendConfig, decision: Scope, snapshot: Snapshot) => ConfigFault | undefined;

/** The first fault, in the controller's order; it ends the translation. Secrets count only where they are known. */
export const findTranslationFault: Check = (config, decision, snapshot) =>
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
  return cdn?.isEnabled ? { condition: 'C11', why: 'iap-with-cdn', path: ['spec', 'cdn', 'enabled'] } : undefined;
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

function isRegionalExternal({ hasRegionalBackends, isInternal }: Scope): boolean {
  return hasRegionalBackends && !isInternal;
}

function notOffered(feature: 'IAP' | 'CDN', path: FieldPath): ConfigFault {
  return { condition: 'C12', why: 'not-offered', feature, path };
}

function checkSecret(
  { metadata }: BackendConfig,
  secretName: string,
  keys: readonly string[],
  path: FieldPath,
  snapshot: Snapshot,
): ConfigFault | undefined {
  if (secretName === '') return undefined;
  const { namespace } = metadata;
  const secret = snapshot.get('Secret', namespace, secretName);
  if (secret === undefined) {
    if (!snapshot.isKnown('Secret', namespace, secretName)) return undefined;
    return { condition: 'C13', why: 'secret-missing', secretName, keys, path };
  }
  const missing = keys.find((key) => !secret.keys.includes(key));
  return missing === undefined ? undefined : { condition: 'C13', why: 'secret-key', secretName, key: missing, path };
}

const AFFINITIES: readonly string[] = ['', 'NONE', 'CLIENT_IP', 'GENERATED_COOKIE'];
/** A day, in seconds. */
export const MAX_COOKIE_TTL = 86_400;

function checkAffinity({ sessionAffinity }: BackendConfig): ConfigFault | undefined {
  if (sessionAffinity === undefined) return undefined;
  const { affinityType, affinityCookieTtlSec } = sessionAffinity;
  if (!AFFINITIES.includes(affinityType)) {
    const path = ['spec', 'sessionAffinity', 'affinityType'];
    return { condition: 'C11', why: 'affinity-type', value: affinityType, path };
  }
  if (affinityCookieTtlSec === undefined || (affinityCookieTtlSec >= 0 && affinityCookieTtlSec <= MAX_COOKIE_TTL)) {
    return undefined;
  }
  const path = ['spec', 'sessionAffinity', 'affinityCookieTtlSec'];
  return { condition: 'C11', why: 'cookie-ttl', value: affinityCookieTtlSec, path };
}

/** Even where logging itself is off. */
function checkLogging({ logging }: BackendConfig): ConfigFault | undefined {
  const rate = logging?.sampleRate;
  if (rate === undefined || (rate >= 0 && rate <= 1)) return undefined;
  return { condition: 'C11', why: 'sample-rate', value: rate, path: ['spec', 'logging', 'sampleRate'] };
}

const HEALTH_CHECK_TYPES: readonly string[] = ['HTTP', 'HTTPS', 'HTTP2'];
/** The comment in pkg/backends/syncer.go; Google enforces it. */
export const MAX_SIGNED_URL_KEYS = 3;

/** What passes the translation and fails the sync, over and over. */
export function findSyncFaults(
  { cdn, healthCheck, securityPolicy }: BackendConfig,
  { hasRegionalBackends, annotation }: Pick<Scope, 'annotation' | 'hasRegionalBackends'>,
): readonly ConfigFault[] {
  const faults: ConfigFault[] = [];
  if (healthCheck?.type !== undefined && !HEALTH_CHECK_TYPES.includes(healthCheck.type)) {
    const path = ['spec', 'healthCheck', 'type'];
    faults.push({ condition: 'C31', why: 'health-check-type', value: healthCheck.type, path });
  }
  if (cdn !== undefined && cdn.signedUrlKeys.length > MAX_SIGNED_URL_KEYS) {
    const path = ['spec', 'cdn', 'signedUrlKeys'];
    faults.push({ condition: 'G4', why: 'signed-url-keys', count: cdn.signedUrlKeys.length, path });
  }
  if (securityPolicy !== undefined && hasRegionalBackends) {
    faults.push({ condition: 'C30', why: 'security-policy', className: annotation, path: ['spec', 'securityPolicy'] });
  }
  return faults;
}
