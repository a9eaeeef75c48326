// That the fuzzer can find something, and finds it again.
import { describe, expect, it } from 'vitest';
import { mutated, randomFrom } from '../scripts/fuzz/mutate.ts';
import { CORPUS, fuzzReview } from '../scripts/fuzz/review.ts';
import { defineRule } from '../src/judge/rule.ts';

const failing = (seed: number, message: () => string): void =>
  fuzzReview(seed, [
    defineRule({
      id: 'planted',
      judges: ['Service'],
      severity: 'warning',
      summary: 'It is planted.',
      why: 'It is planted.',
      fix: 'Pull it out.',
      covers: [],
      references: [],
      check: { Service: () => [{ path: [], message: message() }] },
    }),
  ]);

const SEEDS = Array.from({ length: 200 }, (_, index) => index);

function seedsThatFail(message: () => string): readonly number[] {
  return SEEDS.filter((seed) => {
    try {
      failing(seed, message);
      return false;
    } catch {
      return true;
    }
  });
}

describe('the fuzzer', () => {
  it('finds a rule that throws, with the same seeds each time', () => {
    const thrower = (): string => {
      throw new TypeError('planted');
    };
    const found = seedsThatFail(thrower);
    expect(found.length).toBeGreaterThan(5);
    expect(seedsThatFail(thrower)).toEqual(found);
  });

  it('finds nothing where nothing is planted', () => {
    expect(seedsThatFail(() => 'it is well.')).toEqual([]);
  });

  it('mutates by seed, and leaves what it mutates alone', () => {
    const before = JSON.stringify(CORPUS);
    const texts = SEEDS.map((seed) => JSON.stringify(mutated(CORPUS[0], CORPUS, randomFrom(seed))));
    expect(SEEDS.map((seed) => JSON.stringify(mutated(CORPUS[0], CORPUS, randomFrom(seed))))).toEqual(texts);
    expect(new Set(texts).size).toBeGreaterThan(100);
    expect(JSON.stringify(CORPUS)).toBe(before);
  });
});
