// Which addresses may be asked: those that a node gives to its Pods, and no others. What a Pod's status says is text that somebody
// may have written, so it is proven by the node that the Pod runs on.
import { type AddressRange, isAmong, parseCidr } from '../kubernetes/address-range.ts';

/** Of the node that a Pod runs on. */
export interface NodeAddresses {
  /** spec.podCIDRs */
  readonly podRanges: readonly string[];
  /** The node's own. */
  readonly addresses: readonly string[];
}

/** No Pod of a cluster network has one of these, whatever a node says (RFC 6890). */
const NEVER: readonly (readonly [cidr: string, what: string])[] = [
  ['0.0.0.0/8', 'is of this host'],
  ['127.0.0.0/8', 'is loopback'],
  ['169.254.0.0/16', 'is link-local, where the metadata server is'],
  ['224.0.0.0/4', 'is multicast'],
  ['240.0.0.0/4', 'is reserved'],
];

/** Near enough to name it: whatever has a colon is refused either way. */
const IPV6 = /^[\da-f.]*:[\da-f:.]*(%\w+)?$/i;

/** Without leading zeros, which some read as octal and others as a name. */
const CANONICAL = /^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}$/;

/** @returns why the address is none that the node gives to Pods, as a predicate ("is loopback"); undefined where it is one */
export function whyNoPodAddress(address: string, node: NodeAddresses): string | undefined {
  // The NEG controller skips an endpoint without IPv4 and says no address family in a backend service, for which Google takes IPv4
  // (ingress-gce pkg/neg/syncers/utils.go, "invalid IPv4 address, skipping").
  if (IPV6.test(address)) return 'is IPv6, and Google asks the IPv4 address of a Pod behind an Ingress';
  if (!CANONICAL.test(address) || parseCidr(`${address}/32`) === undefined) return 'is no IPv4 address';
  const never = NEVER.find(([cidr]) => isAmong(rangesOf([cidr]), address));
  if (never !== undefined) return never[1];
  if (node.addresses.includes(address)) return "is the node's own";
  if (node.podRanges.length === 0) return 'cannot be proven: the node says no range of its Pods (spec.podCIDRs)';
  return isAmong(rangesOf(node.podRanges), address) ? undefined : 'is not of the range that its node gives to Pods';
}

function rangesOf(cidrs: readonly string[]): readonly AddressRange[] {
  return cidrs.map(parseCidr).filter((range) => range !== undefined);
}
