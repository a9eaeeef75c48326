import { describe, expect, it } from 'vitest';
import { corridorOf } from '../../test/support/corridor.ts';
import type { Rule } from '../judge/rule.ts';
import { RULES } from '../rules/index.ts';
import { selfTest } from './self-test.ts';

describe('the self-test of the engine', () => {
  it('passes, whatever the policy and the cluster are', () => {
    const { policy } = corridorOf();
    const off = new Map(RULES.map(({ id }) => [id, 'off' as const]));
    expect(selfTest(corridorOf())).toBeUndefined();
    const nothing = { ...policy, modes: off, neg: { ...policy.neg, inject: 'never' as const }, isExcluded: () => true };
    expect(selfTest(corridorOf([], { policy: nothing }))).toBeUndefined();
  });

  it('says what of the engine does not work', () => {
    expect(selfTest(corridorOf([], { rules: [] }))).toBe('a validate review of its self-test was allowed');
    const broken = RULES.map((rule): Rule => ({ ...rule, words: {}, check: { Ingress: thrown, Object: thrown } }));
    expect(selfTest(corridorOf([], { rules: broken }))).toMatch(
      /^rule [a-z-]+ failed in a validate review of its self-test$/,
    );
    const torn = { ...corridorOf(), apps: undefined } as unknown as ReturnType<typeof corridorOf>;
    expect(selfTest(torn)).toMatch(/ of its self-test|failed/);
  });
});

function thrown(): never {
  throw new Error('a rule that throws');
}
