// What the author of an app-protocols annotation that cannot be used most likely meant.
import { decodeGoJson, goMap, goString } from '../kubernetes/go-json.ts';
import { type AppProtocol, isAppProtocol } from './protocol.ts';

const PROTOCOLS = goMap('string', goString);
/** More would not fit into a line. */
const MAX_ENTRIES = 2;
/** What people call HTTP/2, which Google speaks over TLS only. */
const HTTP2_NAMES: readonly string[] = ['H2', 'H2C', 'GRPC', 'GRPCS', 'HTTP/2', 'HTTP3'];

/**
 * @param text the annotation's value
 * @returns the protocol of each port name; undefined where it is not known
 */
export function meantProtocols(text: string): ReadonlyMap<string, AppProtocol> | undefined {
  const decoded = decodeGoJson(text, PROTOCOLS);
  const entries = decoded.ok ? [...(decoded.value ?? [])] : [];
  if (entries.length === 0 || entries.length > MAX_ENTRIES) return undefined;
  return new Map(entries.map(([portName, protocol]) => [String(portName), meantProtocol(protocol)]));
}

/** As it can be in the annotation. */
export function protocolsText(protocols: ReadonlyMap<string, AppProtocol>): string {
  const entries = [...protocols].map(([portName, protocol]) => `${JSON.stringify(portName)}: "${protocol}"`);
  return `{${entries.join(', ')}}`;
}

function meantProtocol(text: string): AppProtocol {
  const upper = text.trim().toUpperCase();
  if (isAppProtocol(upper)) return upper;
  return HTTP2_NAMES.includes(upper) ? 'HTTP2' : 'HTTP';
}
