import { describe, expect, it } from 'vitest';
import { BODY_BUDGET_BYTES, createBodyBudget, SMALL_BODIES_BYTES } from './body-budget.ts';
import { BODY_LIMIT_BYTES } from './body-store.ts';

const KIB = 1024;

describe('the budget of bodies', () => {
  it('has room for five bodies of the largest size beside the small ones', () => {
    expect(BODY_BUDGET_BYTES - SMALL_BODIES_BYTES).toBeGreaterThanOrEqual(5 * BODY_LIMIT_BYTES);
  });

  it('gives what there is, and takes it back once', () => {
    const budget = createBodyBudget(1000 * KIB, 0);
    const first = budget.take(600 * KIB);
    expect(budget.take(500 * KIB)).toBeUndefined();
    expect(budget.usedBytes()).toBe(600 * KIB);
    first?.release();
    first?.release();
    expect(budget.usedBytes()).toBe(0);
    expect(budget.take(500 * KIB)).toBeDefined();
  });

  it('keeps a part for small bodies', () => {
    const budget = createBodyBudget(1000 * KIB, 200 * KIB);
    expect(budget.take(900 * KIB)).toBeUndefined();
    expect(budget.take(800 * KIB)).toBeDefined();
    expect(budget.take(65 * KIB)).toBeUndefined();
    for (let count = 0; count < 3; count += 1) expect(budget.take(64 * KIB)).toBeDefined();
    expect(budget.take(64 * KIB)).toBeUndefined();
    expect(budget.take(8 * KIB)).toBeDefined();
  });

  it('lets a body grow while there is room, and leaves it as it was where there is none', () => {
    const budget = createBodyBudget(1000 * KIB, 200 * KIB);
    const lease = budget.take(0);
    expect(lease?.growTo(64 * KIB)).toBe(true);
    expect(lease?.growTo(800 * KIB)).toBe(true);
    expect(lease?.growTo(801 * KIB)).toBe(false);
    expect(budget.usedBytes()).toBe(800 * KIB);
    lease?.release();
    expect(budget.usedBytes()).toBe(0);
  });
});
