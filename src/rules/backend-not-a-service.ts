import type { IngressBackend } from '../kubernetes/objects.ts';
import type { IngressPlan } from '../plan/plan.ts';
import { pathsOf } from './ingress-paths.ts';
import { defineRule, type FieldPath, type RuleFinding } from './rule.ts';

export const backendNotAService = defineRule({
  id: 'backend-not-a-service',
  judges: 'Ingress',
  severity: 'error',
  summary: 'A backend of the Ingress is a resource, and not a Service.',
  why: 'The GKE Ingress controller knows no backend but Services: one that is none ends the translation of the whole Ingress, of its other paths too.',
  fix: 'Name a Service there: backend.service.name and backend.service.port.',
  covers: ['C3'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/concepts/ingress',
    'https://kubernetes.io/docs/concepts/services-networking/ingress/#resource-backend',
  ],
  check: ({ plan }) => (plan.class.isClaimed ? findResources(plan) : []),
});

function findResources(plan: IngressPlan): readonly RuleFinding[] {
  const findings = pathsOf(plan)
    .filter(({ backend }) => backend.service === undefined)
    .map(({ backend, field, inWords, subject }) =>
      finding(backend, [...field, 'backend'], `the backend of ${inWords}`, subject),
    );
  const { defaultBackend } = plan.ingress;
  if (defaultBackend !== undefined && defaultBackend.service === undefined) {
    findings.push(finding(defaultBackend, ['spec', 'defaultBackend'], 'the default backend', 'default'));
  }
  return findings;
}

function finding({ resource }: IngressBackend, path: FieldPath, place: string, subject: string): RuleFinding {
  const is = resource === undefined ? 'names no Service' : `is ${resource.kind} "${resource.name}", not a Service`;
  return {
    path,
    message: `${place} ${is}: the whole Ingress fails to translate.`,
    subject,
  };
}
