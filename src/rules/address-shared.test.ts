import { describeRule } from '../../test/support/describe-rule.ts';
import { ADD_ON_OFF } from '../../test/support/facts.ts';
import { ingress, type RawObject, secret } from '../../test/support/objects.ts';
import { addressShared } from './address-shared.ts';

const GLOBAL = 'kubernetes.io/ingress.global-static-ip-name';
const REGIONAL = 'kubernetes.io/ingress.regional-static-ip-name';
const ALLOW_HTTP = 'kubernetes.io/ingress.allow-http';

type Options = NonNullable<Parameters<typeof ingress>[0]>;

const on = (name: string, { annotations, ...options }: Options = {}, key = GLOBAL): RawObject =>
  ingress({ name, class: 'gce', annotations: { [key]: 'ip1', ...annotations }, ...options });
const httpsOnly = (name: string): RawObject =>
  on(name, { annotations: { [ALLOW_HTTP]: 'false' }, tls: [{ secretName: 'shop-tls' }] });
const created = (object: RawObject, creationTimestamp: string): RawObject => ({
  ...object,
  metadata: { ...(object['metadata'] as RawObject), creationTimestamp },
});
const taken = (whose: string, port = 80, key = GLOBAL): string =>
  `metadata.annotations["${key}"]: address "ip1" is that of ${whose} too, on port ${port}: Google refuses the second forwarding rule.`;

const host = (name: string): RawObject => ({
  rules: [
    {
      host: name,
      http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }] },
    },
  ],
});

describeRule(addressShared, {
  finds: {
    'two Ingresses of one namespace': [[on('b'), on('a')], taken('Ingress "a"')],
    'with different hosts': [
      [on('b', { spec: host('b.example.com') }), on('a', { spec: host('a.example.com') })],
      taken('Ingress "a"'),
    ],
    'of another namespace, which is not named': [
      [on('b'), on('a', { namespace: 'blog' })],
      taken('an Ingress of another namespace'),
    ],
    'the younger is told': [
      [created(on('a'), '2026-02-01T00:00:00Z'), created(on('b'), '2026-01-01T00:00:00Z')],
      taken('Ingress "b"'),
    ],
    'one that comes to a stored one': [[on('a'), created(on('b'), '2026-01-01T00:00:00Z')], taken('Ingress "b"')],
    'both have HTTPS alone': [
      [httpsOnly('b'), httpsOnly('a'), secret({ name: 'shop-tls' })],
      taken('Ingress "a"', 443),
    ],
    'the other is HTTP only, and this one is both': [
      [on('b', { tls: [{ secretName: 'shop-tls' }] }), on('a'), secret({ name: 'shop-tls' })],
      taken('Ingress "a"'),
    ],
    'two internal ones, on a regional address': [
      [on('b', { class: 'gce-internal' }, REGIONAL), on('a', { class: 'gce-internal' }, REGIONAL)],
      taken('Ingress "a"', 80, REGIONAL),
    ],
    'while the add-on is off': [
      { objects: [on('b'), on('a')], facts: ADD_ON_OFF },
      `(possible) ${taken('Ingress "a"')}`,
    ],
  },
  passes: {
    'one is HTTP only, the other HTTPS only': [on('a'), httpsOnly('b'), secret({ name: 'shop-tls' })],
    'each has an address of its own': [on('a'), on('b', { annotations: { [GLOBAL]: 'ip2' } })],
    'the other is being deleted': [
      on('b'),
      {
        ...on('a'),
        metadata: { ...(on('a')['metadata'] as RawObject), deletionTimestamp: '2026-01-01T00:00:00Z' },
      },
    ],
    'one is global, the other regional': [on('b'), on('a', { class: 'gce-internal' }, REGIONAL)],
    'the other is of another controller': [on('b'), on('a', { class: 'nginx' })],
    'no address is named': [ingress({ name: 'b', class: 'gce' }), ingress({ name: 'a', class: 'gce' })],
  },
});
