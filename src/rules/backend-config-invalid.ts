import type { Wording } from '../judge/finding.ts';
import { advise, type Remedy, remove, run, set } from '../judge/fix.ts';
import { ingressInWords } from '../judge/plan-words.ts';
import { defineRule, type WordingContext } from '../judge/rule.ts';
import type { BackendConfig } from '../kubernetes/objects.ts';
import { nearest } from '../nearest.ts';
import { type ConfigFault, MAX_COOKIE_TTL, MAX_SIGNED_URL_KEYS } from '../plan/backend-config-faults.ts';
import type { FaultOf } from '../plan/fault.ts';
import { operand } from '../shell-quote.ts';

export const backendConfigInvalid = defineRule({
  id: 'backend-config-invalid',
  judges: ['BackendConfig'],
  severity: 'error',
  summary: 'A BackendConfig has a value that the GKE Ingress controller, or Google, refuses.',
  why: 'The CRD lets most values pass; the controller refuses them later, when it translates the Ingress (which fails as a whole) or when it sets the backend up (over and over).',
  fix: 'Correct the value, or let the Service name another BackendConfig.',
  covers: ['C11', 'C12', 'C13', 'C30', 'C31', 'G4'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration'],
  words: { C11: refused, C12: refused, C13: refused, C30: refused, C31: refused, G4: refused },
});

type Refused = FaultOf<'C11' | 'C12' | 'C13' | 'C30' | 'C31' | 'G4'>;

function refused({ config, fault, condition }: Refused, { plan }: WordingContext): Wording {
  // The first three end the translation, the others the sync of the backend.
  const isTranslation = condition === 'C11' || condition === 'C12' || condition === 'C13';
  const ingress = ingressInWords(plan, 'an Ingress that uses it');
  return {
    message: `${whyRefused(fault)}: ${ingress} fails ${isTranslation ? 'as a whole' : 'to sync'}.`,
    fix: remediesFor(config, fault),
    // Secrets are often made by hand, as Google's pages do it, so that files that have some need not have all.
    ...(fault.why === 'secret-missing' ? { severity: 'warning' } : {}),
  };
}

function whyRefused(fault: ConfigFault): string {
  switch (fault.why) {
    case 'iap-with-cdn':
      return 'it enables IAP and CDN, which exclude each other';
    case 'affinity-type':
      return `its affinityType "${fault.value}" is none of ${AFFINITY_TYPES.join(', ')}`;
    case 'cookie-ttl':
      return `its affinityCookieTtlSec ${fault.value} is not between 0 and ${MAX_COOKIE_TTL}`;
    case 'sample-rate':
      return `its logging.sampleRate ${fault.value} is not between 0 and 1`;
    case 'not-offered':
      return `it enables ${fault.feature}, which the class gce-regional-external does not have`;
    case 'secret-missing':
      return `its Secret "${fault.secretName}" does not exist in the same namespace`;
    case 'secret-key':
      return `its Secret "${fault.secretName}" has no key "${fault.key}"`;
    case 'security-policy':
      return `it has a securityPolicy, and the regional class ${fault.className} has no Cloud Armor`;
    case 'health-check-type':
      return `its healthCheck.type "${fault.value}" is none of ${HEALTH_CHECK_TYPES.join(', ')}`;
    case 'signed-url-keys':
      return `it has ${fault.count} signedUrlKeys, and Google takes ${MAX_SIGNED_URL_KEYS} a backend`;
  }
}

const AFFINITY_TYPES = ['NONE', 'CLIENT_IP', 'GENERATED_COOKIE'] as const;
const HEALTH_CHECK_TYPES = ['HTTP', 'HTTPS', 'HTTP2'] as const;

function remediesFor(config: BackendConfig, fault: ConfigFault): readonly Remedy[] {
  const { namespace } = config.metadata;
  switch (fault.why) {
    case 'iap-with-cdn':
      return [set(config, fault.path, false), set(config, ['spec', 'iap', 'enabled'], false)];
    case 'affinity-type':
      return [set(config, fault.path, nearest(fault.value, AFFINITY_TYPES) ?? 'NONE')];
    case 'cookie-ttl':
      return [set(config, fault.path, fault.value < 0 ? 0 : MAX_COOKIE_TTL)];
    case 'sample-rate':
      return [set(config, fault.path, fault.value < 0 ? 0 : 1)];
    case 'not-offered':
      return [set(config, fault.path, false)];
    case 'secret-missing': {
      const literals = fault.keys.map((key) => `--from-literal=${key}=VALUE`);
      return [run(['kubectl', 'create', 'secret', 'generic', operand(fault.secretName), '-n', namespace, ...literals])];
    }
    case 'secret-key':
      return [advise(`Add the key ${fault.key} to the Secret`)];
    case 'security-policy':
      return [remove(config, fault.path)];
    case 'health-check-type':
      return [set(config, fault.path, nearest(fault.value, HEALTH_CHECK_TYPES) ?? 'HTTP'), remove(config, fault.path)];
    case 'signed-url-keys':
      return [advise(`Leave at most ${MAX_SIGNED_URL_KEYS} keys in spec.cdn.signedUrlKeys`)];
  }
}
