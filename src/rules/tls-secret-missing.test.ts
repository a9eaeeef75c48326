import { describeRule } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import { ingress, type RawObject, secret } from '../../test/support/objects.ts';
import { tlsSecretMissing } from './tls-secret-missing.ts';

const OTHER = secret({ name: 'database', keys: ['password'] });

const serving = (names: readonly string[], options: Parameters<typeof ingress>[0] = {}): RawObject =>
  ingress({ class: 'gce', tls: names.map((secretName) => ({ secretName })), ...options });
const missing = (name = 'shop-tls', index = 0): string =>
  `(late) spec.tls[${index}].secretName: the TLS Secret "${name}" does not exist in namespace "shop": the sync fails.`;
const UNTIL_MADE = 'That lasts until cert-manager has made it; a challenge over HTTP-01 needs the load balancer first.';
const awaited = `${missing().replace('(late)', '(possible) (late) (info)')} ${UNTIL_MADE}`;
const without = (key: string, index = 0): string =>
  `spec.tls[${index}].secretName: the TLS Secret "shop-tls" has no key "${key}": the sync fails.`;

describeRule(tlsSecretMissing, {
  finds: {
    'the Secret is not among those of its namespace': [[serving(['shop-tls']), OTHER], missing()],
    'the second of two is not there': [
      [serving(['shop-tls', 'api-tls']), secret({ name: 'shop-tls' })],
      missing('api-tls', 1),
    ],
    'the Secret is in another namespace': [
      [serving(['shop-tls']), OTHER, secret({ name: 'shop-tls', namespace: 'default' })],
      missing(),
    ],
    'several entries with the same Secret are one finding': [[serving(['shop-tls', 'shop-tls']), OTHER], missing()],
    'the Secret has no certificate': [
      [serving(['shop-tls']), secret({ name: 'shop-tls', keys: ['tls.key'] })],
      without('tls.crt'),
    ],
    'the Secret has no key': [
      [serving(['shop-tls']), secret({ name: 'shop-tls', keys: ['tls.crt', 'ca.crt'] })],
      without('tls.key'),
    ],
    'the certificate is empty': [
      [serving(['shop-tls']), { ...secret({ name: 'shop-tls' }), stringData: { 'tls.crt': '', 'tls.key': 'key' } }],
      'spec.tls[0].secretName: tls.crt of the TLS Secret "shop-tls" is empty: no certificate is made of it, yet HTTPS is to use it.',
    ],
    'keys of other names, behind an entry that is right': [
      [
        serving(['api-tls', 'shop-tls']),
        secret({ name: 'api-tls' }),
        secret({ name: 'shop-tls', keys: ['cert.pem', 'key.pem'] }),
      ],
      without('tls.crt', 1),
    ],
    'cert-manager is to make it': [
      [serving(['shop-tls'], { annotations: { 'cert-manager.io/cluster-issuer': 'letsencrypt' } }), OTHER],
      awaited,
    ],
    'a Certificate of cert-manager is to fill it': [
      [
        serving(['shop-tls']),
        OTHER,
        {
          apiVersion: 'cert-manager.io/v1',
          kind: 'Certificate',
          metadata: { name: 'shop', namespace: 'shop' },
          spec: { secretName: 'shop-tls' },
        },
      ],
      awaited,
    ],
    'cert-manager is to make it with its default issuer': [
      [serving(['shop-tls'], { annotations: { 'kubernetes.io/tls-acme': 'true' } }), OTHER],
      awaited,
    ],
    'cert-manager fills a Secret that has no certificate': [
      [
        serving(['shop-tls'], { annotations: { 'cert-manager.io/issuer': 'letsencrypt' } }),
        secret({ name: 'shop-tls', keys: ['tls.key'] }),
      ],
      `(possible) (info) ${without('tls.crt')} ${UNTIL_MADE}`,
    ],
    'two Ingresses with one Secret, each of which fails': [
      [serving(['shop-tls']), serving(['shop-tls'], { name: 'shop' }), secret({ name: 'shop-tls', keys: ['tls.key'] })],
      without('tls.crt'),
      `Ingress/shop ${without('tls.crt')}`,
    ],
    'an Ingress that names a class while the add-on is off': [
      {
        objects: [serving(['shop-tls']), secret({ name: 'shop-tls', keys: ['tls.key'] })],
        facts: factsOf({ httpLoadBalancing: 'disabled' }),
      },
      `(possible) ${without('tls.crt')}`,
    ],
    'nothing is listed, and everything is known': [
      { objects: [serving(['shop-tls'])], known: 'everything' },
      missing(),
    ],
    'cert-manager is turned off': [
      [serving(['shop-tls'], { annotations: { 'kubernetes.io/tls-acme': 'false' } }), OTHER],
      missing(),
    ],
  },
  passes: {
    'cert-manager edits the Ingress in place, and makes a temporary certificate first': [
      serving(['shop-tls'], {
        annotations: {
          'cert-manager.io/cluster-issuer': 'letsencrypt',
          'acme.cert-manager.io/http01-edit-in-place': 'true',
        },
      }),
      OTHER,
    ],
    'the Secret is there, with both keys': [serving(['shop-tls']), secret({ name: 'shop-tls' })],
    'nothing is known of Secrets': [serving(['shop-tls'])],
    'Secrets are known of another namespace only': [
      serving(['shop-tls']),
      secret({ name: 'shop-tls', namespace: 'default' }),
    ],
    'an entry without a name, which is another finding': [ingress({ class: 'gce', tls: [{}] }), OTHER],
    'no spec.tls': [ingress({ class: 'gce' }), OTHER],
    "another controller's class": [serving(['shop-tls'], { class: 'nginx' }), OTHER],
    "another controller's class, and a Secret without keys": [
      serving(['shop-tls'], { class: 'nginx' }),
      secret({ name: 'shop-tls', keys: [] }),
    ],
    'class gce-multi-cluster': [serving(['shop-tls'], { class: 'gce-multi-cluster' }), OTHER],
  },
});
