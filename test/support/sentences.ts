// Sentences that people meet, as more than one test expects them: of the objects in objects.ts and examples/.

/** An Ingress of class gce on a cluster whose add-on is off, as the facts of examples/addon-off.yaml say. */
export const ADD_ON_MESSAGE =
  'the HTTP load balancing add-on is off, so nothing serves class "gce". Cluster "prod" does not run the GKE Ingress ' +
  'controller (says the facts file), which the annotation kubernetes.io/ingress.class asks for: the Ingress would wait ' +
  'for ever, without an event or a log line.';

export const ADD_ON_FIX =
  'Run gcloud container clusters update prod --location=asia-northeast1 --project=my-project --update-addons=HttpLoadBalancing=ENABLED';

/** ingress({ class: 'gce' }) */
export const INGRESS_DENIAL = [
  `Ingress/shop/web: ${ADD_ON_MESSAGE}`,
  `  ${ADD_ON_FIX}`,
  '  then apply again (or re-sync). [http-load-balancing-disabled]',
].join('\n');

export const REDIRECT_MESSAGE = "Google's check GET /healthz gets 307 from Argo CD server, not 200: UNHEALTHY.";

export const REDIRECT_FIX = 'Set --insecure, or server.insecure: "true" in ConfigMap argocd-cmd-params-cm.';

/** argocdServer() alone. */
export const ARGOCD_WARNING = `Deployment/argocd/argocd-server: behind a GKE Ingress ${REDIRECT_MESSAGE} ${REDIRECT_FIX} [probe-redirects-to-https]`;

/** service(), which has no annotations. */
export const NEG_PATCH = [
  { op: 'add', path: '/metadata/annotations', value: { 'cloud.google.com/neg': '{"ingress": true}' } },
];
