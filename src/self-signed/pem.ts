// Reading certificates and keys that anybody may have written: what cannot be used reads as nothing, never as an error.
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';

export interface PemPair {
  readonly cert: string;
  readonly key: string;
}

/** A certificate with the key that belongs to it. */
export interface ReadPair extends PemPair {
  readonly certificate: X509Certificate;
}

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** Every certificate of a PEM text that can be read, each once. */
export function certificatesOf(text: string): readonly X509Certificate[] {
  const found = new Map<string, X509Certificate>();
  for (const [block] of text.matchAll(BLOCK)) {
    const certificate = attempt(() => new X509Certificate(block));
    if (certificate !== undefined) found.set(certificate.fingerprint256, certificate);
  }
  return [...found.values()];
}

export function pemOf(certificates: readonly X509Certificate[]): string {
  return certificates.map((certificate) => certificate.toString()).join('');
}

/** @returns undefined where one of the two cannot be read, or they do not belong together */
export function readPair({ cert, key }: PemPair): ReadPair | undefined {
  const certificate = attempt(() => new X509Certificate(cert));
  const privateKey = attempt(() => createPrivateKey(key));
  if (certificate === undefined || privateKey === undefined) return undefined;
  return certificate.checkPrivateKey(privateKey) ? { cert, key, certificate } : undefined;
}

/** An authority that can sign: the curve is the one that we sign with. */
export function readAuthority(pair: PemPair): ReadPair | undefined {
  const read = readPair(pair);
  if (read === undefined || !read.certificate.ca) return undefined;
  const { asymmetricKeyDetails }: KeyObject = read.certificate.publicKey;
  return asymmetricKeyDetails?.namedCurve === 'prime256v1' && isIssuedBy(read.certificate, read.certificate)
    ? read
    : undefined;
}

export function isIssuedBy(certificate: X509Certificate, authority: X509Certificate): boolean {
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}

/** Whether a client that trusts these certificates, as the API server trusts a caBundle, accepts this one now. */
export function isTrustedBy(certificate: X509Certificate, bundle: readonly X509Certificate[], nowMs: number): boolean {
  return isValidAt(certificate, nowMs) && bundle.some((one) => isValidAt(one, nowMs) && isIssuedBy(certificate, one));
}

export function isValidAt({ validFromDate, validToDate }: X509Certificate, nowMs: number): boolean {
  return validFromDate.getTime() <= nowMs && nowMs < validToDate.getTime();
}

export function answersTo(certificate: X509Certificate, dnsNames: readonly string[]): boolean {
  return dnsNames.every((name) => certificate.checkHost(name, { subject: 'never' }) !== undefined);
}

function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
