// What the NEG annotation of a Service would be with one thing changed, and all else that it says already.
import { decodeGoJson, goStruct } from '../kubernetes/go-json.ts';
import type { Service } from '../kubernetes/objects.ts';
import { nearest } from '../nearest.ts';
import { NEG } from './annotation-keys.ts';
import { readOnce } from './lazy.ts';
import {
  exposedPortsOf,
  NEG_FIELDS,
  NEG_KEYS,
  type NegAnnotation,
  type NegKey,
  readNegAnnotation,
  saysWhetherIngress,
  unknownNegKeys,
} from './neg.ts';

type ValidNeg = Extract<NegAnnotation, { readonly state: 'valid' }>;

export interface NegMeaning {
  /** undefined: not said. */
  readonly ingress: boolean | undefined;
  readonly exposedPorts: ReadonlyMap<number, string>;
  readonly zones: readonly string[];
}

/** @returns undefined where it has custom NEG names, which do not go with "ingress": true */
export const negAnnotationWithIngress = readOnce(({ metadata }: Service): string | undefined => {
  const annotation = readNegAnnotation(metadata.annotations);
  if (annotation.state !== 'valid') return '{"ingress": true}';
  if ([...annotation.exposedPorts.values()].some((name) => name !== '')) return undefined;
  return negText({ ...annotation, ingress: true });
});

/** As it can be in the annotation. */
export function negText({ ingress, exposedPorts, zones }: NegMeaning): string {
  const ports = [...exposedPorts].map(([port, name]) => {
    const attributes = name === '' ? '{}' : `{"name": ${JSON.stringify(name)}}`;
    return `"${port}": ${attributes}`;
  });
  const parts = [
    ...(ingress === undefined ? [] : [`"ingress": ${ingress}`]),
    ...(ports.length === 0 ? [] : [`"exposed_ports": {${ports.join(', ')}}`]),
    ...(zones.length === 0 ? [] : [`"zones": ${JSON.stringify(zones)}`]),
  ];
  return `{${parts.join(', ')}}`;
}

/** With `ingress` only where its text says so. */
export function negMeaningOf({ text, ingress, exposedPorts, zones }: ValidNeg): NegMeaning {
  return { ingress: saysWhetherIngress(text) ? ingress : undefined, exposedPorts, zones };
}

/** A Service whose NEG annotation has its misspelt keys put right, and other keys left out. */
export interface RespeltNeg {
  readonly service: Service;
  readonly text: string;
  readonly meaning: NegMeaning;
  /** Misspelt → meant. */
  readonly keys: ReadonlyMap<string, NegKey>;
}

/**
 * Ports and names that it did not say before are taken only as far as the NEG controller would take them.
 *
 * @returns undefined where the annotation is not there, or cannot be decoded
 */
export const respeltNeg = readOnce((service: Service): RespeltNeg | undefined => {
  const { metadata, ports } = service;
  const annotation = readNegAnnotation(metadata.annotations);
  if (annotation.state !== 'valid') return undefined;
  const { meaning: read, keys } = readMisspelt(annotation);
  const has = new Set(ports.map(({ port }) => port));
  const isNew = [...keys.values()].includes('exposed_ports');
  const exposedPorts = isNew
    ? new Map(
        [...read.exposedPorts]
          .filter(([port]) => has.has(port))
          .map(([port, name]) => [port, read.ingress === true ? '' : name] as const),
      )
    : read.exposedPorts;
  const meaning = { ...read, exposedPorts };
  const text = negText(meaning);
  const annotations = { ...metadata.annotations, [NEG]: text };
  return { service: { ...service, metadata: { ...metadata, annotations } }, text, meaning, keys };
});

function readMisspelt(annotation: ValidNeg): Pick<RespeltNeg, 'meaning' | 'keys'> {
  const { text } = annotation;
  let meaning = negMeaningOf(annotation);
  const keys = new Map<string, NegKey>();
  const { ingress, exposedPorts, zones } = meaning;
  const isSaid = { ingress: ingress !== undefined, exposed_ports: exposedPorts.size > 0, zones: zones.length > 0 };
  const tried = new Set(NEG_KEYS.filter((key) => isSaid[key]));
  for (const key of unknownNegKeys(text)) {
    const meant = nearest(key, NEG_KEYS);
    // Each is tried once: reading takes time by the length of the text, and there may be many keys.
    if (meant === undefined || tried.has(meant)) continue;
    tried.add(meant);
    const respelt = readAs(text, key, meant);
    if (respelt === undefined) continue;
    keys.set(key, meant);
    meaning = { ...meaning, ...respelt };
  }
  return { meaning, keys };
}

/** The value of a misspelt key, read as that of the key that is meant; undefined where it does not fit. */
function readAs(text: string, key: string, meant: NegKey): Partial<NegMeaning> | undefined {
  switch (meant) {
    case 'ingress': {
      const decoded = decodeGoJson(text, goStruct({ [key]: NEG_FIELDS.ingress }));
      return decoded.ok ? { ingress: decoded.value[key] } : undefined;
    }
    case 'exposed_ports': {
      const decoded = decodeGoJson(text, goStruct({ [key]: NEG_FIELDS.exposed_ports }));
      return decoded.ok ? { exposedPorts: exposedPortsOf(decoded.value[key]) } : undefined;
    }
    case 'zones': {
      const decoded = decodeGoJson(text, goStruct({ [key]: NEG_FIELDS.zones }));
      return decoded.ok ? { zones: decoded.value[key] ?? [] } : undefined;
    }
  }
}
