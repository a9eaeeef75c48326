// Ranges of IPv4 addresses, as an ipBlock of a NetworkPolicy names them.

import type { NetworkPolicyPeer } from './network-policy.ts';

/** Addresses as numbers, from first to last. */
export type AddressRange = readonly [first: number, last: number];

/** What an ipBlock admits. One that cannot be read admits nothing; the API server refuses it. */
export function addressesOf({ cidr, except }: NonNullable<NetworkPolicyPeer['ipBlock']>): readonly AddressRange[] {
  const block = parseCidr(cidr);
  if (block === undefined) return [];
  return subtractAll(
    [block],
    except.map(parseCidr).filter((range) => range !== undefined),
  );
}

/** @param address IPv4, in dots */
export function isAmong(ranges: readonly AddressRange[], address: string): boolean {
  const one = parseCidr(`${address}/32`);
  return one !== undefined && subtractAll([one], ranges).length === 0;
}

/** @returns undefined for IPv6, and for anything else */
export function parseCidr(text: string): AddressRange | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (match === null) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = match.slice(1).map(Number);
  if ([a, b, c, d].some((part) => part > 255) || bits > 32) return undefined;
  const size = 2 ** (32 - bits);
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  const first = address - (address % size);
  return [first, first + size - 1];
}

/** What of the first is in none of the others. */
export function subtractAll(from: readonly AddressRange[], taken: readonly AddressRange[]): readonly AddressRange[] {
  return taken.reduce<readonly AddressRange[]>((left, range) => left.flatMap((one) => subtract(one, range)), from);
}

function subtract([first, last]: AddressRange, [takenFirst, takenLast]: AddressRange): readonly AddressRange[] {
  if (takenLast < first || takenFirst > last) return [[first, last]];
  const left: AddressRange[] = [];
  if (takenFirst > first) left.push([first, takenFirst - 1]);
  if (takenLast < last) left.push([takenLast + 1, last]);
  return left;
}
