// A Service of type LoadBalancer behind an Ingress has a load balancer of its own: what the L4 controllers say about that
// one (facts: ingress-gce pkg/l4/annotations, pkg/l4/controllers; C50 but for what needs the stored Service).
import type { Service } from '../kubernetes/objects.ts';
import { LOAD_BALANCER_TYPE, WEIGHTED_LOAD_BALANCING } from './annotation-keys.ts';
import { annotationPath, type PlanProblem, type ProblemPlace, problem, referenceTo } from './problem.ts';

const EXTERNAL_CLASSES: readonly (string | undefined)[] = [
  'networking.gke.io/l4-regional-external',
  'networking.gke.io/l4-regional-external-legacy',
];

export function findLoadBalancerProblems(service: Service, place: ProblemPlace): readonly PlanProblem[] {
  if (service.type !== 'LoadBalancer') return [];
  const { annotations } = service.metadata;
  const problems: PlanProblem[] = [];
  const typeKey = LOAD_BALANCER_TYPE.find((key) => annotations[key] !== undefined);
  const isInternal = typeKey !== undefined && /^[Ii]nternal$/.test(annotations[typeKey] ?? '');
  if (typeKey !== undefined && isInternal && EXTERNAL_CLASSES.includes(service.loadBalancerClass)) {
    problems.push(
      problem({
        condition: 'C50',
        message: `loadBalancerClass ${service.loadBalancerClass} is external and ${typeKey} says Internal: external wins.`,
        fix: `Remove the annotation ${typeKey}, or choose an internal class`,
        object: referenceTo(service),
        path: annotationPath(typeKey),
        place,
      }),
    );
  }
  if (annotations[WEIGHTED_LOAD_BALANCING] === 'pods-per-node' && service.externalTrafficPolicy === 'Cluster') {
    problems.push(
      problem({
        condition: 'C50',
        message: 'weighted load balancing does nothing with externalTrafficPolicy: Cluster.',
        fix: 'Set spec.externalTrafficPolicy: Local',
        object: referenceTo(service),
        path: annotationPath(WEIGHTED_LOAD_BALANCING),
        place,
      }),
    );
  }
  return problems;
}
