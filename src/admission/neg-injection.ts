// Whether the NEG annotation is added to a Service: the tables of docs/neg-injection.md, line by line. A value that a
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
  /** `created`: into a new Service. `restored`: an UPDATE dropped it. `healed`: a stored Service had none. */
  | { readonly inject: true; readonly value: string; readonly how: 'created' | 'restored' | 'healed' }
  | {
      readonly inject: false;
      /** The fact whose absence alone stood in the way. */
      readonly unknownFact?: 'vpcNative';
      /** The UPDATE takes a value away that stays away, but the next one would find none and heal. */
      readonly nextUpdateAdds?: true;
    };

const NO: Injection = { inject: false };

export interface InjectionInput {
  readonly service: Service;
  /** The stored Service on UPDATE, undefined on CREATE. */
  readonly old: Service | undefined;
  readonly facts: Facts;
  readonly policy: Policy;
  readonly snapshot: Pick<Snapshot, 'ingressesOf'>;
}

export function decideInjection(input: InjectionInput): Injection {
  const { service, old, facts, policy } = input;
  const { neg } = policy;
  const { annotations, namespace } = service.metadata;
  if (neg.inject === 'never' || annotations[NEG] !== undefined || policy.isExcluded(namespace)) return NO;
  if (isKnownToBe(facts.vpcNative, false) || !isCandidate(service, neg, facts)) return NO;
  return old === undefined ? add(input, 'created') : update(input, old);
}

/** What becomes of a Service that is there without the annotation as far as its own fields go. */
function add({ service, facts, policy: { neg }, snapshot }: InjectionInput, how: 'created' | 'healed'): Injection {
  if (neg.scope === 'referenced' && snapshot.ingressesOf(service.metadata).length === 0) return NO;
  if (!facts.vpcNative.known && neg.inject !== 'always') return { inject: false, unknownFact: 'vpcNative' };
  return { inject: true, value: NEG_VALUE, how };
}

/**
 * A replace (Argo CD's Replace=true, kubectl replace) drops what was injected and would cut the load balancer off. The
 * stored text comes back as it was, and only where it says nothing but "ingress". To heal is to repair what was stored
 * while the guard was away: without NEGs a ClusterIP Service is no backend at all, so no traffic moves.
 */
function update(input: InjectionInput, old: Service): Injection {
  const { service, policy } = input;
  const stored = readNegAnnotation(old.metadata.annotations);
  if (stored.state === 'valid' && isPlainIngressNeg(stored)) {
    return { inject: true, value: stored.text, how: 'restored' };
  }
  // Of another type it may be a backend through instance groups, which would change under traffic.
  const canBeHealed = policy.neg.onUpdate === 'heal' && service.type === 'ClusterIP' && old.type === 'ClusterIP';
  if (!canBeHealed) return NO;
  const healed = add(input, 'healed');
  if (stored.state === 'absent') return healed;
  // What a person wrote may be taken away.
  return healed.inject ? { inject: false, nextUpdateAdds: true } : NO;
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
