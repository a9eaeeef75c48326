// Whether the NEG annotation is added to a Service: the table of docs/neg-injection.md, line by line. A value that a
// person wrote is never rewritten, and GKE's own webhook may do the same before or after.
import type { Facts } from '../facts/facts.ts';
import { isKnownToBe } from '../facts/facts.ts';
import type { Service } from '../kubernetes/objects.ts';
import { NEG } from '../plan/annotation-keys.ts';
import { isPlainIngressNeg, readNegAnnotation } from '../plan/neg.ts';
import type { NegPolicy, Policy } from '../policy/policy.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

const NEG_VALUE = '{"ingress": true}';

export type Injection =
  | { readonly inject: true; readonly value: string }
  /** `fact` is the fact whose absence alone stood in the way. */
  | { readonly inject: false; readonly unknownFact?: 'vpcNative' };

const NO: Injection = { inject: false };

export interface InjectionInput {
  readonly service: Service;
  /** The stored Service on UPDATE, undefined on CREATE. */
  readonly old: Service | undefined;
  readonly facts: Facts;
  readonly policy: Policy;
  readonly snapshot: Snapshot;
}

export function decideInjection({ service, old, facts, policy, snapshot }: InjectionInput): Injection {
  const { neg } = policy;
  const { annotations, namespace } = service.metadata;
  if (neg.inject === 'never' || annotations[NEG] !== undefined || policy.isExcluded(namespace)) return NO;
  if (isKnownToBe(facts.vpcNative, false) || !isCandidate(service, neg, facts)) return NO;
  if (old !== undefined) return restore(old);
  if (neg.scope === 'referenced' && snapshot.ingressesOf(service.metadata).length === 0) return NO;
  if (!facts.vpcNative.known && neg.inject !== 'always') return { inject: false, unknownFact: 'vpcNative' };
  return { inject: true, value: NEG_VALUE };
}

/**
 * A replace (Argo CD's Replace=true, kubectl replace) drops what was injected and would cut the load balancer off. The
 * stored text comes back as it was, and only where it says nothing but "ingress".
 */
function restore(old: Service): Injection {
  const stored = readNegAnnotation(old.metadata.annotations);
  return stored.state === 'valid' && isPlainIngressNeg(stored) ? { inject: true, value: stored.text } : NO;
}

function isCandidate(service: Service, neg: NegPolicy, facts: Facts): boolean {
  const hasPods = Object.keys(service.selector).length > 0;
  if (!hasPods || service.ports.length === 0 || service.clusterIP === 'None') return false;
  if (service.type === 'ClusterIP') return neg.types.includes('ClusterIP');
  // Instance groups work for NodePort; a NEG there needs firewall openings that the controller may not be allowed to make.
  return service.type === 'NodePort' && neg.types.includes('NodePort') && needsNoFirewallRules(facts);
}

function needsNoFirewallRules({ sharedVpc, networkPolicy, dataplaneV2 }: Facts): boolean {
  return isKnownToBe(sharedVpc, false) && isKnownToBe(networkPolicy, false) && !isKnownToBe(dataplaneV2, true);
}
