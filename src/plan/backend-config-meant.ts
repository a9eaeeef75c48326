// What the author of a backend-config annotation that cannot be used most likely meant, and the annotation's text for it.
import { decodeGoJson, goMap, goString } from '../kubernetes/go-json.ts';
import type { Service } from '../kubernetes/objects.ts';

/** What a valid annotation says. */
export interface NamedBackendConfigs {
  /** "" for none. */
  readonly byDefault: string;
  /** By port name, or port number as text. */
  readonly byPort: ReadonlyMap<string, string>;
}

/** `no-name`: the text names no BackendConfig. `several-entries`: it names some, but not each for a port of the Service. */
export type MeantBackendConfigs =
  | { readonly isKnown: true; readonly value: string }
  | { readonly isKnown: false; readonly why: 'no-name' | 'several-entries' };

/** @param text the annotation's value */
export function meantBackendConfigs(text: string, { ports }: Service): MeantBackendConfigs {
  const bareName = readBareName(text);
  if (bareName !== undefined) return { isKnown: true, value: byDefault(bareName) };
  const decoded = decodeGoJson(text, NAMES);
  const entries = decoded.ok ? [...(decoded.value ?? [])].filter(([, name]) => name !== '') : [];
  const [first, ...others] = entries;
  if (first === undefined) return { isKnown: false, why: 'no-name' };
  const ofService = new Set(ports.flatMap(({ name, port }) => [name, String(port)]));
  if (entries.every(([key]) => ofService.has(key))) return { isKnown: true, value: byPorts(entries) };
  return others.length === 0
    ? { isKnown: true, value: byDefault(first[1]) }
    : { isKnown: false, why: 'several-entries' };
}

const NAMES = goMap('string', goString);
/** What a name of an object may have. */
const MAX_NAME = 253;
/** A DNS label or subdomain, with or without double quotes: a name where JSON belongs. */
const BARE_NAME = /^"?([a-z0-9](?:[-a-z0-9.]*[a-z0-9])?)"?$/;

function readBareName(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed.length > MAX_NAME + 2) return undefined;
  const [, name] = BARE_NAME.exec(trimmed) ?? [];
  return name === undefined || ['true', 'false', 'null'].includes(name) || /^\d+$/.test(name) ? undefined : name;
}

/** @returns undefined where nothing is named, which no annotation may say */
export function backendConfigAnnotation(named: NamedBackendConfigs): string | undefined {
  if (named.byPort.size === 0) return named.byDefault === '' ? undefined : byDefault(named.byDefault);
  const ports = portsInJson([...named.byPort]);
  return named.byDefault === '' ? `{${ports}}` : `{"default": ${JSON.stringify(named.byDefault)}, ${ports}}`;
}

function byDefault(name: string): string {
  return `{"default": ${JSON.stringify(name)}}`;
}

function byPorts(entries: readonly (readonly [string, string])[]): string {
  return `{${portsInJson(entries)}}`;
}

function portsInJson(entries: readonly (readonly [string, string])[]): string {
  return `"ports": {${entries.map(([port, name]) => `${JSON.stringify(port)}: ${JSON.stringify(name)}`).join(', ')}}`;
}
