// A Service of type LoadBalancer behind an Ingress has a load balancer of its own: what the L4 controllers say about that
// one (facts: ingress-gce pkg/l4/annotations, pkg/l4/controllers; C50 but for what needs the stored Service).
import type { Service } from '../kubernetes/objects.ts';
import { L4_RBS, LOAD_BALANCER_TYPE, WEIGHTED_LOAD_BALANCING } from './annotation-keys.ts';
import { AT_SERVICE, annotationPath, type PlanProblem, type ProblemPlace, problem, referenceTo } from './problem.ts';

const EXTERNAL_CLASSES: readonly (string | undefined)[] = [
  'networking.gke.io/l4-regional-external',
  'networking.gke.io/l4-regional-external-legacy',
];

export function findLoadBalancerProblems(service: Service, place: ProblemPlace): readonly PlanProblem[] {
  if (service.type !== 'LoadBalancer') return [];
  const { annotations } = service.metadata;
  const problems: PlanProblem[] = [];
  const typeKey = findInternalType(service);
  if (typeKey !== undefined && EXTERNAL_CLASSES.includes(service.loadBalancerClass)) {
    problems.push(
      problem({
        condition: 'C50',
        message: `loadBalancerClass ${service.loadBalancerClass} is external and ${typeKey} says Internal: external wins.`,
        fix: 'Remove the annotation, or choose an internal class',
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

/** The annotation that makes the load balancer internal: only the first of the two keys that is there counts. */
function findInternalType({ metadata }: Service): string | undefined {
  const key = LOAD_BALANCER_TYPE.find((candidate) => metadata.annotations[candidate] !== undefined);
  return key !== undefined && /^[Ii]nternal$/.test(metadata.annotations[key] ?? '') ? key : undefined;
}

/** pkg/utils/common/finalizer.go: written for a load balancer that has a backend service already. */
const RBS_FINALIZERS: readonly string[] = ['gke.networking.io/l4-netlb-v2', 'gke.networking.io/l4-netlb-v3'];
/** Written for one with a target pool. */
const TARGET_POOL_FINALIZERS: readonly string[] = [
  'service.kubernetes.io/load-balancer-cleanup',
  'gke.networking.io/l4-netlb-v1',
];

function asksForRbs({ metadata }: Service): boolean {
  return metadata.annotations[L4_RBS] === 'enabled';
}

/**
 * C50: a load balancer with a target pool is not moved to a backend service (l4netlbcontroller.go, event
 * CanNotMigrateTargetPoolToRBS). With a loadBalancerClass annotations do not count.
 */
export function findRbsMigration(service: Service, old: Service): PlanProblem | undefined {
  const isExternal = (one: Service): boolean =>
    one.type === 'LoadBalancer' && one.loadBalancerClass === undefined && findInternalType(one) === undefined;
  if (!isExternal(service) || !isExternal(old) || !asksForRbs(service) || asksForRbs(old)) return undefined;
  const { finalizers } = old.metadata;
  if (finalizers.some((finalizer) => RBS_FINALIZERS.includes(finalizer))) return undefined;
  return problem({
    condition: 'C50',
    message: `${L4_RBS} comes too late for this load balancer: the controller leaves it as it is, and removes the annotation.`,
    fix: 'Recreate the Service with it; to keep the address, reserve it first',
    object: referenceTo(service),
    path: annotationPath(L4_RBS),
    place: AT_SERVICE,
    isCertain: finalizers.some((finalizer) => TARGET_POOL_FINALIZERS.includes(finalizer)),
  });
}
