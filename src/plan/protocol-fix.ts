// What the author of an app-protocols annotation that cannot be used most likely meant.
import { decodeGoJson, goMap, goString } from '../kubernetes/go-json.ts';
import type { Service } from '../kubernetes/objects.ts';
import { type AppProtocol, isAppProtocol } from './protocol.ts';

const PROTOCOLS = goMap('string', goString);
/** More would not fit into a line. */
const MAX_ENTRIES = 2;
/** What people call HTTP/2, which Google speaks over TLS only. */
const HTTP2_NAMES: readonly string[] = ['H2', 'H2C', 'GRPC', 'GRPCS', 'HTTP/2', 'HTTP3'];

/** @param text the annotation's value */
export function howToWriteAppProtocols(text: string, { ports }: Service): string {
  const decoded = decodeGoJson(text, PROTOCOLS);
  const entries = decoded.ok ? [...(decoded.value ?? [])] : [];
  if (entries.length === 0 || entries.length > MAX_ENTRIES) {
    const portName = ports.find(({ name }) => name !== '')?.name ?? 'PORT-NAME';
    return `Write '{"${portName}": "HTTPS"}', or HTTP, or HTTP2.`;
  }
  const meant = entries.map(([portName, protocol]) => `"${portName}": "${meantProtocol(protocol)}"`);
  return `Write '{${meant.join(', ')}}'.`;
}

function meantProtocol(text: string): AppProtocol {
  const upper = text.trim().toUpperCase();
  if (isAppProtocol(upper)) return upper;
  return HTTP2_NAMES.includes(upper) ? 'HTTP2' : 'HTTP';
}
