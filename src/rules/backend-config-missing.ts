import { findBackendConfig } from '../plan/backend-config.ts';
import { annotationPath } from '../plan/problem.ts';
import { defineRule, type RuleFinding, type ServiceContext } from './rule.ts';

export const backendConfigMissing = defineRule({
  id: 'backend-config-missing',
  judges: 'Service',
  severity: 'error',
  summary: 'A Service behind a GKE Ingress names a BackendConfig that does not exist.',
  why: 'The backend fails to translate, and with it the whole Ingress, until the BackendConfig is there. It is looked for in the namespace of the Service.',
  fix: 'Create the BackendConfig in the namespace of the Service, or correct the name.',
  covers: ['C10', 'R11'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration',
    'https://github.com/kubernetes/ingress-gce/issues/1503',
  ],
  check: findMissing,
});

function findMissing({ service, uses, snapshot }: ServiceContext): readonly RuleFinding[] {
  const { namespace } = service.metadata;
  const findings = new Map<string, RuleFinding>();
  for (const { backend, plan } of uses) {
    if (backend.servicePort === undefined) continue;
    const reference = findBackendConfig(service, backend.servicePort, snapshot);
    if (reference.state !== 'missing' || findings.has(reference.name)) continue;
    findings.set(reference.name, {
      path: annotationPath(reference.key),
      message: `BackendConfig "${reference.name}" for port ${backend.servicePort.port} is not in namespace "${namespace}": the whole of Ingress "${plan.ingress.metadata.name}" fails to translate.`,
      fix: 'Create it there, or correct the name.',
      // It may come later, as an Ingress may come before its Services.
      isCertain: false,
      subject: reference.name,
    });
  }
  return [...findings.values()];
}
