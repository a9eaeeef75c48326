import { describe, expect, it } from 'vitest';
import { addressesOf, isAmong, parseCidr } from './address-range.ts';

describe('parseCidr', () => {
  it('gives the first and the last address of a range', () => {
    expect(parseCidr('10.0.0.0/31')).toEqual([167_772_160, 167_772_161]);
    expect(parseCidr('10.0.0.1/31')).toEqual([167_772_160, 167_772_161]);
    expect(parseCidr('0.0.0.0/0')).toEqual([0, 2 ** 32 - 1]);
    expect(parseCidr('255.255.255.255/32')).toEqual([2 ** 32 - 1, 2 ** 32 - 1]);
  });

  it('reads nothing else', () => {
    expect(['10.0.0.0', '10.0.0/8', '256.0.0.0/8', '10.0.0.0/33', '::/0', ''].map(parseCidr)).toEqual(
      Array(6).fill(undefined),
    );
  });
});

describe('isAmong', () => {
  const block = { cidr: '10.0.0.0/24', except: ['10.0.0.8/29'] };

  it('says whether an ipBlock has an address, without its exceptions', () => {
    const said = ['10.0.0.1', '10.0.0.7', '10.0.0.8', '10.0.0.15', '10.0.0.16', '10.0.1.0'];
    expect(said.map((address) => isAmong(addressesOf(block), address))).toEqual([
      true,
      true,
      false,
      false,
      true,
      false,
    ]);
  });

  it('finds no address in a block that cannot be read', () => {
    expect(isAmong(addressesOf({ cidr: 'CONTROL_PLANE_RANGE', except: [] }), '10.0.0.1')).toBe(false);
    expect(isAmong(addressesOf(block), 'fd00::1')).toBe(false);
  });
});
