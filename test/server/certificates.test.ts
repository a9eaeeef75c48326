// The serving certificate: what is taken up and what is not, chains, validity and readiness, TLS versions.
import { X509Certificate } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, it, onTestFinished } from 'vitest';
import { watchKeyPair } from '../../src/cli/serve/watched-files.ts';
import { certificateFault, checkSuccessor, type KeyPair, loadKeyPair, parseKeyPair } from '../../src/server/tls.ts';
import { directoryOf } from '../cli/support.ts';
import { type Authority, type Certificate, createAuthority } from '../support/certificates.ts';
import { shakeHands } from '../support/handshake.ts';
import { type VolumeFiles, writeVolume } from '../support/mounted-volume.ts';
import { openRaw } from '../support/raw-http.ts';
import { type HttpsGuard, type Recorded, samplesOf, startHttpsGuard, until } from './support.ts';

const LOCALHOST = { commonName: 'localhost', dnsNames: ['localhost'] };
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const NEVER_MS = 60 * MINUTE;

const files = ({ certPem, keyPem }: Certificate): VolumeFiles => ({ 'tls.crt': certPem, 'tls.key': keyPem });
const pairOf = ({ certPem, keyPem }: Certificate): KeyPair => parseKeyPair(certPem, keyPem, '/tls');
const serialOf = ({ certPem }: Certificate): string => new X509Certificate(certPem).serialNumber;
const inMs = (ms: number): Date => new Date(Date.now() + ms);

interface Mounted extends HttpsGuard {
  readonly dir: string;
  readonly first: Certificate;
  /** What its log says besides requests that are rejected. */
  told(): readonly Readonly<Record<string, unknown>>[];
  /** Serial number of what a new connection is shown. */
  serial(): Promise<string>;
  usable(): Promise<readonly string[]>;
}

/** A guard that serves what is in a mounted volume, as `serve` puts it together. */
async function serveMounted(authority: Authority, pollMs: number): Promise<Mounted> {
  const dir = join(directoryOf({}), 'tls');
  const first = await authority.issue(LOCALHOST);
  writeVolume(dir, files(first));
  const keyPair = loadKeyPair(dir);
  const guard = await startHttpsGuard({ keyPair });
  const onState = (isUsable: boolean): void => guard.metrics.usable('certificate', isUsable);
  const stop = watchKeyPair(dir, keyPair, guard.logger, guard.server.renew, { pollMs, onState });
  onTestFinished(async () => {
    stop();
    await guard.server.stop(0);
  });
  return {
    ...guard,
    dir,
    first,
    told: () => told(guard),
    serial: async () => (await shakeHands(guard.port, { ca: authority.certPem })).chain[0] ?? '',
    usable: () => samplesOf(guard.metrics, 'guard_file_usable'),
  };
}

function told({ entries }: Recorded): readonly Readonly<Record<string, unknown>>[] {
  return entries().filter(({ code }) => code === undefined);
}

const USABLE = ['guard_file_usable{what="certificate"} 1'];
const UNUSABLE = ['guard_file_usable{what="certificate"} 0'];

it('takes up a swapped link by watching the directory alone, and its expiry with it', async () => {
  const authority = await createAuthority('throw-away');
  const guard = await serveMounted(authority, NEVER_MS);
  for (const hours of [2, 3, 4]) {
    const next = await authority.issue({ ...LOCALHOST, notAfter: inMs(hours * 60 * MINUTE) });
    writeVolume(guard.dir, files(next));
    await until('the new one is served', async () => (await guard.serial()) === serialOf(next));
    expect(await samplesOf(guard.metrics, 'guard_certificate_expiry_timestamp_seconds')).toEqual([
      `guard_certificate_expiry_timestamp_seconds ${pairOf(next).expiresAtMs / 1000}`,
    ]);
  }
  expect(guard.told().map(({ msg }) => msg)).toEqual(Array(3).fill('took up a change of the certificate'));
});

it('takes it up by polling where the directory was made anew, and watches the new one', async () => {
  const authority = await createAuthority('throw-away');
  const guard = await serveMounted(authority, 20);
  rmSync(guard.dir, { recursive: true });
  await until('its absence is told', () => guard.told().length === 1);
  expect(await guard.serial()).toBe(serialOf(guard.first));
  expect(await guard.usable()).toEqual(UNUSABLE);
  for (const expected of [2, 3]) {
    const next = await authority.issue(LOCALHOST);
    writeVolume(guard.dir, files(next));
    await until('the new one is served', async () => (await guard.serial()) === serialOf(next));
    expect(guard.told()).toHaveLength(expected);
  }
  expect(await guard.usable()).toEqual(USABLE);
  expect(guard.told()[0]).toMatchObject({
    msg: 'the certificate cannot be used; what was read before stays',
    reason: `${guard.dir}/tls.crt cannot be read: there is no such file or directory.`,
  });
});

it('refuses what cannot be served, once each, keeps the old pair, and takes up the good one then', async () => {
  const authority = await createAuthority('throw-away');
  const guard = await serveMounted(authority, 20);
  const next = await authority.issue(LOCALHOST);
  const intermediate = (await authority.intermediate('between')).certPem;
  const chain = `${next.certPem}\n${intermediate}`;
  const good = files(next);
  const broken: readonly (readonly [VolumeFiles, string])[] = [
    [{ ...good, 'tls.key': guard.first.keyPem }, 'tls.key does not belong to tls.crt in DIR.'],
    [{ ...good, 'tls.crt': next.certPem.slice(0, 200) }, 'tls.crt in DIR is no PEM certificate.'],
    [{ ...good, 'tls.crt': chain.slice(0, -40) }, 'tls.crt in DIR ends in the middle of a certificate.'],
    [{ ...good, 'tls.crt': '' }, 'tls.crt in DIR is no PEM certificate.'],
    [
      { ...good, 'tls.crt': chain.slice(0, next.certPem.length + 12) },
      'tls.crt in DIR ends in the middle of a certificate.',
    ],
    [{ ...good, 'tls.key': '' }, 'tls.key in DIR is no PEM key that can be read without a passphrase.'],
    [{ 'tls.key': next.keyPem }, 'DIR/tls.crt cannot be read: there is no such file or directory.'],
    [
      files(await authority.issue({ ...LOCALHOST, notAfter: new Date('2020-01-01T00:00:00Z') })),
      'The new certificate has expired at 2020-01-01T00:00:00Z.',
    ],
    [
      files(
        await authority.issue({ ...LOCALHOST, notBefore: new Date('2100-01-01'), notAfter: new Date('2101-01-01') }),
      ),
      'The new certificate is not valid before 2100-01-01T00:00:00Z.',
    ],
  ];
  for (const [index, [content, reason]] of broken.entries()) {
    writeVolume(guard.dir, content);
    await until(reason, () => guard.told().length === index + 1);
    expect(guard.told()[index]).toMatchObject({ level: 40, reason: reason.replace('DIR', guard.dir) });
    expect(await guard.usable()).toEqual(UNUSABLE);
    expect(await guard.serial()).toBe(serialOf(guard.first));
  }
  writeVolume(guard.dir, good);
  await until('the good one is served', async () => (await guard.serial()) === serialOf(next));
  expect(await guard.usable()).toEqual(USABLE);
  expect(guard.told()).toHaveLength(broken.length + 1);
});

it('never mixes a pair, however the link is swapped under it', async () => {
  const authority = await createAuthority('throw-away');
  const versions = await Promise.all([1, 2, 3].map(() => authority.issue(LOCALHOST)));
  const first = versions[0] ?? (await authority.issue(LOCALHOST));
  // A key that is certified again: any certificate of it belongs to it.
  const renewed = await authority.issue({ ...LOCALHOST, keyPem: first.keyPem });
  expect(renewed.keyPem).toBe(first.keyPem);
  const dir = join(directoryOf({}), 'tls');
  writeVolume(dir, files(first));
  const module = new URL('../support/mounted-volume.ts', import.meta.url).href;
  // A thread of its own, for both reads are in one turn of this one.
  const worker = new Worker(
    `const { workerData } = require('node:worker_threads');
     import(workerData.module).then(({ writeVolume }) => {
       for (;;) for (const files of workerData.versions) writeVolume(workerData.dir, files);
     });`,
    { eval: true, workerData: { module, dir, versions: [...versions, renewed].map(files) } },
  );
  const read: KeyPair[] = [];
  try {
    const seen = (): number => new Set(read.map(({ cert }) => cert)).size;
    await until('every version was read', () => {
      for (let count = 0; count < 50; count += 1) read.push(loadKeyPair(dir));
      return seen() === 4 && read.length >= 1000;
    });
  } finally {
    await worker.terminate();
  }
  // loadKeyPair throws where they do not belong together; and both are of one version.
  const written = new Set([...versions, renewed].map(({ certPem, keyPem }) => certPem + keyPem));
  expect(read.filter(({ cert, key }) => !written.has(cert + key))).toEqual([]);
});

it('serves the same key certified again', async () => {
  const authority = await createAuthority('throw-away');
  const guard = await serveMounted(authority, NEVER_MS);
  const renewed = await authority.issue({ ...LOCALHOST, keyPem: guard.first.keyPem });
  writeVolume(guard.dir, files(renewed));
  await until('the renewed one is served', async () => (await guard.serial()) === serialOf(renewed));
});

it('serves a whole chain, so that a client needs to know its root only', async () => {
  const root = await createAuthority('root');
  const middle = await root.intermediate('middle');
  const low = await middle.intermediate('low');
  const leaf = await low.issue(LOCALHOST);
  const chain = [leaf.certPem, low.certPem, middle.certPem];
  // Comments and blank lines between certificates are common.
  const keyPair = parseKeyPair(`# leaf\n${chain.join('\n\n')}\n`, leaf.keyPem, '/tls');
  const guard = await startHttpsGuard({ keyPair });
  onTestFinished(() => guard.server.stop(0));
  const shown = await shakeHands(guard.port, { ca: root.certPem });
  expect(shown.chain).toEqual([...chain, root.certPem].map((pem) => new X509Certificate(pem).serialNumber));
  const short = await startHttpsGuard({ keyPair: pairOf(leaf) });
  onTestFinished(() => short.server.stop(0));
  await expect(shakeHands(short.port, { ca: root.certPem })).rejects.toThrow(/unable to verify/);
});

it('resumes sessions, but none of a certificate that was replaced', async () => {
  const authority = await createAuthority('throw-away');
  const [first, second] = await Promise.all([authority.issue(LOCALHOST), authority.issue(LOCALHOST)]);
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const guard = await startHttpsGuard({ keyPair: pairOf(first) });
    onTestFinished(() => guard.server.stop(0));
    const tls = { ca: authority.certPem, minVersion: version, maxVersion: version };
    const before = await shakeHands(guard.port, tls);
    const session = before.sessions.at(-1);
    expect(session).toBeDefined();
    expect(before).toMatchObject({ isResumed: false, protocol: version });
    expect(await shakeHands(guard.port, { ...tls, session })).toMatchObject({ isResumed: true, protocol: version });
    guard.server.renew(pairOf(second));
    const after = await shakeHands(guard.port, { ...tls, session });
    expect([after.isResumed, after.chain[0]]).toEqual([false, serialOf(second)]);
  }
});

it('lets a pair that is not valid yet take the place of one that is not valid either', async () => {
  const authority = await createAuthority('throw-away');
  const early = pairOf(await authority.issue({ ...LOCALHOST, notBefore: inMs(10 * MINUTE) }));
  const expired = pairOf(await authority.issue({ ...LOCALHOST, notAfter: inMs(-MINUTE) }));
  const valid = pairOf(await authority.issue(LOCALHOST));
  const now = Date.now() + SECOND;
  expect(() => checkSuccessor(early, expired, now)).not.toThrow();
  expect(() => checkSuccessor(valid, expired, now)).not.toThrow();
  expect(() => checkSuccessor(valid, early, now)).not.toThrow();
  expect(() => checkSuccessor(early, valid, now)).toThrow(/The new certificate is not valid before \d{4}-.*Z\.$/);
  expect(() => checkSuccessor(early, valid, early.validFromMs)).not.toThrow();
  for (const current of [expired, early, valid]) {
    expect(() => checkSuccessor(expired, current, now)).toThrow(/The new certificate has expired at \d{4}-.*Z\.$/);
  }
});

async function readiness({ healthPort }: HttpsGuard): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${healthPort}/readyz`);
  return `${answer.status} ${await answer.text()}`;
}

it('is not ready from five minutes before its certificate ends, says so once, and is again with the next', async () => {
  const authority = await createAuthority('throw-away');
  const soon = pairOf(await authority.issue({ ...LOCALHOST, notAfter: inMs(5 * MINUTE + 6 * SECOND) }));
  const guard = await startHttpsGuard({ keyPair: soon });
  onTestFinished(() => guard.server.stop(0));
  expect(await readiness(guard)).toBe('200 ok\n');
  await until('not ready', async () => (await readiness(guard)) !== '200 ok\n');
  const end = new Date(soon.expiresAtMs).toISOString().replace('.000', '');
  const reason = `the serving certificate expires at ${end} and has not been renewed`;
  expect(await readiness(guard)).toBe(`503 not ready: ${reason}\n`);
  // It goes on serving those who still come.
  expect((await shakeHands(guard.port, { ca: authority.certPem })).text).toContain('not-found');
  guard.server.renew(pairOf(await authority.issue(LOCALHOST)));
  expect(await readiness(guard)).toBe('200 ok\n');
  expect(told(guard)).toMatchObject([
    { level: 40, msg: 'not ready', reason },
    { level: 30, msg: 'ready again: the serving certificate is valid' },
  ]);
});

it('starts with a certificate that has expired or is not valid yet, but not ready', async () => {
  const authority = await createAuthority('throw-away');
  const invalid = [
    [{ notAfter: new Date('2020-01-01T00:00:00Z') }, 'the serving certificate has expired at 2020-01-01T00:00:00Z'],
    [
      { notBefore: new Date('2100-01-01'), notAfter: new Date('2101-01-01') },
      'the serving certificate is not valid before 2100-01-01T00:00:00Z',
    ],
  ] as const;
  for (const [validity, reason] of invalid) {
    const guard = await startHttpsGuard({ keyPair: pairOf(await authority.issue({ ...LOCALHOST, ...validity })) });
    expect(told(guard)).toMatchObject([{ msg: 'not ready', reason }]);
    expect(await readiness(guard)).toBe(`503 not ready: ${reason}\n`);
    const { text } = await shakeHands(guard.port, { rejectUnauthorized: false });
    expect(text).toContain('not-found');
    await guard.server.stop(0);
  }
});

it('reckons validity to the millisecond', () => {
  const pair = { cert: '', key: '', validFromMs: 0, expiresAtMs: 100 * MINUTE };
  expect(certificateFault(pair, -1)).toMatch(/not valid before/);
  expect(certificateFault(pair, 0)).toBeUndefined();
  expect(certificateFault(pair, 95 * MINUTE - 1)).toBeUndefined();
  expect(certificateFault(pair, 95 * MINUTE)).toMatch(/has not been renewed/);
  expect(certificateFault(pair, 100 * MINUTE - 1)).toMatch(/has not been renewed/);
  expect(certificateFault(pair, 100 * MINUTE)).toMatch(/has expired/);
});

it('speaks TLS 1.3 only where that is asked for, after a renewal too', async () => {
  const guard = await startHttpsGuard({ tlsMinVersion: '1.3' });
  onTestFinished(() => guard.server.stop(0));
  const ca = guard.caPem;
  for (const _ of ['before', 'after']) {
    await expect(openRaw(guard.port, { ca, maxVersion: 'TLSv1.2' })).rejects.toThrow(/protocol version/);
    expect((await shakeHands(guard.port, { ca })).protocol).toBe('TLSv1.3');
    guard.server.renew(guard.keyPair);
  }
});

it('takes up files that somebody writes in place, once both are there', async () => {
  const authority = await createAuthority('throw-away');
  const [first, second] = await Promise.all([authority.issue(LOCALHOST), authority.issue(LOCALHOST)]);
  const dir = join(directoryOf({}), 'tls');
  mkdirSync(dir);
  for (const [name, text] of Object.entries(files(first))) writeFileSync(join(dir, name), text);
  const guard = await startHttpsGuard({ keyPair: loadKeyPair(dir) });
  const stop = watchKeyPair(dir, guard.keyPair, guard.logger, guard.server.renew, { pollMs: 20 });
  onTestFinished(async () => {
    stop();
    await guard.server.stop(0);
  });
  writeFileSync(join(dir, 'tls.crt'), second.certPem.slice(0, 300));
  await until('half a certificate is told', () => told(guard).length > 0);
  writeFileSync(join(dir, 'tls.crt'), second.certPem);
  writeFileSync(join(dir, 'new'), second.keyPem);
  renameSync(join(dir, 'new'), join(dir, 'tls.key'));
  const serial = async (): Promise<string> => (await shakeHands(guard.port, { ca: authority.certPem })).chain[0] ?? '';
  await until('the new one is served', async () => (await serial()) === serialOf(second));
});
