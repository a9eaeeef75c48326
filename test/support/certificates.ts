// Throw-away certificates: an authority that lives as long as one test run, and what it signs.
import { generate } from 'selfsigned';

export type Certificate = { readonly certPem: string; readonly keyPem: string };

type CertificateRequest = {
  readonly commonName: string;
  /** Kubernetes reads this as the group of a client: `system:masters` may do anything. */
  readonly organization?: string;
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
};

export type Authority = {
  readonly certPem: string;
  /** A certificate for both ends of TLS, valid from now for a day. */
  issue(request: CertificateRequest): Promise<Certificate>;
};

// Elliptic keys take milliseconds where RSA takes up to a second each.
const keys = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;

export async function createAuthority(commonName: string): Promise<Authority> {
  const ca = await generate([{ name: 'commonName', value: commonName }], {
    ...keys,
    notAfterDate: tomorrow(),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { certPem: ca.cert, issue: (request) => issue({ cert: ca.cert, key: ca.private }, request) };
}

async function issue(ca: { cert: string; key: string }, request: CertificateRequest): Promise<Certificate> {
  const { commonName, organization, dnsNames = [], ipAddresses = [] } = request;
  const subject = [{ name: 'commonName', value: commonName }];
  if (organization !== undefined) subject.push({ name: 'organizationName', value: organization });
  const altNames = [
    ...dnsNames.map((value) => ({ type: 2 as const, value })),
    ...ipAddresses.map((ip) => ({ type: 7 as const, ip })),
  ];
  const issued = await generate(subject, {
    ...keys,
    ca,
    notAfterDate: tomorrow(),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      ...(altNames.length > 0 ? [{ name: 'subjectAltName' as const, altNames }] : []),
    ],
  });
  return { certPem: issued.cert, keyPem: issued.private };
}

function tomorrow(): Date {
  return new Date(Date.now() + 24 * 60 * 60_000);
}
