import type { Wording } from '../judge/finding.ts';
import { advise, inWords, type Remedy, set, together } from '../judge/fix.ts';
import { defineRule, type WordingContext } from '../judge/rule.ts';
import type { Service, ServicePort } from '../kubernetes/objects.ts';
import { MAX_LISTED } from '../nearest.ts';
import type { FaultOf } from '../plan/fault.ts';
import { readOnce } from '../plan/lazy.ts';
import { quotedPort } from '../plan/service-port.ts';

export const backendPortMissing = defineRule({
  id: 'backend-port-missing',
  judges: ['Ingress'],
  severity: 'error',
  summary: 'The Ingress names a port that the Service does not have.',
  why: 'A backend names the port of the Service, by its name or number, and not the targetPort; where the Service has no such port, the translation of the whole Ingress fails, of its other paths too.',
  fix: 'Name a port of the Service.',
  covers: ['C5'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress'],
  words: { C5: wordMissing },
});

function wordMissing(fault: FaultOf<'C5'>, { plan }: WordingContext): Wording {
  const { backend, service } = fault;
  const { port } = backend;
  const { name } = service.metadata;
  const { byTarget, byNumber, inWords: ports } = portsOf(service);
  const target = byTarget.get(port.name || port.number);
  // A number in quotes is a name.
  const meant = target ?? byNumber.get(port.name);
  const why =
    meant === undefined
      ? ports
      : meant === target
        ? `that is the targetPort of its port ${meant.port}`
        : 'a number in quotes is a name';
  const isNamed = port.name !== '' || port.number !== 0;
  const what = isNamed
    ? `Service "${name}" has no port ${quotedPort(port)} (${why})`
    : `it names no port of Service "${name}" (${ports})`;
  return {
    message: `${what}, so the whole Ingress fails to translate.`,
    identity: `${name}:${port.name || port.number}`,
    fix: remedies(fault, meant, plan?.ingress),
  };
}

interface Ports {
  readonly byTarget: ReadonlyMap<number | string, ServicePort>;
  /** By the number as text. */
  readonly byNumber: ReadonlyMap<string, ServicePort>;
  readonly inWords: string;
}

/** An Ingress may name a thousand ports that a Service of a thousand does not have. */
const portsOf: (service: Service) => Ports = readOnce(({ ports }) => {
  const first = ports.toReversed();
  return {
    byTarget: new Map(first.map((port) => [port.targetPort, port])),
    byNumber: new Map(first.map((port) => [String(port.port), port])),
    inWords: listInWords(ports),
  };
});

function listInWords(ports: readonly ServicePort[]): string {
  if (ports.length === 0) return 'it has none';
  if (ports.length > MAX_LISTED) return `it has ${ports.length} others`;
  return `it has ${ports.map(({ name, port }) => (name === '' ? String(port) : `"${name}" (${port})`)).join(', ')}`;
}

function remedies(
  { service, backend }: FaultOf<'C5'>,
  meant: ServicePort | undefined,
  ingress: NonNullable<WordingContext['plan']>['ingress'] | undefined,
): readonly Remedy[] {
  const [only, other] = service.ports;
  if (only === undefined) return [advise('give the Service a port, and name it here')];
  const port = meant ?? (other === undefined ? only : undefined);
  if (port === undefined || ingress === undefined) return [advise('name one of its ports')];
  const edits = backend.namedAt.map((field) => set(ingress, [...field, 'service', 'port'], { number: port.port }));
  const where = edits.length === 1 ? '' : ` in all ${edits.length} places`;
  return [inWords(`write port: { number: ${port.port} }${where}`, together(...edits))];
}
