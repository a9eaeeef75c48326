import { pino } from 'pino';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { waitFor } from '../../../test/cluster/wait-for.ts';
import { parsed } from '../../../test/support/corridor.ts';
import { factsOf } from '../../../test/support/facts.ts';
import {
  ADD_ON_OFF,
  CLUSTER,
  type FakeGkeApi,
  LOCATION,
  PROJECT,
  startFakeGkeApi,
  startFakeMetadata,
} from '../../../test/support/fake-gke-api.ts';
import { type RawObject, service } from '../../../test/support/objects.ts';
import type { Observation } from '../../cluster/view/observed-facts.ts';
import type { Facts } from '../../facts/facts.ts';
import { createSnapshot } from '../../snapshot/snapshot.ts';
import {
  type ClusterFactsFeed,
  type ClusterFactsInput,
  type ClusterFactsOptions,
  feedClusterFacts,
} from './cluster-facts.ts';

const OPTIONS: ClusterFactsOptions = {
  gkeProject: PROJECT,
  gkeLocation: LOCATION,
  gkeCluster: CLUSTER,
  gkeEndpoint: 'http://127.0.0.1:1',
  factsRefresh: 3_600_000,
  factsMaxAge: 24 * 3_600_000,
  gkeApi: false,
  cluster: true,
};

let log: Readonly<Record<string, unknown>>[];
let outcomes: string[];
let conflicts: number;
let objects: readonly RawObject[];
let file: Facts | undefined;

beforeEach(() => {
  log = [];
  outcomes = [];
  conflicts = 0;
  objects = [];
  file = undefined;
});

/** A view whose objects a test exchanges, as watches would. */
const view: Observation['view'] = {
  get snapshot() {
    return createSnapshot(objects.map(parsed), 'listed');
  },
  syncedAtMs: () => 0,
  lastSignMs: () => Date.now(),
};

const gkeServer: ClusterFactsInput['connection'] = {
  context: undefined,
  namespace: 'gke-ingress-guard',
  request: async () => ({ gitVersion: 'v1.33.4-gke.1036000' }),
};

function feed(changes: Partial<ClusterFactsOptions> = {}, connection?: ClusterFactsInput['connection']) {
  const fed = feedClusterFacts({
    options: { ...OPTIONS, ...changes },
    file: () => file,
    view: connection === undefined ? undefined : view,
    connection,
    logger: pino({}, { write: (line: string) => void log.push(JSON.parse(line)) }),
    metrics: {
      factsRefreshed: (outcome) => void outcomes.push(outcome),
      factConflicts: (count) => {
        conflicts = count;
      },
    },
  });
  onTestFinished(() => fed.stop());
  return fed;
}

async function onGke(): Promise<FakeGkeApi> {
  const google = await startFakeGkeApi('a-token');
  onTestFinished(() => google.close());
  const metadata = await startFakeMetadata('a-token');
  onTestFinished(() => metadata.close());
  vi.stubEnv('CLOUDSDK_CONFIG', '/nowhere');
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', undefined);
  vi.stubEnv('METADATA_SERVER_DETECTION', undefined);
  vi.stubEnv('GCE_METADATA_IP', undefined);
  vi.stubEnv('GCE_METADATA_HOST', metadata.host);
  onTestFinished(() => void vi.unstubAllEnvs());
  return google;
}

const BACKEND = service({ namespace: 'kube-system', name: 'default-http-backend' });
const addOnOf = (fed: ClusterFactsFeed) => fed.current().httpLoadBalancing;
const settles = (fed: ClusterFactsFeed, what: object): Promise<unknown> =>
  waitFor(
    JSON.stringify(what),
    async () => addOnOf(fed),
    (fact) => expect.objectContaining(what).asymmetricMatch(fact),
  );

describe('the facts that serve works with', () => {
  it('are those of the file, and the names that flags give, where nobody else is asked', async () => {
    const fed = feed();
    expect(fed.current()).toMatchObject({
      cluster: { project: PROJECT, location: LOCATION, name: CLUSTER },
      httpLoadBalancing: { known: false },
    });
    file = factsOf({ httpLoadBalancing: 'disabled' });
    expect(addOnOf(fed)).toMatchObject({ value: 'disabled', source: 'file' });
    expect(outcomes).toEqual([]);
  });

  it('are merged once, as long as nothing changes', async () => {
    file = factsOf({ httpLoadBalancing: 'disabled' });
    const fed = feed({}, gkeServer);
    await settles(fed, { value: 'disabled' });
    vi.useFakeTimers({ now: Date.now() });
    onTestFinished(() => void vi.useRealTimers());
    const first = fed.current();
    expect(fed.current()).toBe(first);
    vi.advanceTimersByTime(1500);
    expect(fed.current()).not.toBe(first);
  });

  it('follow the default backend of the add-on as it goes and comes', async () => {
    objects = [BACKEND];
    const fed = feed({}, gkeServer);
    await settles(fed, { value: 'enabled', source: 'observed' });
    objects = [];
    expect(addOnOf(fed)).toMatchObject({ value: 'disabled', source: 'observed' });
    objects = [BACKEND];
    expect(addOnOf(fed)).toMatchObject({ value: 'enabled', source: 'observed' });
  });

  it('name each conflict once in the log, and again when it has changed', async () => {
    objects = [BACKEND];
    file = factsOf({ httpLoadBalancing: 'disabled' });
    const fed = feed({}, gkeServer);
    await waitFor('the conflict', async () => fed.current() && conflicts, Boolean);
    vi.useFakeTimers({ now: Date.now() });
    onTestFinished(() => void vi.useRealTimers());
    vi.advanceTimersByTime(5000);
    fed.current();
    expect(log).toHaveLength(1);
    expect(log[0]).toMatchObject({
      fact: 'httpLoadBalancing',
      value: 'disabled',
      source: 'file',
      otherValue: 'enabled',
      otherSource: 'observed',
      msg: 'two sources disagree; the first counts',
    });
    objects = [];
    fed.current();
    expect(conflicts).toBe(0);
    objects = [BACKEND];
    fed.current();
    expect([conflicts, log.length]).toEqual([1, 2]);
  });

  it('doubt an API that says off while the default backend runs, and ask it again', async () => {
    const google = await onGke();
    google.describe(ADD_ON_OFF);
    const fed = feed({ gkeApi: true, gkeEndpoint: google.url }, gkeServer);
    await settles(fed, { value: 'disabled', source: 'gke-api' });
    expect(google.requests).toHaveLength(1);
    objects = [BACKEND];
    expect(addOnOf(fed)).toMatchObject({ value: 'disabled', contradictedBy: 'observed' });
    google.describe();
    await settles(fed, { value: 'enabled', source: 'gke-api' });
    expect(outcomes).toEqual(['ok', 'ok']);
  });

  it('are unknown again once nobody has confirmed them for too long', async () => {
    const google = await onGke();
    const fed = feed({ gkeApi: true, gkeEndpoint: google.url, factsMaxAge: 60_000 });
    await settles(fed, { value: 'enabled' });
    vi.useFakeTimers({ now: Date.now() + 61_000, toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    expect(addOnOf(fed)).toEqual({ known: false });
  });

  it('come from nobody but the file with --no-cluster', async () => {
    const google = await onGke();
    const fed = feed({ gkeApi: true, cluster: false, gkeEndpoint: google.url });
    expect(addOnOf(fed)).toEqual({ known: false });
    expect([google.requests, outcomes]).toEqual([[], []]);
  });
});
