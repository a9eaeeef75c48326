// Keys that nothing on GKE reads, each with how that is known: no file of k8s.io/ingress-gce v1.41.0 reads any of them. Other
// unknown keys of cloud.google.com and networking.gke.io are not here: nobody outside knows all that GKE reads.
import { nearest } from '../nearest.ts';
import { findForeignAnnotation, INGRESS_CLASS, MANAGED_CERTIFICATES, PRE_SHARED_CERT } from './annotation-keys.ts';

export interface DeadAnnotation {
  readonly why: 'renamed' | 'never' | 'nginx' | 'class' | 'unknown';
  /** The key that is read in its place, with the same value; undefined where there is none. */
  readonly meant: string | undefined;
}

interface DeadKey extends DeadAnnotation {
  readonly key: string;
  /** Beside that ingress-gce does not read it. */
  readonly evidence: string;
}

const DEAD_KEYS: readonly DeadKey[] = [
  {
    key: 'gke.googleapis.com/managed-certificates',
    why: 'renamed',
    meant: MANAGED_CERTIFICATES,
    evidence:
      'the first releases of gke-managed-certs read it (README, pkg/controller/binder); since then networking.gke.io',
  },
  {
    key: 'compute.googleapis.com/security-policy',
    why: 'never',
    meant: undefined,
    evidence: 'Cloud Armor is spec.securityPolicy of a BackendConfig (pkg/backends/features/securitypolicy.go)',
  },
  {
    key: 'networking.gke.io/redirect-to-https',
    why: 'never',
    meant: undefined,
    evidence: 'the redirect is spec.redirectToHttps of a FrontendConfig (pkg/apis/frontendconfig/v1beta1/types.go)',
  },
  ...['spec.ingressClassName', 'ingressClassName', 'ingress.class', 'kubernetes.io/ingressClassName'].map(
    (key): DeadKey => ({
      key,
      why: 'class',
      meant: INGRESS_CLASS,
      evidence: 'the class is one annotation or one field (pkg/annotations/ingress.go IngressClassKey)',
    }),
  ),
];

/**
 * What ingress-nginx read under ingress.kubernetes.io/ before its prefix became nginx.ingress.kubernetes.io/. The controller of
 * GKE writes its own status there (pkg/annotations/ingress.go StatusPrefix), and reads none of these.
 */
const NGINX_PREFIX = 'ingress.kubernetes.io/';
const NGINX_NAMES: ReadonlySet<string> = new Set([
  'add-base-url',
  'affinity',
  'app-root',
  'auth-realm',
  'auth-secret',
  'auth-type',
  'auth-url',
  'configuration-snippet',
  'enable-cors',
  'force-ssl-redirect',
  'limit-connections',
  'limit-rps',
  'proxy-body-size',
  'proxy-connect-timeout',
  'proxy-read-timeout',
  'proxy-send-timeout',
  'rewrite-target',
  'secure-backends',
  'session-cookie-hash',
  'session-cookie-name',
  'ssl-passthrough',
  'ssl-redirect',
  'upstream-fail-timeout',
  'upstream-max-fails',
  'whitelist-source-range',
]);

const BY_KEY: ReadonlyMap<string, DeadKey> = new Map(DEAD_KEYS.map((dead) => [dead.key, dead]));

/** Two edits reach kubernetes.io/ingress-class. */
const MAX_EDITS = 2;

/** What is written by GKE itself, or by its controllers for others. */
const LIVE: readonly string[] = [PRE_SHARED_CERT, 'ingress.gcp.kubernetes.io/instance-groups'];

/** @returns undefined for a key that is read, that a controller writes, or of which nobody knows */
export function findDead(key: string): DeadAnnotation | undefined {
  const dead = BY_KEY.get(key);
  if (dead !== undefined) return dead;
  if (key === INGRESS_CLASS || LIVE.includes(key)) return undefined;
  if (key.startsWith(NGINX_PREFIX)) {
    return NGINX_NAMES.has(key.slice(NGINX_PREFIX.length)) ? { why: 'nginx', meant: undefined } : undefined;
  }
  if (nearest(key, [INGRESS_CLASS], MAX_EDITS) !== undefined) return { why: 'class', meant: INGRESS_CLASS };
  // Of a controller that is known: its annotations are another finding.
  if (findForeignAnnotation({ [key]: '' }) !== undefined) return undefined;
  const domain = key.slice(0, Math.max(key.indexOf('/'), 0));
  const isOfIngress = domain === 'ingress.gcp.kubernetes.io' || domain.endsWith('.ingress.kubernetes.io');
  return isOfIngress ? { why: 'unknown', meant: undefined } : undefined;
}
