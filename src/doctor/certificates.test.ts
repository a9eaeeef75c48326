// Chains as the API server's verifier follows them.
import { X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';
import { expect, it } from 'vitest';
import { base64 } from '../../test/support/good-installation.ts';
import { isRenewalOverdue, mayServe, missingIssuer, readCertificates } from './certificates.ts';

interface Issuer {
  readonly cert: string;
  readonly key: string;
}

async function issue(name: string, isAuthority: boolean, ca?: Issuer, usage: object = {}): Promise<Issuer> {
  const issued = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    ...(ca === undefined ? {} : { ca }),
    extensions: [
      { name: 'basicConstraints', cA: isAuthority, critical: true },
      ...(Object.keys(usage).length === 0 ? [] : [{ name: 'extKeyUsage' as const, ...usage }]),
    ],
  });
  return { cert: issued.cert, key: issued.private };
}

const parse = ({ cert }: Issuer): X509Certificate => new X509Certificate(cert);

it('follows a chain over what is served to what is trusted, in any order', async () => {
  const root = await issue('root', true);
  const middle = await issue('middle', true, root);
  const leaf = await issue('leaf', false, middle);
  const [r, m, l] = [root, middle, leaf].map(parse) as [X509Certificate, X509Certificate, X509Certificate];
  expect(missingIssuer([l, m], [r])).toBeUndefined();
  expect(missingIssuer([l, r, m], [r])).toBeUndefined();
  expect(missingIssuer([l], [m])).toBeUndefined();
  expect(missingIssuer([l], [l])).toBeUndefined();
  expect(missingIssuer([l], [r])).toBe('CN=middle');
  expect(missingIssuer([l, m], [])).toBe('CN=root');
});

it('takes an authority of the same name with another key for another', async () => {
  const [root, impostor] = [await issue('root', true), await issue('root', true)];
  const leaf = await issue('leaf', false, root);
  expect(missingIssuer([parse(leaf)], [parse(impostor)])).toBe('CN=root');
});

it('does not take a certificate that is no authority for an issuer', async () => {
  const notAuthority = await issue('root', false);
  const leaf = await issue('leaf', false, notAuthority);
  expect(missingIssuer([parse(leaf)], [parse(notAuthority)])).toBe('CN=root');
});

it('lets a certificate serve that says so, or says nothing', async () => {
  const root = await issue('root', true);
  const usages = [{ serverAuth: true }, { clientAuth: true }, {}];
  const certificates = await Promise.all(usages.map((usage) => issue('leaf', false, root, usage)));
  expect(certificates.map((one) => mayServe(parse(one)))).toEqual([true, false, true]);
});

it('finds a renewal overdue two weeks before the end, or after two thirds of a short life', () => {
  const day = 24 * 60 * 60_000;
  const living = (days: number): X509Certificate =>
    ({ validFromDate: new Date(0), validToDate: new Date(days * day) }) as unknown as X509Certificate; // the two fields that count
  expect([75, 77].map((at) => isRenewalOverdue(living(90), at * day))).toEqual([false, true]);
  expect([4, 5].map((at) => isRenewalOverdue(living(7), at * day))).toEqual([false, true]);
});

it('reads every certificate of a bundle, and says what is none', async () => {
  const { cert } = await issue('one', true);
  const both = readCertificates(base64(`# comment\n${cert}\n${cert}`));
  expect(both.ok && both.list.length).toBe(2);
  expect(readCertificates('')).toEqual({ ok: false, fault: 'it is base64 of no PEM certificate' });
  const broken = base64('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----');
  expect(readCertificates(broken)).toEqual({ ok: false, fault: 'its PEM holds a certificate that cannot be parsed' });
});
