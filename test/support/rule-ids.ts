// The ids of all rules, as the shipped policy has them: for tests of single rules, which need no other rule.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { ExemptionSettings } from '../../src/judge/exemption.ts';

const policy: { readonly rules: Readonly<Record<string, string>> } = parse(
  readFileSync(new URL('../../policies/guard.yaml', import.meta.url), 'utf8'),
);

export const RULE_IDS: readonly string[] = Object.keys(policy.rules);

/** The day of the tests. */
export const TODAY = '2026-06-15';

export const EXEMPTIONS: ExemptionSettings = { allows: () => true, today: TODAY, ruleIds: RULE_IDS };
