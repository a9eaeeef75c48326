// The test of a rule is its specification: a table of what passes and what it finds, with the exact sentences, from
// which the rule's page takes its examples.
import { describe, expect, it } from 'vitest';
import { type Facts, NO_FACTS } from '../../src/facts/facts.ts';
import { type KubernetesObject, nameOf } from '../../src/kubernetes/objects.ts';
import { parseObject } from '../../src/kubernetes/parse.ts';
import type { AppCatalogue } from '../../src/plan/app.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import { RULES } from '../../src/rules/index.ts';
import { judge } from '../../src/rules/judge.ts';
import { type Finding, formatPath, type Rule } from '../../src/rules/rule.ts';
import { createSnapshot } from '../../src/snapshot/snapshot.ts';
import { fitWarnings } from '../../src/verdict/warnings.ts';
import { EXEMPTIONS } from './corridor.ts';
import type { RawObject } from './objects.ts';
import { expectPage } from './page.ts';
import { type Example, renderRulePage } from './rule-page.ts';

/** The first object is judged, the others are its neighbours. */
export interface RuleCase {
  readonly objects: readonly [RawObject, ...RawObject[]];
  readonly facts?: Facts;
  /** The stored object that an UPDATE replaces. */
  readonly old?: RawObject;
  readonly trustsObserved?: boolean;
  readonly injects?: boolean;
  /** Left out: those that are shipped. */
  readonly apps?: AppCatalogue;
}

type Case = RuleCase | RuleCase['objects'];

export interface RuleTable {
  readonly passes: Readonly<Record<string, Case>>;
  /**
   * Each expected finding as `path: message`, before it "(possible) " where it is not certain, and the severity in
   * parentheses where it is not the rule's.
   */
  readonly finds: Readonly<Record<string, readonly [Case, ...string[]]>>;
}

const { apps: shippedApps, policy } = loadPolicy(
  undefined,
  RULES.map((rule) => rule.id),
);

export function describeRule(rule: Rule, table: RuleTable): void {
  describe(rule.id, () => {
    it('has a table worth the name', () => expect(faultsOf(table)).toEqual([]));
    for (const [name, [ruleCase, ...expected]] of Object.entries(table.finds)) {
      it(`finds: ${name}`, () => expect(inWords(rule, ruleCase)).toEqual(expected));
    }
    for (const [name, ruleCase] of Object.entries(table.passes)) {
      it(`passes: ${name}`, () => expect(inWords(rule, ruleCase)).toEqual([]));
    }
    it('says its first finding in one warning, without a cut', () => {
      const [first] = Object.values(table.finds);
      const [finding] = first === undefined ? [] : run(rule, first[0]);
      if (finding === undefined) throw new TypeError('the first case finds nothing');
      expect(oneLine(finding)).toBe(
        `${nameOf(finding.object)}: ${finding.message} ${withStop(finding.fix)} [${finding.rule}]`,
      );
    });
    it('has its page, with the first of each as the example (npm run fix writes it)', () => {
      const mode = policy.modes.get(rule.id) ?? 'off';
      expectPage(`docs/rules/${rule.id}.md`, renderRulePage(rule, mode, pageExamples(rule, table)));
    });
  });
}

function faultsOf({ passes, finds }: RuleTable): readonly string[] {
  const faults: string[] = [];
  if (Object.keys(passes).length === 0) faults.push('nothing passes');
  if (Object.keys(finds).length === 0) faults.push('nothing is found');
  const seen = new Map<string, string>();
  for (const [name, ruleCase] of [
    ...Object.entries(passes),
    ...Object.entries(finds).map(([n, [c]]) => [n, c] as const),
  ]) {
    const text = JSON.stringify(ruleCase);
    const twin = seen.get(text);
    if (twin !== undefined) faults.push(`"${name}" is the same case as "${twin}"`);
    seen.set(text, name);
  }
  for (const [name, [, ...expected]] of Object.entries(finds)) {
    if (expected.length === 0) faults.push(`"${name}" expects no finding`);
  }
  return faults;
}

function complete(ruleCase: Case): RuleCase {
  return 'objects' in ruleCase ? ruleCase : { objects: ruleCase };
}

function run(rule: Rule, ruleCase: Case): readonly Finding[] {
  const given = complete(ruleCase);
  const { objects, facts = NO_FACTS, old, trustsObserved = false, injects = true, apps = shippedApps } = given;
  const [object, ...neighbours] = objects.map((raw) => parsed(raw));
  if (object === undefined) throw new TypeError('a case needs an object');
  const { findings, failures } = judge({
    rules: [rule],
    object,
    old: old === undefined ? undefined : parsed(old),
    snapshot: createSnapshot([object, ...neighbours], 'listed'),
    facts,
    apps,
    trustsObserved,
    exemptions: EXEMPTIONS,
    injects,
  });
  expect(failures).toEqual([]);
  return findings;
}

function parsed(raw: RawObject): KubernetesObject {
  const object = parseObject(deepFreeze(structuredClone(raw)));
  if (object === undefined) throw new TypeError(`no kind that the guard reads: ${JSON.stringify(raw)}`);
  return deepFreeze(object);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const child of Object.values(value)) deepFreeze(child);
  }
  return value;
}

function inWords(rule: Rule, ruleCase: Case): readonly string[] {
  return run(rule, ruleCase).map(({ path, message, note, isCertain, severity }) => {
    const marks = `${isCertain ? '' : '(possible) '}${severity === rule.severity ? '' : `(${severity}) `}`;
    return `${marks}${formatPath(path)}: ${message}${note === '' ? '' : ` ${note}`}`;
  });
}

/** The warning as a client sees it, without the note, which the line may drop. */
function oneLine({ object, message, fix, rule }: Finding): string | undefined {
  return fitWarnings([{ subject: nameOf(object), message, note: '', fix: withStop(fix), tag: rule }])[0];
}

function withStop(fix: string): string {
  return fix.endsWith('.') ? fix : `${fix}.`;
}

function pageExamples(rule: Rule, { passes, finds }: RuleTable): Parameters<typeof renderRulePage>[2] {
  const [found] = Object.entries(finds);
  const [passed] = Object.entries(passes);
  if (found === undefined || passed === undefined) throw new TypeError(`the table of ${rule.id} is empty`);
  const [findsName, [findsCase]] = found;
  const [passesName, passesCase] = passed;
  return {
    finds: { name: findsName, ...exampleOf(findsCase), findings: run(rule, findsCase) },
    passes: { name: passesName, ...exampleOf(passesCase) },
  };
}

function exampleOf(ruleCase: Case): Pick<Example, 'objects' | 'facts' | 'old'> {
  const { objects, facts = NO_FACTS, old } = complete(ruleCase);
  return { objects, facts, old };
}
