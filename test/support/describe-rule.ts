// The test of a rule is its specification: a table of what passes and what it finds, with the exact sentences, from
// which the rule's page takes its examples.
import { describe, expect, it } from 'vitest';
import { type Facts, NO_FACTS } from '../../src/facts/facts.ts';
import type { Finding } from '../../src/judge/finding.ts';
import { createJudge } from '../../src/judge/judge.ts';
import { prepareRules } from '../../src/judge/prepared-rules.ts';
import type { Rule } from '../../src/judge/rule.ts';
import { formatName, formatPath, referenceTo } from '../../src/kubernetes/field-path.ts';
import type { KubernetesObject } from '../../src/kubernetes/objects.ts';
import { parseObject } from '../../src/kubernetes/parse.ts';
import { findShapeFaults } from '../../src/kubernetes/shape.ts';
import { type TextFaults, withText } from '../../src/kubernetes/text-faults.ts';
import type { AppCatalogue } from '../../src/plan/app.ts';
import { settingsAsStored } from '../../src/plan/plan-input.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import { type Command, shellCommand } from '../../src/shell-quote.ts';
import { createSnapshot, type KnownKinds } from '../../src/snapshot/snapshot.ts';
import { warningOf } from '../../src/verdict/words.ts';
import { FOREIGN, foreignTwins, textOf, webhookTexts } from './foreign-neighbours.ts';
import { obey } from './obey.ts';
import type { RawObject } from './objects.ts';
import { expectPage } from './page.ts';
import { EXEMPTIONS, RULE_IDS, TODAY } from './rule-ids.ts';
import { type Example, renderRulePage } from './rule-page.ts';
import { HOSTILE_NAMES, optionsOf, renameIn, runPrinted } from './run-printed.ts';

/** Every object is judged, with the others as its neighbours. */
export interface RuleCase {
  readonly objects: readonly [RawObject, ...RawObject[]];
  readonly facts?: Facts;
  /** The stored object that an UPDATE of the first replaces. */
  readonly old?: RawObject;
  readonly trustsObserved?: boolean;
  /** Whether the objects are on their way into the cluster, so that GKE may still write NEG annotations. Left out: stored. */
  readonly expectsGkeNeg?: boolean;
  /** Left out: kinds of which one is there are known. */
  readonly known?: KnownKinds;
  /** Left out: those that are shipped. */
  readonly apps?: AppCatalogue;
  /** What is odd about the text of the first, beside the shape of its fields. */
  readonly text?: Partial<TextFaults>;
}

type Case = RuleCase | RuleCase['objects'];

export interface RuleTable {
  readonly passes: Readonly<Record<string, Case>>;
  /**
   * Each expected finding as `path: message`, before it `Kind/name ` where it is not said at the first object, "(possible) "
   * where it is not certain, "(late) ", and the severity in parentheses where it is not the rule's.
   */
  readonly finds: Readonly<Record<string, readonly [Case, ...string[]]>>;
  /** Cases of `finds` in which the edits of a fix do not end the finding by themselves, and why. */
  readonly needsMore?: Readonly<Record<string, string>>;
}

const { apps: shippedApps, policy } = loadPolicy(undefined, RULE_IDS);

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
      expect(warningOf({ ...finding, note: '' })).toContain(`${finding.message.replace(/\.$/, '')} [${rule.id}]`);
      expect(warningOf({ ...finding, note: '' })).toContain(finding.fix.text);
    });
    it('has edits or commands in a fix, or a reason why not', () => {
      const findings = Object.values(table.finds).flatMap(([ruleCase]) => run(rule, ruleCase));
      const isStructured = findings.some(({ fix }) =>
        [fix, ...fix.alternatives].some(({ edits, commands }) => edits.length + commands.length > 0),
      );
      expect({ isStructured, noEdits: rule.noEdits !== undefined }).toEqual({
        isStructured,
        noEdits: !isStructured,
      });
    });
    it('finds nothing of it any more once a fix is carried out', () => {
      const disobeyed = Object.entries(table.finds).flatMap(([name, [ruleCase]]) =>
        stillFound(rule, ruleCase).map(() => name),
      );
      expect([...new Set(disobeyed)]).toEqual(Object.keys(table.needsMore ?? {}));
    });
    it('names nothing of another namespace in what the webhook says, stores or counts', async () => {
      const cases = [...Object.values(table.passes), ...Object.values(table.finds).map(([ruleCase]) => ruleCase)];
      const texts = cases.flatMap((ruleCase) => textsBesideForeigners(rule, ruleCase));
      expect([...texts, await METRICS.registry.metrics()].filter((text) => text.includes(FOREIGN))).toEqual([]);
    });
    it('prints commands that run with exactly their arguments, whatever the objects are called', () => {
      const cases = Object.values(table.finds).map(([ruleCase]) => ruleCase);
      const plain = cases.flatMap((ruleCase) => commandsFor(rule, ruleCase));
      if (plain.length === 0) return;
      const hostile = cases.flatMap((ruleCase) => hostileCases(ruleCase).flatMap((one) => commandsFor(rule, one)));
      expect(hostile.length).toBeGreaterThanOrEqual(plain.length);
      const all = [...plain, ...hostile];
      expect(runPrinted(all.map(({ printed }) => printed).join('\n'))).toEqual(all.map(({ command }) => command));
      const options = new Set(plain.flatMap(({ command }) => optionsOf(command)));
      expect(hostile.flatMap(({ command }) => optionsOf(command)).filter((option) => !options.has(option))).toEqual([]);
    });
    it('has its page, with the first of each as the example (npm run fix writes it)', () => {
      const mode = policy.modes.get(rule.id) ?? 'off';
      expectPage(`docs/rules/${rule.id}.md`, renderRulePage(rule, mode, pageExamples(rule, table)));
    });
  });
}

interface PrintedCommand {
  readonly command: Command;
  readonly printed: string;
}

/** Those of all fixes; each as it is in the text that people read. */
function commandsFor(rule: Rule, ruleCase: Case): readonly PrintedCommand[] {
  return run(rule, ruleCase).flatMap(({ fix }) =>
    [fix, ...fix.alternatives].flatMap(({ commands, text }) =>
      commands.map((command) => {
        const printed = shellCommand(command);
        expect(text).toContain(printed);
        return { command, printed };
      }),
    ),
  );
}

/** The case with its objects, its namespaces and its cluster called by each hostile name. */
function hostileCases(ruleCase: Case): readonly RuleCase[] {
  const given = complete(ruleCase);
  const { facts = NO_FACTS } = given;
  const words = given.objects.flatMap((raw) => {
    const { namespace, name } = referenceTo(parsed(raw));
    return [namespace, name];
  });
  const names = new Set(words.filter((word) => word !== '' && !policy.isExcluded(word)));
  return HOSTILE_NAMES.map((name) => ({
    ...given,
    objects: given.objects.map((object) => renameIn(object, names, name)) as unknown as RuleCase['objects'],
    ...(given.old === undefined ? {} : { old: renameIn(given.old, names, name) }),
    facts: { ...facts, cluster: { project: name, location: name, name } },
  }));
}

const METRICS = createMetrics({ facts: () => NO_FACTS, snapshot: () => [], clock: () => 0 });

/** Each object of the case comes while the others, and twins of all of them in other namespaces, are stored. */
export function textsBesideForeigners(rule: Rule, ruleCase: Case): readonly string[] {
  const given = complete(ruleCase);
  const { objects, facts = NO_FACTS, apps = shippedApps, known = 'listed', old, trustsObserved = false } = given;
  const twins = foreignTwins(objects);
  const found = run(rule, { ...given, objects: [...objects, ...twins] as RuleCase['objects'] });
  const own = found.filter(({ object }) => !object.metadata.namespace.startsWith(FOREIGN));
  return [
    ...own.map(textOf),
    ...(['warn', 'enforce'] as const).flatMap((mode) =>
      objects.flatMap((raw, index) => {
        const others = [...objects.filter((other) => other !== raw), ...twins].map((one) => parsed(one));
        const snapshot = createSnapshot(others, known);
        const modes = new Map([[rule.id, mode]]);
        const corridor = {
          rules: [rule],
          policy: { ...policy, modes, trustsObserved },
          apps,
          facts,
          snapshot,
          today: TODAY,
        };
        return webhookTexts(raw, index === 0 ? old : undefined, corridor, METRICS);
      }),
    ),
  ];
}

/** Fixes whose edits do not end their finding. */
function stillFound(rule: Rule, ruleCase: Case): readonly string[] {
  const given = complete(ruleCase);
  const keyOf = ({ object, identity }: Finding): string => `${formatName(referenceTo(object))} ${identity}`;
  return run(rule, given).flatMap((finding) =>
    [finding.fix, ...finding.fix.alternatives].flatMap(({ text, edits }) => {
      const [first, ...others] = (edits.length === 0 ? undefined : obey(given.objects, edits)) ?? [];
      if (first === undefined) return [];
      const after = run(rule, { ...given, objects: [first, ...others] });
      return after.some((other) => keyOf(other) === keyOf(finding)) ? [text] : [];
    }),
  );
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
    const same = seen.get(text);
    if (same !== undefined) faults.push(`"${name}" is the same case as "${same}"`);
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

/** What the rule says of every object of the case, the first one's findings first. */
function run(rule: Rule, ruleCase: Case): readonly Finding[] {
  const given = complete(ruleCase);
  const { objects, facts = NO_FACTS, old, trustsObserved = false, apps = shippedApps, known = 'listed' } = given;
  const parsedObjects = objects.map((raw, index) => parsed(raw, index === 0 ? given.text : {}));
  const judge = createJudge(
    {
      rules: prepareRules([rule]),
      facts,
      apps,
      trustsObserved,
      exemptions: EXEMPTIONS,
      plans: { ...settingsAsStored(facts), expectsGkeNeg: given.expectsGkeNeg ?? false },
      isExcluded: policy.isExcluded,
    },
    createSnapshot(parsedObjects, known),
  );
  return parsedObjects.flatMap((object, index) => {
    if (policy.isExcluded(object.metadata.namespace)) return [];
    const { findings, failures } = judge.judge(object, index === 0 && old !== undefined ? parsed(old) : undefined);
    expect(failures).toEqual([]);
    return findings;
  });
}

/** Each once: a table gives the same objects to many judgements, and what is parsed is frozen. */
const PARSED = new WeakMap<RawObject, KubernetesObject>();

function parsed(raw: RawObject, text: Partial<TextFaults> = {}): KubernetesObject {
  const known = PARSED.get(raw) ?? parsedAnew(raw);
  PARSED.set(raw, known);
  return withText(known, { ...known.text, ...text });
}

function parsedAnew(raw: RawObject): KubernetesObject {
  const read = deepFreeze(structuredClone(raw));
  const object = parseObject(read);
  if (object === undefined) throw new TypeError(`no kind that the guard reads: ${JSON.stringify(raw)}`);
  return deepFreeze(withText(object, { shape: findShapeFaults(read, object) }));
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const child of Object.values(value)) deepFreeze(child);
  }
  return value;
}

function inWords(rule: Rule, ruleCase: Case): readonly string[] {
  const [first] = complete(ruleCase).objects;
  const firstName = formatName(referenceTo(parsed(first)));
  return run(rule, ruleCase).map(({ object, path, message, note, isCertain, isLate, severity }) => {
    const name = formatName(referenceTo(object));
    const at = name === firstName ? '' : `${object.kind}/${object.metadata.name} `;
    const marks = [
      isCertain ? '' : '(possible) ',
      isLate ? '(late) ' : '',
      severity === rule.severity ? '' : `(${severity}) `,
    ].join('');
    return `${marks}${at}${formatPath(path)}: ${message}${note === '' ? '' : ` ${note}`}`;
  });
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
