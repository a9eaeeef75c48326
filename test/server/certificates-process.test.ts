// The real program with a mounted volume: the certificate is swapped under load, again and again, and nobody notices.
import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { directoryOf } from '../cli/support.ts';
import { type Certificate, createAuthority } from '../support/certificates.ts';
import { type GuardProcess, startGuard } from '../support/guard-process.ts';
import { shakeHands } from '../support/handshake.ts';
import { writeVolume } from '../support/mounted-volume.ts';
import { service } from '../support/objects.ts';
import { createReviewClient, reviewOf } from '../support/reviews.ts';
import { until } from './support.ts';

const guards: GuardProcess[] = [];
/** Processes start and end late on a machine that is busy. */
const PATIENT_MS = 60_000;
afterAll(() => Promise.all(guards.map((guard) => guard.stop())), PATIENT_MS);

const LOCALHOST = { commonName: 'localhost', dnsNames: ['localhost'] };
const BODY = JSON.stringify(reviewOf(service(), { uid: 'u' }));
const files = ({ certPem, keyPem }: Certificate) => ({ 'tls.crt': certPem, 'tls.key': keyPem });

interface Load {
  answered: number;
  readonly failures: string[];
  isOver: boolean;
}

/** Reviews on one connection that stays, or each on a connection of its own. */
async function keepAsking(guard: GuardProcess, load: Load, isKept: boolean): Promise<void> {
  let client = createReviewClient({ port: guard.webhookPort, caPem: guard.caPem });
  while (!load.isOver) {
    try {
      const { status, text } = await client.post('/validate?timeout=10s', BODY);
      if (status !== 200 || !text.includes('"allowed":true')) load.failures.push(`${status} ${text}`);
      load.answered += 1;
    } catch (error) {
      load.failures.push(String(error));
    }
    if (isKept) continue;
    client.close();
    client = createReviewClient({ port: guard.webhookPort, caPem: guard.caPem });
  }
  client.close();
}

it('serves each new pair to new connections within seconds, while no request on old or new ones fails', {
  timeout: PATIENT_MS,
}, async () => {
  const authority = await createAuthority('throw-away');
  const dir = join(directoryOf({}), 'tls');
  writeVolume(dir, files(await authority.issue(LOCALHOST)));
  const guard = await startGuard({ tls: { dir, caPem: authority.certPem }, args: ['--drain-seconds=0'] });
  guards.push(guard);
  const load: Load = { answered: 0, failures: [], isOver: false };
  const clients = [true, true, false, false].map((isKept) => keepAsking(guard, load, isKept));
  const serial = async (): Promise<string | undefined> =>
    (await shakeHands(guard.webhookPort, { ca: authority.certPem })).chain[0];
  const swaps = 5;
  for (let swap = 0; swap < swaps; swap += 1) {
    const before = load.answered;
    await until('the load runs', () => load.answered > before + 20);
    const next = await authority.issue(LOCALHOST);
    writeVolume(dir, files(next));
    const expected = new X509Certificate(next.certPem).serialNumber;
    await until('the new pair is served', async () => (await serial()) === expected);
  }
  load.isOver = true;
  await Promise.all(clients);
  expect(load.failures).toEqual([]);
  expect(load.answered).toBeGreaterThan(swaps * 20);
  const told = guard.log.map(({ msg }) => msg).filter((msg) => msg !== 'review' && msg !== 'rejected a request');
  expect(told).toEqual(['serving', ...Array(swaps).fill('took up a change of the certificate')]);
});

it('asks for client certificates and speaks TLS 1.3 only where the command line says so', {
  timeout: PATIENT_MS,
}, async () => {
  const clients = await createAuthority('clients');
  const root = directoryOf({ 'ca.crt': clients.certPem });
  const guard = await startGuard({
    args: [
      `--client-ca=${root}/ca.crt`,
      '--client-name=one',
      '--client-name=two',
      '--tls-min-version=1.3',
      '--drain-seconds=0',
    ],
  });
  guards.push(guard);
  const request = `POST /validate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;
  for (const [commonName, expected] of [
    ['one', '"allowed":true'],
    ['two', '"allowed":true'],
    ['three', 'client-not-allowed'],
  ] as const) {
    const { certPem: cert, keyPem: key } = await clients.issue({ commonName });
    const { text, protocol } = await shakeHands(guard.webhookPort, { ca: guard.caPem, cert, key }, request);
    expect([text, protocol]).toEqual([expect.stringContaining(expected), 'TLSv1.3']);
  }
  await expect(shakeHands(guard.webhookPort, { ca: guard.caPem, maxVersion: 'TLSv1.2' })).rejects.toThrow(/version/);
});
