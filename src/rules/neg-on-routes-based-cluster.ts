import { isKnownToBe } from '../facts/facts.ts';
import type { RuleFinding } from '../judge/finding.ts';
import { advise, type Remedy, removeAnnotation, set, together } from '../judge/fix.ts';
import { type BackendContext, defineRule } from '../judge/rule.ts';
import { annotationPath } from '../kubernetes/field-path.ts';
import type { Service } from '../kubernetes/objects.ts';
import { NEG } from '../plan/annotation-keys.ts';
import { isNegForIngress, readNegAnnotation } from '../plan/neg.ts';
import type { IngressPlan } from '../plan/plan.ts';

export const negOnRoutesBasedCluster = defineRule({
  id: 'neg-on-routes-based-cluster',
  judges: ['Service'],
  severity: 'error',
  summary: 'A Service asks for NEGs on a cluster that is not VPC-native.',
  why: 'On a routes-based cluster Pod addresses do not belong to the subnetwork: Google refuses the endpoints, the NEG stays empty and the load balancer answers 502.',
  fix: 'Remove the annotation and make the Service type NodePort, or move to a VPC-native cluster.',
  covers: ['R19'],
  references: [
    'https://github.com/kubernetes/ingress-gce/issues/1463',
    'https://cloud.google.com/kubernetes-engine/docs/concepts/alias-ips',
  ],
  check: { Backend: findNeg },
});

function findNeg({ service, backend, plan, facts }: BackendContext): readonly RuleFinding[] {
  if (!isKnownToBe(facts.vpcNative, false)) return [];
  const annotation = readNegAnnotation(service.metadata.annotations);
  if (annotation.state !== 'valid') return [];
  if (!isNegForIngress(annotation) && annotation.exposedPorts.size === 0) return [];
  return [
    {
      path: annotationPath(NEG),
      message:
        'it asks for NEGs on a routes-based (not VPC-native) cluster: Google refuses its Pod addresses, and the load balancer answers 502.',
      fix: [withoutNeg(service, plan)],
      isCertain: backend.group === 'neg' && !backend.isNegForced,
    },
  ];
}

function withoutNeg(service: Service, plan: IngressPlan | undefined): Remedy {
  if (plan?.class.isRegional) return advise('move to a VPC-native cluster: this class of Ingress takes NEGs only');
  const removal = removeAnnotation(service, NEG);
  if (service.type === 'ClusterIP') return together(removal, set(service, ['spec', 'type'], 'NodePort'));
  if (service.type === 'LoadBalancer' && !service.allocatesNodePorts) {
    return together(removal, set(service, ['spec', 'allocateLoadBalancerNodePorts'], true));
  }
  // A Service of type ExternalName has no Pods to reach; the others have node ports.
  return removal;
}
