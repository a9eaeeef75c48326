// Every number of the catalogue is decided by a rule, or has a reason why a guard cannot know it; and every condition that the
// plan decides is worded.
import { expect, it } from 'vitest';
import { wordedConditions } from '../src/judge/prepared-rules.ts';
import { CATALOGUE } from '../src/plan/conditions.ts';
import type { FaultCondition } from '../src/plan/fault.ts';
import { RULES } from '../src/rules/index.ts';
import { renderCoveragePage } from './support/coverage-page.ts';
import { expectPage } from './support/page.ts';

const covered = new Set(RULES.flatMap(({ covers }) => covers));

it('leaves no number without a rule or a reason, and gives no reason where there is a rule', () => {
  const untold = CATALOGUE.filter(([number, { notDecided }]) => !covered.has(number) && notDecided === undefined);
  const both = CATALOGUE.filter(([number, { notDecided }]) => covered.has(number) && notDecided !== undefined);
  expect({ untold, both }).toEqual({ untold: [], both: [] });
});

/** The conditions of FaultData, each once; the compiler sees that none is missing. */
const FAULTS: { readonly [C in FaultCondition]: true } = {
  ...{ C3: true, C4: true, C5: true, C6: true, C7: true, C8: true, C9: true, C10: true, C11: true, C12: true },
  ...{ C13: true, C14: true, C15: true, C16: true, C17: true, C18: true, C19: true, C20: true, C21: true, C22: true },
  ...{ C23: true, C24: true, C25: true, C26: true, C27: true, C28: true, C29: true, C30: true, C31: true, C32: true },
  ...{ C33: true, C34: true, C35: true, C36: true, C37: true, C38: true, C39: true, C40: true, C41: true, C42: true },
  ...{ C43: true, C44: true, C45: true, C46: true, C48: true, C49: true, C53: true, G1: true, G2: true, G3: true },
  ...{ C54: true, C55: true, C56: true, C57: true, G4: true, G5: true },
};

it('words every condition that a plan decides, in a rule that covers it', () => {
  const worded = RULES.flatMap((rule) => wordedConditions(rule).map((condition) => ({ condition, rule })));
  const silent = Object.keys(FAULTS).filter((condition) => worded.every((one) => one.condition !== condition));
  const odd = worded.filter(({ condition, rule }) => !rule.covers.includes(condition));
  expect({ silent, odd: odd.map(({ condition, rule }) => `${rule.id} words ${condition}`) }).toEqual({
    silent: [],
    odd: [],
  });
});

it('has its page (npm run fix writes it)', () => {
  expectPage('docs/coverage.md', renderCoveragePage(RULES));
});
