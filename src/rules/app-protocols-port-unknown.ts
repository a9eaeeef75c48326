import type { Wording } from '../judge/finding.ts';
import { advise, inWords, type Remedy, set, setAnnotation, together } from '../judge/fix.ts';
import { shortened } from '../judge/quoted.ts';
import { defineRule } from '../judge/rule.ts';
import type { Service, ServicePort } from '../kubernetes/objects.ts';
import { MAX_LISTED, nearest } from '../nearest.ts';
import type { FaultOf } from '../plan/fault.ts';
import { readOnce } from '../plan/lazy.ts';
import { readAppProtocols } from '../plan/protocol.ts';
import { protocolsText } from '../plan/protocol-meant.ts';

export const appProtocolsPortUnknown = defineRule({
  id: 'app-protocols-port-unknown',
  judges: ['Service'],
  severity: 'warning',
  summary: 'The annotation app-protocols names a port that is no port name of the Service.',
  why: 'The controller matches keys with port names only, never with numbers, and passes over others: the backend is spoken to in plain HTTP, which a Pod that expects TLS answers with an error.',
  fix: 'Use the name of the port, spec.ports[].name, as the key.',
  covers: ['C44', 'R14'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress-xlb'],
  words: { C44: wordUnknown },
});

function wordUnknown(fault: FaultOf<'C44'>): Wording {
  const { key, portName, protocol } = fault;
  // Without the entry it is HTTP as well.
  const isHarmless = protocol === 'HTTP';
  return {
    message: `${key} says ${protocol} for "${shortened(portName, 40)}", which is no port name of the Service: ${isHarmless ? 'the entry does nothing' : 'Google speaks plain HTTP'}.`,
    fix: remediesFor(fault),
    identity: `${key} ${portName}`,
    ...(isHarmless ? { severity: 'info' } : {}),
  };
}

interface Ports {
  readonly names: readonly string[];
  /** By the number of the port, and by its targetPort. */
  readonly byNumber: ReadonlyMap<string, ServicePort>;
}

const portsOf: (service: Service) => Ports = readOnce(({ ports }) => ({
  names: ports.map(({ name }) => name).filter((name) => name !== ''),
  byNumber: new Map(
    ports
      .toReversed()
      .flatMap((port) => [[String(port.port), port] as const, [String(port.targetPort), port] as const]),
  ),
}));

/** By the entry: each port of the Service behind an Ingress has them, and each repeats the whole annotation. */
const knownOf = readOnce((_: Service) => new Map<string, readonly Remedy[]>());

function remediesFor(fault: FaultOf<'C44'>): readonly Remedy[] {
  const known = knownOf(fault.service);
  const made = known.get(fault.portName) ?? remedies(fault);
  known.set(fault.portName, made);
  return made;
}

function remedies({ service, key, portName, protocol }: FaultOf<'C44'>): readonly Remedy[] {
  const { names, byNumber } = portsOf(service);
  const numbered = byNumber.get(portName);
  if (numbered?.name === '') {
    const name = protocol.toLowerCase();
    // The name is a new one: those that there are have their own ports.
    if (names.includes(name)) return [advise(`give port ${numbered.port} a name, and use that as the key`)];
    const path = ['spec', 'ports', service.ports.indexOf(numbered), 'name'];
    return [together(set(service, path, name), renamed(service, key, portName, name))];
  }
  const meant = numbered?.name ?? nearest(portName, names) ?? (names.length === 1 ? names[0] : undefined);
  if (meant !== undefined) {
    return [inWords(`write "${meant}" for "${shortened(portName, 40)}"`, renamed(service, key, portName, meant))];
  }
  if (names.length > MAX_LISTED) return [advise('use a port name of the Service')];
  return [
    advise(
      names.length === 0 ? 'give the port a name, and use that as the key' : `use a port name: ${names.join(', ')}`,
    ),
  ];
}

/** The annotation with another key in place of one; where both are there, the right one stays. */
function renamed(service: Service, key: string, portName: string, meant: string): Remedy {
  const protocols = readAppProtocols(service.metadata.annotations);
  if (protocols.state !== 'valid') return advise(`write "${meant}"`);
  const { byPortName } = protocols;
  const entries = [...byPortName].flatMap(([name, protocol]) => {
    if (name !== portName) return [[name, protocol] as const];
    return byPortName.has(meant) ? [] : [[meant, protocol] as const];
  });
  return setAnnotation(service, key, protocolsText(new Map(entries)));
}
