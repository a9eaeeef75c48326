// Plans against the controllers themselves: the corpus, the samples, the pages of the rules, cases of known differences,
// and generated sets of a fixed seed. GUARD_CONTROLLER_SEED and GUARD_CONTROLLER_COUNT look elsewhere.
import { beforeAll, describe, expect, it } from 'vitest';
import { CATALOGUE, type ConditionNumber, evidenceFor, isCondition } from '../../src/plan/conditions.ts';
import { logToStderr } from '../cluster/go-programs.ts';
import type { ControllerCase } from './case.ts';
import { inWords } from './compare.ts';
import { KNOWN_DIFFERENCES, type Sorted, sortOut } from './known-differences.ts';
import { findPrograms, type Programs } from './programs.ts';
import { type Outcome, runCases } from './run.ts';
import { corpusCases, generatedCases, rulePageCases, sampleCases } from './sources.ts';
import { specialCases } from './special-cases.ts';

const SEED = Number(process.env['GUARD_CONTROLLER_SEED'] ?? 20_260_821);
const COUNT = Number(process.env['GUARD_CONTROLLER_COUNT'] ?? 200);

const SOURCES: Readonly<Record<string, () => readonly ControllerCase[]>> = {
  corpus: corpusCases,
  samples: sampleCases,
  'rule pages': rulePageCases,
  'special cases': specialCases,
  'generated sets': () => generatedCases(COUNT, SEED),
};

/** Decided by a rule alone, so that no plan shows it: named-both-ways.test.ts. */
const BY_A_RULE: readonly ConditionNumber[] = ['C58'];

describe('plans and the controllers', () => {
  const cases = new Map(Object.entries(SOURCES).map(([name, make]) => [name, make()]));
  let programs: Programs;
  let outcome: Outcome;
  let sorted: Sorted;

  beforeAll(async () => {
    programs = await findPrograms();
    if (!programs.ok) return;
    // All in one go: cases of the same flags share a cluster.
    outcome = await runCases(programs.program, [...cases.values()].flat(), logToStderr);
    sorted = sortOut(outcome.disagreements);
    const { ingresses, leaves, disagreements, refused } = outcome;
    const known = disagreements.length - sorted.unknown.length;
    logToStderr(
      `${ingresses} Ingresses, ${leaves} fields compared: ${leaves - disagreements.length} agree, ${known} are known to ` +
        `differ, ${sorted.unknown.length} are not. The API server refused ${refused.length} objects. Seed ${SEED}.`,
    );
  });

  it.for([...cases.keys()])('agree on the %s', (source, { skip }) => {
    if (!programs.ok) skip(programs.why);
    const names = new Set(cases.get(source)?.map(({ name }) => name));
    const own = sorted.unknown.filter(({ case: one }) => names.has(one.name.replace(/ #\d+$/, '')));
    expect(inWords(own)).toBe('');
  });

  it('agree on the ports that the firewall opens', ({ skip }) => {
    if (!programs.ok) skip(programs.why);
    expect(outcome.firewalls).toEqual([]);
  });

  it('agree with what explain sees in the clusters', ({ skip }) => {
    if (!programs.ok) skip(programs.why);
    expect(outcome.saidInVain.join('\n')).toBe('');
  });

  it.for(KNOWN_DIFFERENCES)('differ still: $id (if not, remove it from known-differences.ts)', ({ id }, { skip }) => {
    if (!programs.ok) skip(programs.why);
    expect(sorted.known.get(id)?.length ?? 0).toBeGreaterThan(0);
  });

  it('have been asked about the conditions that docs/coverage.md says so of, and about no others', ({ skip }) => {
    if (!programs.ok) skip(programs.why);
    const all = CATALOGUE.flatMap(([number]) => (isCondition(number) ? [number] : []));
    const shown = new Set<ConditionNumber>([...outcome.shown, ...BY_A_RULE]);
    const unasked = all.filter((number) => evidenceFor(number) === 'run' && !shown.has(number));
    const asked = all.filter((number) => evidenceFor(number) === 'source' && outcome.shown.has(number));
    expect({ unasked, asked }).toEqual({ unasked: [], asked: [] });
  });

  it('are asked about nearly everything: few objects are refused by the API server', ({ skip }) => {
    if (!programs.ok) skip(programs.why);
    expect(outcome.refused.length / outcome.ingresses).toBeLessThan(0.05);
  });
});
