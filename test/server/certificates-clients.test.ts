// Client certificates: who may call, that no resumed session gets around it, and that the authorities can be replaced.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConnectionOptions, SecureVersion, TLSSocket } from 'node:tls';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { watchClientCa } from '../../src/cli/serve/watched-files.ts';
import { loadClientCa } from '../../src/server/client-check.ts';
import { directoryOf } from '../cli/support.ts';
import { type Authority, type Certificate, createAuthority } from '../support/certificates.ts';
import { shakeHands } from '../support/handshake.ts';
import { writeVolume } from '../support/mounted-volume.ts';
import { service } from '../support/objects.ts';
import { openRaw, parseAnswer } from '../support/raw-http.ts';
import { reviewOf } from '../support/reviews.ts';
import { errorAnswer, expectTyped, type HttpsGuard, samplesOf, startHttpsGuard, until } from './support.ts';

const NAME = 'kube-apiserver';
const BODY = JSON.stringify(reviewOf(service(), { uid: 'u' }));
const HEAD = `POST /validate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n`;
const ONE_REVIEW = `${HEAD}Connection: close\r\n\r\n${BODY}`;
const VERSIONS: readonly SecureVersion[] = ['TLSv1.2', 'TLSv1.3'];

const ALLOWED = { response: { uid: 'u', allowed: true } };
const refused = (detail: string): unknown => errorAnswer('client-not-allowed', detail);
const NO_CERTIFICATE = refused('It showed no certificate.');
const OTHER_AUTHORITY = refused('Its certificate was not accepted: it is of another authority.');

let authority: Authority;
let other: Authority;
let client: Certificate;
beforeAll(async () => {
  authority = await createAuthority('clients');
  other = await createAuthority('other clients');
  client = await authority.issue({ commonName: NAME });
});

async function startAsking(names: readonly string[] = [NAME], ca = authority.certPem): Promise<HttpsGuard> {
  const guard = await startHttpsGuard({ clients: { ca, names } });
  onTestFinished(() => guard.server.stop(0));
  return guard;
}

function withCertificate({ caPem }: HttpsGuard, certificate?: Certificate, chain = ''): ConnectionOptions {
  if (certificate === undefined) return { ca: caPem };
  return { ca: caPem, cert: certificate.certPem + chain, key: certificate.keyPem };
}

/** What one review is answered. */
async function ask(guard: HttpsGuard, tls: ConnectionOptions): Promise<unknown> {
  const { text } = await shakeHands(guard.port, tls, ONE_REVIEW);
  const answer = parseAnswer(text);
  const body = expectTyped(answer);
  return answer.status === 403 || answer.status === 200 ? body : answer;
}

describe.each(VERSIONS)('over %s', (version) => {
  const only = { minVersion: version, maxVersion: version };

  it('answers a client with a certificate of the authority, and with 403 and the reason every other', async () => {
    const guard = await startAsking();
    const say = (certificate?: Certificate, chain = ''): Promise<unknown> =>
      ask(guard, { ...withCertificate(guard, certificate, chain), ...only });
    expect(await say(client)).toMatchObject(ALLOWED);
    expect(await say()).toEqual(NO_CERTIFICATE);
    expect(await say(await other.issue({ commonName: NAME }))).toEqual(OTHER_AUTHORITY);
    expect(await say(await authority.issue({ commonName: NAME, notAfter: new Date('2020-01-01') }))).toEqual(
      refused('Its certificate was not accepted: it has expired, or its authority has.'),
    );
    expect(
      await say(
        await authority.issue({
          commonName: NAME,
          notBefore: new Date('2100-01-01'),
          notAfter: new Date('2101-01-01'),
        }),
      ),
    ).toEqual(refused('Its certificate was not accepted: it is not valid yet.'));
    expect(await say(await authority.issue({ commonName: NAME, usage: 'server' }))).toEqual(
      refused('Its certificate was not accepted: it is not made for clients (extended key usage).'),
    );
    expect(await say(await authority.issue({ commonName: 'somebody' }))).toEqual(
      refused('Its certificate is of the right authority, and for a name that is not allowed.'),
    );
    const counted = await samplesOf(guard.metrics, 'guard_rejected_requests_total');
    expect(counted).toEqual(['guard_rejected_requests_total{reason="client-not-allowed"} 6']);
  });

  it('resumes no session, so every connection shows its certificate', async () => {
    const guard = await startAsking();
    for (const certificate of [client, undefined]) {
      const tls = { ...withCertificate(guard, certificate), ...only };
      const { sessions } = await shakeHands(guard.port, tls, ONE_REVIEW);
      for (const session of sessions) {
        const again = await shakeHands(guard.port, { ...tls, session }, ONE_REVIEW);
        expect(again.isResumed).toBe(false);
        // Without the certificate the session is worth nothing, and not with that of another authority either.
        const bare = await shakeHands(guard.port, { ca: guard.caPem, ...only, session }, ONE_REVIEW);
        expect([bare.isResumed, expectTyped(parseAnswer(bare.text))]).toEqual([false, NO_CERTIFICATE]);
      }
      // A session comes for sure where none are refused: the client of this test does keep them.
      if (version === 'TLSv1.3') expect(sessions.length).toBeGreaterThan(0);
    }
  });

  it('accepts no session of an authority that was replaced', async () => {
    const guard = await startAsking();
    const tls = { ...withCertificate(guard, client), ...only };
    const { sessions } = await shakeHands(guard.port, tls, ONE_REVIEW);
    guard.server.renewClientCa(other.certPem);
    for (const session of [undefined, ...sessions]) {
      const again = await shakeHands(guard.port, { ...tls, session }, ONE_REVIEW);
      expect([again.isResumed, expectTyped(parseAnswer(again.text))]).toEqual([false, OTHER_AUTHORITY]);
    }
    const right = withCertificate(guard, await other.issue({ commonName: NAME }));
    expect(await ask(guard, { ...right, ...only })).toMatchObject(ALLOWED);
  });
});

it('knows a client by common name or DNS name, exactly', async () => {
  const guard = await startAsking([NAME, 'api.example.com']);
  const right = [{ commonName: 'x', dnsNames: ['y', 'api.example.com'] }, { commonName: 'api.example.com' }];
  const wrong = [
    { commonName: 'x', dnsNames: ['*.example.com'] },
    { commonName: 'x', dnsNames: ['www.api.example.com'] },
    { commonName: 'kube-apiserver2', dnsNames: ['example.com'] },
    { commonName: 'x', organization: NAME },
    { commonName: `x, CN=${NAME}`, dnsNames: [`x, DNS:${NAME}`] },
  ];
  for (const request of right) {
    expect(await ask(guard, withCertificate(guard, await authority.issue(request)))).toMatchObject(ALLOWED);
  }
  for (const request of wrong) {
    expect(await ask(guard, withCertificate(guard, await authority.issue(request))), request.commonName).toEqual(
      refused('Its certificate is of the right authority, and for a name that is not allowed.'),
    );
  }
});

it('takes any certificate of the authorities where no name is given, with a chain too', async () => {
  const guard = await startAsking([], `${authority.certPem}\n${other.certPem}`);
  const middle = await other.intermediate('between');
  const leaf = await middle.issue({ commonName: 'somebody' });
  expect(await ask(guard, withCertificate(guard, leaf, `\n${middle.certPem}`))).toMatchObject(ALLOWED);
  expect(await ask(guard, withCertificate(guard, client))).toMatchObject(ALLOWED);
  expect(await ask(guard, withCertificate(guard, leaf))).toEqual(OTHER_AUTHORITY);
  expect(await ask(guard, withCertificate(guard))).toEqual(NO_CERTIFICATE);
});

it('refuses before it looks at what is asked, on every path and method', async () => {
  const guard = await startAsking();
  for (const line of ['POST /mutate', 'GET /validate', 'GET /livez', 'GET //%', 'OPTIONS *', 'POST /nothing']) {
    const { text } = await shakeHands(
      guard.port,
      { ca: guard.caPem },
      `${line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    const answer = parseAnswer(text);
    expect([answer.status, expectTyped(answer)], line).toEqual([403, NO_CERTIFICATE]);
  }
});

it('has no second handshake on a connection, which could change who is at its other end', async () => {
  const guard = await startAsking();
  const plain = await startHttpsGuard();
  onTestFinished(() => plain.server.stop(0));
  const renegotiate = async (own: HttpsGuard): Promise<boolean> => {
    const tls = { ...withCertificate(own, client), maxVersion: 'TLSv1.2' } as const;
    const { socket, closed } = await openRaw(own.port, tls);
    // openRaw makes one of these where it is given options of TLS.
    const asked = await new Promise<boolean>((resolve) => {
      (socket as TLSSocket).renegotiate({}, (error) => resolve(error === null));
      void closed.then(() => resolve(false));
    });
    socket.destroy();
    return asked;
  };
  expect([await renegotiate(plain), await renegotiate(guard)]).toEqual([true, false]);
});

it('no longer answers a connection that has outlived its certificate', async () => {
  const guard = await startAsking();
  const brief = await authority.issue({ commonName: NAME, notAfter: new Date(Date.now() + 5000) });
  const { socket, received } = await openRaw(guard.port, withCertificate(guard, brief));
  const review = `${HEAD}\r\n${BODY}`;
  socket.write(review);
  await until('an answer', () => received().includes('"allowed":true'));
  await until('a refusal', async () => {
    const before = received().length;
    socket.write(review);
    await until('an answer', () => received().length > before);
    return received().includes('client-not-allowed');
  });
  expect(received()).toContain('Its certificate has expired.');
  socket.destroy();
});

it('ends connections that a replaced authority let in with their next answer, and loses none', async () => {
  const guard = await startAsking();
  const { socket, received, closed } = await openRaw(guard.port, withCertificate(guard, client));
  const review = `${HEAD}\r\n${BODY}`;
  for (const count of [1, 2]) {
    socket.write(review);
    await until('an answer', () => received().split('"allowed":true').length === count + 1);
  }
  guard.server.renew(guard.keyPair);
  socket.write(review);
  await until('a renewed serving certificate ends nothing', () => received().split('"allowed":true').length === 4);
  expect(received()).not.toMatch(/connection: close/i);
  guard.server.renewClientCa(other.certPem);
  socket.write(review);
  await closed;
  expect(received().split('"allowed":true')).toHaveLength(5);
  expect(received().match(/connection: close/gi)).toHaveLength(1);
  const next = await openRaw(guard.port, withCertificate(guard, await other.issue({ commonName: NAME })));
  next.socket.write(review);
  await until('an answer', () => next.received().includes('"allowed":true'));
  expect(next.received()).not.toMatch(/connection: close/i);
  next.socket.destroy();
});

describe('the file of authorities', () => {
  it('is taken up when it changes, and what cannot be used is refused, once each', async () => {
    const dir = join(directoryOf({}), 'clients');
    const path = join(dir, 'ca.crt');
    writeVolume(dir, { 'ca.crt': authority.certPem });
    const initial = loadClientCa(path, Date.now());
    const guard = await startAsking([NAME], initial);
    const told = (): readonly unknown[] => guard.entries().filter((entry) => entry['path'] === path);
    const onState = (isUsable: boolean): void => guard.metrics.usable('client-ca', isUsable);
    onTestFinished(watchClientCa(path, initial, guard.logger, guard.server.renewClientCa, { pollMs: 20, onState }));
    const expired = (await createAuthority('former', new Date('2020-01-01'))).certPem;
    const broken = [
      ['', `${path} has no PEM certificate.`],
      [other.certPem + other.certPem.slice(0, 100), `${path} ends in the middle of a certificate.`],
      [other.certPem.replace(/M/g, 'N'), `Certificate 1 in ${path} cannot be read.`],
      [expired, `Every certificate in ${path} has expired.`],
    ] as const;
    for (const [index, [text, reason]] of broken.entries()) {
      writeVolume(dir, { 'ca.crt': text });
      await until(reason, () => told().length === index + 1);
      expect(told()[index]).toMatchObject({
        msg: 'the client CA file cannot be used; what was read before stays',
        reason,
      });
      expect(await ask(guard, withCertificate(guard, client))).toMatchObject(ALLOWED);
    }
    expect(await samplesOf(guard.metrics, 'guard_file_usable')).toEqual(['guard_file_usable{what="client-ca"} 0']);
    // Both for a while, then the new one alone: so nobody is locked out.
    const successor = await other.issue({ commonName: NAME });
    writeVolume(dir, { 'ca.crt': other.certPem + authority.certPem + expired });
    await until('the new one is accepted', async () =>
      JSON.stringify(await ask(guard, withCertificate(guard, successor))).includes('"allowed":true'),
    );
    expect(await ask(guard, withCertificate(guard, client))).toMatchObject(ALLOWED);
    writeVolume(dir, { 'ca.crt': other.certPem });
    await until('the old one is refused', async () =>
      JSON.stringify(await ask(guard, withCertificate(guard, client))).includes('another authority'),
    );
    expect(await samplesOf(guard.metrics, 'guard_file_usable')).toEqual(['guard_file_usable{what="client-ca"} 1']);
  });

  it('is said to be missing', () => {
    const root = directoryOf({});
    writeFileSync(join(root, 'ca.crt'), '');
    rmSync(join(root, 'ca.crt'));
    expect(() => loadClientCa(join(root, 'ca.crt'), 0)).toThrow(/ca\.crt cannot be read: there is no such file/);
  });
});
