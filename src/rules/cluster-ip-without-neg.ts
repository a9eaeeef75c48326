import { isKnownToBe } from '../facts/facts.ts';
import { NEG } from '../plan/annotation-keys.ts';
import { type NegAnnotation, readNegAnnotation } from '../plan/neg.ts';
import { defineRule } from './rule.ts';

export const clusterIpWithoutNeg = defineRule({
  id: 'cluster-ip-without-neg',
  judges: 'Service',
  severity: 'error',
  summary: 'A ClusterIP Service is behind a GKE Ingress without container-native load balancing.',
  why: 'Without NEGs Google reaches Pods through node ports, and a ClusterIP Service has none: the translation of the whole Ingress fails, for its other backends too.',
  fix: `Set the annotation ${NEG}: '{"ingress": true}' on the Service (on a VPC-native cluster), or make it type NodePort.`,
  covers: ['C6', 'R3'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/container-native-load-balancing'],
  check: ({ service, uses, facts, injects }) => {
    const failing = uses.find(({ backend }) => backend.error?.condition === 'C6');
    if (failing === undefined || service.type !== 'ClusterIP') return [];
    const annotation = readNegAnnotation(service.metadata.annotations);
    const isHeadless = service.clusterIP === 'None';
    // GKE's own webhook or this one may add it where the cluster is VPC-native; that is not known, so nothing is said.
    if (annotation.state === 'absent' && injects && !isHeadless && !facts.vpcNative.known) return [];
    const { name } = failing.plan.ingress.metadata;
    const isRoutesBased = isKnownToBe(facts.vpcNative, false);
    return [
      {
        path: ['metadata', 'annotations', ...(annotation.state === 'absent' ? [] : [NEG])],
        message: `it is ${isHeadless ? 'headless' : 'of type ClusterIP'} and ${inWords(annotation)}, so the whole of Ingress "${name}" fails to translate.`,
        fix: isRoutesBased
          ? 'Make the Service type NodePort: NEGs do not work on this routes-based cluster.'
          : `Add ${NEG}: '{"ingress": true}', or make it type NodePort.`,
        subject: 'neg',
      },
    ];
  },
});

function inWords(annotation: NegAnnotation): string {
  if (annotation.state === 'absent') return 'without NEGs';
  if (annotation.state === 'invalid') return `its ${NEG} cannot be decoded`;
  return annotation.exposedPorts.size > 0
    ? `its ${NEG} has exposed_ports without "ingress": true`
    : `its ${NEG} does not say "ingress": true`;
}
