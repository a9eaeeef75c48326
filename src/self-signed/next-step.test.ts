// A model of the cluster: the Secret, the webhook configurations, API servers that see a change late, replicas that look
// every few seconds, and a leader that may die after any write. Certificates and trust in it are real.
import type { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choosePair, NOTHING_SERVED, SETTLE_MS, type Served } from './choose.ts';
import { DURATIONS, nextStep, type Step } from './next-step.ts';
import { certificatesOf, isIssuedBy, isValidAt, type ReadPair, readAuthority } from './pem.ts';
import { type Configuration, dnsNamesOf, encoded, KEYS, parseSecret, type State } from './state.ts';
import { dataOf } from './store.ts';

const NAMES = { namespace: 'guard', service: 'guard' };
const DNS_NAMES = dnsNamesOf(NAMES);
const START_MS = Date.parse('2026-01-01T00:00:00Z');
const DAY_MS = 24 * 60 * 60_000;
const POLL_MS = 3000;
/** How late an API server may be to see a changed webhook configuration. */
const API_LAG_MS = 2000;

type Data = Readonly<Record<string, string>>;

const issuers = new Map<string, readonly X509Certificate[]>();

/** As `isTrustedBy`; signatures, which no time changes, are verified once for each pair and caBundle. */
function isTrusted({ cert, certificate }: ReadPair, bundle: string, nowMs: number): boolean {
  const key = `${cert} ${bundle}`;
  const known = issuers.get(key) ?? certificatesOf(bundle).filter((one) => isIssuedBy(certificate, one));
  issuers.set(key, known);
  return isValidAt(certificate, nowMs) && known.some((one) => isValidAt(one, nowMs));
}

class World {
  nowMs = START_MS;
  /** undefined: deleted. */
  data: Data | undefined = {};
  readonly backups: Data[] = [];
  /** PEM, by configuration. */
  bundles: Record<string, string> = { MutatingWebhookConfiguration: '', ValidatingWebhookConfiguration: '' };
  /** What the API servers that are late see: each with the time from which everybody sees it. */
  late: { readonly bundles: Readonly<Record<string, string>>; readonly untilMs: number }[] = [];
  replicas: Served[] = [NOTHING_SERVED, NOTHING_SERVED];
  readonly done: Step['do'][] = [];
  #seen = { cert: '', sinceMs: 0 };

  state(): State {
    const configurations = Object.entries(this.bundles).map(
      ([kind, bundle]) =>
        ({ kind, resourceVersion: '1', webhooks: [{ index: 0, name: 'w', bundle }] }) as Configuration, // one of the two kinds
    );
    const raw = { metadata: { resourceVersion: '1' }, data: this.data };
    return { secret: this.data === undefined ? undefined : parseSecret(raw), configurations };
  }

  async step(): Promise<Step['do']> {
    const state = this.state();
    const cert = state.secret?.serving.cert ?? '';
    if (cert !== this.#seen.cert) this.#seen = { cert, sinceMs: this.nowMs };
    const { nowMs } = this;
    const options = { nowMs, servingSeenMs: this.#seen.sinceMs, dnsNames: DNS_NAMES, durations: DURATIONS };
    const step = nextStep(state, options);
    if (step.do === 'nothing' || state.secret === undefined) return 'nothing';
    this.done.push(step.do);
    if (step.do === 'write-bundle') this.setBundles({ ...this.bundles, [step.kind]: step.bundle });
    else {
      const changes = await dataOf(step, state.secret, { names: NAMES, durations: DURATIONS, nowMs });
      const data = Object.entries({ ...this.data, ...changes }).filter(([, value]) => value !== null);
      this.data = Object.fromEntries(data) as Data; // no null is left
      this.backups.push(this.data);
    }
    return step.do;
  }

  setBundles(bundles: Record<string, string>): void {
    this.late.push({ bundles: this.bundles, untilMs: this.nowMs + API_LAG_MS });
    this.bundles = bundles;
  }

  /** @param steps that the leader takes at each look before it is seen no more */
  async run(looks: number, steps = 20): Promise<void> {
    for (let i = 0; i < looks; i++) {
      for (let n = 0; n < steps && (await this.step()) !== 'nothing'; n++) this.check();
      // The replicas look at other moments than the leader, some of them before every API server has seen its writes.
      for (const replica of [0, 1, undefined]) {
        this.nowMs += POLL_MS / 3;
        this.late = this.late.filter(({ untilMs }) => untilMs > this.nowMs);
        this.#look(replica);
        this.check();
      }
    }
  }

  #look(replica: number | undefined): void {
    const options = { nowMs: this.nowMs, dnsNames: DNS_NAMES, settleMs: SETTLE_MS };
    this.replicas = this.replicas.map((served, i) =>
      i === replica ? choosePair(this.state(), served, options) : served,
    );
  }

  /** Every ready replica is trusted by every API server, whichever of its configurations it calls by. */
  check(): void {
    const views = [this.bundles, ...this.late.map(({ bundles }) => bundles)];
    for (const { pair, isReady } of this.replicas) {
      if (!isReady || pair === undefined) continue;
      for (const bundle of views.flatMap((view) => Object.values(view))) {
        if (!isTrusted(pair, bundle, this.nowMs)) {
          throw new Error(`a replica is not trusted after ${this.done.join(', ')}`);
        }
      }
    }
  }

  /** Nothing is left to do, and both replicas serve what the Secret has. */
  async expectGood(): Promise<void> {
    expect(await this.step()).toBe('nothing');
    const { secret } = this.state();
    for (const { pair, isReady } of this.replicas) {
      expect(isReady).toBe(true);
      expect(pair?.cert).toBe(secret?.serving.cert);
    }
    this.check();
  }
}

async function goodWorld(): Promise<World> {
  const world = new World();
  await world.run(5);
  await world.expectGood();
  return world;
}

const ALL_KEYS = Object.values(KEYS);

type Event = (world: World) => Promise<void>;
const named = (name: string, event: Event): Event => Object.assign(event, { toString: () => name });

const damage: fc.Arbitrary<Event> = fc
  .tuple(fc.subarray(ALL_KEYS, { minLength: 1 }), fc.constantFrom('gone', 'garbage', 'cut', 'no base64'))
  .map(([keys, how]) =>
    named(`${how}: ${keys.join()}`, async (world) => {
      const spoil = (value: string): string | undefined => {
        if (how === 'gone') return undefined;
        if (how === 'garbage') return encoded('garbage');
        return how === 'cut' ? value.slice(0, value.length / 2) : '%%%';
      };
      const entries = Object.entries(world.data ?? {}).map(([key, value]) => [
        key,
        keys.some((one) => one === key) ? spoil(value) : value,
      ]);
      world.data = Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Data; // strings are left
    }),
  );

async function makeNewAuthority(world: World): Promise<void> {
  const { [KEYS.authorityKey]: _, ...rest } = world.data ?? {};
  world.data = rest;
  await world.run(30);
  world.nowMs += 2 * DAY_MS;
  // By now the one before has left the caBundles.
  await world.run(30);
}

const restore: Event = named('a backup from before the rotation', async (world) => {
  await world.run(30);
  const old = world.data;
  await makeNewAuthority(world);
  world.data = old;
  // The replicas see it before any leader does.
  await world.run(1, 0);
});

const restoreTwice: Event = named('that backup, and then the one from after it', async (world) => {
  await world.run(30);
  const old = world.data;
  await makeNewAuthority(world);
  const fresh = world.data;
  world.data = old;
  await world.run(10);
  world.data = fresh;
  await world.run(1, 0);
});

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.constantFrom(restore, restoreTwice),
  { arbitrary: damage, weight: 3 },
  fc.constant(
    named('emptied', async (world) => {
      world.data = {};
    }),
  ),
  fc.nat().map((n) =>
    named(`backup ${n}`, async (world) => {
      world.data = world.backups[n % world.backups.length];
    }),
  ),
  fc.integer({ min: 1, max: 25 }).map((days) =>
    named(`${days} days`, async (world) => {
      await world.run(30);
      world.nowMs += days * DAY_MS;
    }),
  ),
  fc.constant(
    named('rotation due', async (world) => {
      // Twelve looks of three weeks: past two thirds of a year.
      for (let i = 0; i < 12; i++) {
        await world.run(4);
        world.nowMs += 21 * DAY_MS;
      }
    }),
  ),
  fc.nat({ max: 4 }).map((steps) => named(`dies after ${steps}`, (world) => world.run(1, steps))),
  fc.nat({ max: 3 }).map((looks) => named(`${looks} looks`, (world) => world.run(looks))),
  fc.constant(named('no leader', (world) => world.run(3, 0))),
  fc.constant(
    named('a replica is new', async (world) => {
      world.replicas = [world.replicas[1] ?? NOTHING_SERVED, NOTHING_SERVED];
    }),
  ),
);

describe('trust', () => {
  it('is never broken for a replica that is ready, whatever becomes of the Secret and of the leader', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 8 }), async (events) => {
        const world = await goodWorld();
        for (const happens of events) {
          await happens(world);
          world.check();
        }
        await world.run(30);
        await world.expectGood();
      }),
      { numRuns: 12 },
    );
  }, 120_000);

  it.each([restore, restoreTwice])('is not broken by %s', async (happens) => {
    const world = await goodWorld();
    await happens(world);
    await world.run(30);
    await world.expectGood();
  });

  it('comes back from whatever is in the caBundles', async () => {
    const foreign = (await goodWorld()).bundles['MutatingWebhookConfiguration'] ?? '';
    const bundle = fc.constantFrom('', '\n', 'garbage', foreign, `${foreign}garbage`);
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 4 }), bundle, bundle, async (events, mutating, validating) => {
        const world = await goodWorld();
        world.check = () => undefined;
        world.bundles = { MutatingWebhookConfiguration: mutating, ValidatingWebhookConfiguration: validating };
        for (const happens of events) await happens(world);
        await world.run(30);
        Reflect.deleteProperty(world, 'check');
        await world.expectGood();
      }),
      { numRuns: 8 },
    );
  }, 120_000);
});

describe('the steps', () => {
  it('of a new installation: authority, both caBundles, certificate', async () => {
    const world = await goodWorld();
    expect(world.done).toEqual(['make-authority', 'write-bundle', 'write-bundle', 'make-serving']);
    expect(Object.keys(world.data ?? {}).toSorted()).toEqual(['ca.crt', 'ca.key', 'tls.crt', 'tls.key']);
  });

  it('of a renewal: one, and no caBundle changes', async () => {
    const world = await goodWorld();
    const { bundles } = world;
    world.done.length = 0;
    world.nowMs += 59 * DAY_MS;
    await world.run(3);
    expect(world.done).toEqual([]);
    world.nowMs += 2 * DAY_MS;
    await world.run(5);
    expect(world.done).toEqual(['make-serving']);
    expect(world.bundles).toEqual(bundles);
    await world.expectGood();
  });

  it('of a rotation: the old authority leaves a day after the new one has signed', async () => {
    const world = await goodWorld();
    for (let days = 0; days < 242; days += 22) {
      world.nowMs += 22 * DAY_MS;
      await world.run(3);
    }
    world.done.length = 0;
    world.nowMs += 2 * DAY_MS;
    await world.run(30);
    expect(world.done).toEqual(['make-authority', 'write-bundle', 'write-bundle', 'make-serving']);
    expect(Object.values(world.bundles).map((bundle) => certificatesOf(bundle).length)).toEqual([2, 2]);
    world.nowMs += DAY_MS - 5 * 60_000;
    await world.run(3);
    expect(world.done).toHaveLength(4);
    world.nowMs += 5 * 60_000;
    await world.run(3);
    expect(world.done.slice(4)).toEqual(['drop-previous', 'write-bundle', 'write-bundle']);
    const { secret } = world.state();
    const authority = secret === undefined ? undefined : readAuthority(secret.authority)?.certificate.toString();
    expect(Object.values(world.bundles)).toEqual([authority, authority]);
    await world.expectGood();
  });

  it('take up the authority of another tool for a day, so that who serves by it stays trusted', async () => {
    const foreign = (await goodWorld()).bundles['MutatingWebhookConfiguration'] ?? '';
    const world = new World();
    world.bundles = { MutatingWebhookConfiguration: foreign, ValidatingWebhookConfiguration: foreign };
    await world.run(5);
    for (const bundle of Object.values(world.bundles)) {
      expect(certificatesOf(bundle)).toHaveLength(2);
      expect(bundle).toContain(foreign);
    }
    world.nowMs += DAY_MS;
    await world.run(30);
    for (const bundle of Object.values(world.bundles)) expect(bundle).not.toContain(foreign);
    await world.expectGood();
  });

  it('are none without the Secret, and none for a configuration that is not there', async () => {
    const world = await goodWorld();
    world.data = undefined;
    expect(await world.step()).toBe('nothing');
    const alone = new World();
    alone.bundles = { ValidatingWebhookConfiguration: '' };
    await alone.run(5);
    expect(alone.done).toEqual(['make-authority', 'write-bundle', 'make-serving']);
    await alone.expectGood();
  });
});

describe('a replica', () => {
  it('is not ready where nothing could trust it', async () => {
    const world = new World();
    world.bundles = {};
    await world.run(5);
    expect(world.replicas.map(({ isReady }) => isReady)).toEqual([false, false]);
    world.bundles = { MutatingWebhookConfiguration: '', ValidatingWebhookConfiguration: '' };
    await world.run(5);
    await world.expectGood();
  });

  it('stays ready and goes on serving when the Secret is gone', async () => {
    const world = await goodWorld();
    const pairs = world.replicas.map(({ pair }) => pair?.cert);
    world.data = undefined;
    await world.run(5);
    expect(world.replicas.map(({ pair }) => pair?.cert)).toEqual(pairs);
    world.check();
  });
});
