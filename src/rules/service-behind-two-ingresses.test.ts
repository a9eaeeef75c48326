import { describeRule } from '../../test/support/describe-rule.ts';
import { ADD_ON_OFF } from '../../test/support/facts.ts';
import { ingress, ingressOf, pathTo, service } from '../../test/support/objects.ts';
import { serviceBehindTwoIngresses } from './service-behind-two-ingresses.ts';

const NEG = '{"ingress": true}';
const shared = (index: number, port: number, names: string): string =>
  `spec.ports[${index}]: port ${port} is behind Ingresses ${names}: IAP, CDN, Cloud Armor and health check are the same for all.`;

const PORTS = [
  { name: 'http', port: 80, targetPort: 8080 },
  { name: 'admin', port: 81, targetPort: 8081 },
];

describeRule(serviceBehindTwoIngresses, {
  finds: {
    'one port behind a public and an internal Ingress': [
      [
        service({ neg: NEG }),
        ingress({ name: 'public', class: 'gce' }),
        ingress({ name: 'inside', class: 'gce-internal' }),
      ],
      shared(0, 80, '"inside", "public"'),
    ],
    'by its name and by its number': [
      [
        service({ neg: NEG, ports: PORTS }),
        ingress({ name: 'a', class: 'gce', port: { name: 'admin' } }),
        ingress({ name: 'b', class: 'gce', port: { number: 81 } }),
      ],
      shared(1, 81, '"a", "b"'),
    ],
    'behind many': [
      [service({ neg: NEG }), ...['f', 'e', 'd', 'c', 'b', 'a'].map((name) => ingress({ name, class: 'gce' }))],
      shared(0, 80, '"a", "b", "c", "d" and 2 more'),
    ],
    'while the add-on is off': [
      {
        objects: [service({ neg: NEG }), ingress({ name: 'a', class: 'gce' }), ingress({ name: 'b', class: 'gce' })],
        facts: ADD_ON_OFF,
      },
      `(possible) ${shared(0, 80, '"a", "b"')}`,
    ],
  },
  passes: {
    'one Ingress, however often it names the port': [
      service({ neg: NEG }),
      ingressOf([pathTo('/', 'Prefix'), pathTo('/api', 'Prefix')]),
    ],
    'two Ingresses, each with a port of its own': [
      service({ neg: NEG, ports: PORTS }),
      ingress({ name: 'a', class: 'gce' }),
      ingress({ name: 'b', class: 'gce', port: { number: 81 } }),
    ],
    'the other Ingress is of another controller': [
      service({ neg: NEG }),
      ingress({ name: 'a', class: 'gce' }),
      ingress({ name: 'b', class: 'nginx' }),
    ],
    'the other Ingress names no class and may be for another controller': [
      service({ neg: NEG }),
      ingress({ name: 'a', class: 'gce' }),
      ingress({ name: 'b' }),
    ],
    'the other Ingress is in another namespace': [
      service({ neg: NEG }),
      ingress({ name: 'a', class: 'gce' }),
      ingress({ name: 'b', class: 'gce', namespace: 'other' }),
    ],
  },
});
