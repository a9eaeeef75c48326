// The serving certificate as a mounted Secret has it: tls.crt (a chain is fine) and tls.key in one directory.
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { AppError } from '../errors.ts';
import { systemReason } from '../system-reason.ts';

export interface KeyPair {
  /** PEM, leaf first. */
  readonly cert: string;
  readonly key: string;
  /** Of the leaf, milliseconds since the epoch. */
  readonly validFromMs: number;
  readonly expiresAtMs: number;
}

/**
 * Both files of one version: a mounted Secret has them in a timestamped directory that the link ..data names, and the
 * kubelet swaps that link. So the link is followed once, or a swap between the two reads would mix a pair.
 *
 * @throws AppError tls-invalid
 */
export function loadKeyPair(directory: string): KeyPair {
  const version = versionOf(directory);
  try {
    return parseKeyPair(read(version, 'tls.crt', directory), read(version, 'tls.key', directory), directory);
  } catch (error) {
    // The kubelet removes the former version as soon as it has swapped the link.
    if (versionOf(directory) === version) throw error;
    return loadKeyPair(directory);
  }
}

function versionOf(directory: string): string {
  try {
    return realpathSync(join(directory, '..data'));
  } catch {
    return directory; // no mounted volume, or one that is not there yet
  }
}

/**
 * @param directory where both come from, for the words of the error
 * @throws AppError tls-invalid
 */
export function parseKeyPair(cert: string, key: string, directory: string): KeyPair {
  const leaf = attempt(() => new X509Certificate(cert), `tls.crt in ${directory} is no PEM certificate.`);
  if (isTruncated(cert)) {
    throw new AppError('tls-invalid', `tls.crt in ${directory} ends in the middle of a certificate.`);
  }
  const privateKey: KeyObject = attempt(
    () => createPrivateKey(key),
    `tls.key in ${directory} is no PEM key that can be read without a passphrase.`,
  );
  if (!leaf.checkPrivateKey(privateKey)) {
    throw new AppError('tls-invalid', `tls.key does not belong to tls.crt in ${directory}.`);
  }
  // The rest of the chain, and keys too weak to serve with.
  attempt(() => createSecureContext({ cert, key }), `tls.crt and tls.key in ${directory} cannot be served with`);
  return { cert, key, validFromMs: leaf.validFromDate.getTime(), expiresAtMs: leaf.validToDate.getTime() };
}

/** OpenSSL takes a chain that ends within a BEGIN line for one that is shorter. */
export function isTruncated(pem: string): boolean {
  const rest = pem.replaceAll(/-----BEGIN ([^-\n]+)-----[^-]*-----END \1-----/g, '');
  return rest.includes('-----') || rest.trimEnd().endsWith('-');
}

/**
 * Whether a pair read later may take the place of the one that is served. One that clients would refuse never takes the
 * place of one that they accept; one that will be valid may take the place of one that is not.
 *
 * @throws AppError tls-invalid where it may not
 */
export function checkSuccessor(fresh: KeyPair, current: KeyPair, nowMs: number): void {
  if (nowMs >= fresh.expiresAtMs) {
    throw new AppError('tls-invalid', `The new certificate has expired at ${instant(fresh.expiresAtMs)}.`);
  }
  if (nowMs < fresh.validFromMs && isValid(current, nowMs)) {
    throw new AppError('tls-invalid', `The new certificate is not valid before ${instant(fresh.validFromMs)}.`);
  }
}

function isValid({ validFromMs, expiresAtMs }: KeyPair, nowMs: number): boolean {
  return nowMs >= validFromMs && nowMs < expiresAtMs;
}

/**
 * From here on the guard is not ready. Longer than a Pod takes to leave its Service (probes, endpoints, the API server's
 * cache) and clocks differ, and far shorter than what any issuer leaves between renewal and end.
 */
const NOT_READY_BEFORE_END_MS = 5 * 60_000;

/** Why the API server does not accept the certificate, or soon will not; undefined where it does. */
export function certificateFault({ validFromMs, expiresAtMs }: KeyPair, nowMs: number): string | undefined {
  if (nowMs < validFromMs) return `the serving certificate is not valid before ${instant(validFromMs)}`;
  if (nowMs >= expiresAtMs) return `the serving certificate has expired at ${instant(expiresAtMs)}`;
  if (nowMs >= expiresAtMs - NOT_READY_BEFORE_END_MS) {
    return `the serving certificate expires at ${instant(expiresAtMs)} and has not been renewed`;
  }
  return undefined;
}

/** Certificates know whole seconds. */
function instant(ms: number): string {
  return new Date(ms).toISOString().replace('.000', '');
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

/** @param version where it is read; `directory` is what people know */
function read(version: string, name: string, directory: string): string {
  try {
    return readFileSync(join(version, name), 'utf8');
  } catch (cause) {
    throw new AppError('tls-invalid', `${join(directory, name)} cannot be read: ${systemReason(cause)}.`, { cause });
  }
}
