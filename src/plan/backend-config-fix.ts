// What the author of a backend-config annotation that names nothing most likely meant.
import { decodeGoJson, goMap, goString } from '../kubernetes/go-json.ts';
import type { Service } from '../kubernetes/objects.ts';

const NAMES = goMap('string', goString);
/** A DNS label or subdomain, with or without double quotes: a name where JSON belongs. */
const BARE_NAME = /^\s*"?([a-z0-9]([-a-z0-9.]*[a-z0-9])?)"?\s*$/;

/** @param text the annotation's value */
export function howToNameBackendConfig(text: string, { ports }: Service): string {
  const [, bareName] = BARE_NAME.exec(text) ?? [];
  if (bareName !== undefined && !['true', 'false', 'null'].includes(bareName) && !/^\d+$/.test(bareName)) {
    return `Write '{"default": "${bareName}"}'.`;
  }
  const decoded = decodeGoJson(text, NAMES);
  const entries = decoded.ok ? [...(decoded.value ?? [])].filter(([, name]) => name !== '') : [];
  const isPort = (key: string): boolean => ports.some(({ name, port }) => key === name || key === String(port));
  if (entries.length > 0 && entries.every(([key]) => isPort(key))) {
    const names = entries.map(([key, name]) => `"${key}": "${name}"`).join(', ');
    return `Write '{"ports": {${names}}}'.`;
  }
  const [only] = entries;
  return `Write '{"default": "${entries.length === 1 ? only?.[1] : 'NAME'}"}'.`;
}
