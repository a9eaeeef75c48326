import { describeRule } from '../../test/support/describe-rule.ts';
import { ADD_ON_OFF, factsOf } from '../../test/support/facts.ts';
import { frontendConfig, ingress } from '../../test/support/objects.ts';
import { noFrontEnd } from './no-front-end.ts';

const ALLOW_HTTP = 'kubernetes.io/ingress.allow-http';
const PRE_SHARED = 'ingress.gcp.kubernetes.io/pre-shared-cert';
const MANAGED = 'networking.gke.io/managed-certificates';
const FRONTEND_CONFIG = 'networking.gke.io/v1beta1.FrontendConfig';
const PRE_SHARED_PATH = `metadata.annotations["${PRE_SHARED}"]`;
const ALLOW_PATH = `metadata.annotations["${ALLOW_HTTP}"]`;

const NONE = `${ALLOW_PATH}: HTTP is off and there is no certificate, so there is no front end at all: the sync fails.`;
const NOTE = 'They are attached once all that are named exist.';
const WAITS = `HTTP is off and ${MANAGED} counts only once attached, issued or not: the sync fails until then. ${NOTE}`;
const UNTIL_ATTACHED = `(possible) (info) ${ALLOW_PATH}: ${WAITS}`;
const NO_NAME = `${PRE_SHARED_PATH}: HTTP is off and ${PRE_SHARED} names no certificate, so there is no front end at all.`;

describeRule(noFrontEnd, {
  finds: {
    'HTTP is off, and there is no certificate': [
      [ingress({ class: 'gce', annotations: { [ALLOW_HTTP]: 'false' } })],
      NONE,
    ],
    'an Ingress without class, and the add-on is on': [
      {
        objects: [ingress({ annotations: { [ALLOW_HTTP]: 'false' } })],
        facts: factsOf({ httpLoadBalancing: 'enabled' }),
      },
      NONE,
    ],
    'the add-on is off, and will be turned on': [
      { objects: [ingress({ class: 'gce', annotations: { [ALLOW_HTTP]: 'false' } })], facts: ADD_ON_OFF },
      `(possible) ${NONE}`,
    ],
    'a redirect as well, so that HTTP alone would not do': [
      [
        ingress({ class: 'gce', annotations: { [ALLOW_HTTP]: 'false', [FRONTEND_CONFIG]: 'shop' } }),
        frontendConfig({ name: 'shop', spec: { redirectToHttps: { enabled: true } } }),
      ],
      NONE,
    ],
    'class gce-internal': [[ingress({ class: 'gce-internal', annotations: { [ALLOW_HTTP]: 'false' } })], NONE],
    'any way in which Go writes false': [[ingress({ class: 'gce', annotations: { [ALLOW_HTTP]: 'F' } })], NONE],
    'an empty list of certificates, which is none': [
      [ingress({ class: 'gce', annotations: { [ALLOW_HTTP]: 'false', [PRE_SHARED]: '' } })],
      NONE,
    ],
    'a list of nothing but commas, which the controller takes for TLS': [
      [ingress({ class: 'gce', annotations: { [ALLOW_HTTP]: 'false', [PRE_SHARED]: ' , ' } })],
      NO_NAME,
    ],
    'a list of nothing but commas beside an entry of spec.tls without a name, for which the sync fails first': [
      [
        ingress({
          class: 'gce',
          annotations: { [ALLOW_HTTP]: 'false', [PRE_SHARED]: ' , ' },
          tls: [{ hosts: ['shop.example.com'] }],
        }),
      ],
      `(possible) ${NO_NAME}`,
    ],
    'a list of nothing but commas, and HTTP is on': [
      [ingress({ class: 'gce', annotations: { [PRE_SHARED]: ',' } })],
      `(warning) ${PRE_SHARED_PATH}: ${PRE_SHARED} names no certificate, yet counts as TLS: there is no HTTPS front end.`,
    ],
    'a list of nothing but commas on class gce-internal, beside a managed certificate': [
      [
        ingress({
          class: 'gce-internal',
          annotations: { [ALLOW_HTTP]: 'false', [MANAGED]: 'shop', [PRE_SHARED]: ',' },
        }),
      ],
      NO_NAME,
    ],
    'a list of nothing but commas, into which a managed certificate will be written': [
      [ingress({ class: 'gce', annotations: { [ALLOW_HTTP]: 'false', [MANAGED]: 'shop', [PRE_SHARED]: ',' } })],
      `(possible) (info) ${PRE_SHARED_PATH}: ${WAITS}`,
    ],
    'the same, and HTTP is on': [
      [ingress({ class: 'gce', annotations: { [MANAGED]: 'shop', [PRE_SHARED]: ',' } })],
      `(possible) (info) ${PRE_SHARED_PATH}: ${PRE_SHARED} names no certificate: there is no HTTPS until the managed certificate is attached. ${NOTE}`,
    ],
    'managed certificates alone, which resolves once they are attached': [
      [ingress({ class: 'gce', annotations: { [ALLOW_HTTP]: 'false', [MANAGED]: 'shop' } })],
      UNTIL_ATTACHED,
    ],
    'managed certificates on class gce-internal, which never takes them': [
      [ingress({ class: 'gce-internal', annotations: { [ALLOW_HTTP]: 'false', [MANAGED]: 'shop' } })],
      NONE,
    ],
  },
  passes: {
    'HTTP is off, and a Secret has the certificate': [
      ingress({ class: 'gce', annotations: { [ALLOW_HTTP]: 'false' }, tls: [{ secretName: 'shop-tls' }] }),
    ],
    'HTTP is off, and a certificate is pre-shared': [
      ingress({ class: 'gce-internal', annotations: { [ALLOW_HTTP]: 'false', [PRE_SHARED]: 'shop' } }),
    ],
    'managed certificates that have been attached stand in the other annotation as well': [
      ingress({ class: 'gce', annotations: { [ALLOW_HTTP]: 'false', [MANAGED]: 'shop', [PRE_SHARED]: 'mcrt-1234' } }),
    ],
    'no class, which another controller may serve': [ingress({ annotations: { [ALLOW_HTTP]: 'false' } })],
    'HTTP is on': [ingress({ class: 'gce' })],
    'a value that is no boolean counts as true': [ingress({ class: 'gce', annotations: { [ALLOW_HTTP]: 'no' } })],
    'an entry of spec.tls without a name, for which the sync fails first': [
      ingress({ class: 'gce', annotations: { [ALLOW_HTTP]: 'false' }, tls: [{ hosts: ['shop.example.com'] }] }),
    ],
    "another controller's class": [ingress({ class: 'nginx', annotations: { [ALLOW_HTTP]: 'false' } })],
    'class gce-multi-cluster': [ingress({ class: 'gce-multi-cluster', annotations: { [ALLOW_HTTP]: 'false' } })],
    'class gce in the field only, which nobody serves': [
      ingress({ ingressClassName: 'gce', annotations: { [ALLOW_HTTP]: 'false' } }),
    ],
  },
});
