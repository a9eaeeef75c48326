// Real sockets and certificates: TLS, connections that live long or stall, bytes that are no HTTP, ports that are taken.
import supertest from 'supertest';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { BODY_LIMIT_BYTES } from '../../src/server/body-store.ts';
import { deadlineOf, MAX_BODY_MS } from '../../src/server/deadline.ts';
import { TIMEOUTS } from '../../src/server/listen.ts';
import { createAuthority } from '../support/certificates.ts';
import { ADD_ON_ON } from '../support/facts.ts';
import { service } from '../support/objects.ts';
import { exchangeRaw, openRaw, parseAnswer, type RawConnection } from '../support/raw-http.ts';
import { createReviewClient, type HttpAnswer, reviewOf } from '../support/reviews.ts';
import {
  errorAnswer,
  expectTyped,
  type HttpsGuard,
  refusedReview,
  samplesOf,
  startHttpsGuard,
  until,
} from './support.ts';

let guard: HttpsGuard;
/** Begun at once and awaited last, for it takes as long as headers may take. */
let halfSent: Promise<HttpAnswer>;
/** Begun before it, and not used until then. */
let unused: RawConnection;
beforeAll(async () => {
  guard = await startHttpsGuard({ facts: ADD_ON_ON });
  unused = await openRaw(guard.port, { ca: guard.caPem });
  halfSent = exchangeRaw(guard.port, 'POST /validate HTTP/1.1\r\nHost: loc', { ca: guard.caPem });
});
afterAll(() => guard.server.stop(0));

const BODY = JSON.stringify(reviewOf(service(), { uid: 'u' }));

function post(path: string, length: number, extra = ''): string {
  return `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n${extra}\r\n`;
}

it('answers a client that trusts the authority and asks for the right name', async () => {
  const answer = await supertest(`https://localhost:${guard.port}`)
    .post('/validate?timeout=5s')
    .ca(guard.caPem)
    .set('content-type', 'application/json')
    .send(BODY);
  expect(expectTyped(answer)).toEqual({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: { uid: 'u', allowed: true },
  });
});

it('speaks TLS 1.2 and 1.3 and nothing older', async () => {
  const ca = guard.caPem;
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const tls = { ca, minVersion: version, maxVersion: version };
    const answer = await exchangeRaw(guard.port, post('/validate', BODY.length, 'Connection: close\r\n') + BODY, tls);
    expect(expectTyped(answer)).toMatchObject({ response: { uid: 'u', allowed: true } });
  }
  for (const version of ['TLSv1', 'TLSv1.1'] as const) {
    // @SECLEVEL=0, or this side would not even offer them.
    const tls = { ca, minVersion: version, maxVersion: version, ciphers: 'DEFAULT:@SECLEVEL=0' };
    await expect(openRaw(guard.port, tls)).rejects.toThrow(/protocol version/);
  }
});

it('logs and counts a handshake that fails, as with a wrong caBundle, and serves on', async () => {
  const { certPem } = await createAuthority('another authority');
  await expect(openRaw(guard.port, { ca: certPem })).rejects.toThrow(/unable to verify/);
  // Node breaks off without the alert that Go sends; bytes that are no TLS fail the handshake for certain.
  await expect(exchangeRaw(guard.port, 'GET / HTTP/1.1\r\n\r\n')).resolves.toMatchObject({ text: '' });
  await until('the log line', () => guard.entries().some(({ msg }) => String(msg).includes('caBundle')));
  const counted = await samplesOf(guard.metrics, 'guard_rejected_requests_total');
  expect(counted).toContainEqual(
    expect.stringMatching(/^guard_rejected_requests_total\{reason="tls-handshake"\} [1-9]/),
  );
  const client = createReviewClient(guard);
  expect(await client.review('validate', reviewOf(service(), { uid: 'u' }))).toEqual({ uid: 'u', allowed: true });
  client.close();
});

it('answers two reviews on one connection, and keeps it longer than the API server does', async () => {
  const { socket, received, closed } = await openRaw(guard.port, { ca: guard.caPem });
  for (const count of [1, 2]) {
    socket.write(post('/validate', BODY.length) + BODY);
    await until(`answer ${count}`, () => received().split('"allowed":true').length === count + 1);
  }
  const { headers } = parseAnswer(received());
  expect(headers['connection']).toBe('keep-alive');
  expect(Number(/^timeout=(\d+)$/.exec(String(headers['keep-alive']))?.[1])).toBeGreaterThan(90);
  // Pipelined: both are answered, in order.
  const second = BODY.replace('"u"', '"v"');
  socket.write(
    post('/validate', BODY.length) + BODY + post('/validate', second.length, 'Connection: close\r\n') + second,
  );
  await closed;
  expect(received().match(/"uid":"."/g)).toEqual(['"uid":"u"', '"uid":"u"', '"uid":"u"', '"uid":"v"']);
});

it('lets a stalled body go after the timeout that the API server gave, with an answer', async () => {
  const answer = await exchangeRaw(guard.port, post('/validate?timeout=1s', 1000) + BODY.slice(0, 100), {
    ca: guard.caPem,
  });
  expect(expectTyped(answer)).toEqual(errorAnswer('body-timeout'));
  expect(answer.headers['connection']).toBe('close');
});

it('has timeouts that let every stalled request go within 30 s', () => {
  expect(deadlineOf(undefined)).toBe(MAX_BODY_MS);
  expect(deadlineOf('30s')).toBe(MAX_BODY_MS);
  expect(deadlineOf('1m')).toBe(MAX_BODY_MS);
  expect(deadlineOf('0s')).toBe(MAX_BODY_MS);
  expect(deadlineOf('1m30s')).toBe(MAX_BODY_MS);
  expect(deadlineOf('10s')).toBe(10_000);
  expect(deadlineOf('1.5s')).toBe(1500);
  expect(deadlineOf('250ms')).toBe(250);
  expect(MAX_BODY_MS).toBeLessThan(TIMEOUTS.request);
  expect(TIMEOUTS.handshake + TIMEOUTS.headers + TIMEOUTS.check).toBeLessThan(30_000);
  expect(TIMEOUTS.request + TIMEOUTS.check).toBeLessThan(30_000);
  expect(TIMEOUTS.keepAlive).toBeGreaterThan(90_000);
});

it('answers bytes that are no HTTP with 400', async () => {
  const malformed = [
    'hello\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    'POST /validate HTTP/1.1\r\nContent-Length: x\r\n\r\n',
    'POST /validate HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n',
    'POST /validate HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    'POST /validate HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    `GET / HTTP/1.1\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`,
    Buffer.from([0, 255, 1, 2, 10, 13, 10, 13, 10]),
  ];
  for (const bytes of malformed) {
    const answer = await exchangeRaw(guard.port, bytes, { ca: guard.caPem });
    expect(expectTyped(answer), String(bytes).slice(0, 60)).toEqual(errorAnswer('http-malformed'));
  }
});

it('answers what Node would answer itself, with nothing: no Host, an unknown expectation, CONNECT, an upgrade', async () => {
  const head = `POST /validate HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\nConnection: close\r\n`;
  for (const extra of [
    '',
    'Host: x\r\nExpect: 100-continue\r\n',
    'Host: x\r\nExpect: the-unexpected\r\n',
    'Host: x\r\nUpgrade: h2c\r\n',
  ]) {
    const answer = await exchangeRaw(guard.port, `${head}${extra}\r\n${BODY}`, { ca: guard.caPem });
    expect(expectTyped(answer), extra).toMatchObject({ response: { uid: 'u', allowed: true } });
  }
  const connect = await exchangeRaw(guard.port, 'CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n', { ca: guard.caPem });
  expect(expectTyped(connect)).toEqual(errorAnswer('method-not-allowed'));
});

it('takes no harm from clients that go away at any moment', async () => {
  const whole = post('/validate', BODY.length) + BODY;
  for (const length of [0, 10, whole.length - BODY.length, whole.length - 5, whole.length]) {
    const { socket, closed } = await openRaw(guard.port, { ca: guard.caPem });
    socket.write(whole.slice(0, length));
    socket.destroy();
    await closed;
    const reset = await openRaw(guard.port);
    reset.socket.write(whole.slice(0, length));
    reset.socket.resetAndDestroy();
    await reset.closed;
  }
  const client = createReviewClient(guard);
  expect(await client.review('validate', reviewOf(service(), { uid: 'u' }))).toEqual({ uid: 'u', allowed: true });
  client.close();
  expect(guard.entries().filter(({ level }) => Number(level) >= 50)).toEqual([]);
});

it('reads a body of 20 MiB to its end, so that its sender reads the answer and can go on', async () => {
  const client = createReviewClient(guard);
  const large = Buffer.alloc(20 * 1024 * 1024, ' ');
  expect(expectTyped(await client.post('/validate', large))).toEqual(errorAnswer('body-too-large'));
  large.write('{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"large",');
  const answer = await client.post('/mutate', large);
  expect(expectTyped(answer)).toEqual(refusedReview('large', 'body-too-large'));
  expect(answer.headers['connection']).toBe('keep-alive');
  for (const path of ['/nothing', '/validate']) {
    const headers = { 'content-type': 'text/plain' };
    expectTyped(await client.post(path, large.subarray(0, BODY_LIMIT_BYTES + 1), headers));
  }
  client.close();
});

it('answers 50 clients at once', async () => {
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => {
      const client = createReviewClient(guard);
      return client.review('mutate', reviewOf(service(), { uid: `u${index}` })).finally(client.close);
    }),
  );
  expect(answers.map(({ uid, allowed, patchType }) => `${uid} ${allowed} ${patchType}`)).toEqual(
    Array.from({ length: 50 }, (_, index) => `u${index} true JSONPatch`),
  );
});

it('gives new connections a renewed certificate, and keeps those that there are', async () => {
  const own = await startHttpsGuard({ facts: ADD_ON_ON });
  const old = createReviewClient(own);
  await old.review('validate', reviewOf(service()));
  const authority = await createAuthority('another authority');
  const { certPem: cert, keyPem: key } = await authority.issue({ commonName: 'localhost', dnsNames: ['localhost'] });
  own.server.renew({ cert, key, validFromMs: 0, expiresAtMs: 1_900_000_000_000 });
  const renewed = createReviewClient({ port: own.port, caPem: authority.certPem });
  for (const client of [old, renewed]) {
    expect(await client.review('validate', reviewOf(service(), { uid: 'u' }))).toEqual({ uid: 'u', allowed: true });
    client.close();
  }
  await expect(openRaw(own.port, { ca: own.caPem })).rejects.toThrow(/unable to verify/);
  const tls = {
    ca: authority.certPem,
    minVersion: 'TLSv1.1',
    maxVersion: 'TLSv1.1',
    ciphers: 'DEFAULT:@SECLEVEL=0',
  } as const;
  await expect(openRaw(own.port, tls)).rejects.toThrow(/protocol version/);
  expect(await samplesOf(own.metrics, 'guard_certificate_expiry_timestamp_seconds')).toEqual([
    'guard_certificate_expiry_timestamp_seconds 1900000000',
  ]);
  await own.server.stop(0);
});

it('says which port is taken, whichever of the two it is, and leaves nothing listening', async () => {
  const taken = { host: '127.0.0.1', port: guard.port };
  const listeners = (): number => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;
  const before = listeners();
  for (const options of [{ webhook: taken }, { health: taken }]) {
    const error = await startHttpsGuard(options).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({
      code: 'port-unavailable',
      detail: `127.0.0.1:${guard.port}: the address is already in use.`,
    });
  }
  await until('both listeners are closed', () => listeners() === before);
});

it('lets half-sent headers go, with an answer', async () => {
  expect(expectTyped(await halfSent)).toEqual(errorAnswer('body-timeout'));
});

it('keeps a connection that has not been used yet for longer than headers may take, and answers on it', async () => {
  await halfSent;
  expect(unused.received()).toBe('');
  unused.socket.write(`${post('/validate', BODY.length, 'Connection: close\r\n')}${BODY}`);
  expect(await unused.closed).toBeUndefined();
  expect(expectTyped(parseAnswer(unused.received()))).toMatchObject({ response: { uid: 'u', allowed: true } });
});

it('lets half-sent headers go on such a connection too', async () => {
  const slow = await openRaw(guard.port, { ca: guard.caPem });
  const later = await exchangeRaw(guard.port, 'POST /validate HTTP/1.1\r\nHost: loc', { ca: guard.caPem });
  expect(expectTyped(later)).toEqual(errorAnswer('body-timeout'));
  expect(slow.received()).toBe('');
  slow.socket.write('POST /validate HTTP/1.1\r\nHost: loc');
  await slow.closed;
  expect(expectTyped(parseAnswer(slow.received()))).toEqual(errorAnswer('body-timeout'));
});
