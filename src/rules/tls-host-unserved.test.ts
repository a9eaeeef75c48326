import { describeRule } from '../../test/support/describe-rule.ts';
import { ADD_ON_OFF } from '../../test/support/facts.ts';
import { ingress, ingressOf, pathTo, type RawObject } from '../../test/support/objects.ts';
import { tlsHostUnserved } from './tls-host-unserved.ts';

const PATHS = [pathTo('/', 'Prefix')];
const serving = (host: string, ...tls: readonly (readonly string[])[]): RawObject =>
  ingressOf(PATHS, host, { tls: tls.map((hosts, index) => ({ hosts, secretName: `tls-${index}` })) });
const unserved = (host: string, tls = 0, at = 0): string =>
  `spec.tls[${tls}].hosts[${at}]: no rule is for host "${host}": it gets a 404, for GKE does not read the hosts of spec.tls.`;

describeRule(tlsHostUnserved, {
  finds: {
    'a slip of the finger': [[serving('shop.example.com', ['shop.exmple.com'])], unserved('shop.exmple.com')],
    'one more host than rules': [
      [serving('shop.example.com', ['shop.example.com', 'www.example.org'])],
      unserved('www.example.org', 0, 1),
    ],
    'two entries': [
      [serving('shop.example.com', ['a.example.org'], ['b.example.org', 'a.example.org'])],
      unserved('a.example.org'),
      unserved('b.example.org', 1),
    ],
    'a rule without paths serves nobody': [
      [
        ingress({
          class: 'gce',
          spec: { rules: [{ host: 'api.example.org' }, { host: 'shop.example.com', http: { paths: PATHS } }] },
          tls: [{ hosts: ['api.example.org'], secretName: 'tls' }],
        }),
      ],
      unserved('api.example.org'),
    ],
    'while the add-on is off': [
      { objects: [serving('shop.example.com', ['www.example.org'])], facts: ADD_ON_OFF },
      `(possible) ${unserved('www.example.org')}`,
    ],
  },
  passes: {
    'each host has a rule': [serving('shop.example.com', ['Shop.example.com'])],
    'a wildcard over the host of a rule': [serving('shop.example.com', ['*.example.com'])],
    'a rule with a wildcard': [serving('*.example.com', ['shop.example.com'])],
    'a rule without host takes all': [serving('', ['shop.example.com'])],
    'a default backend takes all': [
      ingress({ class: 'gce', tls: [{ hosts: ['shop.example.com'], secretName: 'tls' }] }),
    ],
    'no hosts in spec.tls': [serving('shop.example.com', [])],
    "another controller's class": [
      ingress({
        class: 'nginx',
        spec: { rules: [{ host: 'shop.example.com', http: { paths: PATHS } }] },
        tls: [{ hosts: ['www.example.org'], secretName: 'tls' }],
      }),
    ],
  },
});
