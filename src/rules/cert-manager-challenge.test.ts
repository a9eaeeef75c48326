import { describeRule } from '../../test/support/describe-rule.ts';
import { ADD_ON_OFF } from '../../test/support/facts.ts';
import { ingress, type RawObject, secret } from '../../test/support/objects.ts';
import { certManagerChallenge } from './cert-manager-challenge.ts';

const EDIT_IN_PLACE = 'acme.cert-manager.io/http01-edit-in-place';
const ALLOW_HTTP = 'kubernetes.io/ingress.allow-http';
const CLUSTER_ISSUER = 'cert-manager.io/cluster-issuer';
const ISSUER = 'cert-manager.io/issuer';

type Annotations = Readonly<Record<string, string>>;

const HOST = 'shop.example.com';
const SECRET = secret({ name: 'shop-tls' });

const asking = (annotations: Annotations = {}, options: Parameters<typeof ingress>[0] = {}): RawObject =>
  ingress({
    class: 'gce',
    annotations: { [CLUSTER_ISSUER]: 'acme', ...annotations },
    tls: [{ hosts: [HOST], secretName: 'shop-tls' }],
    ...options,
  });
const asksIssuer = (annotations: Annotations = {}): RawObject =>
  ingress({
    class: 'gce',
    annotations: { [ISSUER]: 'acme', ...annotations },
    tls: [{ hosts: [HOST], secretName: 'shop-tls' }],
  });
const issuer = (spec: RawObject, kind = 'ClusterIssuer'): RawObject => ({
  apiVersion: 'cert-manager.io/v1',
  kind,
  metadata: { name: 'acme', ...(kind === 'Issuer' ? { namespace: 'shop' } : {}) },
  spec,
});
const acme = (...solvers: readonly RawObject[]): RawObject =>
  issuer({ acme: { server: 'https://acme.example/directory', solvers } });
const http01 = (options: RawObject = { class: 'gce' }, selector?: RawObject): RawObject => ({
  http01: { ingress: options },
  ...(selector === undefined ? {} : { selector }),
});
const dns01 = (selector?: RawObject): RawObject => ({
  dns01: { cloudDNS: { project: 'shop' } },
  ...(selector === undefined ? {} : { selector }),
});

const other = (what = '', key = CLUSTER_ISSUER, kind = 'ClusterIssuer'): string =>
  `metadata.annotations["${key}"]: the HTTP-01 challenge of ${kind} "acme" gets an Ingress of its own${what}, with another address.`;
const UNKNOWN = `(possible) (late) (info) metadata.annotations["${CLUSTER_ISSUER}"]: if the solver of ClusterIssuer "acme" is HTTP-01, its challenge gets an Ingress of its own, with another address.`;
const CLOSED = `metadata.annotations["${ALLOW_HTTP}"]: the HTTP-01 challenge of ClusterIssuer "acme" needs port 80, and HTTP is off: a certificate can neither be issued nor renewed.`;

describeRule(certManagerChallenge, {
  finds: {
    'a solver over HTTP-01': [[asking(), acme(http01()), SECRET], other()],
    'of an Issuer in its namespace': [
      [asksIssuer(), issuer({ acme: { solvers: [http01()] } }, 'Issuer'), SECRET],
      other('', ISSUER, 'Issuer'),
    ],
    'a solver for labels that the Ingress has, before one for all': [
      [
        asking({}, { labels: { team: 'web' } }),
        acme(dns01(), http01({ class: 'gce' }, { matchLabels: { team: 'web' } })),
        SECRET,
      ],
      other(),
    ],
    'a solver without name and class': [
      [asking(), acme(http01({})), SECRET],
      other(' without class, which every controller takes'),
    ],
    'a solver whose class stands in the field': [
      [asking(), acme(http01({ ingressClassName: 'gce' })), SECRET],
      other(' with ingressClassName "gce", which GKE does not serve'),
    ],
    'DNS-01 for another zone only': [[asking(), acme(dns01({ dnsZones: ['example.org'] }), http01()), SECRET], other()],
    'a solver by the name of the host, before one by its zone': [
      [asking(), acme(dns01({ dnsZones: ['example.com'] }), http01({ class: 'gce' }, { dnsNames: [HOST] })), SECRET],
      other(),
    ],
    'the Issuer is not known': [[asking(), SECRET], UNKNOWN],
    'the Issuer is the one that cert-manager takes by default': [
      [
        ingress({
          class: 'gce',
          annotations: { 'kubernetes.io/tls-acme': 'true' },
          tls: [{ hosts: [HOST], secretName: 'shop-tls' }],
        }),
        SECRET,
      ],
      '(possible) (late) (info) metadata.annotations["kubernetes.io/tls-acme"]: if the solver of the default issuer is HTTP-01, its challenge gets an Ingress of its own, with another address.',
    ],
    'in place, and HTTP is off': [
      [asking({ [EDIT_IN_PLACE]: 'true', [ALLOW_HTTP]: 'false' }), acme(http01()), SECRET],
      CLOSED,
    ],
    'HTTP is off, and the Issuer is not known': [
      [asking({ [EDIT_IN_PLACE]: 'true', [ALLOW_HTTP]: 'false' }), SECRET],
      `(possible) (late) (info) metadata.annotations["${ALLOW_HTTP}"]: if the solver of ClusterIssuer "acme" is HTTP-01, its challenge needs port 80, and HTTP is off: a certificate can neither be issued nor renewed.`,
    ],
    'while the add-on is off': [
      { objects: [asking(), acme(http01()), SECRET], facts: ADD_ON_OFF },
      `(possible) ${other()}`,
    ],
  },
  passes: {
    'edited in place': [asking({ [EDIT_IN_PLACE]: 'true' }), acme(http01()), SECRET],
    'a solver over HTTP-01 for labels that the Ingress does not have': [
      asking({}, { labels: { team: 'api' } }),
      acme(dns01(), http01({ class: 'gce' }, { matchLabels: { team: 'web' } })),
      SECRET,
    ],
    'a zone counts before labels': [
      asking({}, { labels: { team: 'web' } }),
      acme(dns01({ dnsZones: ['example.com'] }), http01({ class: 'gce' }, { matchLabels: { team: 'web' } })),
      SECRET,
    ],
    'edited in place, whatever the Issuer is': [asking({ [EDIT_IN_PLACE]: 'true' }), SECRET],
    'the solver names the Ingress': [asking(), acme(http01({ name: 'web' })), SECRET],
    'DNS-01': [asking(), acme(dns01()), SECRET],
    'DNS-01, and HTTP is off': [asking({ [ALLOW_HTTP]: 'false' }), acme(dns01()), SECRET],
    'DNS-01 for the zone of the host': [asking(), acme(http01(), dns01({ dnsZones: ['example.com'] })), SECRET],
    'an issuer that asks for no challenge': [asking(), issuer({ ca: { secretName: 'ca' } }), SECRET],
    "another program's issuer": [asksIssuer({ 'cert-manager.io/issuer-group': 'example.com' }), SECRET],
    'a wildcard, which only DNS can prove': [
      ingress({
        class: 'gce',
        annotations: { [CLUSTER_ISSUER]: 'acme' },
        tls: [{ hosts: ['*.example.com'], secretName: 'shop-tls' }],
      }),
      acme(http01(), dns01()),
      SECRET,
    ],
    'no spec.tls, so that nothing is issued': [ingress({ class: 'gce', annotations: { [CLUSTER_ISSUER]: 'acme' } })],
    "another controller's class": [asking({}, { class: 'nginx' }), acme(http01()), SECRET],
  },
});
