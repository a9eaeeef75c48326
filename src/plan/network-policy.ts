// Whether NetworkPolicies let Google's load balancer reach a Pod. Behind a NEG it speaks to the Pod's address itself, so
// that they apply to it; policies add up, and only an ipBlock, or a rule for everybody, admits an address that is no Pod's
// (Kubernetes, concepts/services-networking/network-policies).
import type { NetworkPolicy, NetworkPolicyPort, NetworkPolicyRule } from '../kubernetes/network-policy.ts';

/** Health checkers, and the front ends of global load balancers (ingress-gce docs/faq/gce.md). */
export const GOOGLE_RANGES = ['35.191.0.0/16', '130.211.0.0/22'] as const;

/** A TCP port of a Pod, and the names that its containers give it. */
export interface PodPort {
  readonly number: number;
  readonly names: readonly string[];
}

/** Of these ranges the ones that are not let in whole. `policies` select the Pods; without any, everybody is let in. */
export function findShutOut(
  policies: readonly NetworkPolicy[],
  port: PodPort,
  ranges: readonly string[] = GOOGLE_RANGES,
): readonly string[] {
  const restricting = policies.filter(({ restrictsIngress }) => restrictsIngress);
  if (restricting.length === 0) return [];
  const rules = rulesFor(restricting, port);
  if (rules.some(({ from }) => from === undefined)) return [];
  const admitted = rules.flatMap(addressesOf);
  return ranges.filter((range) => {
    const wanted = parseCidr(range);
    return wanted !== undefined && subtractAll([wanted], admitted).length > 0;
  });
}

/** Whether addresses besides Google's are let in: a proxy-only subnet, whose range nobody tells the guard, may be theirs. */
export function admitsOtherAddresses(policies: readonly NetworkPolicy[], port: PodPort): boolean {
  const restricting = policies.filter(({ restrictsIngress }) => restrictsIngress);
  const google = GOOGLE_RANGES.map(parseCidr).filter((range) => range !== undefined);
  return (
    restricting.length === 0 ||
    rulesFor(restricting, port).some(
      (rule) => rule.from === undefined || subtractAll(addressesOf(rule), google).length > 0,
    )
  );
}

function rulesFor(policies: readonly NetworkPolicy[], port: PodPort): readonly NetworkPolicyRule[] {
  return policies.flatMap(({ ingress }) =>
    ingress.filter(({ ports }) => ports === undefined || ports.some((one) => isFor(one, port))),
  );
}

function isFor({ protocol, port, endPort }: NetworkPolicyPort, { number, names }: PodPort): boolean {
  if (protocol !== 'TCP') return false;
  if (port === undefined) return true;
  if (typeof port === 'string') return names.includes(port);
  return number >= port && number <= (endPort ?? port);
}

/** IPv4 addresses as numbers, from first to last. */
type Range = readonly [first: number, last: number];

/** What the rule's ipBlocks admit. A block that cannot be read admits nothing; the API server refuses it. */
function addressesOf({ from }: NetworkPolicyRule): readonly Range[] {
  return (from ?? []).flatMap(({ ipBlock }) => {
    const block = ipBlock === undefined ? undefined : parseCidr(ipBlock.cidr);
    if (ipBlock === undefined || block === undefined) return [];
    return subtractAll(
      [block],
      ipBlock.except.map(parseCidr).filter((range) => range !== undefined),
    );
  });
}

/** @returns undefined for IPv6, which Google's health checkers of an Ingress do not use, and for anything else */
export function parseCidr(text: string): Range | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (match === null) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = match.slice(1).map(Number);
  if ([a, b, c, d].some((part) => part > 255) || bits > 32) return undefined;
  const size = 2 ** (32 - bits);
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  const first = address - (address % size);
  return [first, first + size - 1];
}

function subtractAll(from: readonly Range[], taken: readonly Range[]): readonly Range[] {
  return taken.reduce<readonly Range[]>((left, range) => left.flatMap((one) => subtract(one, range)), from);
}

function subtract([first, last]: Range, [takenFirst, takenLast]: Range): readonly Range[] {
  if (takenLast < first || takenFirst > last) return [[first, last]];
  const left: Range[] = [];
  if (takenFirst > first) left.push([first, takenFirst - 1]);
  if (takenLast < last) left.push([takenLast + 1, last]);
  return left;
}
