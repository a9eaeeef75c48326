import type { Service, ServicePort } from '../kubernetes/objects.ts';
import type { BackendPlan } from '../plan/backend.ts';
import { quoted } from '../plan/probe.ts';
import { defineRule, type RuleFinding } from './rule.ts';

export const backendPortMissing = defineRule({
  id: 'backend-port-missing',
  judges: 'Ingress',
  severity: 'error',
  summary: 'The Ingress names a port that the Service does not have.',
  why: 'A backend names the port of the Service, by its name or number, and not the targetPort; where the Service has none such, the translation of the whole Ingress fails, of its other paths too.',
  fix: 'Name a port of the Service.',
  covers: ['C5'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress'],
  check: ({ plan }) => {
    if (!plan.class.isClaimed) return [];
    return plan.backends.flatMap((backend) => {
      const { service, error, isSystemDefault } = backend;
      if (service === undefined || error?.condition !== 'C5' || isSystemDefault) return [];
      return [findMissing(service, backend)];
    });
  },
});

function findMissing(
  service: Service,
  { port, namedAt: [first = ['spec', 'defaultBackend']] }: BackendPlan,
): RuleFinding {
  const named = port.name === '' ? port.number : port.name;
  const meant =
    service.ports.find(({ targetPort }) => targetPort === named) ??
    // A number in quotes is a name.
    service.ports.find((known) => String(known.port) === port.name);
  const { name } = service.metadata;
  const why =
    meant === undefined
      ? has(service)
      : meant.targetPort === named
        ? `that is the targetPort of its port ${meant.port}`
        : 'a number in quotes is a name';
  return {
    path: [...first, 'service', 'port', port.name === '' ? 'number' : 'name'],
    message:
      named === 0
        ? `it names no port of Service "${name}" (${has(service)}), so the whole Ingress fails to translate.`
        : `Service "${name}" has no port ${quoted(named)} (${why}), so the whole Ingress fails to translate.`,
    fix: meant === undefined ? fixOf(service.ports) : `Write port: { number: ${meant.port} }`,
    subject: `${name}:${named}`,
  };
}

function has({ ports }: Service): string {
  return ports.length === 0 ? 'it has none' : `it has ${ports.map(inWords).join(', ')}`;
}

function inWords({ name, port }: ServicePort): string {
  return name === '' ? String(port) : `"${name}" (${port})`;
}

function fixOf([first, ...others]: readonly ServicePort[]): string {
  if (first === undefined) return 'Give the Service a port, and name it here.';
  return others.length === 0 ? `Write port: { number: ${first.port} }` : 'Name one of its ports.';
}
