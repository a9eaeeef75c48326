// Who may call the webhook, where client certificates are asked for. A certificate is judged at the request and not at
// the handshake, so that a refused client reads why; TLS 1.3 would show it a connection that ends.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { AppError } from '../errors.ts';
import { systemReason } from '../system-reason.ts';
import { isTruncated } from './tls.ts';

export interface ClientCheck {
  /** PEM: authorities whose certificates are accepted. */
  readonly ca: string;
  /** A common name or DNS name that the certificate must have; none given, any certificate of the authority will do. */
  readonly names: readonly string[];
}

/** @throws AppError client-ca-invalid */
export function loadClientCa(path: string, nowMs: number): string {
  const pem = read(path);
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new AppError('client-ca-invalid', `${path} has no PEM certificate.`);
  if (isTruncated(pem)) throw new AppError('client-ca-invalid', `${path} ends in the middle of a certificate.`);
  const authorities = blocks.map((block, index) => parse(block, index, path));
  if (authorities.every(({ validToDate }) => nowMs >= validToDate.getTime())) {
    throw new AppError('client-ca-invalid', `Every certificate in ${path} has expired.`);
  }
  // OpenSSL stops without a word where one certificate follows another on the same line.
  return blocks.join('\n');
}

function parse(block: string, index: number, path: string): X509Certificate {
  try {
    return new X509Certificate(block);
  } catch (cause) {
    throw new AppError('client-ca-invalid', `Certificate ${index + 1} in ${path} cannot be read.`, { cause });
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AppError('client-ca-invalid', `${path} cannot be read: ${systemReason(cause)}.`, { cause });
  }
}

/** Why the client at the other end may not call, as sentences; undefined where it may. */
export type ClientFault = (socket: Socket, nowMs: number) => string | undefined;

/** Connections are long and requests many, so what a handshake has shown is looked at once. */
export function createClientFault(names: readonly string[]): ClientFault {
  const shown = new WeakMap<Socket, Shown>();
  return (socket, nowMs) => {
    const known = shown.get(socket) ?? look(socket, names);
    shown.set(socket, known);
    if (known.fault !== undefined) return known.fault;
    // Its connection may outlive it.
    return nowMs >= known.expiresAtMs ? 'Its certificate has expired.' : undefined;
  };
}

interface Shown {
  readonly fault: string | undefined;
  readonly expiresAtMs: number;
}

function look(socket: Socket, names: readonly string[]): Shown {
  const refused = (fault: string): Shown => ({ fault, expiresAtMs: 0 });
  if (!(socket instanceof TLSSocket)) return refused('It did not come over TLS.');
  const peer = socket.getPeerX509Certificate();
  // Asked first: Node calls a resumed TLS 1.3 session authorized even where no certificate was ever shown.
  if (peer === undefined) return refused('It showed no certificate.');
  if (!socket.authorized) return refused(`Its certificate was not accepted: ${reasonOf(socket)}.`);
  if (names.length > 0 && !names.some((name) => isFor(peer, name))) {
    return refused('Its certificate is of the right authority, and for a name that is not allowed.');
  }
  return { fault: undefined, expiresAtMs: peer.validToDate.getTime() };
}

const REASONS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it has expired, or its authority has',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by itself',
  INVALID_PURPOSE: 'it is not made for clients (extended key usage)',
  SELF_SIGNED_CERT_IN_CHAIN: 'it is of another authority',
  UNABLE_TO_GET_ISSUER_CERT: 'its chain does not reach the authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'it is of another authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'it is of another authority',
};

function reasonOf({ authorizationError }: TLSSocket): string {
  // Declared as Error; what Node sets is OpenSSL's code.
  const code = String(authorizationError);
  return REASONS[code] ?? code;
}

function isFor(peer: X509Certificate, name: string): boolean {
  // Exactly the name: a wildcard in a client's certificate is none of the names that an operator wrote down.
  if (peer.checkHost(name, { subject: 'never', wildcards: false }) !== undefined) return true;
  // Several common names come as a list, and which of them is meant is anybody's guess.
  return peer.toLegacyObject().subject.CN === name;
}
