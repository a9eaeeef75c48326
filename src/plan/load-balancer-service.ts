// A Service of type LoadBalancer has a load balancer of its own: what the L4 controllers say about that one (ingress-gce
// pkg/l4/annotations, pkg/l4/controllers; C50).
import type { Service } from '../kubernetes/objects.ts';
import { L4_RBS, LOAD_BALANCER_TYPE, WEIGHTED_LOAD_BALANCING } from './annotation-keys.ts';

export interface LoadBalancerConflict {
  /** `class`: the class wins over the type. `weighted`: weights need Local. `target-pool`: too late for RBS. */
  readonly why: 'class' | 'weighted' | 'target-pool';
  /** The annotation. */
  readonly key: string;
  readonly isCertain: boolean;
}

const EXTERNAL_CLASSES: readonly (string | undefined)[] = [
  'networking.gke.io/l4-regional-external',
  'networking.gke.io/l4-regional-external-legacy',
];

/** The annotation that stands for spec.loadBalancerSourceRanges where that is empty (k8s.io/cloud-provider service/helpers). */
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';

/** Whether it has an address of its own that the internet reaches; false where its class is not known. */
export function isOpenToInternet(service: Service): boolean {
  if (service.type !== 'LoadBalancer' || findInternalType(service) !== undefined) return false;
  const { loadBalancerClass, sourceRanges, metadata } = service;
  if (loadBalancerClass !== undefined && !EXTERNAL_CLASSES.includes(loadBalancerClass)) return false;
  const ranges = sourceRanges.length > 0 ? sourceRanges : (metadata.annotations[SOURCE_RANGES] ?? '').split(',');
  return ranges.every((range) => range.trim() === '') || ranges.some((range) => range.trim() === '0.0.0.0/0');
}

/** @param old the stored Service that an UPDATE replaces */
export function findLoadBalancerConflicts(service: Service, old: Service | undefined): readonly LoadBalancerConflict[] {
  if (service.type !== 'LoadBalancer') return [];
  const conflicts: LoadBalancerConflict[] = [];
  const typeKey = findInternalType(service);
  if (typeKey !== undefined && EXTERNAL_CLASSES.includes(service.loadBalancerClass)) {
    conflicts.push({ why: 'class', key: typeKey, isCertain: true });
  }
  const isWeighted = service.metadata.annotations[WEIGHTED_LOAD_BALANCING] === 'pods-per-node';
  if (isWeighted && service.externalTrafficPolicy === 'Cluster') {
    conflicts.push({ why: 'weighted', key: WEIGHTED_LOAD_BALANCING, isCertain: true });
  }
  const migration = old === undefined ? undefined : findRbsMigration(service, old);
  return migration === undefined ? conflicts : [...conflicts, migration];
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
 * A load balancer with a target pool is not moved to a backend service (l4netlbcontroller.go, event
 * CanNotMigrateTargetPoolToRBS). With a loadBalancerClass annotations do not count.
 */
function findRbsMigration(service: Service, old: Service): LoadBalancerConflict | undefined {
  const isExternal = (one: Service): boolean =>
    one.type === 'LoadBalancer' && one.loadBalancerClass === undefined && findInternalType(one) === undefined;
  if (!isExternal(service) || !isExternal(old) || !asksForRbs(service) || asksForRbs(old)) return undefined;
  const { finalizers } = old.metadata;
  if (finalizers.some((finalizer) => RBS_FINALIZERS.includes(finalizer))) return undefined;
  const isCertain = finalizers.some((finalizer) => TARGET_POOL_FINALIZERS.includes(finalizer));
  return { why: 'target-pool', key: L4_RBS, isCertain };
}
