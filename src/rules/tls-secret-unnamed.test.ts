import { describeRule } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import { ingress } from '../../test/support/objects.ts';
import { tlsSecretUnnamed } from './tls-secret-unnamed.ts';

const HOSTS = { hosts: ['shop.example.com'] };
const MANAGED = { 'networking.gke.io/managed-certificates': 'shop' };
const unnamed = (index: number): string =>
  `spec.tls[${index}]: spec.tls[${index}] has no secretName, and the sync fails with: secret "" does not exist.`;

describeRule(tlsSecretUnnamed, {
  finds: {
    'hosts alone, beside a managed certificate': [
      [ingress({ class: 'gce', annotations: MANAGED, tls: [HOSTS] })],
      unnamed(0),
    ],
    'hosts alone': [[ingress({ class: 'gce', tls: [HOSTS] })], unnamed(0)],
    'an empty name': [[ingress({ class: 'gce', tls: [{ ...HOSTS, secretName: '' }] })], unnamed(0)],
    'an entry with nothing in it': [[ingress({ class: 'gce-internal', tls: [{}] })], unnamed(0)],
    'entries behind one that is right': [
      [ingress({ class: 'gce', tls: [{ secretName: 'shop-tls' }, HOSTS, { hosts: ['api.example.com'] }] })],
      unnamed(1),
      unnamed(2),
    ],
    'without HTTP, so that removing the entry would leave nothing': [
      [ingress({ class: 'gce', annotations: { 'kubernetes.io/ingress.allow-http': 'false' }, tls: [HOSTS] })],
      unnamed(0),
    ],
    'an Ingress that names a class while the add-on is off': [
      { objects: [ingress({ class: 'gce', tls: [HOSTS] })], facts: factsOf({ httpLoadBalancing: 'disabled' }) },
      `(possible) ${unnamed(0)}`,
    ],
  },
  passes: {
    'a managed certificate, without spec.tls': [ingress({ class: 'gce', annotations: MANAGED })],
    'an entry that names its Secret': [ingress({ class: 'gce', tls: [{ ...HOSTS, secretName: 'shop-tls' }] })],
    'a Secret without hosts, which GKE does not read': [ingress({ class: 'gce', tls: [{ secretName: 'shop-tls' }] })],
    'an empty list': [ingress({ class: 'gce', tls: [] })],
    "another controller's class, to which hosts may be enough": [ingress({ class: 'nginx', tls: [HOSTS] })],
    'class gce-multi-cluster': [ingress({ class: 'gce-multi-cluster', tls: [HOSTS] })],
  },
});
