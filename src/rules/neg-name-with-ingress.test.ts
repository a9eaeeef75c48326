import { describeRule } from '../../test/support/describe-rule.ts';
import { ingress, type RawObject, service } from '../../test/support/objects.ts';
import { negNameWithIngress } from './neg-name-with-ingress.ts';

const PATH = 'metadata.annotations["cloud.google.com/neg"]';
const BESIDE_INGRESS = `${PATH}: a NEG name of one's own ("shop-web") does not go with "ingress": true: no NEG is made.`;
const taken = (name: string, owner: string): string =>
  `(possible) ${PATH}: the NEG name "${name}" is asked for by ${owner}, and a NEG belongs to one Service port only.`;
const illegal = (name: string): string =>
  `(possible) ${PATH}: Google refuses the NEG name "${name}": lower-case letters, digits and dashes, at most 63, a letter first.`;

const exposing = (name: string, options: Parameters<typeof service>[0] = {}): RawObject =>
  service({ neg: JSON.stringify({ exposed_ports: { 80: { name } } }), ...options });
const BOTH = '{"ingress": true, "exposed_ports": {"80": {"name": "shop-web"}}}';
const LONGEST = `a${'-b'.repeat(31)}`;

describeRule(negNameWithIngress, {
  finds: {
    'a name beside NEGs for an Ingress': [[service({ neg: BOTH }), ingress({ class: 'gce' })], BESIDE_INGRESS],
    'the same where no Ingress is known to use the Service': [[service({ neg: BOTH })], `(possible) ${BESIDE_INGRESS}`],
    'a name beside an exposed port that is missing, which is a finding of its own': [
      [service({ neg: '{"ingress": true, "exposed_ports": {"80": {"name": "shop-web"}, "81": {}}}' })],
      `(possible) ${BESIDE_INGRESS}`,
    ],
    'a name with capitals': [[exposing('Shop-Web')], illegal('Shop-Web')],
    'a name that begins with a digit': [[exposing('1-web')], illegal('1-web')],
    'a name that ends with a dash': [[exposing('web-')], illegal('web-')],
    'a name that is too long': [[exposing(`${LONGEST}c`)], illegal(`${LONGEST}c`)],
    'a name that another Service has too': [
      [exposing('shop-web'), exposing('shop-web', { name: 'api' })],
      taken('shop-web', 'Service "api" too'),
    ],
    'a name that a Service of another namespace has too, whose name is not told': [
      [exposing('shop-web'), exposing('shop-web', { namespace: 'other' })],
      taken('shop-web', 'a Service of another namespace'),
    ],
    'a name that two ports of the Service have': [
      [
        service({
          ports: [
            { name: 'http', port: 80 },
            { name: 'admin', port: 81 },
          ],
          neg: '{"exposed_ports": {"80": {"name": "web"}, "81": {"name": "web"}}}',
        }),
      ],
      taken('web', 'two ports of this Service'),
    ],
  },
  passes: {
    'a name without "ingress": true': [exposing('shop-web'), ingress({ class: 'nginx' })],
    'exposed ports without names beside "ingress": true': [
      service({ neg: '{"ingress": true, "exposed_ports": {"80": {}}}' }),
      ingress({ class: 'gce' }),
    ],
    'the longest name that there may be': [exposing(LONGEST)],
    'an empty name, which is none': [service({ neg: '{"ingress": true, "exposed_ports": {"80": {"name": ""}}}' })],
    'another Service with another name': [exposing('shop-web'), exposing('shop-api', { name: 'api' })],
    'another Service that has the name for a port that is not there': [
      exposing('shop-web'),
      exposing('shop-web', { name: 'api', ports: [{ port: 81 }] }),
    ],
    'no annotation': [service()],
    'an annotation that cannot be decoded, which is another finding': [
      service({ neg: '{"ingress": true, "exposed_ports": {"80": {"name": 1}}}' }),
    ],
  },
});
