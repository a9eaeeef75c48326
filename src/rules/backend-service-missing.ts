import { defineRule } from './rule.ts';

export const backendServiceMissing = defineRule({
  id: 'backend-service-missing',
  judges: 'Ingress',
  severity: 'error',
  summary: 'The Ingress names a Service that is not there.',
  why: 'A backend is always looked for in the namespace of the Ingress; where it is missing, the translation of the whole Ingress fails, of its other paths too, until it is there.',
  fix: 'Create the Service in the namespace of the Ingress, or name one that is there.',
  covers: ['C4'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress'],
  check: ({ plan }) => {
    if (!plan.class.isClaimed) return [];
    const missing = plan.backends.filter(({ error, isSystemDefault }) => error?.condition === 'C4' && !isSystemDefault);
    const first = missing.filter(
      ({ serviceName }, index) => missing.findIndex((other) => other.serviceName === serviceName) === index,
    );
    return first.map(({ serviceName, namespace, namedAt: [field = ['spec', 'defaultBackend']] }) => ({
      path: [...field, 'service', 'name'],
      message: `there is no Service "${serviceName}" in namespace "${namespace}", so the whole Ingress fails to translate.`,
      note: 'It is served once the Service is there.',
      fix: `Create Service "${serviceName}" in namespace "${namespace}", or name one that is there.`,
      isCertain: false,
      subject: serviceName,
    }));
  },
});
