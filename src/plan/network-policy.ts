// Whether NetworkPolicies let Google's load balancer reach a Pod. Behind a NEG it speaks to the Pod's address itself, so
// that they apply to it; policies add up, and only an ipBlock, or a rule for everybody, admits an address that is no Pod's
// (Kubernetes, concepts/services-networking/network-policies).
import { type AddressRange, addressesOf, parseCidr, subtractAll } from '../kubernetes/address-range.ts';
import type { NetworkPolicy, NetworkPolicyRule } from '../kubernetes/network-policy.ts';
import { isRuleFor, type PodPort } from '../kubernetes/network-policy-ports.ts';

/** Health checkers, and the front ends of global load balancers (ingress-gce docs/faq/gce.md). */
export const GOOGLE_RANGES = ['35.191.0.0/16', '130.211.0.0/22'] as const;

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
  const admitted = rules.flatMap(admittedBy);
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
      (rule) => rule.from === undefined || subtractAll(admittedBy(rule), google).length > 0,
    )
  );
}

function rulesFor(policies: readonly NetworkPolicy[], port: PodPort): readonly NetworkPolicyRule[] {
  return policies.flatMap(({ ingress }) => ingress.filter((rule) => isRuleFor(rule, port)));
}

/** What the rule's ipBlocks admit. */
function admittedBy({ from }: NetworkPolicyRule): readonly AddressRange[] {
  return (from ?? []).flatMap(({ ipBlock }) => (ipBlock === undefined ? [] : addressesOf(ipBlock)));
}
