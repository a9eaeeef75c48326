// What a TLS handshake is made with, from the settings of the guard.
import { constants } from 'node:crypto';
import type { SecureContextOptions } from 'node:tls';
import type { KeyPair } from './tls.ts';

/** All of it may change while the listener is open. */
export interface TlsSettings {
  readonly keyPair: KeyPair;
  readonly minVersion: '1.2' | '1.3';
  /** PEM of the authorities for client certificates; undefined where none are asked for. */
  readonly clientCa: string | undefined;
}

/** Ciphers are Node's defaults, which follow OpenSSL's advice with each release. */
export function secured({ keyPair: { cert, key }, minVersion, clientCa }: TlsSettings): SecureContextOptions {
  const common = { cert, key, minVersion: `TLSv${minVersion}` } as const;
  if (clientCa === undefined) return common;
  // A resumed session brings the verdict of its first handshake along, after the certificate has expired or its
  // authority has been taken off the list. So none is resumed: tickets hold no session, only its id (TLS 1.3) or are not
  // sent (1.2), and Node keeps no cache of ids. The API server never resumes, so nothing is lost.
  // Nor is there a second handshake on the same connection, whose certificate nobody would look at.
  const secureOptions = constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION;
  return { ...common, ca: clientCa, secureOptions };
}
