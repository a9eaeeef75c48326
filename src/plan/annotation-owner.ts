// Which kind of object the GKE controllers read an annotation on, and which key was meant by one with a wrong prefix
// (ingress-gce pkg/annotations/ingress.go and service.go, pkg/l4/annotations).
import { nearest } from '../nearest.ts';
import {
  ALLOW_HTTP,
  APP_PROTOCOLS,
  BACKEND_CONFIG,
  CAPACITY_SCALER,
  FRONTEND_CONFIG,
  GLOBAL_STATIC_IP,
  L4_RBS,
  LOAD_BALANCER_TYPE,
  MANAGED_CERTIFICATES,
  MAX_RATE_PER_ENDPOINT,
  NEG,
  PRE_SHARED_CERT,
  REGIONAL_STATIC_IP,
  TRANSPARENT_HEALTH_CHECKER,
  WEIGHTED_LOAD_BALANCING,
} from './annotation-keys.ts';

export type AnnotationOwner = 'Ingress' | 'Service';

/** Keys of the other kinds of GKE (MultiClusterIngress and the like) and of other controllers are not here. */
const OWNERS: ReadonlyMap<string, AnnotationOwner> = new Map([
  ...[
    NEG,
    ...BACKEND_CONFIG,
    ...APP_PROTOCOLS,
    TRANSPARENT_HEALTH_CHECKER,
    MAX_RATE_PER_ENDPOINT,
    CAPACITY_SCALER,
    ...LOAD_BALANCER_TYPE,
    WEIGHTED_LOAD_BALANCING,
    L4_RBS,
  ].map((key) => [key, 'Service'] as const),
  ...[FRONTEND_CONFIG, MANAGED_CERTIFICATES, PRE_SHARED_CERT, GLOBAL_STATIC_IP, REGIONAL_STATIC_IP, ALLOW_HTTP].map(
    (key) => [key, 'Ingress'] as const,
  ),
]);

/** What people write after the slash, in lower case, and the key that the controller reads. */
const BY_NAME: ReadonlyMap<string, string> = new Map([
  ['neg', NEG],
  ['backend-config', BACKEND_CONFIG[0]],
  ['backendconfig', BACKEND_CONFIG[0]],
  ['app-protocols', APP_PROTOCOLS[1]],
  ['transparent-health-checker', TRANSPARENT_HEALTH_CHECKER],
  ['max-rate-per-endpoint', MAX_RATE_PER_ENDPOINT],
  ['capacity-scaler', CAPACITY_SCALER],
  ['v1beta1.frontendconfig', FRONTEND_CONFIG],
  ['v1.frontendconfig', FRONTEND_CONFIG],
  ['frontendconfig', FRONTEND_CONFIG],
  ['frontend-config', FRONTEND_CONFIG],
  ['managed-certificates', MANAGED_CERTIFICATES],
  ['pre-shared-cert', PRE_SHARED_CERT],
  ['ingress.global-static-ip-name', GLOBAL_STATIC_IP],
  ['global-static-ip-name', GLOBAL_STATIC_IP],
  ['ingress.regional-static-ip-name', REGIONAL_STATIC_IP],
  ['regional-static-ip-name', REGIONAL_STATIC_IP],
  ['ingress.allow-http', ALLOW_HTTP],
  ['allow-http', ALLOW_HTTP],
]);

/** Prefixes under which nobody but GKE would be meant by such a name. */
const PREFIXES: readonly string[] = [
  'cloud.google.com',
  'alpha.cloud.google.com',
  'beta.cloud.google.com',
  'networking.cloud.google.com',
  'gke.io',
  'cloud.gke.io',
  'networking.gke.io',
  'ingress.gke.io',
  'kubernetes.io',
  'gcp.kubernetes.io',
  'ingress.gcp.kubernetes.io',
  'ingress.kubernetes.io',
  'networking.kubernetes.io',
  'networking.k8s.io',
  'service.kubernetes.io',
  'service.alpha.kubernetes.io',
  'service.beta.kubernetes.io',
];

/** The kind that the key is read on; undefined for a key that is not GKE's. */
export function ownerOf(key: string): AnnotationOwner | undefined {
  return OWNERS.get(key);
}

/** The key that was meant by one that nobody reads, because of its prefix or of the case of its letters. */
export function findMeantKey(key: string): string | undefined {
  if (OWNERS.has(key)) return undefined;
  const slash = key.indexOf('/');
  if (!PREFIXES.includes(key.slice(0, Math.max(slash, 0)).toLowerCase())) return undefined;
  return BY_NAME.get(key.slice(slash + 1).toLowerCase());
}

/** Two edits reach loud.google.com/neg, and no key that GKE's controllers read or write beside these. */
const MAX_EDITS = 2;

/** Objects have the same few keys: so many that were asked for are remembered, and none that is too long to be near one. */
const MAX_REMEMBERED = 1000;
const LONGEST = Math.max(...Array.from(OWNERS.keys(), ({ length }) => length)) + MAX_EDITS;
const nearKeys = new Map<string, string | undefined>();

/** The key that was meant by one with a slip of the finger; the first time it costs some time. */
export function findNearKey(key: string): string | undefined {
  if (OWNERS.has(key) || key.length > LONGEST) return undefined;
  if (nearKeys.has(key)) return nearKeys.get(key);
  const near = nearest(key, [...OWNERS.keys()], MAX_EDITS);
  if (nearKeys.size >= MAX_REMEMBERED) nearKeys.clear();
  nearKeys.set(key, near);
  return near;
}
