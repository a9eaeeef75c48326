// What being an Autopilot cluster tells of other facts.
import { type Fact, type Facts, isKnownToBe } from './facts.ts';

/**
 * On Autopilot the HTTP load balancing add-on cannot be turned off, and the cluster is always VPC-native
 * (cloud.google.com/kubernetes-engine/docs/how-to/load-balance-ingress and …/concepts/alias-ips). What is known already
 * stays; what follows has the source and age of the fact that it follows from.
 */
export function withAutopilot(facts: Facts): Facts {
  const { autopilot, httpLoadBalancing, vpcNative } = facts;
  if (!isKnownToBe(autopilot, true)) return facts;
  const orElse = <T>(fact: Fact<T>, value: T): Fact<T> => (fact.known ? fact : { ...autopilot, value });
  return {
    ...facts,
    httpLoadBalancing: orElse(httpLoadBalancing, 'enabled'),
    vpcNative: orElse(vpcNative, true),
  };
}
