import { isKnownToBe } from '../facts/facts.ts';
import { howToEnableNegInWords } from '../plan/neg-fix.ts';
import { findingsOf, problemsOf } from './plan-findings.ts';
import { defineRule } from './rule.ts';

export const nodePortUnallocated = defineRule({
  id: 'node-port-unallocated',
  judges: 'Service',
  severity: 'error',
  summary: 'A LoadBalancer Service behind a GKE Ingress has neither node ports nor NEGs.',
  why: 'Without NEGs Google reaches Pods through node ports; with allocateLoadBalancerNodePorts: false there are none, and the sync of the Ingress fails over and over.',
  fix: 'Turn NEGs on, or let node ports be allocated.',
  covers: ['C34'],
  references: [
    'https://kubernetes.io/docs/concepts/services-networking/service/#load-balancer-nodeport-allocation',
    'https://cloud.google.com/kubernetes-engine/docs/how-to/container-native-load-balancing',
  ],
  check: ({ service, uses, facts }) => {
    const fix = isKnownToBe(facts.vpcNative, false)
      ? 'Let node ports be allocated: NEGs do not work on this routes-based cluster.'
      : `${howToEnableNegInWords(service)}, or let node ports be allocated.`;
    return findingsOf(problemsOf(uses), service, ['C34']).map((found) => ({ ...found, fix }));
  },
});
