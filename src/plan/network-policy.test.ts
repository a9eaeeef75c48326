import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsed } from '../../test/support/corridor.ts';
import { networkPolicy, type RawObject } from '../../test/support/objects.ts';
import type { NetworkPolicy } from '../kubernetes/objects.ts';
import { admitsOtherAddresses, findShutOut } from './network-policy.ts';

const PORT = { number: 8080, names: ['http'] };
const BOTH = ['35.191.0.0/16', '130.211.0.0/22'];

const policy = (spec: RawObject): NetworkPolicy => parsed(networkPolicy({ spec })) as NetworkPolicy;
const admitting = (...cidrs: readonly string[]): NetworkPolicy =>
  policy({ ingress: [{ from: cidrs.map((cidr) => ({ ipBlock: { cidr } })) }] });
const onPorts = (...ports: readonly RawObject[]): NetworkPolicy => policy({ ingress: [{ ports }] });

describe('findShutOut', () => {
  it('lets everybody in where no policy restricts what comes in', () => {
    expect(findShutOut([], PORT)).toEqual([]);
    expect(findShutOut([policy({ policyTypes: ['Egress'] })], PORT)).toEqual([]);
  });

  it('shuts all out by a policy without rules, of no type or of type Ingress', () => {
    expect(findShutOut([policy({})], PORT)).toEqual(BOTH);
    expect(findShutOut([policy({ policyTypes: undefined })], PORT)).toEqual(BOTH);
    expect(findShutOut([policy({ policyTypes: ['Egress', 'Ingress'], ingress: [] })], PORT)).toEqual(BOTH);
  });

  it.each([
    ['an empty rule', [policy({ ingress: [{}] })]],
    ['an empty list of peers', [policy({ ingress: [{ from: [] }] })]],
    ['both ranges', [admitting(...BOTH)]],
    ['a range each, in two policies that add up', BOTH.map((cidr) => admitting(cidr))],
    ['every address', [admitting('0.0.0.0/0')]],
    ['a range in parts', [admitting('35.191.0.0/17', '35.191.128.0/17', '130.211.0.0/22')]],
    [
      'every address but those of the cluster',
      [policy({ ingress: [{ from: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } }] }] })],
    ],
    ['the port by its number', [onPorts({ port: 8080 })]],
    ['the port by its name', [onPorts({ protocol: 'TCP', port: 'http' })]],
    ['a range of ports', [onPorts({ port: 8000, endPort: 8999 })]],
    ['every TCP port', [onPorts({ protocol: 'TCP' })]],
  ])('admits Google by %s', (_, policies) => {
    expect(findShutOut(policies, PORT)).toEqual([]);
  });

  it.each([
    ['Pods and namespaces only', [policy({ ingress: [{ from: [{ podSelector: {} }, { namespaceSelector: {} }] }] })]],
    ['other addresses', [admitting('10.0.0.0/8')]],
    ['an address that cannot be read', [admitting('35.191.0.0/33', 'everywhere', '::/0')]],
    ['another port', [onPorts({ port: 9090 }, { port: 'metrics' })]],
    ['another protocol', [onPorts({ protocol: 'UDP', port: 8080 })]],
  ])('shuts Google out by %s', (_, policies) => {
    expect(findShutOut(policies, PORT)).toEqual(BOTH);
  });

  it('names the range that is not admitted whole', () => {
    expect(findShutOut([admitting('35.191.0.0/16')], PORT)).toEqual(['130.211.0.0/22']);
    expect(findShutOut([admitting('35.191.0.0/17', '130.211.0.0/22')], PORT)).toEqual(['35.191.0.0/16']);
    const except = policy({ ingress: [{ from: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['130.211.1.0/24'] } }] }] });
    expect(findShutOut([except], PORT)).toEqual(['130.211.0.0/22']);
    expect(findShutOut([except, admitting('130.211.1.0/24')], PORT)).toEqual([]);
  });

  it('never throws, whatever stands in a policy', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (ingress, podSelector) => {
        const odd = policy({ ingress, podSelector } as RawObject);
        expect(() => findShutOut([odd], PORT)).not.toThrow();
      }),
    );
  });
});

describe('admitsOtherAddresses', () => {
  it('is true for anything beyond the ranges of Google, on that port', () => {
    expect(admitsOtherAddresses([], PORT)).toBe(true);
    expect(admitsOtherAddresses([policy({ ingress: [{}] })], PORT)).toBe(true);
    expect(admitsOtherAddresses([admitting(...BOTH, '10.129.0.0/23')], PORT)).toBe(true);
    expect(admitsOtherAddresses([admitting('35.0.0.0/8')], PORT)).toBe(true);
  });

  it('is false for the ranges of Google alone, or on another port', () => {
    expect(admitsOtherAddresses([policy({})], PORT)).toBe(false);
    expect(admitsOtherAddresses([admitting(...BOTH)], PORT)).toBe(false);
    expect(admitsOtherAddresses([onPorts({ port: 9090 })], PORT)).toBe(false);
  });
});
