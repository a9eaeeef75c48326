import type { Wording } from '../judge/finding.ts';
import { inWords, type Json, type Remedy, removeAnnotation, run, setAnnotation } from '../judge/fix.ts';
import { shortened } from '../judge/quoted.ts';
import { defineRule } from '../judge/rule.ts';
import type { Service } from '../kubernetes/objects.ts';
import { NEG } from '../plan/annotation-keys.ts';
import type { FaultOf } from '../plan/fault.ts';
import { readOnce } from '../plan/lazy.ts';
import { readNegAnnotation } from '../plan/neg.ts';
import { negMeaningOf, negText } from '../plan/neg-meant.ts';
import { missingExposedPorts } from '../plan/service-faults.ts';
import { operand } from '../shell-quote.ts';

export const negExposedPortMissing = defineRule({
  id: 'neg-exposed-port-missing',
  judges: ['Service'],
  severity: 'error',
  summary: `The annotation ${NEG} exposes a port that the Service does not have.`,
  why: 'The NEG controller stops at it and syncs none of the NEGs of the Service: new or changed ports get nothing; NEGs that it follows already go on until it restarts, and from then on nobody follows their endpoints. The Gateway controller writes the annotation itself, and kubectl apply leaves it when a port goes. The only sign is an event on the Service.',
  fix: 'Name in exposed_ports ports of spec.ports[].port only.',
  covers: ['C36'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/standalone-neg'],
  words: { C36: wordMissing },
});

function wordMissing({ service, missing }: FaultOf<'C36'>): Wording {
  const others = missing.length - MAX_PORTS;
  const listed = missing.slice(0, MAX_PORTS).join(', ');
  const ports = `port${missing.length > 1 ? 's' : ''} ${listed}${others > 0 ? ` and ${others} more` : ''}`;
  const isStored = service.metadata.creationTimestamp !== '';
  return {
    message: `exposed_ports names ${ports}, which the Service does not have: new or changed ports get no NEG.`,
    ...(isStored
      ? { note: 'NEGs that exist follow their endpoints until the controller restarts, then nothing does.' }
      : {}),
    fix: [...correct(service), ...annotate(service)],
  };
}

/** As the Gateway controller writes it: it is in no manifest then, and applying one leaves it as it is. */
function annotate(service: Service): readonly Remedy[] {
  const annotation = readNegAnnotation(service.metadata.annotations);
  const [edit] = correct(service)[0]?.edits ?? [];
  if (annotation.state !== 'valid' || edit === undefined) return [];
  const hasNames = [...annotation.exposedPorts.values()].some((name) => name !== '');
  if (hasNames || negMeaningOf(annotation).ingress !== undefined) return [];
  const { namespace, name } = service.metadata;
  const value = edit.operation === 'remove' ? `${NEG}-` : `${NEG}=${textOf(edit.value)}`;
  const command = ['kubectl', 'annotate', 'service', operand(name), '-n', namespace, '--overwrite', value] as const;
  return [inWords('where the Gateway controller wrote it', run(command))];
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const MAX_PORTS = 8;

/** What is meant in place of each missing port where that is clear; the other entries go. */
const correct = readOnce((service: Service): readonly Remedy[] => {
  const missing = missingExposedPorts(service);
  const annotation = readNegAnnotation(service.metadata.annotations);
  if (annotation.state !== 'valid') return [];
  const { exposedPorts } = annotation;
  const meant = meantPorts(service, missing, exposedPorts);
  const isMissing = new Set(missing);
  const kept = [...exposedPorts].flatMap(([port, name]) => {
    const known = isMissing.has(port) ? meant.get(port) : port;
    return known === undefined ? [] : [[known, name] as const];
  });
  const meaning = { ...negMeaningOf(annotation), exposedPorts: new Map(kept) };
  // An annotation that says nothing more would keep GKE's own from being added.
  if (kept.length === 0 && meaning.ingress === undefined) return [removeAnnotation(service, NEG)];
  const fix = setAnnotation(service, NEG, negText(meaning), meant.size > 0 ? PORT_NOT_TARGET : '');
  if (meant.size < missing.length) return [fix];
  const written = [...meant].map(([port, known]) => `"${known}" for "${port}"`).join(' and ');
  return [inWords(`write ${shortened(written, 60)}`, fix)];
});

const PORT_NOT_TARGET = 'exposed_ports takes the port of the Service, not its targetPort';

/** The container's port is the one that people have in mind. */
function meantPorts(
  { ports }: Service,
  missing: readonly number[],
  exposed: ReadonlyMap<number, string>,
): ReadonlyMap<number, number> {
  const byTarget = new Map(ports.toReversed().map(({ port, targetPort }) => [targetPort, port]));
  const taken = new Set(exposed.keys());
  const meant = new Map<number, number>();
  for (const number of missing) {
    const port = byTarget.get(number);
    if (port === undefined || taken.has(port)) continue;
    taken.add(port);
    meant.set(number, port);
  }
  return meant;
}
