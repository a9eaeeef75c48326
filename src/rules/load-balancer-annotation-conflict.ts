import { findLoadBalancerProblems, findRbsMigration } from '../plan/load-balancer-problems.ts';
import { AT_SERVICE } from '../plan/problem.ts';
import { findingsOf } from './plan-findings.ts';
import { defineRule } from './rule.ts';

export const loadBalancerAnnotationConflict = defineRule({
  id: 'load-balancer-annotation-conflict',
  judges: 'Service',
  severity: 'warning',
  summary: 'Annotations of a LoadBalancer Service contradict its fields, or come too late.',
  why: 'The controller settles the conflict by itself: the class wins over the type, weights count only with externalTrafficPolicy: Local, and a load balancer that exists keeps its target pool. Only an event on the Service tells.',
  fix: 'Say it once, in the field that wins.',
  covers: ['C50'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/service-load-balancer-parameters'],
  check: ({ service, old }) => {
    const migration = old === undefined ? undefined : findRbsMigration(service, old);
    const problems = findLoadBalancerProblems(service, AT_SERVICE);
    return findingsOf(migration === undefined ? problems : [...problems, migration], service, ['C50']);
  },
});
