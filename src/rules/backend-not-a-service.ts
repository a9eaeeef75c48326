import type { Wording } from '../judge/finding.ts';
import { siteIdentity, siteInWords } from '../judge/plan-words.ts';
import { defineRule } from '../judge/rule.ts';
import type { FaultOf } from '../plan/fault.ts';

export const backendNotAService = defineRule({
  id: 'backend-not-a-service',
  judges: ['Ingress'],
  severity: 'error',
  summary: 'A backend of the Ingress is a resource, and not a Service.',
  why: 'The GKE Ingress controller takes Services as backends only: any other ends the translation of the whole Ingress, of its other paths too.',
  fix: 'Name a Service there: backend.service.name and backend.service.port.',
  noEdits: 'Which Service to name only the author of the Ingress knows.',
  covers: ['C3'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/concepts/ingress',
    'https://kubernetes.io/docs/concepts/services-networking/ingress/#resource-backend',
  ],
  words: { C3: wordResource },
});

function wordResource({ site, named: { resource } }: FaultOf<'C3'>): Wording {
  const place = site === undefined ? 'the default backend' : `the backend of ${siteInWords(site)}`;
  return {
    message: `${place} ${whatItIs(resource)}: the whole Ingress fails to translate.`,
    identity: site === undefined ? 'default' : siteIdentity(site),
  };
}

function whatItIs(resource: FaultOf<'C3'>['named']['resource']): string {
  if (resource === undefined) return 'names no Service';
  const name = `${resource.kind} "${resource.name}"`;
  return resource.kind === 'Service' ? `names ${name} under resource, not under service` : `is ${name}, not a Service`;
}
