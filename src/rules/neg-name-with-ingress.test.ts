import { describe, expect, it } from 'vitest';
import { describeRule } from '../../test/support/describe-rule.ts';
import { ingress, type RawObject, service } from '../../test/support/objects.ts';
import { planOf } from '../../test/support/plan-of.ts';
import type { WordingContext } from '../judge/rule.ts';
import type { FaultOf } from '../plan/fault.ts';
import { negNameWithIngress } from './neg-name-with-ingress.ts';

const PATH = 'metadata.annotations["cloud.google.com/neg"]';
const BESIDE_INGRESS = `${PATH}: a custom NEG name ("shop-web") does not go with "ingress": true: no NEG is made.`;
const taken = (name: string, askers: string, at = ''): string =>
  `(possible) ${at}${PATH}: ${askers} for the NEG name "${name}", and a NEG belongs to one Service port only.`;
const illegal = (name: string, who = 'Google'): string =>
  `(possible) ${PATH}: ${who} refuses the NEG name "${name}": it must be lower-case letters, digits and dashes, at most 63, with a letter first and no dash last.`;
/** The NEG controller does not get as far as Google. */
const noObject = (name: string): string =>
  `${illegal(name, 'the Kubernetes API server')} The NEG controller makes a ServiceNetworkEndpointGroup of this name first.`;

const exposing = (name: string, options: Parameters<typeof service>[0] = {}): RawObject =>
  service({ neg: JSON.stringify({ exposed_ports: { 80: { name } } }), ...options });
const BOTH = '{"ingress": true, "exposed_ports": {"80": {"name": "shop-web"}}}';
const LONGEST = `a${'-b'.repeat(31)}`;

const INTERNAL = ingress({ class: 'gce-internal' });
const BOTH_TWICE = '{"ingress": true, "exposed_ports": {"80": {"name": "shop-web"}, "81": {"name": "shop-api"}}}';
const TWO_PORTS = [
  { name: 'http', port: 80 },
  { name: 'admin', port: 81 },
];

function stored(object: RawObject): RawObject {
  return { ...object, metadata: { ...(object['metadata'] as RawObject), creationTimestamp: '2026-01-01T00:00:00Z' } };
}

describeRule(negNameWithIngress, {
  finds: {
    'a name beside NEGs for an Ingress': [[service({ neg: BOTH }), ingress({ class: 'gce' })], BESIDE_INGRESS],
    'the same where no Ingress is known to use the Service': [[service({ neg: BOTH })], `(possible) ${BESIDE_INGRESS}`],
    'a name beside an exposed port that is missing, which is a finding of its own': [
      [service({ neg: '{"ingress": true, "exposed_ports": {"80": {"name": "shop-web"}, "81": {}}}' })],
      `(possible) ${BESIDE_INGRESS}`,
    ],
    'a name with capitals': [[exposing('Shop-Web')], noObject('Shop-Web')],
    'a name with an underscore, where an internal Ingress needs the NEG': [
      [exposing('Own_NEG', { type: 'NodePort' }), INTERNAL],
      noObject('Own_NEG').replace('(possible) ', ''),
    ],
    'a name that begins with a digit': [[exposing('1-web')], illegal('1-web')],
    'a name that ends with a dash': [[exposing('web-')], noObject('web-')],
    'a name that is too long': [[exposing(`${LONGEST}c`)], illegal(`${LONGEST}c`)],
    'a name that another Service has too': [
      [exposing('shop-web'), exposing('shop-web', { name: 'api' })],
      taken('shop-web', 'Service "api" also asks'),
      taken('shop-web', 'Service "web" also asks', 'Service/api '),
    ],
    'a name that a Service of another namespace has too, whose name is not told': [
      [exposing('shop-web'), exposing('shop-web', { namespace: 'other' })],
      taken('shop-web', 'a Service of another namespace also asks'),
      taken('shop-web', 'a Service of another namespace also asks', 'Service/web '),
    ],
    'a name that an older Service has, where an internal Ingress needs the NEG': [
      [exposing('shop-web', { type: 'NodePort' }), stored(exposing('shop-web', { name: 'api' })), INTERNAL],
      taken('shop-web', 'Service "api" also asks').replace('(possible) ', ''),
    ],
    'a name that an older Service has beside "ingress": true, so that it never gets it': [
      [exposing('shop-web', { type: 'NodePort' }), stored(service({ name: 'api', neg: BOTH })), INTERNAL],
      taken('shop-web', 'Service "api" also asks'),
      `(possible) Service/api ${BESIDE_INGRESS}`,
    ],
    'two names beside NEGs for an Ingress': [
      [service({ ports: TWO_PORTS, neg: BOTH_TWICE }), ingress({ class: 'gce' })],
      BESIDE_INGRESS.replace('("shop-web")', '("shop-web" and 1 more)'),
    ],
    'a name that is taken, and that is refused': [
      [exposing('Web'), stored(exposing('Web', { name: 'api' }))],
      taken('Web', 'Service "api" also asks'),
      noObject('Web'),
      noObject('Web').replace('(possible) ', '(possible) Service/api '),
    ],
    'a name whose legal form is taken, so that somebody has to choose one': [
      [exposing('Web'), exposing('web', { name: 'api' })],
      noObject('Web'),
    ],
    'a name of which nothing is legal': [[exposing('123')], illegal('123')],
    'a name that two ports of the Service have': [
      [
        service({
          ports: TWO_PORTS,
          neg: '{"exposed_ports": {"80": {"name": "web"}, "81": {"name": "web"}}}',
        }),
      ],
      taken('web', 'two ports of this Service ask'),
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

describe('a Service of another namespace that has the name', () => {
  const plan = planOf([
    ingress({ class: 'gce-internal' }),
    exposing('shop-web', { type: 'NodePort' }),
    stored(exposing('shop-web', { name: 'secret', namespace: 'other' })),
  ]);
  const fault = plan.faults.find(({ condition }) => condition === 'C38') as FaultOf<'C38'>;
  const { elsewhere, ...others } = negNameWithIngress.words?.C38?.(fault, { plan } as WordingContext) ?? {};

  it('is named in what only the reader of the files sees', () => {
    expect(elsewhere).toBe('Service/other/secret asks for it too.');
  });

  it('is named nowhere else', () => {
    expect(JSON.stringify(others)).toContain('a Service of another namespace');
    expect(JSON.stringify(others)).not.toContain('secret');
    expect(JSON.stringify(others)).not.toContain('other/');
  });
});
