import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import config from '../vitest.config.ts';

const anything = fc.property(fc.nat(), () => true);

describe('the seed of properties', () => {
  it('is the same in every run, unless a fuzz run passes another', () => {
    const seed = Number(process.env['PROPERTY_SEED'] ?? 1);
    expect([fc.check(anything).seed, fc.check(anything).seed]).toEqual([seed, seed]);
    expect(fc.sample(fc.nat(), 5)).toEqual(fc.sample(fc.nat(), { seed, numRuns: 5 }));
  });

  it('is the one that a test names, where it names one', () => {
    expect(fc.check(anything, { seed: 7 }).seed).toBe(7);
  });

  it('is set up in every project', () => {
    const setups = config.test?.projects?.map(
      (project) => typeof project === 'object' && 'test' in project && project.test?.setupFiles,
    );
    expect(setups?.length).toBeGreaterThan(1);
    expect(new Set(setups?.map((files) => JSON.stringify(files)))).toEqual(
      new Set(['["test/support/property-seed.ts"]']),
    );
  });
});
