// The wall clock of a node is set, by people or by NTP: no wait becomes as long as it was set back.
import { expect, it, onTestFinished } from 'vitest';
import type { ApiCall, ClusterConnection } from '../cluster/api/connection.ts';
import { choosePair, NOTHING_SERVED, SETTLE_MS, type Served } from './choose.ts';
import { issueAuthority, issueServing } from './issue.ts';
import { Keeper } from './keeper.ts';
import { DURATIONS } from './next-step.ts';
import type { PemPair } from './pem.ts';
import {
  CONFIGURATION_KINDS,
  dnsNamesOf,
  encoded,
  KEYS,
  parseConfiguration,
  parseSecret,
  type State,
} from './state.ts';

/** For a busy machine. */
const PATIENT = { timeout: 30_000 };
const NAMES = { namespace: 'guard', service: 'guard' };
const DNS_NAMES = dnsNamesOf(NAMES);
const HOUR_MS = 60 * 60_000;
const NOW_MS = Date.parse('2026-01-02T00:00:00Z');
/** Certificates were made long before, so that they are valid wherever the clock is set. */
const VALIDITY = { nowMs: NOW_MS - 24 * HOUR_MS, lifetimeMs: 90 * 24 * HOUR_MS };

function secretOf(data: Readonly<Record<string, string>>): object {
  const entries = Object.entries(data).map(([key, text]) => [key, encoded(text)]);
  return { metadata: { resourceVersion: '1' }, data: Object.fromEntries(entries) };
}

function configurationOf(bundle: string): object {
  const clientConfig = { service: { name: NAMES.service, namespace: NAMES.namespace }, caBundle: encoded(bundle) };
  return { metadata: { resourceVersion: '1' }, webhooks: [{ name: 'w', clientConfig }] };
}

function stateOf(serving: PemPair, authority: PemPair): State {
  const secret = secretOf({
    [KEYS.servingCert]: serving.cert,
    [KEYS.servingKey]: serving.key,
    [KEYS.authorityCert]: authority.cert,
    [KEYS.authorityKey]: authority.key,
  });
  const raw = configurationOf(authority.cert);
  return {
    secret: parseSecret(secret),
    configurations: CONFIGURATION_KINDS.map((kind) => parseConfiguration(kind, raw, NAMES)),
  };
}

it('serves a new certificate a moment after its trust was seen, also where the clock was set back an hour meanwhile', async () => {
  const authority = await issueAuthority(VALIDITY);
  const first = await issueServing(authority, DNS_NAMES, VALIDITY);
  const second = await issueServing(authority, DNS_NAMES, VALIDITY);
  const look = (serving: PemPair, served: Served, nowMs: number): Served =>
    choosePair(stateOf(serving, authority), served, { nowMs, dnsNames: DNS_NAMES, settleMs: SETTLE_MS });
  let served = look(first, NOTHING_SERVED, NOW_MS);
  expect(served.pair?.cert).toBe(first.cert);
  served = look(second, served, NOW_MS + 1000);
  expect(served.pair?.cert).toBe(first.cert);
  const setBackMs = NOW_MS - HOUR_MS;
  served = look(second, served, setBackMs);
  expect(served.pair?.cert).toBe(first.cert);
  served = look(second, served, setBackMs + SETTLE_MS);
  expect(served.pair?.cert).toBe(second.cert);
});

it('ends an overlap when every replica has taken the certificate up, also where the clock was set back an hour meanwhile', async () => {
  const [authority, former] = [await issueAuthority(VALIDITY), await issueAuthority(VALIDITY)];
  const serving = await issueServing(authority, DNS_NAMES, VALIDITY);
  const secret = secretOf({
    [KEYS.servingCert]: serving.cert,
    [KEYS.servingKey]: serving.key,
    [KEYS.authorityCert]: authority.cert,
    [KEYS.authorityKey]: authority.key,
    [KEYS.previous]: former.cert,
    [KEYS.previousUntil]: new Date(NOW_MS - 2 * HOUR_MS).toISOString(),
  });
  const cluster = clusterWith(secret, configurationOf(`${authority.cert}${former.cert}`));
  let nowMs = NOW_MS;
  const logger = { info: () => undefined, warn: () => undefined };
  const keeper = new Keeper({ connection: cluster, names: NAMES, logger, pollMs: 1, clock: () => nowMs });
  const stop = new AbortController();
  const running = Promise.all([keeper.run(stop.signal), keeper.lead(stop.signal)]);
  onTestFinished(async () => {
    stop.abort();
    await running;
  });
  await cluster.looks(3);
  nowMs = NOW_MS - HOUR_MS;
  await cluster.looks(3);
  expect(cluster.written).toEqual([]);
  nowMs += DURATIONS.lagMs;
  await expect.poll(() => cluster.written[0], PATIENT).toMatchObject({ data: { [KEYS.previous]: null } });
});

interface Cluster extends ClusterConnection {
  /** Bodies of what was written to the Secret. */
  readonly written: readonly unknown[];
  /** Resolves once it was looked at so often again. */
  looks(count: number): Promise<void>;
}

function clusterWith(secret: object, configuration: object): Cluster {
  const written: unknown[] = [];
  let looks = 0;
  return {
    server: 'https://192.0.2.1',
    context: 'test',
    namespace: NAMES.namespace,
    clusterName: undefined,
    request: async ({ method = 'GET', path, body }: ApiCall) => {
      const isSecret = path.includes('/secrets/');
      if (method === 'GET' && isSecret) looks += 1;
      if (method !== 'GET' && isSecret) written.push(body);
      return isSecret ? secret : configuration;
    },
    open: () => Promise.reject(new Error('nobody streams here')),
    forward: () => Promise.reject(new Error('nobody forwards here')),
    renewCredentials: () => undefined,
    close: () => undefined,
    written,
    looks: async (count) => {
      const wanted = looks + count;
      await expect.poll(() => looks, PATIENT).toBeGreaterThanOrEqual(wanted);
    },
  };
}
