import type { Service } from '../kubernetes/objects.ts';
import { MAX_LISTED, nearest } from '../nearest.ts';
import { readBackendConfigAnnotation } from '../plan/backend-config.ts';
import { annotationPath } from '../plan/problem.ts';
import { shortened } from './quoted.ts';
import { defineRule } from './rule.ts';

export const backendConfigPortUnknown = defineRule({
  id: 'backend-config-port-unknown',
  judges: 'Service',
  severity: 'warning',
  summary: 'The annotation backend-config has an entry for a port that the Service does not have.',
  why: 'The controller passes over the entry: the timeout, health check, IAP or CDN of that BackendConfig is not applied, and nothing says so.',
  fix: 'Use the name or the number of a port of the Service as the key.',
  covers: ['R11'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration'],
  check: ({ service, uses }) => {
    const annotation = readBackendConfigAnnotation(service.metadata.annotations);
    if (annotation.state !== 'valid') return [];
    const { key, byPort } = annotation;
    const ports = new Set(service.ports.flatMap(({ name, port }) => [name, String(port)]));
    const unknown = [...byPort].filter(([port]) => !ports.has(port));
    const isCertain = uses.some(({ backend }) => backend.error === undefined && backend.backendConfig.state === 'none');
    return unknown.map(([port, name]) => ({
      path: annotationPath(key),
      message: `${key} has BackendConfig "${name}" for port "${shortened(port, 40)}", which the Service does not have: nothing is applied.`,
      fix: fixOf(service, port),
      isCertain,
      subject: `${key} ${port}`,
    }));
  },
});

function fixOf({ ports }: Service, unknown: string): string {
  const names = ports.map(({ name, port }) => name || String(port));
  // The container's port is what people have in mind.
  const target = ports.find(({ targetPort }) => String(targetPort) === unknown);
  const meant = target === undefined ? nearest(unknown, names) : target.name || String(target.port);
  if (meant !== undefined) return `Write "${meant}" for "${shortened(unknown, 40)}".`;
  if (names.length > MAX_LISTED) return 'Use a port of the Service, or remove the entry.';
  return names.length === 0 ? 'Remove the entry.' : `Use a port of the Service: ${names.join(', ')}.`;
}
