// The serving certificate as a mounted Secret has it: tls.crt (a chain is fine) and tls.key in one directory.
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { AppError } from '../errors.ts';
import { systemReason } from '../system-reason.ts';

export interface KeyPair {
  /** PEM, leaf first. */
  readonly cert: string;
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number;
}

/** @throws AppError tls-invalid */
export function loadKeyPair(directory: string): KeyPair {
  const cert = read(join(directory, 'tls.crt'));
  const key = read(join(directory, 'tls.key'));
  const leaf = attempt(() => new X509Certificate(cert), `tls.crt in ${directory} is no PEM certificate.`);
  const privateKey: KeyObject = attempt(
    () => createPrivateKey(key),
    `tls.key in ${directory} is no PEM key that can be read without a passphrase.`,
  );
  if (!leaf.checkPrivateKey(privateKey)) {
    throw new AppError('tls-invalid', `tls.key does not belong to tls.crt in ${directory}.`);
  }
  // The rest of the chain, and keys too weak to serve with.
  attempt(() => createSecureContext({ cert, key }), `tls.crt and tls.key in ${directory} cannot be served with`);
  return { cert, key, expiresAtMs: leaf.validToDate.getTime() };
}

/** @param failure as a sentence, or without its full stop to have the reason added */
function attempt<T>(make: () => T, failure: string): T {
  try {
    return make();
  } catch (cause) {
    const detail = failure.endsWith('.') ? failure : `${failure}: ${systemReason(cause)}.`;
    throw new AppError('tls-invalid', detail, { cause });
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AppError('tls-invalid', `${path} cannot be read: ${systemReason(cause)}.`, { cause });
  }
}
