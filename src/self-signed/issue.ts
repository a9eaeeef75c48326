// Makes keys and certificates: an authority of the guard's own, and what it signs. ECDSA P-256: made in a millisecond,
// and read by every API server.
import { randomBytes, webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from './bundled/x509.ts';
import type { PemPair } from './pem.ts';

/** An API server's clock may be behind this one. Certificates are whole seconds, so is this. */
export const BACKDATED_MS = 5 * 60_000;

const KEY = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;

export interface Validity {
  readonly nowMs: number;
  /** From now on; the certificate is dated back besides. */
  readonly lifetimeMs: number;
}

export async function issueAuthority({ nowMs, lifetimeMs }: Validity): Promise<PemPair> {
  const keys = await webcrypto.subtle.generateKey(KEY, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      // Two authorities of one name would differ by their keys only; people read names.
      name: `CN=gke-ingress-guard CA ${randomBytes(4).toString('hex')}`,
      serialNumber: serialNumber(),
      notBefore: new Date(nowMs - BACKDATED_MS),
      notAfter: new Date(nowMs + lifetimeMs),
      keys,
      signingAlgorithm: SIGNATURE,
      extensions: [
        // It signs serving certificates and no further authority.
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return { cert: pemOf(certificate), key: await pemOfKey(keys.privateKey) };
}

/** @param dnsNames the first is the common name too */
export async function issueServing(
  authority: PemPair,
  dnsNames: readonly string[],
  { nowMs, lifetimeMs }: Validity,
): Promise<PemPair> {
  const issuer = new X509Certificate(authority.cert);
  const [der] = PemConverter.decode(authority.key);
  if (der === undefined) throw new Error('the key of the authority is not PEM');
  const signingKey = await webcrypto.subtle.importKey('pkcs8', der, KEY, false, ['sign']);
  const keys = await webcrypto.subtle.generateKey(KEY, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.create(
    {
      subject: `CN=${dnsNames[0]}`,
      issuer: issuer.subject,
      serialNumber: serialNumber(),
      notBefore: new Date(nowMs - BACKDATED_MS),
      // Nothing may outlive what it is trusted by.
      notAfter: new Date(Math.min(nowMs + lifetimeMs, issuer.notAfter.getTime())),
      publicKey: keys.publicKey,
      signingKey,
      signingAlgorithm: SIGNATURE,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension(dnsNames.map((value) => ({ type: 'dns', value }))),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
        await AuthorityKeyIdentifierExtension.create(issuer, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return { cert: pemOf(certificate), key: await pemOfKey(keys.privateKey) };
}

/** Positive, as RFC 5280 asks: the highest bit is 0, and the first byte is not. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x3f) | 0x40, 0);
  return bytes.toString('hex');
}

function pemOf(certificate: X509Certificate): string {
  return `${certificate.toString('pem')}\n`;
}

async function pemOfKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = await webcrypto.subtle.exportKey('pkcs8', key);
  return `${PemConverter.encode(der, PemConverter.PrivateKeyTag)}\n`;
}
