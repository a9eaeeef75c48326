import { describeRule } from '../../test/support/describe-rule.ts';
import { ADD_ON_OFF, factsOf } from '../../test/support/facts.ts';
import { ingress } from '../../test/support/objects.ts';
import { internalIngressNeedsIp } from './internal-ingress-needs-ip.ts';

const ALLOW_HTTP = 'kubernetes.io/ingress.allow-http';
const PRE_SHARED = 'ingress.gcp.kubernetes.io/pre-shared-cert';
const REGIONAL = 'kubernetes.io/ingress.regional-static-ip-name';
const GLOBAL = 'kubernetes.io/ingress.global-static-ip-name';
const tls = [{ secretName: 'shop-tls' }];

const needsIp = (path = 'metadata.annotations'): string =>
  `${path}: HTTP and HTTPS have no address to share, so the sync of this internal Ingress fails. The annotation that names it is ${REGIONAL}.`;

describeRule(internalIngressNeedsIp, {
  finds: {
    'class gce-internal with a TLS Secret, and HTTP left on': [[ingress({ class: 'gce-internal', tls })], needsIp()],
    'class gce-internal with a pre-shared certificate': [
      [ingress({ class: 'gce-internal', annotations: { [PRE_SHARED]: 'shop' } })],
      needsIp(),
    ],
    'HTTP is on because no one can parse the value': [
      [ingress({ class: 'gce-internal', annotations: { [ALLOW_HTTP]: 'no' }, tls })],
      needsIp(),
    ],
    'an annotation that names no address': [
      [ingress({ class: 'gce-internal', annotations: { [REGIONAL]: '' }, tls })],
      needsIp(),
    ],
    'an empty annotation for a global one': [
      [ingress({ class: 'gce-internal', annotations: { [GLOBAL]: '' }, tls })],
      needsIp(`metadata.annotations["${GLOBAL}"]`),
    ],
    'a list of certificates with nothing but commas, which counts as TLS': [
      [ingress({ class: 'gce-internal', annotations: { [PRE_SHARED]: ',' } })],
      needsIp(),
    ],
    'the add-on is off, and will be turned on': [
      { objects: [ingress({ class: 'gce-internal', tls })], facts: ADD_ON_OFF },
      `(possible) ${needsIp()}`,
    ],
  },
  passes: {
    'HTTP is off': [ingress({ class: 'gce-internal', annotations: { [ALLOW_HTTP]: 'false' }, tls })],
    'an address is named': [ingress({ class: 'gce-internal', annotations: { [REGIONAL]: 'shop-ip' }, tls })],
    'HTTP alone needs none': [ingress({ class: 'gce-internal' })],
    'both addresses are named, which is another finding': [
      ingress({ class: 'gce-internal', annotations: { [REGIONAL]: 'shop-ip', [GLOBAL]: 'shop-ip' }, tls }),
    ],
    'class gce takes an address of its own for both': [ingress({ class: 'gce', tls })],
    'class gce-regional-external': {
      objects: [ingress({ class: 'gce-regional-external', tls })],
      facts: factsOf({ controller: { enableIngressRegionalExternal: true } }),
    },
    'class gce-internal in the field only, which nobody serves': [ingress({ ingressClassName: 'gce-internal', tls })],
  },
});
