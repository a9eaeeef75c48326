import { describe, expect, it } from 'vitest';
import { whyNoPodAddress } from './pod-address.ts';

const NODE = { podRanges: ['10.8.1.0/24'], addresses: ['10.128.0.7', '34.80.1.2'] };

describe('the address of a Pod', () => {
  it('is one of the range that its node gives to Pods', () => {
    expect(['10.8.1.0', '10.8.1.17', '10.8.1.255'].map((one) => whyNoPodAddress(one, NODE))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const outside = ['10.8.0.255', '10.8.2.0', '8.8.8.8', '192.168.0.1'].map((one) => whyNoPodAddress(one, NODE));
    expect(new Set(outside)).toEqual(new Set(['is not of the range that its node gives to Pods']));
  });

  it('is never loopback, link-local, multicast or reserved, whatever the node says', () => {
    const everything = { podRanges: ['0.0.0.0/0'], addresses: [] };
    const never = ['127.0.0.1', '127.8.1.1', '169.254.169.254', '0.0.0.0', '0.1.2.3', '224.0.0.1', '255.255.255.255'];
    expect(never.filter((one) => whyNoPodAddress(one, everything) === undefined)).toEqual([]);
    expect(whyNoPodAddress('10.0.0.1', everything)).toBeUndefined();
  });

  it('is not that of the node, also where that is of the range', () => {
    expect(whyNoPodAddress('10.8.1.1', { ...NODE, addresses: ['10.8.1.1'] })).toBe("is the node's own");
  });

  it.each([
    '',
    'localhost',
    '10.8.1',
    '010.8.1.17',
    '10.8.1.017',
    '0x0a080111',
    '168296721',
    '10.8.1.300',
    '::1',
    'fd00::1',
  ])('is not %j', (text) => expect(whyNoPodAddress(text, NODE)).toBe('is no IPv4 address'));

  it('is not known where the node says no range, or none that can be read', () => {
    expect(whyNoPodAddress('10.8.1.17', { podRanges: [], addresses: [] })).toMatch(/^cannot be proven/);
    expect(whyNoPodAddress('10.8.1.17', { podRanges: ['fd00::/64'], addresses: [] })).toMatch(/^is not of the range/);
  });
});
