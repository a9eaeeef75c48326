import { isKnownToBe } from '../facts/facts.ts';
import { NEG } from '../plan/annotation-keys.ts';
import { isNegForIngress, readNegAnnotation } from '../plan/neg.ts';
import { defineRule } from './rule.ts';

export const negOnRoutesBasedCluster = defineRule({
  id: 'neg-on-routes-based-cluster',
  judges: 'Service',
  severity: 'error',
  summary: 'A Service asks for NEGs on a cluster that is not VPC-native.',
  why: 'On a routes-based cluster Pod addresses do not belong to the subnetwork: Google refuses the endpoints, the NEG stays empty and the load balancer answers 502.',
  fix: 'Remove the annotation and make the Service type NodePort, or move to a VPC-native cluster.',
  covers: ['R19'],
  references: [
    'https://github.com/kubernetes/ingress-gce/issues/1463',
    'https://cloud.google.com/kubernetes-engine/docs/concepts/alias-ips',
  ],
  check: ({ service, uses, facts }) => {
    if (!isKnownToBe(facts.vpcNative, false)) return [];
    const annotation = readNegAnnotation(service.metadata.annotations);
    if (annotation.state !== 'valid') return [];
    if (!isNegForIngress(annotation) && annotation.exposedPorts.size === 0) return [];
    return [
      {
        path: ['metadata', 'annotations', NEG],
        message:
          'it asks for NEGs on a routes-based (not VPC-native) cluster: Google refuses its Pod addresses, and the load balancer answers 502.',
        fix:
          service.type === 'NodePort' || service.type === 'LoadBalancer'
            ? 'Remove the annotation: instance groups work here.'
            : 'Remove the annotation and make the Service type NodePort.',
        isCertain: uses.some(({ backend }) => backend.group === 'neg' && !backend.isNegForced),
      },
    ];
  },
});
