import type { Service } from '../kubernetes/objects.ts';
import { NEG } from '../plan/annotation-keys.ts';
import { readNegAnnotation } from '../plan/neg.ts';
import type { BackendUse } from '../plan/plan.ts';
import { quoted } from './quoted.ts';
import { defineRule } from './rule.ts';

export const negAnnotationInvalid = defineRule({
  id: 'neg-annotation-invalid',
  judges: 'Service',
  severity: 'error',
  summary: `The annotation ${NEG} of a Service is not the JSON that the GKE Ingress controller decodes.`,
  why: 'The controller swallows the error and goes on without NEGs: a ClusterIP Service then has no backend, a NodePort one falls back to instance groups. Only an event on the Service tells.',
  fix: `Write '{"ingress": true}'.`,
  covers: ['C35'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/container-native-load-balancing'],
  check: ({ service, uses }) => {
    const annotation = readNegAnnotation(service.metadata.annotations);
    if (annotation.state !== 'invalid') return [];
    const failing = uses.find(({ backend }) => backend.error?.condition === 'C6' || backend.isNegForced);
    return [
      {
        path: ['metadata', 'annotations', NEG],
        message: `${NEG} ${quoted(annotation.text)} does not decode (${annotation.error}), and ${fateOf(service, failing)}.`,
        isCertain: failing !== undefined,
      },
    ];
  },
});

/** What the controller does then, as a clause. */
function fateOf({ type }: Service, failing: BackendUse | undefined): string {
  const ingress = failing === undefined ? '' : `Ingress "${failing.plan.ingress.metadata.name}"`;
  // A regional class takes nothing but NEGs, and the NEG controller makes none from what it cannot decode (C33).
  if (failing?.backend.isNegForced) return `${ingress} needs a NEG: its sync fails`;
  if (type === 'NodePort' || type === 'LoadBalancer') return 'instance groups are used instead';
  return `a ${type} Service without NEGs is no backend${ingress === '' ? '' : `: ${ingress} fails`}`;
}
