import { describeRule } from '../../test/support/describe-rule.ts';
import { type RawObject, service } from '../../test/support/objects.ts';
import { loadBalancerAnnotationConflict } from './load-balancer-annotation-conflict.ts';

const TYPE = 'networking.gke.io/load-balancer-type';
const OLD_TYPE = 'cloud.google.com/load-balancer-type';
const WEIGHTED = { 'networking.gke.io/weighted-load-balancing': 'pods-per-node' };
const RBS = { 'cloud.google.com/l4-rbs': 'enabled' };
const EXTERNAL = 'networking.gke.io/l4-regional-external';

const balancer = (annotations: Readonly<Record<string, string>> = {}, spec: RawObject = {}): RawObject =>
  service({ type: 'LoadBalancer', annotations, spec });
const stored = (...finalizers: readonly string[]): RawObject => ({
  ...balancer(),
  metadata: { name: 'web', namespace: 'shop', finalizers },
});
const conflict = (key: string, className = EXTERNAL): string =>
  `metadata.annotations["${key}"]: loadBalancerClass ${className} is external and ${key} says Internal: external wins.`;
const TOO_LATE =
  'metadata.annotations["cloud.google.com/l4-rbs"]: cloud.google.com/l4-rbs comes too late for this load balancer: the controller leaves it as it is, and removes the annotation.';

describeRule(loadBalancerAnnotationConflict, {
  finds: {
    'an internal type with an external class': [
      [balancer({ [TYPE]: 'Internal' }, { loadBalancerClass: EXTERNAL })],
      conflict(TYPE),
    ],
    'the older key, and the legacy class': [
      [balancer({ [OLD_TYPE]: 'internal' }, { loadBalancerClass: `${EXTERNAL}-legacy` })],
      conflict(OLD_TYPE, `${EXTERNAL}-legacy`),
    ],
    'both keys, of which the newer counts': [
      [balancer({ [TYPE]: 'Internal', [OLD_TYPE]: 'Internal' }, { loadBalancerClass: EXTERNAL })],
      conflict(TYPE),
    ],
    'weights with the Cluster policy': [
      [balancer(WEIGHTED, { externalTrafficPolicy: 'Cluster' })],
      'metadata.annotations["networking.gke.io/weighted-load-balancing"]: weighted load balancing does nothing with externalTrafficPolicy: Cluster.',
    ],
    'weights without a policy, which is Cluster': [
      [balancer(WEIGHTED)],
      'metadata.annotations["networking.gke.io/weighted-load-balancing"]: weighted load balancing does nothing with externalTrafficPolicy: Cluster.',
    ],
    'a backend service asked for on a load balancer that has a target pool': [
      { objects: [balancer(RBS)], old: stored('service.kubernetes.io/load-balancer-cleanup') },
      TOO_LATE,
    ],
    'the same where no finalizer says what it has': [
      { objects: [balancer(RBS)], old: balancer() },
      `(possible) ${TOO_LATE}`,
    ],
    'the same where the value did not count before': [
      { objects: [balancer(RBS)], old: balancer({ 'cloud.google.com/l4-rbs': 'true' }) },
      `(possible) ${TOO_LATE}`,
    ],
  },
  passes: {
    'an internal type with an internal class': [
      balancer({ [TYPE]: 'Internal' }, { loadBalancerClass: 'networking.gke.io/l4-regional-internal' }),
    ],
    'an internal type without class': [balancer({ [TYPE]: 'Internal' })],
    'an external class alone': [balancer({}, { loadBalancerClass: EXTERNAL })],
    'weights with the Local policy, as Google documents it': [balancer(WEIGHTED, { externalTrafficPolicy: 'Local' })],
    'a new load balancer with a backend service': [balancer(RBS)],
    'it was asked for from the beginning': { objects: [balancer(RBS)], old: balancer(RBS) },
    'it has a backend service already': { objects: [balancer(RBS)], old: stored('gke.networking.io/l4-netlb-v2') },
    'the Service was no load balancer before': { objects: [balancer(RBS)], old: service({ type: 'NodePort' }) },
    'an internal load balancer, for which it does not count': {
      objects: [balancer({ ...RBS, [TYPE]: 'Internal' })],
      old: balancer({ [TYPE]: 'Internal' }),
    },
    'a class, beside which annotations do not count': {
      objects: [balancer(RBS, { loadBalancerClass: EXTERNAL })],
      old: balancer({}, { loadBalancerClass: EXTERNAL }),
    },
    'no load balancer': [service({ annotations: { ...WEIGHTED, [TYPE]: 'Internal' } })],
  },
});
