// Throw-away certificates: an authority that lives as long as one test run, and what it signs.
import { createPublicKey } from 'node:crypto';
import { generate } from 'selfsigned';

export type Certificate = { readonly certPem: string; readonly keyPem: string };

type CertificateRequest = {
  readonly commonName: string;
  /** Kubernetes reads this as the group of a client: `system:masters` may do anything. */
  readonly organization?: string;
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
  /** Left out, now. */
  readonly notBefore?: Date;
  /** Left out, a day from now. */
  readonly notAfter?: Date;
  /** PEM of a key to be certified again; left out, a new one. */
  readonly keyPem?: string;
  /** What it may be used for; left out, both ends of TLS. */
  readonly usage?: 'server' | 'client';
};

export type Authority = {
  readonly certPem: string;
  /** A certificate; by default for both ends of TLS, valid from now for a day. */
  issue(request: CertificateRequest): Promise<Certificate>;
  /** An authority whose certificate this one has signed. */
  intermediate(commonName: string): Promise<Authority>;
};

// Elliptic keys take milliseconds where RSA takes up to a second each.
const keys = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;

const authorityExtensions = [
  { name: 'basicConstraints' as const, cA: true, critical: true },
  { name: 'keyUsage' as const, keyCertSign: true, cRLSign: true, critical: true },
];

type Signer = { readonly cert: string; readonly key: string };

export function createAuthority(commonName: string, notAfter = tomorrow()): Promise<Authority> {
  return createSigner(commonName, notAfter);
}

async function createSigner(commonName: string, notAfter: Date, parent?: Signer): Promise<Authority> {
  const ca = await generate([{ name: 'commonName', value: commonName }], {
    ...keys,
    ...(parent && { ca: parent }),
    // An authority that has expired was made before it did.
    notBeforeDate: new Date(Math.min(Date.now(), notAfter.getTime()) - 60_000),
    notAfterDate: notAfter,
    extensions: authorityExtensions,
  });
  const signer = { cert: ca.cert, key: ca.private };
  return {
    certPem: ca.cert,
    issue: (request) => issue(signer, request),
    intermediate: (name) => createSigner(name, tomorrow(), signer),
  };
}

async function issue(ca: Signer, request: CertificateRequest): Promise<Certificate> {
  const { commonName, organization, dnsNames = [], ipAddresses = [], notAfter = tomorrow(), keyPem, usage } = request;
  const subject = [{ name: 'commonName', value: commonName }];
  if (organization !== undefined) subject.push({ name: 'organizationName', value: organization });
  const altNames = [
    ...dnsNames.map((value) => ({ type: 2 as const, value })),
    ...ipAddresses.map((ip) => ({ type: 7 as const, ip })),
  ];
  const issued = await generate(subject, {
    ...keys,
    ca,
    ...(keyPem && { keyPair: { privateKey: keyPem, publicKey: publicKeyOf(keyPem) } }),
    notBeforeDate: request.notBefore ?? new Date(Math.min(Date.now(), notAfter.getTime() - 1000)),
    notAfterDate: notAfter,
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: usage !== 'client', clientAuth: usage !== 'server' },
      ...(altNames.length > 0 ? [{ name: 'subjectAltName' as const, altNames }] : []),
    ],
  });
  return { certPem: issued.cert, keyPem: issued.private };
}

function publicKeyOf(keyPem: string): string {
  return createPublicKey(keyPem).export({ type: 'spki', format: 'pem' }).toString();
}

function tomorrow(): Date {
  return new Date(Date.now() + 24 * 60 * 60_000);
}
