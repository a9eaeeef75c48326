import { describeRule } from '../../test/support/describe-rule.ts';
import { ADD_ON_OFF, factsOf } from '../../test/support/facts.ts';
import { frontendConfig, ingress, type RawObject } from '../../test/support/objects.ts';
import { redirectUnsupported } from './redirect-unsupported.ts';

const KEY = 'networking.gke.io/v1beta1.FrontendConfig';
const ALLOW_HTTP = 'kubernetes.io/ingress.allow-http';
const PATH = `metadata.annotations["${KEY}"]`;
const V1 = 'networking.gke.io/ingress-finalizer';
const V2 = 'networking.gke.io/ingress-finalizer-V2';
const tls = [{ secretName: 'shop-tls' }];

type Options = NonNullable<Parameters<typeof ingress>[0]>;

const configured = ({ annotations, ...options }: Options = {}): RawObject =>
  ingress({ class: 'gce', annotations: { [KEY]: 'shop', ...annotations }, ...options });
const redirecting = (responseCodeName?: string): RawObject =>
  frontendConfig({
    name: 'shop',
    spec: { redirectToHttps: { enabled: true, ...(responseCodeName === undefined ? {} : { responseCodeName }) } },
  });

const NO_TLS = `${PATH}: all of HTTP is redirected to HTTPS, and there is no certificate, so nothing answers on port 443.`;
const INTERNAL = `${PATH}: FrontendConfig "shop" redirects to HTTPS, which class gce-internal cannot do: the sync fails.`;
const EXTERNAL_ONLY = `(possible) (warning) ${PATH}: FrontendConfig "shop" is on class gce-internal, but is for external Ingresses only.`;
const V1_NAMES =
  'metadata.finalizers: the Ingress has the V1 finalizer, and its naming scheme has no redirect to HTTPS: the sync fails.';
const NOTHING_TO_REDIRECT = `(info) metadata.annotations["${ALLOW_HTTP}"]: the redirect to HTTPS does nothing: ${ALLOW_HTTP} is false, so there is no HTTP to redirect.`;

const refusedCode = (code: string, at = ''): string =>
  `(possible) (warning) ${at}spec.redirectToHttps.responseCodeName: responseCodeName is "${code}", which Google does not know and refuses.`;

describeRule(redirectUnsupported, {
  finds: {
    'a redirect, and no certificate': [[configured(), redirecting()], NO_TLS],
    'a redirect on class gce-internal': [[configured({ class: 'gce-internal', tls }), redirecting()], INTERNAL],
    'an SSL policy on class gce-internal': [
      [
        configured({ class: 'gce-internal', tls }),
        frontendConfig({ name: 'shop', spec: { sslPolicy: 'modern', redirectToHttps: { enabled: false } } }),
      ],
      `(possible) (warning) ${PATH}: FrontendConfig "shop" names the global SSL policy "modern", which a load balancer of class gce-internal, a regional one, cannot have.`,
    ],
    'any FrontendConfig on class gce-internal, and one with an SSL policy where there is no HTTPS': [
      [configured({ class: 'gce-internal' }), frontendConfig({ name: 'shop', spec: { sslPolicy: 'modern' } })],
      EXTERNAL_ONLY,
    ],
    'a FrontendConfig on class gce-internal of which nothing is known': [
      [configured({ class: 'gce-internal' })],
      EXTERNAL_ONLY,
    ],
    'a FrontendConfig on class gce-internal that is not there': [
      [configured({ class: 'gce-internal' }), frontendConfig({ name: 'other' })],
      EXTERNAL_ONLY,
    ],
    'a redirect on an Ingress whose load balancer has names of the first scheme': [
      [configured({ finalizers: [V1], tls }), redirecting()],
      V1_NAMES,
    ],
    'a redirect, and HTTP is off': [
      [configured({ annotations: { [ALLOW_HTTP]: 'false' }, tls }), redirecting()],
      NOTHING_TO_REDIRECT,
    ],
    'a response code that Google does not know': [
      [configured({ tls }), redirecting('301')],
      refusedCode('301', 'FrontendConfig/shop '),
    ],
    'the same, and no Ingress uses it yet': [[redirecting('302')], refusedCode('302')],
    'a response code with a slip': [[redirecting('FUOND')], refusedCode('FUOND')],
    'a response code that is like none of them': [[redirecting('moved')], refusedCode('moved')],
    'two Ingresses use the FrontendConfig, and one of them has no certificate': [
      [redirecting('303'), configured({ tls }), configured({ name: 'plain' })],
      refusedCode('303'),
      `Ingress/plain ${NO_TLS}`,
    ],
    'a redirect, HTTP is off, and no certificate': [
      [configured({ annotations: { [ALLOW_HTTP]: 'false' } }), redirecting()],
      NOTHING_TO_REDIRECT,
    ],
    'no class, and the annotation is one that only GKE reads': [
      [ingress({ annotations: { [KEY]: 'shop' } }), redirecting()],
      NO_TLS,
    ],
    'the add-on is off, and will be turned on': [
      { objects: [configured(), redirecting()], facts: ADD_ON_OFF },
      `(possible) ${NO_TLS}`,
    ],
  },
  passes: {
    'a redirect, and a TLS Secret': [configured({ tls }), redirecting()],
    'a redirect, and a managed certificate that is still to come': [
      configured({ annotations: { 'networking.gke.io/managed-certificates': 'shop' } }),
      redirecting(),
    ],
    'a redirect, and a pre-shared certificate': [
      configured({ annotations: { 'ingress.gcp.kubernetes.io/pre-shared-cert': 'shop' } }),
      redirecting('FOUND'),
    ],
    'a redirect with 303, which Google takes as well': [configured({ tls }), redirecting('SEE_OTHER')],
    'a redirect on an Ingress whose load balancer has names of the second scheme': [
      configured({ finalizers: [V2], tls }),
      redirecting(),
    ],
    'both finalizers, of which the second decides': [configured({ finalizers: [V1, V2], tls }), redirecting()],
    'no redirect': [configured(), frontendConfig({ name: 'shop', spec: { sslPolicy: 'modern' } })],
    'a redirect that is turned off': [
      configured(),
      frontendConfig({ name: 'shop', spec: { redirectToHttps: { enabled: false, responseCodeName: 'x' } } }),
    ],
    'nothing is known of the FrontendConfig': [configured()],
    'no FrontendConfig on class gce-internal': [ingress({ class: 'gce-internal' }), redirecting()],
    'class gce-regional-external has redirects': {
      objects: [configured({ class: 'gce-regional-external', tls }), redirecting()],
      facts: factsOf({ controller: { enableIngressRegionalExternal: true } }),
    },
    "another controller's class": [configured({ class: 'nginx' }), redirecting()],
    'class gce-multi-cluster': [configured({ class: 'gce-multi-cluster' }), redirecting()],
  },
});
