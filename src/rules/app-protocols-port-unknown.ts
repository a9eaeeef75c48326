import type { Service, ServicePort } from '../kubernetes/objects.ts';
import { MAX_LISTED, nearest } from '../nearest.ts';
import { annotationPath } from '../plan/problem.ts';
import { findUnusedProtocols } from '../plan/protocol.ts';
import { shortened } from './quoted.ts';
import { defineRule } from './rule.ts';

export const appProtocolsPortUnknown = defineRule({
  id: 'app-protocols-port-unknown',
  judges: 'Service',
  severity: 'warning',
  summary: 'The annotation app-protocols names a port that is no port name of the Service.',
  why: 'The controller matches keys with port names only, never with numbers, and passes over others: the backend is spoken to in plain HTTP, which a Pod that expects TLS answers with an error.',
  fix: 'Use the name of the port, spec.ports[].name, as the key.',
  covers: ['C44', 'R14'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress-xlb'],
  check: ({ service, uses }) => {
    const isPlain = uses.some(({ backend }) => backend.protocol === 'HTTP');
    const fixOf = createFixOf(service);
    return findUnusedProtocols(service).map(({ key, portName, protocol }) => {
      // Without the entry it is HTTP as well.
      const isHarmless = protocol === 'HTTP';
      return {
        path: annotationPath(key),
        message: `${key} says ${protocol} for "${shortened(portName, 40)}", which is no port name of the Service: ${isHarmless ? 'the entry does nothing' : 'Google speaks plain HTTP'}.`,
        fix: fixOf(portName),
        isCertain: isPlain && !isHarmless,
        subject: `${key} ${portName}`,
        ...(isHarmless ? { severity: 'info' } : {}),
      };
    });
  },
});

function createFixOf({ ports }: Service): (portName: string) => string {
  const names = ports.map(({ name }) => name).filter((name) => name !== '');
  const byNumber = new Map(
    ports
      .toReversed()
      .flatMap((port) => [[String(port.port), port] as const, [String(port.targetPort), port] as const]),
  );
  return (portName) => fixOf(portName, names, byNumber.get(portName));
}

function fixOf(portName: string, names: readonly string[], numbered: ServicePort | undefined): string {
  if (numbered?.name === '') return `Give port ${numbered.port} a name, and use that as the key.`;
  const meant = numbered?.name ?? nearest(portName, names) ?? (names.length === 1 ? names[0] : undefined);
  if (meant !== undefined) return `Write "${meant}" for "${shortened(portName, 40)}".`;
  if (names.length > MAX_LISTED) return 'Use a port name of the Service.';
  return names.length === 0
    ? 'Give the port a name, and use that as the key.'
    : `Use a port name: ${names.join(', ')}.`;
}
