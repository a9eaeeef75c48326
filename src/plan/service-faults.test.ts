import { describe, expect, it } from 'vitest';
import { factsOf } from '../../test/support/facts.ts';
import { ingress, service } from '../../test/support/objects.ts';
import { faultsOf, planOf } from '../../test/support/plan-of.ts';

const INGRESS = ingress({ class: 'gce' });
const NEG = 'metadata.annotations.cloud.google.com/neg';
const IPV6 = { ipFamilies: ['IPv6'] };

/** Facts §2.4, §2.5: the NEG controller tells the first error of a Service. */
describe('faults of the NEG annotation', () => {
  it.each([
    [
      'a port that is not there',
      { neg: '{"ingress": true, "exposed_ports": {"81": {}}}' },
      [`C36 Service/shop/web ${NEG}`],
    ],
    [
      'a missing port, and the name of a port that is there behind it',
      { neg: '{"ingress": true, "exposed_ports": {"81": {}, "80": {"name": "x"}}}' },
      [`C36 Service/shop/web ${NEG}`, `C37 Service/shop/web ${NEG}`],
    ],
    [
      'a name with "ingress"',
      { neg: '{"ingress": true, "exposed_ports": {"80": {"name": "x"}}}' },
      [`C37 Service/shop/web ${NEG}`],
    ],
    ['a port key that Go parses to a number', { neg: '{"ingress": true, "exposed_ports": {"+80": {}}}' }, []],
    ['IPv6 only', { neg: '{"ingress": true}', spec: IPV6 }, ['C39 Service/shop/web spec.ipFamilies']],
    [
      'SingleStack IPv6',
      { neg: '{"ingress": true}', spec: { ...IPV6, ipFamilyPolicy: 'SingleStack' } },
      ['C39 Service/shop/web spec.ipFamilies'],
    ],
    ['dual stack', { neg: '{"ingress": true}', spec: { ...IPV6, ipFamilyPolicy: 'PreferDualStack' } }, []],
    ['both families', { neg: '{"ingress": true}', spec: { ipFamilies: ['IPv6', 'IPv4'] } }, []],
    ['IPv6 only of type LoadBalancer', { neg: '{"ingress": true}', type: 'LoadBalancer', spec: IPV6 }, []],
    ['IPv6 only behind instance groups', { type: 'NodePort', spec: IPV6 }, []],
    [
      'IPv6 only with exposed ports',
      { type: 'NodePort', neg: '{"exposed_ports": {"80": {}}}', spec: IPV6 },
      ['C39 Service/shop/web spec.ipFamilies'],
    ],
    [
      'an illegal name',
      { type: 'NodePort', neg: '{"exposed_ports": {"80": {"name": "Web"}}}' },
      [`G2 Service/shop/web ${NEG}`],
    ],
    [
      'a broken annotation of a NodePort Service',
      { type: 'NodePort', neg: '{ingress: true}' },
      [`C35 Service/shop/web ${NEG}`],
    ],
    [
      'a broken annotation of a ClusterIP Service, after what it causes',
      { neg: '' },
      [`C6 Service/shop/web ${NEG}`, `C35 Service/shop/web ${NEG}`],
    ],
  ])('%s', (_name, options, expected) => {
    expect(faultsOf([INGRESS, service(options)])).toEqual(expected);
  });

  it.each([
    ['a port that is not there', '{"ingress": true, "exposed_ports": {"81": {}}}', 'C36'],
    ['a name with "ingress"', '{"ingress": true, "exposed_ports": {"80": {"name": "x"}}}', 'C37'],
  ])('hides behind %s that the Service is IPv6 only', (_name, neg, first) => {
    const { faults } = planOf([INGRESS, service({ neg, spec: IPV6 })]);
    const hidden = faults.map(({ condition, isHidden }) => [condition, isHidden]);
    expect(Object.fromEntries(hidden)).toEqual({ [first]: false, C39: true });
  });

  it('rests on the flag for IPv6 where nobody gave it, and on nothing where it is on', () => {
    const objects = [INGRESS, service({ neg: '{"ingress": true}', spec: IPV6 })];
    const [assumed] = planOf(objects).faults;
    expect([assumed?.restsOn, assumed?.isCertain]).toEqual(['enableIpv6OnlyNeg', false]);
    const [given] = planOf(objects, factsOf({ controller: { enableIpv6OnlyNeg: false } })).faults;
    expect([given?.restsOn, given?.isCertain]).toEqual([undefined, true]);
    expect(planOf(objects, factsOf({ controller: { enableIpv6OnlyNeg: true } })).faults).toEqual([]);
  });

  it('finds twenty names that are wrong, however many there are', () => {
    const ports = Array.from({ length: 60 }, (_, index) => ({ name: `p${index}`, port: 80 + index }));
    const names = (same: boolean): string =>
      JSON.stringify({
        exposed_ports: Object.fromEntries(
          ports.map(({ port }, index) => [port, { name: `A${same ? Math.floor(index / 2) : index}` }]),
        ),
      });
    const conditionsOf = (neg: string): readonly string[] =>
      planOf([INGRESS, service({ type: 'NodePort', neg, ports })]).faults.map(({ condition }) => condition);
    expect(conditionsOf(names(false))).toEqual(Array.from({ length: 20 }, () => 'G2'));
    expect(conditionsOf(names(true))).toEqual(Array.from({ length: 40 }, (_, index) => (index < 20 ? 'C38' : 'G2')));
  });

  it('finds the same name on two ports of one Service', () => {
    const ports = [
      { name: 'a', port: 80 },
      { name: 'b', port: 81 },
    ];
    const neg = '{"exposed_ports": {"80": {"name": "x"}, "81": {"name": "x"}}}';
    expect(faultsOf([INGRESS, service({ type: 'NodePort', neg, ports })])).toEqual([`C38 Service/shop/web ${NEG}`]);
  });

  it('is the same fault of a Service for each of its ports that are used', () => {
    const paths = ['http', 'https'].map((name) => ({
      path: `/${name}`,
      pathType: 'Exact',
      backend: { service: { name: 'web', port: { name } } },
    }));
    const ports = [
      { name: 'http', port: 80 },
      { name: 'https', port: 443 },
    ];
    const spec = { rules: [{ http: { paths } }] };
    const broken = service({ type: 'NodePort', neg: 'x', ports });
    expect(new Set(faultsOf([ingress({ class: 'gce', spec }), broken]))).toEqual(
      new Set([`C35 Service/shop/web ${NEG}`]),
    );
  });
});
