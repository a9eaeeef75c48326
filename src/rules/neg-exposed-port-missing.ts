import type { Service } from '../kubernetes/objects.ts';
import { NEG } from '../plan/annotation-keys.ts';
import { readNegAnnotation } from '../plan/neg.ts';
import { missingExposedPorts } from '../plan/neg-problems.ts';
import { annotationPath } from '../plan/problem.ts';
import { defineRule } from './rule.ts';

export const negExposedPortMissing = defineRule({
  id: 'neg-exposed-port-missing',
  judges: 'Service',
  severity: 'error',
  summary: `The annotation ${NEG} exposes a port that the Service does not have.`,
  why: 'The NEG controller stops at it and syncs none of the NEGs of the Service: new ones are not made, those that exist keep endpoints that are gone. Only an event on the Service tells.',
  fix: 'Name in exposed_ports ports of spec.ports[].port only.',
  covers: ['C36'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/standalone-neg'],
  check: ({ service, old, uses }) => {
    const annotation = readNegAnnotation(service.metadata.annotations);
    if (annotation.state !== 'valid') return [];
    const missing = missingExposedPorts(service, annotation.exposedPorts);
    if (missing.length === 0) return [];
    const many = missing.length > 1;
    return [
      {
        path: annotationPath(NEG),
        message: `exposed_ports names port${many ? 's' : ''} ${missing.join(', ')}, which the Service does not have: none of its NEGs is synced.`,
        note: old === undefined ? '' : 'NEGs that exist keep their endpoints as they are now.',
        fix: fixOf(service, missing),
        isCertain: uses.some(({ backend }) => backend.group === 'neg'),
      },
    ];
  },
});

function fixOf({ ports }: Service, missing: readonly number[]): string {
  for (const port of ports) {
    // The container's port is the one that people have in mind.
    const meant = missing.find((number) => number === port.targetPort);
    if (meant !== undefined) {
      return `Write "${port.port}" for "${meant}": exposed_ports takes the port of the Service, not its targetPort.`;
    }
  }
  const has = ports.map(({ port }) => port).join(', ');
  return has === '' ? 'Give the Service ports, or remove the entry.' : `Name ports that it has (${has}).`;
}
