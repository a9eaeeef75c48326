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
    '::ffff:10.8.1.17/128',
  ])('is not %j', (text) => expect(whyNoPodAddress(text, NODE)).toBe('is no IPv4 address'));

  it.each([
    ['loopback', '::1'],
    ['unspecified', '::'],
    ['link-local', 'fe80::1'],
    ['link-local, with a zone', 'fe80::1%eth0'],
    ['loopback, mapped', '::ffff:127.0.0.1'],
    ['the metadata server, mapped', '::ffff:169.254.169.254'],
    ['the metadata server, mapped and in hexadecimal', '::ffff:a9fe:a9fe'],
    ['a Pod, mapped', '::ffff:10.8.1.17'],
    ['the metadata server behind NAT64', '64:ff9b::169.254.169.254'],
    ['the metadata server of GKE over IPv6', 'fd20:ce::254'],
    ['unique-local, of no Pod range', 'fd00:9::1'],
    ['the node', 'fd00:8:1::1'],
    ['of the Pod range', 'fd00:8:1::17'],
  ])('is not IPv6, whatever the node says: %s', (_, address) => {
    const dual = { podRanges: ['10.8.1.0/24', 'fd00:8:1::/64', '::/0'], addresses: ['10.128.0.7', 'fd00:8:1::1'] };
    expect(whyNoPodAddress(address, dual)).toBe('is IPv6, and Google asks the IPv4 address of a Pod behind an Ingress');
    expect(whyNoPodAddress('10.8.1.17', dual)).toBeUndefined();
  });

  it('is not known where the node says no range, or none that can be read', () => {
    expect(whyNoPodAddress('10.8.1.17', { podRanges: [], addresses: [] })).toMatch(/^cannot be proven/);
    expect(whyNoPodAddress('10.8.1.17', { podRanges: ['fd00::/64'], addresses: [] })).toMatch(/^is not of the range/);
  });
});
