// Against the real client and a fake API over HTTP; times are short, and nothing asserts how fast it went.
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { waitFor } from '../../../test/cluster/wait-for.ts';
import {
  ADD_ON_OFF,
  CLUSTER,
  clusterDescription,
  type FakeGkeApi,
  googleError,
  LOCATION,
  PROJECT,
  startFakeGkeApi,
  startFakeMetadata,
} from '../../../test/support/fake-gke-api.ts';
import { type FactRefresher, type RefresherOptions, startFactRefresher } from './fact-refresher.ts';
import { createGkeApi } from './gke-api.ts';

const TOKEN = 'a-token';
const HOUR_MS = 3_600_000;

let google: FakeGkeApi;
let log: Readonly<Record<string, unknown>>[];
let outcomes: string[];

beforeEach(async () => {
  google = await startFakeGkeApi(TOKEN);
  const metadata = await startFakeMetadata(TOKEN);
  onTestFinished(() => metadata.close());
  vi.stubEnv('CLOUDSDK_CONFIG', '/nowhere');
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', undefined);
  vi.stubEnv('METADATA_SERVER_DETECTION', undefined);
  vi.stubEnv('GCE_METADATA_IP', undefined);
  vi.stubEnv('GCE_METADATA_HOST', metadata.host);
  log = [];
  outcomes = [];
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await google.close();
});

function start(options: Partial<RefresherOptions> & { readonly timeoutMs?: number } = {}): FactRefresher {
  const names = { project: PROJECT, location: LOCATION, name: CLUSTER };
  const refresher = startFactRefresher({
    api: createGkeApi({ endpoint: google.url, names, timeoutMs: options.timeoutMs ?? 5000 }),
    refreshMs: HOUR_MS,
    logger: pino({}, { write: (line: string) => void log.push(JSON.parse(line)) }),
    onOutcome: (outcome) => void outcomes.push(outcome),
    random: () => 0.5,
    firstBackoffMs: 20,
    demandMs: 50,
    watchfulMs: 0,
    ...options,
  });
  onTestFinished(() => refresher.stop());
  return refresher;
}

const until = (what: string, isSo: () => boolean): Promise<boolean> => waitFor(what, async () => isSo(), Boolean);
const addOnOf = (refresher: FactRefresher): unknown => {
  const fact = refresher.facts()?.httpLoadBalancing;
  return fact?.known ? fact.value : undefined;
};

describe('the refresher', () => {
  it('asks at once in the background, and again and again', async () => {
    const refresher = start({ refreshMs: 50 });
    expect(refresher.facts()).toBeUndefined();
    await until('the first facts', () => addOnOf(refresher) === 'enabled');
    google.describe(ADD_ON_OFF);
    await until('the change', () => addOnOf(refresher) === 'disabled');
    expect(new Set(outcomes)).toEqual(new Set(['ok']));
    expect(log).toEqual([]);
  });

  it('asks at once when it is told to, and keeps what it knew until then', async () => {
    const refresher = start();
    await until('the first facts', () => addOnOf(refresher) === 'enabled');
    google.describe(ADD_ON_OFF);
    refresher.refreshSoon();
    expect(addOnOf(refresher)).toBe('enabled');
    await until('the change', () => addOnOf(refresher) === 'disabled');
  });

  it('asks no more than once in the time that lies between two demands, however many there are', async () => {
    const refresher = start({ demandMs: 300 });
    await until('the first facts', () => google.requests.length === 1);
    for (let i = 0; i < 100; i += 1) refresher.refreshSoon();
    await until('the first demand', () => google.requests.length === 2);
    const askedAtMs = performance.now();
    for (let i = 0; i < 100; i += 1) refresher.refreshSoon();
    await until('the second demand', () => google.requests.length === 3);
    expect(performance.now() - askedAtMs).toBeGreaterThan(150);
    expect(google.requests).toHaveLength(3);
  });

  it('goes on asking often for a while after it was told to, for the change that is waited for takes minutes', async () => {
    const refresher = start({ watchfulMs: 60_000 });
    await until('the first facts', () => addOnOf(refresher) === 'enabled');
    refresher.refreshSoon();
    await until('a few more', () => google.requests.length >= 4);
    google.describe(ADD_ON_OFF);
    await until('the change', () => addOnOf(refresher) === 'disabled');
  });

  it('falls back into its own time after that while', async () => {
    const refresher = start({ watchfulMs: 120 });
    await until('the first facts', () => addOnOf(refresher) === 'enabled');
    refresher.refreshSoon();
    const later = performance.now() + 600;
    await until('more than the while', () => performance.now() > later);
    const asked = google.requests.length;
    const muchLater = performance.now() + 300;
    await until('some time', () => performance.now() > muchLater);
    expect(google.requests).toHaveLength(asked);
  });

  it('asks once more where it is told to while an answer is on its way, for that may be of before', async () => {
    const held = Promise.withResolvers<void>();
    google.answerWith(async () => {
      const body = clusterDescription(ADD_ON_OFF);
      await held.promise;
      return { body };
    });
    const refresher = start();
    await until('the request', () => google.requests.length === 1);
    google.describe();
    refresher.refreshSoon();
    // Long enough for the demand to have met the running request, whatever the machine does meanwhile.
    const demanded = performance.now() + 100;
    await until('the demand', () => performance.now() > demanded);
    held.resolve();
    await until('the newer answer', () => addOnOf(refresher) === 'enabled');
    expect(google.requests).toHaveLength(2);
  });
});

describe('a failure', () => {
  it.each<[number, string]>([
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [404, 'not-found'],
    [429, 'throttled'],
    [500, 'server-error'],
  ])('of status %i leaves what was known, is tried again, and is said once', async (status, outcome) => {
    const refresher = start();
    await until('the first facts', () => addOnOf(refresher) === 'enabled');
    google.answerWith(() => googleError(status, 'no'));
    refresher.refreshSoon();
    await until('three tries', () => outcomes.length >= 4);
    expect(addOnOf(refresher)).toBe('enabled');
    expect(outcomes.slice(0, 4)).toEqual(['ok', outcome, outcome, outcome]);
    expect(log).toHaveLength(1);
    expect(log[0]).toMatchObject({
      level: 40,
      failure: outcome,
      reason: `it answered ${status}: no`,
      hint: expect.any(String),
      msg: 'the GKE API cannot be asked; what it said before stays',
    });
    google.describe(ADD_ON_OFF);
    await until('the recovery', () => addOnOf(refresher) === 'disabled');
    expect(log.at(-1)).toMatchObject({ msg: 'the GKE API answers again' });
  });

  it('is said again where it has become another', async () => {
    google.answerWith(() => googleError(500, 'no'));
    start();
    await until('two failures', () => outcomes.length >= 2);
    google.answerWith(() => googleError(403, 'no'));
    await until('the other failure', () => outcomes.at(-1) === 'forbidden');
    google.answerWith(() => googleError(500, 'no'));
    await until('the first again', () => outcomes.at(-1) === 'server-error');
    expect(log.map(({ failure }) => failure)).toEqual(['server-error', 'forbidden', 'server-error']);
    expect(log[0]).toMatchObject({ msg: 'the GKE API cannot be asked; nothing is known from it yet' });
  });

  it('waits as long as Google asks, but not for who demands it', async () => {
    google.answerWith(() => ({ ...googleError(429, 'slow down'), headers: { 'retry-after': '600' } }));
    const refresher = start();
    await until('the failure', () => outcomes.length === 1);
    expect(log[0]).toMatchObject({ retryInSeconds: 600 });
    google.describe();
    refresher.refreshSoon();
    await until('the facts', () => addOnOf(refresher) === 'enabled');
  });

  it('waits half an hour at most, whatever Google asks', async () => {
    google.answerWith(() => ({ ...googleError(429, 'slow down'), headers: { 'retry-after': '99999999999' } }));
    start();
    await until('the failure', () => outcomes.length === 1);
    expect(log[0]).toMatchObject({ retryInSeconds: 1800 });
  });

  it('waits longer each time, up to the time between two successes', async () => {
    // Another failure each time is logged each time, with how long it waits.
    google.answerWith(() => (outcomes.length % 2 === 0 ? googleError(503, 'no') : googleError(403, 'no')));
    start({ refreshMs: 100, random: () => 0.999 });
    await until('six failures', () => log.length >= 6);
    const waits = log.slice(0, 6).map(({ retryInSeconds }) => retryInSeconds);
    expect(waits).toEqual([0, 0, 0.1, 0.1, 0.1, 0.1]);
  });

  it('is an API that is away', async () => {
    const refresher = start();
    await until('the first facts', () => addOnOf(refresher) === 'enabled');
    await google.close();
    refresher.refreshSoon();
    await until('the failure', () => outcomes.at(-1) === 'unreachable');
    expect(addOnOf(refresher)).toBe('enabled');
    google = await startFakeGkeApi(TOKEN);
  });

  it('is an API that does not answer in time', async () => {
    google.answerWith(() => 'never');
    start({ timeoutMs: 200 });
    await until('the failure', () => outcomes[0] === 'unreachable');
    expect(log[0]).toMatchObject({ reason: 'it did not answer within 0.2 s' });
  });
});

it('takes what it knows for no younger where the clock is set back', async () => {
  const refresher = start();
  await until('the facts', () => addOnOf(refresher) === 'enabled');
  const before = refresher.facts();
  expect(refresher.facts()).toBe(before);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 24 * HOUR_MS });
  onTestFinished(() => void vi.useRealTimers());
  const fact = refresher.facts()?.httpLoadBalancing;
  if (!fact?.known) throw new Error('nothing is known');
  expect(fact.value).toBe('enabled');
  const ageMs = Date.now() - fact.learntAtMs;
  expect(ageMs >= 0 && ageMs < HOUR_MS).toBe(true);
});

it('asks nobody once it is stopped', async () => {
  google.answerWith(() => 'never');
  const refresher = start({ refreshMs: 20 });
  await until('the request', () => google.requests.length === 1);
  refresher.stop();
  refresher.refreshSoon();
  const later = performance.now() + 200;
  await until('some time', () => performance.now() > later);
  expect([google.requests.length, outcomes, log]).toEqual([1, [], []]);
});
