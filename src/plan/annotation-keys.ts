// Keys of the annotations that the GKE Ingress controller reads, and the prefixes by which other controllers' are known.
import { keysIn } from '../kubernetes/read.ts';

export const INGRESS_CLASS = 'kubernetes.io/ingress.class';
export const GLOBAL_STATIC_IP = 'kubernetes.io/ingress.global-static-ip-name';
export const REGIONAL_STATIC_IP = 'kubernetes.io/ingress.regional-static-ip-name';
export const ALLOW_HTTP = 'kubernetes.io/ingress.allow-http';
export const PRE_SHARED_CERT = 'ingress.gcp.kubernetes.io/pre-shared-cert';
/** Read by the controller of ManagedCertificates, never by the Ingress controller. */
export const MANAGED_CERTIFICATES = 'networking.gke.io/managed-certificates';
export const FRONTEND_CONFIG = 'networking.gke.io/v1beta1.FrontendConfig';
/** Turns off the event that asks for a firewall rule in the host project of a Shared VPC. */
export const SUPPRESS_FIREWALL_XPN_ERROR = 'networking.gke.io/suppress-firewall-xpn-error';
export const NEG = 'cloud.google.com/neg';
/** In the order in which the controller looks (pkg/annotations/service.go): the older key first. */
export const APP_PROTOCOLS = ['service.alpha.kubernetes.io/app-protocols', 'cloud.google.com/app-protocols'] as const;
/** In the order in which the controller looks: the newer key wins. */
export const BACKEND_CONFIG = ['cloud.google.com/backend-config', 'beta.cloud.google.com/backend-config'] as const;
export const TRANSPARENT_HEALTH_CHECKER = 'networking.gke.io/transparent-health-checker';
export const MAX_RATE_PER_ENDPOINT = 'networking.gke.io/max-rate-per-endpoint';
export const CAPACITY_SCALER = 'networking.gke.io/capacity-scaler';
/** Of a LoadBalancer Service, in the order in which the L4 controller looks (pkg/l4/annotations). */
export const LOAD_BALANCER_TYPE = [
  'networking.gke.io/load-balancer-type',
  'cloud.google.com/load-balancer-type',
] as const;
export const WEIGHTED_LOAD_BALANCING = 'networking.gke.io/weighted-load-balancing';
/** Asks for a backend service in place of a target pool; only the value "enabled" counts. */
export const L4_RBS = 'cloud.google.com/l4-rbs';

export const GCE_ONLY_PREFIXES = ['ingress.gcp.kubernetes.io/', 'networking.gke.io/'];
export const GCE_ONLY_KEYS = [GLOBAL_STATIC_IP, REGIONAL_STATIC_IP];

/** An annotation that only the GKE Ingress controller reads, so that it proves what an Ingress is for. */
export function isGceOnly(key: string): boolean {
  return GCE_ONLY_KEYS.includes(key) || GCE_ONLY_PREFIXES.some((prefix) => key.startsWith(prefix));
}

/** What makes cert-manager's ingress-shim issue the Secrets of spec.tls (cert-manager.io, annotated Ingress resources). */
const CERT_MANAGER_KEYS = ['cert-manager.io/issuer', 'cert-manager.io/cluster-issuer'];

export function isMadeByCertManager(annotations: Readonly<Record<string, string>>): boolean {
  return (
    CERT_MANAGER_KEYS.some((key) => (annotations[key] ?? '') !== '') || annotations['kubernetes.io/tls-acme'] === 'true'
  );
}

/** Annotation domains of other Ingress controllers, and the class that each usually goes by. */
const FOREIGN_CONTROLLERS = [
  { prefix: 'nginx.ingress.kubernetes.io/', name: 'ingress-nginx', ingressClass: 'nginx' },
  { prefix: 'nginx.org/', name: 'NGINX Ingress Controller', ingressClass: 'nginx' },
  { prefix: 'nginx.com/', name: 'NGINX Ingress Controller', ingressClass: 'nginx' },
  { prefix: 'alb.ingress.kubernetes.io/', name: 'AWS Load Balancer Controller', ingressClass: 'alb' },
  { prefix: 'traefik.ingress.kubernetes.io/', name: 'Traefik', ingressClass: 'traefik' },
  { prefix: 'ingress.kubernetes.io/haproxy', name: 'HAProxy Ingress', ingressClass: 'haproxy' },
  { prefix: 'haproxy.org/', name: 'HAProxy Kubernetes Ingress Controller', ingressClass: 'haproxy' },
  { prefix: 'haproxy-ingress.github.io/', name: 'HAProxy Ingress', ingressClass: 'haproxy' },
  { prefix: 'konghq.com/', name: 'Kong', ingressClass: 'kong' },
  { prefix: 'configuration.konghq.com', name: 'Kong', ingressClass: 'kong' },
  { prefix: 'networking.istio.io/', name: 'Istio', ingressClass: 'istio' },
  { prefix: 'projectcontour.io/', name: 'Contour', ingressClass: 'contour' },
  { prefix: 'contour.heptio.com/', name: 'Contour', ingressClass: 'contour' },
] as const;

export interface ForeignAnnotation {
  readonly key: string;
  /** The controller's name in prose. */
  readonly controller: string;
  readonly ingressClass: string;
}

/** The annotations that other Ingress controllers read, in the order of their keys. */
export function findForeignAnnotations(annotations: Readonly<Record<string, string>>): readonly ForeignAnnotation[] {
  return keysIn(annotations)
    .flatMap((key) => {
      const found = FOREIGN_CONTROLLERS.find(({ prefix }) => key.startsWith(prefix));
      return found === undefined ? [] : [{ key, controller: found.name, ingressClass: found.ingressClass }];
    })
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

/** The first of them. */
export function findForeignAnnotation(annotations: Readonly<Record<string, string>>): ForeignAnnotation | undefined {
  return findForeignAnnotations(annotations)[0];
}
