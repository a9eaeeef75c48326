// Every condition and every root cause is decided by a rule, or has a reason why a guard cannot know it.
import { expect, it } from 'vitest';
import { RULES } from '../src/rules/index.ts';
import type { Rule } from '../src/rules/rule.ts';
import { NOT_DECIDED, NUMBERS, renderCoveragePage } from './support/coverage-page.ts';
import { expectPage } from './support/page.ts';

const rules: readonly Rule[] = RULES;
const covered = new Set(rules.flatMap(({ covers }) => covers));

it('leaves no number without a rule or a reason, and gives no reason where there is a rule', () => {
  const untold = NUMBERS.filter((number) => !covered.has(number) && NOT_DECIDED[number] === undefined);
  const both = Object.keys(NOT_DECIDED).filter((number) => covered.has(number));
  expect({ untold, both }).toEqual({ untold: [], both: [] });
});

it('knows every number that a rule claims', () => {
  expect([...covered].filter((number) => !NUMBERS.includes(number))).toEqual([]);
});

it('has its page (npm run fix writes it)', () => {
  expectPage('docs/coverage.md', renderCoveragePage(rules));
});
