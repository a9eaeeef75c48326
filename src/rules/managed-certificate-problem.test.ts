import { describeRule } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import { ingress, managedCertificate, type RawObject } from '../../test/support/objects.ts';
import { managedCertificateProblem } from './managed-certificate-problem.ts';

const KEY = 'networking.gke.io/managed-certificates';
const PRE_SHARED = 'ingress.gcp.kubernetes.io/pre-shared-cert';
const PATH = `metadata.annotations["${KEY}"]`;

type Options = NonNullable<Parameters<typeof ingress>[0]>;

const path = { path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } };
const naming = (names: string, hosts: readonly string[] = [], { annotations, ...options }: Options = {}): RawObject =>
  ingress({
    class: 'gce',
    annotations: { [KEY]: names, ...annotations },
    spec: { rules: hosts.map((host) => ({ host, http: { paths: [path] } })) },
    ...options,
  });
const shopCert = (...domains: readonly string[]): RawObject => managedCertificate({ name: 'shop-cert', domains });

const ALL = 'so none of those that are named is newly attached';
const missing = (name: string, effect = 'so it gives no HTTPS'): string =>
  `(late) ${PATH}: ManagedCertificate "${name}" does not exist in namespace "shop", ${effect}.`;
const uncovered = (host: string, more = ''): string =>
  `(possible) ${PATH}: ManagedCertificate "shop-cert" does not list host "${host}"${more}, so it gets no HTTPS.`;
const isRegional = (name: string): string =>
  `${PATH}: class "${name}" takes regional certificates only, and managed ones are global: they give no HTTPS.`;
const NEVER = 'so it is never issued: Ingress "web" gets no HTTPS from it.';
const wild = (domain: string, index = 0): string =>
  `ManagedCertificate/shop-cert spec.domains[${index}]: "${domain}" is a wildcard, which no managed certificate can have, ${NEVER}`;

describeRule(managedCertificateProblem, {
  finds: {
    'a host of the Ingress is not among the domains': [
      [naming('shop-cert', ['shop.example.com', 'api.example.com']), shopCert('shop.example.com')],
      uncovered('api.example.com'),
    ],
    'several hosts are one finding': [
      [naming('shop-cert', ['a.example.com', 'b.example.com', 'a.example.com']), shopCert('shop.example.com')],
      uncovered('a.example.com', ' (and 1 more)'),
    ],
    'two certificates that do not cover it together': [
      [
        naming('shop-cert, api-cert', ['shop.example.com', 'www.example.com']),
        shopCert('shop.example.com'),
        managedCertificate({ name: 'api-cert', domains: ['api.example.com'] }),
      ],
      `(possible) ${PATH}: none of the ManagedCertificates "shop-cert", "api-cert" lists host "www.example.com", so it gets no HTTPS.`,
    ],
    'what the controller of managed certificates has written is no other certificate': [
      [
        naming('shop-cert', ['api.example.com'], { annotations: { [PRE_SHARED]: 'mcrt-5f1c' } }),
        shopCert('shop.example.com'),
      ],
      uncovered('api.example.com'),
    ],
    'a host with a wildcard under which there is no domain': [
      [naming('shop-cert', ['*.shop.example.com']), shopCert('shop.example.com')],
      uncovered('*.shop.example.com'),
    ],
    'a certificate of that name is not there': [
      [naming('shop-crt', ['shop.example.com']), shopCert('shop.example.com')],
      missing('shop-crt'),
    ],
    'one of two is not there, and nothing has a name like it': [
      [naming('shop-cert, other', ['shop.example.com']), shopCert('shop.example.com')],
      missing('other', ALL),
    ],
    'a certificate of another namespace': [
      [
        naming('shop-cert, api-cert'),
        shopCert('shop.example.com'),
        managedCertificate({ name: 'api-cert', namespace: 'api' }),
      ],
      missing('api-cert', ALL),
    ],
    'a wildcard, of which no certificate ever comes': [
      [naming('shop-cert', ['shop.example.com']), shopCert('*.example.com')],
      wild('*.example.com'),
    ],
    'a wildcard beside a domain, and no host under it': [
      [naming('shop-cert', ['shop.example.com']), shopCert('shop.example.com', '*.example.org')],
      wild('*.example.org', 1),
    ],
    'a wildcard for a host that is one': [
      [naming('shop-cert', ['*.example.com']), shopCert('*.example.com')],
      wild('*.example.com'),
    ],
    'a wildcard, for two Ingresses': [
      [naming('shop-cert'), naming('shop-cert', [], { name: 'api' }), shopCert('*.example.com')],
      wild('*.example.com').replace('"web"', '"api"'),
    ],
    'no domains': [
      [naming('shop-cert', ['shop.example.com']), shopCert()],
      `ManagedCertificate/shop-cert spec: it has no domains, ${NEVER}`,
    ],
    'no domains, and no hosts to name there': [
      [ingress({ class: 'gce', annotations: { [KEY]: 'shop-cert' } }), shopCert()],
      `ManagedCertificate/shop-cert spec: it has no domains, ${NEVER}`,
    ],
    'an entry of spec.tls without a Secret is no other certificate': [
      [
        naming('shop-cert', ['api.example.com'], { tls: [{ hosts: ['api.example.com'] }] }),
        shopCert('shop.example.com'),
      ],
      uncovered('api.example.com'),
    ],
    'nothing is listed, and everything is known': [
      { objects: [naming('shop-cert', ['shop.example.com'])], known: 'everything' },
      missing('shop-cert'),
    ],
    'an Ingress that names a class while the add-on is off': [
      {
        objects: [naming('shop-cert', ['shop.example.com']), shopCert('*.example.com')],
        facts: factsOf({ httpLoadBalancing: 'disabled' }),
      },
      `(possible) ${wild('*.example.com')}`,
    ],
    'class gce-internal, whatever else is wrong': [
      [naming('shop-cert', ['api.example.com'], { class: 'gce-internal' }), shopCert('*.example.com')],
      isRegional('gce-internal'),
    ],
    'class gce-regional-external': [
      {
        objects: [naming('shop-cert', [], { class: 'gce-regional-external' })],
        facts: factsOf({ controller: { enableIngressRegionalExternal: true } }),
      },
      `(possible) ${isRegional('gce-regional-external')}`,
    ],
  },
  passes: {
    'every host is among the domains': [
      naming('shop-cert', ['shop.example.com', 'api.example.com']),
      shopCert('api.example.com', 'shop.example.com'),
    ],
    'the certificates cover the hosts together': [
      naming('shop-cert,api-cert,', ['shop.example.com', 'api.example.com']),
      shopCert('shop.example.com'),
      managedCertificate({ name: 'api-cert', domains: ['API.example.com'] }),
    ],
    'more domains than hosts': [naming('shop-cert', ['shop.example.com']), shopCert('shop.example.com', 'example.com')],
    'no hosts at all': [ingress({ class: 'gce', annotations: { [KEY]: 'shop-cert' } }), shopCert('shop.example.com')],
    'a host with a wildcard, and a domain under it': [
      naming('shop-cert', ['*.example.com']),
      shopCert('shop.example.com'),
    ],
    'a TLS Secret may be for the other host': [
      naming('shop-cert', ['api.example.com'], { tls: [{ secretName: 'api-tls' }] }),
      shopCert('shop.example.com'),
    ],
    'a pre-shared certificate may be for the other host': [
      naming('shop-cert', ['api.example.com'], { annotations: { [PRE_SHARED]: 'api' } }),
      shopCert('shop.example.com'),
    ],
    'nothing is known of ManagedCertificates': [naming('shop-cert', ['shop.example.com'])],
    'a rule without paths, which serves nobody': [
      naming('shop-cert', [], { spec: { rules: [{ host: 'api.example.com' }] } }),
      shopCert('shop.example.com'),
    ],
    'no certificate is named': [naming(' , ', ['api.example.com']), shopCert('shop.example.com')],
    'a wildcard that no Ingress names': [shopCert('*.example.com')],
    "another controller's class": [
      naming('shop-cert', ['api.example.com'], { class: 'nginx' }),
      shopCert('*.example.com'),
    ],
    'class gce-multi-cluster': [
      naming('shop-cert', ['api.example.com'], { class: 'gce-multi-cluster' }),
      shopCert('shop.example.com'),
    ],
  },
});
