// Which port of a Pod a rule of a NetworkPolicy is about.
import type { NetworkPolicyPort, NetworkPolicyRule } from './network-policy.ts';

/** A TCP port of a Pod, and the names that its containers give it. */
export interface PodPort {
  readonly number: number;
  readonly names: readonly string[];
}

export function isRuleFor({ ports }: NetworkPolicyRule, port: PodPort): boolean {
  return ports === undefined || ports.some((one) => isFor(one, port));
}

function isFor({ protocol, port, endPort }: NetworkPolicyPort, { number, names }: PodPort): boolean {
  if (protocol !== 'TCP') return false;
  if (port === undefined) return true;
  if (typeof port === 'string') return names.includes(port);
  return number >= port && number <= (endPort ?? port);
}
