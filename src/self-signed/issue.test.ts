import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import { X509Certificate as Parsed } from '@peculiar/x509';
import { expect, it } from 'vitest';
import { issueAuthority, issueServing } from './issue.ts';
import { answersTo, isIssuedBy, isTrustedBy, readAuthority, readPair } from './pem.ts';

const DAY_MS = 24 * 60 * 60_000;
const NAMES = ['guard.system.svc', 'guard.system.svc.cluster.local'];
const nowMs = Math.floor(Date.now() / 1000) * 1000;

it('makes an authority that signs serving certificates and nothing else', async () => {
  const authority = await issueAuthority({ nowMs, lifetimeMs: 30 * DAY_MS });
  const { certificate } = readAuthority(authority) ?? {};
  expect(certificate).toBeDefined();
  expect(certificate?.validFromDate.getTime()).toBe(nowMs - 5 * 60_000);
  expect(certificate?.validToDate.getTime()).toBe(nowMs + 30 * DAY_MS);
  expect(certificate?.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
  const extensions = new Parsed(authority.cert).extensions.map(({ type, critical }) => `${type} ${critical}`);
  // basicConstraints, keyUsage, subjectKeyIdentifier
  expect(extensions).toEqual(['2.5.29.19 true', '2.5.29.15 true', '2.5.29.14 false']);
  expect(new Parsed(authority.cert).toString('text')).toMatch(/CA: true[\s\S]*Path Length: 0/i);
});

it('makes serving certificates for both names of a Service, which end with their authority at the latest', async () => {
  const authority = await issueAuthority({ nowMs, lifetimeMs: 30 * DAY_MS });
  const serving = await issueServing(authority, NAMES, { nowMs, lifetimeMs: 90 * DAY_MS });
  const read = readPair(serving);
  if (read === undefined) throw new Error('the pair does not belong together');
  expect(read.certificate.ca).toBe(false);
  expect(read.certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  expect(read.certificate.validToDate.getTime()).toBe(nowMs + 30 * DAY_MS);
  expect(answersTo(read.certificate, NAMES)).toBe(true);
  expect(answersTo(read.certificate, ['guard.other.svc'])).toBe(false);
  const { certificate } = readAuthority(authority) ?? {};
  if (certificate === undefined) throw new Error('no authority');
  expect(isIssuedBy(read.certificate, certificate)).toBe(true);
  expect(isTrustedBy(read.certificate, [certificate], nowMs)).toBe(true);
  expect(isTrustedBy(read.certificate, [certificate], nowMs + 30 * DAY_MS)).toBe(false);
  const another = readAuthority(await issueAuthority({ nowMs, lifetimeMs: DAY_MS }))?.certificate;
  expect(another?.subject).not.toBe(certificate.subject);
  expect(isTrustedBy(read.certificate, another === undefined ? [] : [another], nowMs)).toBe(false);
});

it('gives serial numbers that are positive and never the same', async () => {
  const authority = await issueAuthority({ nowMs, lifetimeMs: DAY_MS });
  const serials = new Set<string>();
  for (let i = 0; i < 50; i++) {
    const { cert } = await issueServing(authority, NAMES, { nowMs, lifetimeMs: DAY_MS });
    serials.add(new X509Certificate(cert).serialNumber);
  }
  expect(serials.size).toBe(50);
  for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{31}$/);
});

it('is accepted in a handshake by whoever trusts the old and the new authority, and by nobody else', async () => {
  const [old, fresh] = await Promise.all([1, 2].map(() => issueAuthority({ nowMs, lifetimeMs: DAY_MS })));
  if (old === undefined || fresh === undefined) throw new Error('two were asked for');
  const pair = await issueServing(fresh, NAMES, { nowMs, lifetimeMs: DAY_MS });
  const server = createServer(pair).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const shake = async (ca: string, servername = 'guard.system.svc'): Promise<string> => {
    const { port } = server.address() as AddressInfo; // a TCP listener
    const socket = connect({ port, host: '127.0.0.1', ca, servername });
    try {
      await once(socket, 'secureConnect');
      return 'trusted';
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? String(error);
    } finally {
      socket.destroy();
    }
  };
  try {
    expect(await shake(old.cert + fresh.cert)).toBe('trusted');
    expect(await shake(old.cert)).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    expect(await shake(fresh.cert, 'guard.other.svc')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  } finally {
    server.close();
  }
});
