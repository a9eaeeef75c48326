import { describeRule } from '../../test/support/describe-rule.ts';
import { ADD_ON_OFF } from '../../test/support/facts.ts';
import { ingress, type RawObject } from '../../test/support/objects.ts';
import { tooManyCertificates } from './too-many-certificates.ts';

const PRE_SHARED = 'ingress.gcp.kubernetes.io/pre-shared-cert';
const MANAGED = 'networking.gke.io/managed-certificates';

const names = (count: number, prefix = 'cert'): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
const withCerts = (annotations: Readonly<Record<string, readonly string[]>>, secrets = 0, name = 'gce'): RawObject =>
  ingress({
    class: name,
    annotations: Object.fromEntries(Object.entries(annotations).map(([key, list]) => [key, list.join(',')])),
    tls: names(secrets, 'tls').map((secretName) => ({ secretName })),
  });

const PRE_SHARED_PATH = `metadata.annotations["${PRE_SHARED}"]`;
const MANAGED_PATH = `metadata.annotations["${MANAGED}"]`;
const refused = (path: string, count = 16): string =>
  `${path}: ${count} certificates, and Google takes 15 for one load balancer at most: the sync fails.`;
const many = (path: string, count = 11): string =>
  `(possible) (warning) ${path}: ${count} certificates: the controller is built for 10 a load balancer, and Google takes 15 at most.`;

describeRule(tooManyCertificates, {
  finds: {
    'sixteen pre-shared certificates': [[withCerts({ [PRE_SHARED]: names(16) })], refused(PRE_SHARED_PATH)],
    'sixteen managed certificates': [[withCerts({ [MANAGED]: names(16) })], refused(MANAGED_PATH)],
    'sixteen of every kind': [
      [withCerts({ [PRE_SHARED]: names(9), [MANAGED]: names(6, 'managed') }, 1)],
      refused(PRE_SHARED_PATH),
    ],
    'sixteen Secrets, of which some may hold the same': [[withCerts({}, 16)], `(possible) ${refused('spec.tls')}`],
    'eleven pre-shared certificates': [[withCerts({ [PRE_SHARED]: names(11) })], many(PRE_SHARED_PATH)],
    'eleven Secrets': [[withCerts({}, 11)], many('spec.tls')],
    'fifteen, which Google takes': [[withCerts({ [MANAGED]: names(15) })], many(MANAGED_PATH, 15)],
    'managed certificates that have been issued in part': [
      [withCerts({ [MANAGED]: names(11), [PRE_SHARED]: names(4, 'mcrt') })],
      many(MANAGED_PATH),
    ],
    'the add-on is off, and will be turned on': [
      { objects: [withCerts({ [PRE_SHARED]: names(16) })], facts: ADD_ON_OFF },
      `(possible) ${refused(PRE_SHARED_PATH)}`,
    ],
  },
  passes: {
    'ten certificates': [withCerts({ [PRE_SHARED]: names(10) })],
    'ten of every kind': [withCerts({ [PRE_SHARED]: names(4), [MANAGED]: names(3, 'managed') }, 3)],
    'ten managed certificates that have been issued, under both names': [
      withCerts({ [MANAGED]: names(10), [PRE_SHARED]: names(10, 'mcrt') }),
    ],
    'the same names over and over': [withCerts({ [PRE_SHARED]: [...names(8), ...names(8)] })],
    'the same Secret for many hosts': [
      ingress({ class: 'gce', tls: names(16).map((host) => ({ hosts: [`${host}.example.com`], secretName: 'shop' })) }),
    ],
    "another controller's class": [withCerts({ [PRE_SHARED]: names(16) }, 0, 'nginx')],
    'class gce-multi-cluster': [withCerts({ [PRE_SHARED]: names(16) }, 0, 'gce-multi-cluster')],
  },
});
