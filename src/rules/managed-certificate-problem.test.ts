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

const missing = (name: string): string =>
  `(possible) ${PATH}: ManagedCertificate "${name}" does not exist in namespace "shop": no HTTPS comes of it.`;
const uncovered = (host: string, names = '"shop-cert"', more = ''): string =>
  `(possible) ${PATH}: host "${host}"${more} is in no domains of ManagedCertificate ${names}: no HTTPS for it.`;
const isRegional = (name: string): string =>
  `${PATH}: class "${name}" takes regional certificates only, and managed ones are global: no HTTPS.`;

describeRule(managedCertificateProblem, {
  finds: {
    'a host of the Ingress is not among the domains': [
      [naming('shop-cert', ['shop.example.com', 'api.example.com']), shopCert('shop.example.com')],
      uncovered('api.example.com'),
    ],
    'several hosts are told once': [
      [naming('shop-cert', ['a.example.com', 'b.example.com', 'a.example.com']), shopCert('shop.example.com')],
      uncovered('a.example.com', '"shop-cert"', ' (and 1 more)'),
    ],
    'two certificates that do not cover it together': [
      [
        naming('shop-cert, api-cert', ['shop.example.com', 'www.example.com']),
        shopCert('shop.example.com'),
        managedCertificate({ name: 'api-cert', domains: ['api.example.com'] }),
      ],
      uncovered('www.example.com', '"shop-cert", "api-cert"'),
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
    'a certificate of another namespace': [
      [
        naming('shop-cert, api-cert'),
        shopCert('shop.example.com'),
        managedCertificate({ name: 'api-cert', namespace: 'api' }),
      ],
      missing('api-cert'),
    ],
    'a wildcard, of which no certificate ever comes': [
      [naming('shop-cert', ['shop.example.com']), shopCert('*.example.com')],
      `${PATH}: ManagedCertificate "shop-cert" is for "*.example.com", and Google issues it for no wildcard: it never becomes active.`,
    ],
    'no domains': [
      [naming('shop-cert', ['shop.example.com']), shopCert()],
      `${PATH}: ManagedCertificate "shop-cert" has no domains, so nothing is ever issued.`,
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
