import { readBackendConfigAnnotation } from '../plan/backend-config.ts';
import { howToNameBackendConfig } from '../plan/backend-config-fix.ts';
import { annotationPath } from '../plan/problem.ts';
import { defineRule } from './rule.ts';
import { fateOfUses } from './service-fate.ts';

export const backendConfigAnnotationInvalid = defineRule({
  id: 'backend-config-annotation-invalid',
  judges: 'Service',
  severity: 'error',
  summary:
    'The annotation backend-config of a Service is not what the GKE Ingress controller decodes, or names no BackendConfig.',
  why: 'The annotation is JSON with the keys "default" and "ports"; one that names nothing is an error too. Every backend of the Service fails, and with them the whole Ingress.',
  fix: `Write '{"default": "NAME"}', or '{"ports": {"PORT": "NAME"}}' with the name or the number of a Service port.`,
  covers: ['C9', 'R11'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration'],
  check: ({ service, uses }) => {
    const annotation = readBackendConfigAnnotation(service.metadata.annotations);
    if (annotation.state !== 'invalid') return [];
    const { key, error, text } = annotation;
    const fate = fateOfUses(uses, 'C9');
    return [
      {
        path: annotationPath(key),
        message: `${key} is no use (${error}), so ${fate.words}.`,
        fix: howToNameBackendConfig(text, service),
        isCertain: fate.isCertain,
      },
    ];
  },
});
