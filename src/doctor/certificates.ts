// PEM certificates as Go's verifier sees them, for it is the API server that has to accept the guard's.
import { X509Certificate } from 'node:crypto';
import { at, type JsonObject, textOr } from '../kubernetes/read.ts';

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

export type Certificates =
  | { readonly ok: true; readonly list: readonly X509Certificate[] }
  | { readonly ok: false; readonly fault: string };

/** @param base64 of PEM, as a caBundle and the data of a Secret hold it; "" where there is none */
export function readCertificates(base64: string): Certificates {
  const pem = Buffer.from(base64, 'base64').toString('utf8');
  const blocks = pem.match(PEM) ?? [];
  if (blocks.length === 0) return { ok: false, fault: 'it is base64 of no PEM certificate' };
  try {
    return { ok: true, list: blocks.map((block) => new X509Certificate(block)) };
  } catch {
    return { ok: false, fault: 'its PEM holds a certificate that cannot be parsed' };
  }
}

export function certificateOf(secret: JsonObject): string {
  return textOr(at(secret, 'data', 'tls.crt'), '');
}

export function isValidAt({ validFromDate, validToDate }: X509Certificate, nowMs: number): boolean {
  return validFromDate.getTime() <= nowMs && nowMs <= validToDate.getTime();
}

/** Longer than any chain in use, so that certificates that sign each other end. */
const MAX_CHAIN = 10;

/**
 * Whether a chain leads from the first of `served` to one of `roots`, over the others of `served`.
 *
 * @returns undefined where it does, else the name of the issuer that is missing
 */
export function missingIssuer(
  served: readonly X509Certificate[],
  roots: readonly X509Certificate[],
): string | undefined {
  let [current] = served;
  for (let depth = 0; current !== undefined && depth < MAX_CHAIN; depth += 1) {
    const certificate: X509Certificate = current;
    const isRoot = roots.some(({ fingerprint256 }) => fingerprint256 === certificate.fingerprint256);
    if (isRoot || roots.some((root) => isIssuedBy(certificate, root))) return undefined;
    const next: X509Certificate | undefined = served.find(
      (candidate) => candidate !== certificate && isIssuedBy(certificate, candidate),
    );
    if (next === undefined) return oneLine(certificate.issuer);
    current = next;
  }
  return 'a certificate outside itself';
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  } catch {
    return false; // a key of a kind that cannot sign what it should have signed
  }
}

/** Subject or issuer, which Node writes one part a line. */
export function oneLine(name: string): string {
  return name.split('\n').join(', ');
}

const SERVER_AUTH = ['1.3.6.1.5.5.7.3.1', '2.5.29.37.0'];

/** Extended key usage, where there is one. */
export function mayServe(certificate: X509Certificate): boolean {
  // Node calls the extended key usage keyUsage, and leaves it undefined where there is none.
  const usages: readonly string[] | undefined = certificate.keyUsage;
  return usages === undefined || usages.some((usage) => SERVER_AUTH.includes(usage));
}

const DAY_MS = 24 * 60 * 60_000;
/** Time to notice and to fix. */
const WARN_DAYS = 14;

/** Whether it should have been renewed: two weeks before its end, or after two thirds of a shorter life. */
export function isRenewalOverdue({ validFromDate, validToDate }: X509Certificate, nowMs: number): boolean {
  const lifeMs = validToDate.getTime() - validFromDate.getTime();
  return validToDate.getTime() - nowMs < Math.min(WARN_DAYS * DAY_MS, lifeMs / 3);
}

export function day(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
