// What admissions notice of it when the whole view has to be listed again: an API server that has forgotten where every watch
// was, as after an upgrade of the control plane, and reviews that come all the while.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../../test/cluster/wait-for.ts';
import type { GuardUnderTest } from './guard-under-test.ts';
import { type Quantiles, quantiles } from './look-ups.ts';
import { deployment, ingress, namespaceName, service } from './objects.ts';
import { openReviewConnection, questionOf } from './review-connection.ts';

/** As loop-delay.mjs writes it. */
export interface LoopDelays {
  readonly looks: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface Resync {
  readonly seconds: number;
  readonly loop: LoopDelays;
  readonly admissions: Quantiles & { readonly count: number; readonly maxMs: number };
}

/** 100 a second: a busy day of a large cluster has one or two. */
const INTERVAL_MS = 10;
/** How often it is looked whether the lists have begun, and ended. Each look costs the guard a few milliseconds. */
const LOOK_MS = 250;

interface ResyncOptions {
  readonly guard: GuardUnderTest;
  /** Where loop-delay.mjs writes. */
  readonly delaysFile: string;
  readonly namespaces: number;
  readonly kinds: readonly string[];
  /** Resolves when the API server is back, and has forgotten. */
  readonly forget: () => Promise<void>;
}

export async function resync({ guard, delaysFile, namespaces, kinds, forget }: ResyncOptions): Promise<Resync> {
  const stream = await startStream(guard, namespaces);
  const expired = (kind: string): Promise<number> =>
    guard.metric(`guard_watch_restarts_total{kind="${kind}",reason="expired"}`).then((count) => count || 0);
  const before = await Promise.all(kinds.map(expired));
  const isForgotten = async (): Promise<boolean> => {
    const now = await Promise.all(kinds.map(expired));
    return now.some((count, index) => count > (before[index] ?? 0));
  };
  const patience = { timeoutMs: 120_000, intervalMs: LOOK_MS };
  const back = forget();
  await waitFor('the watches to expire', isForgotten, Boolean, patience);
  const startedAtMs = Date.now();
  await readDelays(guard, delaysFile);
  stream.mark();
  await waitFor(
    'every kind to be listed again',
    () => lastSigns(guard, kinds),
    (signs) => signs.every((ms) => ms > startedAtMs),
    patience,
  );
  const seconds = (Date.now() - startedAtMs) / 1000;
  const takenMs = stream.taken();
  const loop = await readDelays(guard, delaysFile);
  await back;
  await stream.stop();
  const maxMs = takenMs.reduce((most, ms) => Math.max(most, ms), 0);
  return { seconds, loop, admissions: { ...quantiles(takenMs), count: takenMs.length, maxMs } };
}

/** When each kind was last known to be current, in milliseconds since the epoch: during a list, when its watch ended. */
async function lastSigns(guard: GuardUnderTest, kinds: readonly string[]): Promise<readonly number[]> {
  const ages = await Promise.all(kinds.map((kind) => guard.metric(`guard_snapshot_age_seconds{kind="${kind}"}`)));
  return ages.map((seconds) => Date.now() - seconds * 1000);
}

/** What there is since the last call. */
export async function readDelays(guard: GuardUnderTest, file: string): Promise<LoopDelays> {
  rmSync(file, { force: true });
  process.kill(guard.process.pid, 'SIGUSR2');
  const text = await waitFor(
    'the guard to write its delays',
    async () => (existsSync(file) ? readFileSync(file, 'utf8') : ''),
    (written) => written.endsWith('}'),
  );
  return JSON.parse(text);
}

interface Stream {
  /** What is taken from here on counts. */
  mark(): void;
  taken(): readonly number[];
  stop(): Promise<void>;
}

async function startStream({ process: guard }: GuardUnderTest, namespaces: number): Promise<Stream> {
  const connection = await openReviewConnection(guard.webhookPort, guard.caPem);
  const questions = Array.from({ length: 50 }, (_, index) => namespaceName((index * 17) % namespaces)).flatMap(
    (place) => [
      questionOf('/validate', ingress(place, 1)),
      questionOf('/validate', service(place, 2)),
      questionOf('/validate', deployment(place, 3)),
      questionOf('/mutate', service(place, 4)),
    ],
  );
  let takenMs: number[] = [];
  let isOver = false;
  const run = async (): Promise<void> => {
    for (let count = 0; !isOver; count += 1) {
      const question = questions[count % questions.length];
      if (question !== undefined) takenMs.push(await connection.ask(question));
      await delay(INTERVAL_MS);
    }
  };
  const running = run();
  return {
    mark: () => {
      takenMs = [];
    },
    taken: () => takenMs.slice(),
    stop: async () => {
      isOver = true;
      await running;
      connection.close();
    },
  };
}
