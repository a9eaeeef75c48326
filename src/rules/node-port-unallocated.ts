import { isKnownToBe } from '../facts/facts.ts';
import type { Wording } from '../judge/finding.ts';
import { set } from '../judge/fix.ts';
import { enableNeg } from '../judge/neg-remedies.ts';
import { defineRule, type WordingContext } from '../judge/rule.ts';
import type { FaultOf } from '../plan/fault.ts';

export const nodePortUnallocated = defineRule({
  id: 'node-port-unallocated',
  judges: ['Service'],
  severity: 'error',
  summary: 'A LoadBalancer Service behind a GKE Ingress has neither node ports nor NEGs.',
  why: 'Without NEGs Google reaches Pods through node ports; with allocateLoadBalancerNodePorts: false there are none, and the sync of the Ingress fails over and over.',
  fix: 'Turn NEGs on, or let node ports be allocated.',
  covers: ['C34'],
  references: [
    'https://kubernetes.io/docs/concepts/services-networking/service/#load-balancer-nodeport-allocation',
    'https://cloud.google.com/kubernetes-engine/docs/how-to/container-native-load-balancing',
  ],
  words: { C34: wordUnallocated },
});

function wordUnallocated({ service, path }: FaultOf<'C34'>, { facts }: WordingContext): Wording {
  const because = isKnownToBe(facts.vpcNative, false) ? 'NEGs do not work on this routes-based cluster' : '';
  return {
    message:
      'the Service has no node port (allocateLoadBalancerNodePorts: false) and no NEG, so Google cannot reach it.',
    fix: [...enableNeg(service, facts), set(service, path, true, because)],
  };
}
