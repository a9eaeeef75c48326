import { describeRule } from '../../test/support/describe-rule.ts';
import { ingress } from '../../test/support/objects.ts';
import { noFrontEnd } from './no-front-end.ts';

const ALLOW_HTTP = 'kubernetes.io/ingress.allow-http';
const PRE_SHARED = 'ingress.gcp.kubernetes.io/pre-shared-cert';
const MANAGED = 'networking.gke.io/managed-certificates';
const ALLOW_PATH = `metadata.annotations["${ALLOW_HTTP}"]`;

const NONE = `${ALLOW_PATH}: HTTP is off and there is no certificate, so there is no front end at all: the sync fails.`;
const UNTIL_ISSUED = `(possible) (info) ${ALLOW_PATH}: HTTP is off and ${MANAGED} counts only once issued: the sync fails until then, and ends well by itself.`;

describeRule(noFrontEnd, {
  finds: {
    'HTTP is off, and there is no certificate': [
      [ingress({ class: 'gce', annotations: { [ALLOW_HTTP]: 'false' } })],
      NONE,
    ],
    'an Ingress without class': [[ingress({ annotations: { [ALLOW_HTTP]: 'false' } })], `(possible) ${NONE}`],
    'class gce-internal': [[ingress({ class: 'gce-internal', annotations: { [ALLOW_HTTP]: 'false' } })], NONE],
    'any way in which Go writes false': [[ingress({ class: 'gce', annotations: { [ALLOW_HTTP]: 'F' } })], NONE],
    'an empty list of certificates, which is none': [
      [ingress({ class: 'gce', annotations: { [ALLOW_HTTP]: 'false', [PRE_SHARED]: '' } })],
      NONE,
    ],
    'a list of nothing but commas, which the controller takes for TLS': [
      [ingress({ class: 'gce', annotations: { [ALLOW_HTTP]: 'false', [PRE_SHARED]: ' , ' } })],
      `(possible) metadata.annotations["${PRE_SHARED}"]: HTTP is off and ${PRE_SHARED} names no certificate, so there is no front end at all.`,
    ],
    'managed certificates alone, which resolves once they are issued': [
      [ingress({ class: 'gce', annotations: { [ALLOW_HTTP]: 'false', [MANAGED]: 'shop' } })],
      UNTIL_ISSUED,
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
    'managed certificates that have been issued stand in the other annotation as well': [
      ingress({ class: 'gce', annotations: { [ALLOW_HTTP]: 'false', [MANAGED]: 'shop', [PRE_SHARED]: 'mcrt-1234' } }),
    ],
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
