// What the NEG annotation of a Service would be with NEGs for Ingresses, and all that it says already.
import type { Service } from '../kubernetes/objects.ts';
import { readNegAnnotation } from './neg.ts';

/** @returns undefined where it has custom NEG names, which do not go with "ingress": true */
export function negAnnotationWithIngress({ metadata }: Service): string | undefined {
  const annotation = readNegAnnotation(metadata.annotations);
  if (annotation.state !== 'valid') return '{"ingress": true}';
  const { exposedPorts, zones } = annotation;
  if ([...exposedPorts.values()].some((name) => name !== '')) return undefined;
  const ports = [...exposedPorts.keys()].map((port) => `"${port}": {}`).join(', ');
  const exposed = ports === '' ? '' : `, "exposed_ports": {${ports}}`;
  const zoned = zones.length === 0 ? '' : `, "zones": ${JSON.stringify(zones)}`;
  return `{"ingress": true${exposed}${zoned}}`;
}
