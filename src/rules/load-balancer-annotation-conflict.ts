import type { RuleFinding } from '../judge/finding.ts';
import { advise, inWords, type Remedy, removeAnnotation, set, together } from '../judge/fix.ts';
import { defineRule, type ServiceContext } from '../judge/rule.ts';
import { annotationPath } from '../kubernetes/field-path.ts';
import type { Service } from '../kubernetes/objects.ts';
import { LOAD_BALANCER_TYPE } from '../plan/annotation-keys.ts';
import { findLoadBalancerConflicts, type LoadBalancerConflict } from '../plan/load-balancer-service.ts';

export const loadBalancerAnnotationConflict = defineRule({
  id: 'load-balancer-annotation-conflict',
  judges: ['Service'],
  severity: 'warning',
  summary: 'Annotations of a LoadBalancer Service contradict its fields, or come too late.',
  why: 'The controller settles the conflict by itself: the class wins over the type, weights count only with externalTrafficPolicy: Local, and a load balancer that exists keeps its target pool. Only an event on the Service tells.',
  fix: 'Say it once, in the field that wins.',
  covers: ['C50'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/service-load-balancer-parameters'],
  check: { Service: findConflicts },
});

function findConflicts({ service, old }: ServiceContext): readonly RuleFinding[] {
  return findLoadBalancerConflicts(service, old).map((conflict) => ({
    path: annotationPath(conflict.key),
    message: conflictInWords(conflict, service),
    fix: remedies(conflict, service),
    isCertain: conflict.isCertain,
  }));
}

function conflictInWords({ why, key }: LoadBalancerConflict, { loadBalancerClass }: Service): string {
  switch (why) {
    case 'class':
      return `loadBalancerClass ${loadBalancerClass} is external and ${key} says Internal: external wins.`;
    case 'weighted':
      return 'weighted load balancing does nothing with externalTrafficPolicy: Cluster.';
    case 'target-pool':
      return `${key} comes too late for this load balancer: the controller leaves it as it is, and removes the annotation.`;
  }
}

function remedies({ why, key }: LoadBalancerConflict, service: Service): readonly Remedy[] {
  const removal = removeAnnotation(service, key);
  switch (why) {
    case 'class':
      return [withoutType(service), advise('choose an internal class')];
    case 'weighted':
      return [set(service, ['spec', 'externalTrafficPolicy'], 'Local'), removal];
    case 'target-pool':
      return [removal, advise('recreate the Service with it; to keep the address, reserve it first')];
  }
}

/** Without the newer key the older one would count. */
function withoutType(service: Service): Remedy {
  const keys = LOAD_BALANCER_TYPE.filter((key) => service.metadata.annotations[key] !== undefined);
  return inWords('remove the annotation', together(...keys.map((key) => removeAnnotation(service, key))));
}
