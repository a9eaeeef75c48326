// Sentences that people meet, as more than one test expects them: of the objects in objects.ts and examples/.

/** An Ingress of class gce on a cluster whose add-on is off, as the facts of examples/addon-off.yaml say. */
const ADD_ON_CAUSE = 'the HTTP load balancing add-on is off, so nothing serves class "gce".';

const ADD_ON_NOTE =
  'Cluster "prod" does not run the GKE Ingress controller (says the facts file), which the annotation ' +
  'kubernetes.io/ingress.class asks for: the Ingress would wait forever, without an event or a log line.';

export const ADD_ON_MESSAGE = `${ADD_ON_CAUSE} ${ADD_ON_NOTE}`;

export const ADD_ON_FIX =
  'Run gcloud container clusters update prod --location=asia-northeast1 --project=my-project --update-addons=HttpLoadBalancing=ENABLED';

/** The line of a warning. @param name Kind/namespace/name */
function warningLine(name: string, message: string, rule: string, fix: string): string {
  return `${name}: ${message.replace(/\.$/, '')} [${rule}]. Fix: ${fix}`;
}

/** ingress({ class: 'gce' }), where nothing is refused. */
const INGRESS_WARNING = warningLine('Ingress/shop/web', ADD_ON_CAUSE, 'http-load-balancing-disabled', ADD_ON_FIX);

/** The same, refused. */
export const INGRESS_DENIAL = [INGRESS_WARNING, `  ${ADD_ON_NOTE}`, 'Then apply again, or re-sync.'].join('\n');

export const REDIRECT_MESSAGE = "Google's check GET /healthz gets 307 from Argo CD server, not 200: UNHEALTHY.";

export const REDIRECT_FIX = 'Set --insecure, or server.insecure: "true" in ConfigMap argocd-cmd-params-cm';

/** argocdServer() alone: a Service may come that speaks HTTPS to it. */
export const ARGOCD_WARNING = warningLine(
  'Deployment/argocd/argocd-server',
  `possible: behind a GKE Ingress ${REDIRECT_MESSAGE}`,
  'probe-redirects-to-https',
  REDIRECT_FIX,
);

/** service(), which has no annotations. */
export const NEG_PATCH = [
  { op: 'add', path: '/metadata/annotations', value: { 'cloud.google.com/neg': '{"ingress": true}' } },
];
