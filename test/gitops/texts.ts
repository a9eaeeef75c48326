// What people read of one refusal and one warning, place by place. The tests of this folder see each of these texts come out of the
// tool itself; docs/feedback-places.md shows them, and test/feedback-places.test.ts compares.

/** The fault is an Ingress of class gce, shop/web, while the facts file says that the add-on is off. */
const REFUSAL_LINE =
  'Ingress/shop/web: the HTTP load balancing add-on is off, so nothing serves class "gce" [http-load-balancing-disabled]. Fix: Run gcloud container clusters update prod --location=asia-northeast1 --project=my-project --update-addons=HttpLoadBalancing=ENABLED';

export const REFUSAL = `${REFUSAL_LINE}
  Cluster "prod" does not run the GKE Ingress controller (says the facts file), which the annotation kubernetes.io/ingress.class asks for: the Ingress would wait forever, without an event or a log line.
Then apply again, or re-sync.`;

const DENIED = 'admission webhook "validate.gke-ingress-guard.dev" denied the request: ';

/** argocd-server as it comes, of which nobody knows yet whether an Ingress leads to it. */
export const WARNING =
  'Deployment/shop/argocd-server: possible: behind a GKE Ingress Google\'s check GET /healthz gets 307 from Argo CD server, not 200: UNHEALTHY [probe-redirects-to-https]. Fix: Set --insecure, or server.insecure: "true" in ConfigMap argocd-cmd-params-cm';

/** Of the API server itself, about the annotation that GKE reads; it is no finding of the guard. */
export const DEPRECATED = `annotation "kubernetes.io/ingress.class" is deprecated, please use 'spec.ingressClassName' instead`;

export const KUBECTL = {
  refusal: `Warning: ${DEPRECATED}
Error from server (Forbidden): error when creating "ingress.yaml": ${DENIED}${REFUSAL}
`,
  warning: `Warning: ${WARNING}
`,
} as const;

/** Helm 4 applies server-side. In front of a warning it writes the time, its process and the line of its source. */
const HELM_FAILED = `failed to create resource: server-side apply failed for object shop/web networking.k8s.io/v1, Kind=Ingress: ${DENIED}${REFUSAL}`;

export const HELM = {
  refusal: `Error: UPGRADE FAILED: ${HELM_FAILED}\n`,
  status: `DESCRIPTION: Upgrade "shop" failed: ${HELM_FAILED}\n`,
  warning: `"Warning: ${WARNING.replaceAll('"', String.raw`\"`)}"`,
} as const;

/** Of what was stored while the guard was away, or with a warning that nobody saw: an Event at the object, by the guard itself. */
export const EVENT = {
  refusal:
    'the HTTP load balancing add-on is off, so nothing serves class "gce" [http-load-balancing-disabled]. Cluster "prod" does not run the GKE Ingress controller (says the facts file), which the annotation kubernetes.io/ingress.class asks for: the Ingress would wait forever, without an event or a log line. Fix: Run gcloud container clusters update prod --location=asia-northeast1 --project=my-project --update-addons=HttpLoadBalancing=ENABLED',
  warning:
    'behind Ingress "argocd-server" Google\'s check GET /healthz gets 307 from Argo CD server, not 200: UNHEALTHY, says the catalogue [probe-redirects-to-https]. Kubernetes calls the Pod Ready: the kubelet follows the redirect, and the same port speaks TLS. Fix: Set --insecure, or server.insecure: "true" in ConfigMap argocd-cmd-params-cm',
} as const;

/** The same as a result in the report of namespace shop, less its time and the uid of the object. */
export const REPORT = {
  refusal: `category: GKE Ingress
message: 'the HTTP load balancing add-on is off, so nothing serves class "gce". Cluster "prod" does not run the GKE Ingress controller (says the facts file), which the annotation kubernetes.io/ingress.class asks for: the Ingress would wait forever, without an event or a log line.'
policy: http-load-balancing-disabled
properties:
  certainty: certain
  docs: docs/rules/http-load-balancing-disabled.md
  fix: Run gcloud container clusters update prod --location=asia-northeast1 --project=my-project --update-addons=HttpLoadBalancing=ENABLED
  path: metadata.annotations["kubernetes.io/ingress.class"]
resources:
- apiVersion: networking.k8s.io/v1
  kind: Ingress
  name: web
  namespace: shop
result: fail
scored: true
severity: high
source: gke-ingress-guard
`,
  warning: String.raw`category: GKE Ingress
message: "behind Ingress \"argocd-server\" Google's check GET /healthz gets 307 from Argo CD server, not 200: UNHEALTHY. Kubernetes calls the Pod Ready: the kubelet follows the redirect, and the same port speaks TLS."
policy: probe-redirects-to-https
properties:
  answer: says the catalogue
  certainty: certain
  docs: docs/rules/probe-redirects-to-https.md
  fix: 'Set --insecure, or server.insecure: "true" in ConfigMap argocd-cmd-params-cm'
  ingress: argocd-server
  path: spec.template.spec.containers[0].readinessProbe.httpGet
resources:
- apiVersion: apps/v1
  kind: Deployment
  name: argocd-server
  namespace: shop
result: warn
scored: false
severity: medium
source: gke-ingress-guard
`,
} as const;

/** Of `check k8s -o github`, where k8s/ingress.yaml has the Ingress: GitHub shows it in the pull request, at the line. */
export const GITHUB = {
  refusal:
    '::error file=k8s/ingress.yaml,line=7,col=34,endColumn=37,title=http-load-balancing-disabled::Ingress/shop/web: the HTTP load balancing add-on is off, so nothing serves class "gce". Cluster "prod" does not run the GKE Ingress controller (says the facts file), which the annotation kubernetes.io/ingress.class asks for: the Ingress would wait forever, without an event or a log line. Fix: Run gcloud container clusters update prod --location=asia-northeast1 --project=my-project --update-addons=HttpLoadBalancing=ENABLED',
} as const;

/** As Flux says it everywhere: in the condition, in the Event and in its log. */
const FLUX_DENIED = `Ingress/shop/web dry-run failed (Forbidden): ${DENIED}`;

export const FLUX = {
  refusal: `${FLUX_DENIED}${REFUSAL}\n`,
  /** What is there of it in a table of kubectl. */
  refusalInTable: `${FLUX_DENIED}${REFUSAL_LINE}...`,
  warning: WARNING,
} as const;

/** What the guard says of a path that GKE refuses, in an Ingress of this namespace. */
export function pathRefusal(namespace: string): string {
  return `${DENIED}Ingress/${namespace}/web: path "/api/*" is of type Prefix and has a "*", so the whole Ingress fails to translate [path-invalid]. Fix: Write path: "/api" (Prefix takes everything below it)
Then apply again, or re-sync.`;
}

const COMPARISON =
  'Failed to compare desired state to live state: failed to calculate diff: error calculating server side diff: serverSideDiff error: error running server side apply in dryrun mode for resource Ingress/web: ';

export const ARGOCD = {
  /** At the resource. */
  refusal: `${DENIED}${REFUSAL}`,
  /** Of the operation. */
  operation: `one or more synchronization tasks completed unsuccessfully, reason: ${DENIED}${REFUSAL}`,
  /** Of the Application that syncs by itself, once it has given up; where there is one object, the words before are others. */
  gaveUp: `Failed last sync attempt to [REVISION]: one or more objects failed to apply, reason: ${DENIED}${REFUSAL} (retried 1 times).`,
  /** Of the Application, where its differences are computed by the API server, and so by the guard. */
  comparison: `${COMPARISON}${pathRefusal('shop')}`,
  /** A line of the controller's log, which does not say of which Application. */
  warning: `Warning: ${WARNING}`,
} as const;
