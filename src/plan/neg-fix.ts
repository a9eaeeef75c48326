// What to type so that a Service gets NEGs behind an Ingress, without losing what its annotation says already.
import type { Service } from '../kubernetes/objects.ts';
import { shellQuote } from '../shell-quote.ts';
import { NEG } from './annotation-keys.ts';
import { readNegAnnotation } from './neg.ts';

export function howToEnableNeg({ metadata }: Service): string {
  const annotation = readNegAnnotation(metadata.annotations);
  const command = `kubectl annotate service ${shellQuote(metadata.name)} -n ${shellQuote(metadata.namespace)}`;
  if (annotation.state === 'absent') return `${command} ${NEG}='{"ingress": true}'`;
  if (annotation.state === 'invalid') return `${command} --overwrite ${NEG}='{"ingress": true}'`;
  const { exposedPorts, zones } = annotation;
  if ([...exposedPorts.values()].some((name) => name !== '')) {
    return `Add "ingress": true to ${NEG}, and remove the names in its exposed_ports, which do not go with it.`;
  }
  const ports = [...exposedPorts.keys()].map((port) => `"${port}": {}`).join(', ');
  const exposed = ports === '' ? '' : `, "exposed_ports": {${ports}}`;
  const zoned = zones.length === 0 ? '' : `, "zones": ${JSON.stringify(zones)}`;
  return `${command} --overwrite ${shellQuote(`${NEG}={"ingress": true${exposed}${zoned}}`)}`;
}

/** The same in words, short enough for the one line of a warning. */
export function howToEnableNegInWords({ metadata }: Service): string {
  const annotation = readNegAnnotation(metadata.annotations);
  if (annotation.state === 'absent') return `Add ${NEG}: '{"ingress": true}'`;
  if (annotation.state === 'invalid') return `Write ${NEG}: '{"ingress": true}'`;
  const add = `Add "ingress": true to ${NEG}`;
  const hasNames = [...annotation.exposedPorts.values()].some((name) => name !== '');
  return hasNames ? `${add}, and remove the names in its exposed_ports` : add;
}
