// An election in a model: a Lease that takes one of two writers, answers that come late or get lost, clocks that start
// anywhere and run a little fast or slow, candidates that stop for a while or die.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Candidate, ELECTION_TIMES } from './candidate.ts';
import type { LeaseRecord } from './lease.ts';

const { leaseMs, renewMs, retryMs } = ELECTION_TIMES;
const WALL_MS = Date.parse('2026-01-01T00:00:00Z');

describe('a candidate', () => {
  const record = (changes: Partial<LeaseRecord> = {}): LeaseRecord => ({
    holder: 'other',
    acquireTime: '2020-01-01T00:00:00.000000Z',
    renewTime: '2020-01-01T00:00:00.000000Z',
    durationSeconds: 15,
    transitions: 3,
    ...changes,
  });

  it('waits from its own first sight of the record, however old that says it is', () => {
    const candidate = new Candidate('me', ELECTION_TIMES);
    candidate.observed(record(), 1000);
    expect(candidate.proposal(1000 + leaseMs - 1, WALL_MS)).toBeUndefined();
    expect(candidate.proposal(1000 + leaseMs, WALL_MS)).toEqual({
      holder: 'me',
      acquireTime: '2026-01-01T00:00:00.000000Z',
      renewTime: '2026-01-01T00:00:00.000000Z',
      durationSeconds: 15,
      transitions: 4,
    });
  });

  it('begins to wait anew when the record changes', () => {
    const candidate = new Candidate('me', ELECTION_TIMES);
    candidate.observed(record(), 0);
    candidate.observed(record({ renewTime: '2020-01-01T00:00:02.000000Z' }), leaseMs - 1);
    expect(candidate.proposal(2 * leaseMs - 2, WALL_MS)).toBeUndefined();
    expect(candidate.proposal(2 * leaseMs - 1, WALL_MS)).toBeDefined();
  });

  it('takes a Lease that nobody holds at once, and keeps when it was taken', () => {
    const candidate = new Candidate('me', ELECTION_TIMES);
    candidate.observed(record({ holder: '' }), 0);
    const taken = candidate.proposal(0, WALL_MS);
    if (taken === undefined) throw new Error('nothing proposed');
    candidate.acquired(taken, 0);
    expect(candidate.isLeading(renewMs - 1)).toBe(true);
    expect(candidate.isLeading(renewMs)).toBe(false);
    candidate.observed(taken, 2000);
    expect(candidate.proposal(2000, WALL_MS + 2000)).toEqual({ ...taken, renewTime: '2026-01-01T00:00:02.000000Z' });
  });

  it('stops at once when it sees another holder', () => {
    const candidate = new Candidate('me', ELECTION_TIMES);
    candidate.acquired(record({ holder: 'me' }), 0);
    candidate.observed(record(), 1);
    expect(candidate.isLeading(1)).toBe(false);
    expect(candidate.releasedRecord(WALL_MS)).toBeUndefined();
  });

  it('does not take a deleted Lease before its last holder has noticed', () => {
    const candidate = new Candidate('me', ELECTION_TIMES);
    candidate.observed(record(), 0);
    candidate.observed(undefined, 5000);
    expect(candidate.proposal(5000, WALL_MS)).toBeUndefined();
    expect(candidate.proposal(leaseMs, WALL_MS)).toBeDefined();
  });

  it('leaves the Lease free when it goes', () => {
    const candidate = new Candidate('me', ELECTION_TIMES);
    candidate.acquired(record({ holder: 'me' }), 0);
    expect(candidate.releasedRecord(WALL_MS)).toMatchObject({ holder: '', durationSeconds: 1, transitions: 3 });
  });
});

interface Behaviour {
  /** Milliseconds that each request takes, there and back; over and over. */
  readonly latencies: readonly (readonly [number, number])[];
  /** Which writes' answers are lost on the way back. */
  readonly losesAnswer: readonly boolean[];
  /** Pauses of the whole process, by number of the look: garbage collection, a suspended machine. */
  readonly pauses: readonly number[];
  readonly clockOffsetMs: number;
  /** Permille by which its clock is fast. */
  readonly drift: number;
  readonly diesAfterLooks: number;
}

const behaviour: fc.Arbitrary<Behaviour> = fc.record({
  latencies: fc.array(fc.tuple(fc.integer({ min: 1, max: 4000 }), fc.integer({ min: 1, max: 4000 })), {
    minLength: 1,
    maxLength: 5,
  }),
  losesAnswer: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
  pauses: fc.array(fc.constantFrom(0, 0, 0, 3000, 20_000, 60_000), { minLength: 1, maxLength: 6 }),
  clockOffsetMs: fc.integer({ min: 0, max: 1e9 }),
  drift: fc.integer({ min: -20, max: 20 }),
  diesAfterLooks: fc.integer({ min: 1, max: 40 }),
});

/** Runs in the order of its time whatever is due; there is no real clock. */
class Simulation {
  nowMs = 0;
  #due: { readonly atMs: number; readonly run: () => void }[] = [];

  after(ms: number, run: () => void): void {
    this.#due.push({ atMs: this.nowMs + ms, run });
  }

  runUntil(endMs: number, check: () => void): void {
    for (;;) {
      this.#due.sort((a, b) => a.atMs - b.atMs);
      const [next] = this.#due;
      if (next === undefined || next.atMs > endMs) return;
      this.#due.shift();
      this.nowMs = next.atMs;
      check();
      next.run();
      check();
    }
  }
}

interface Store {
  record: LeaseRecord | undefined;
  version: number;
}

/** @returns whether this candidate leads now, by its own clock */
function run(simulation: Simulation, store: Store, identity: string, how: Behaviour): () => boolean {
  const candidate = new Candidate(identity, ELECTION_TIMES);
  const clock = (): number => how.clockOffsetMs + simulation.nowMs * (1 + how.drift / 1000);
  const pick = <T>(list: readonly T[], n: number): T => list[n % list.length] as T; // never empty
  const look = (n: number): void => {
    if (n >= how.diesAfterLooks) return;
    const next = (): void => simulation.after(retryMs + pick(how.pauses, n), () => look(n + 1));
    const [there, back] = pick(how.latencies, n);
    simulation.after(there, () => {
      const seen = { record: store.record, version: store.version };
      simulation.after(back, () => {
        candidate.observed(seen.record, clock());
        const askedAtMs = clock();
        const proposal = candidate.proposal(askedAtMs, WALL_MS + simulation.nowMs);
        if (proposal === undefined) return next();
        simulation.after(there, () => {
          const isTaken = store.version === seen.version;
          if (isTaken) {
            store.record = proposal;
            store.version += 1;
          }
          simulation.after(back, () => {
            if (isTaken && !pick(how.losesAnswer, n)) candidate.acquired(proposal, askedAtMs);
            next();
          });
        });
      });
    });
  };
  look(0);
  return () => candidate.isLeading(clock());
}

it('never lets two lead at once, and lets somebody lead in the end', () => {
  fc.assert(
    fc.property(fc.array(behaviour, { minLength: 2, maxLength: 4 }), (behaviours) => {
      const simulation = new Simulation();
      const store: Store = { record: undefined, version: 0 };
      const last: Behaviour = {
        latencies: [[10, 10]],
        losesAnswer: [false],
        pauses: [0],
        clockOffsetMs: 0,
        drift: 0,
        diesAfterLooks: Number.POSITIVE_INFINITY,
      };
      const leads = [...behaviours, last].map((how, i) => run(simulation, store, `candidate-${i}`, how));
      const check = (): void => {
        if (leads.filter((isLeading) => isLeading()).length > 1) throw new Error(`two lead at ${simulation.nowMs} ms`);
      };
      // 40 looks of at most 78 s each, and all but the last are dead.
      simulation.runUntil(60 * 60_000, check);
      expect(leads.map((isLeading) => isLeading())).toEqual([...behaviours.map(() => false), true]);
    }),
    { numRuns: 60 },
  );
});
