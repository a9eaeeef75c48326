// One voice: what `explain` marks is what `check` finds, word for word; and the webhook, which hears of objects one after the
// other, has said all of it by the end, whatever the order.
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { type Facts, NO_FACTS } from '../src/facts/facts.ts';
import { parseFactsFile } from '../src/facts/facts-file.ts';
import type { Finding } from '../src/judge/finding.ts';
import type { KubernetesObject } from '../src/kubernetes/objects.ts';
import { parseObject } from '../src/kubernetes/parse.ts';
import { settingsAsStored } from '../src/plan/plan-input.ts';
import { arbitraryCase } from './plan/arbitrary-case.ts';
import { ADD_ON_OFF, ADD_ON_ON, factsOf, LEARNT_AT } from './support/facts.ts';
import type { RawObject } from './support/objects.ts';
import { ADMITTED, arrive, checked, explained, inWords } from './support/world.ts';

interface ObjectSet {
  readonly name: string;
  readonly objects: readonly RawObject[];
  readonly facts?: Facts;
}

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

function documentsOf(text: string): readonly RawObject[] {
  return parseAllDocuments(text, { schema: 'core' }).flatMap((document) => {
    const value: unknown = document.toJS();
    return typeof value === 'object' && value !== null ? [value as RawObject] : [];
  });
}

function corpus(): readonly ObjectSet[] {
  return readdirSync(new URL('corpus/', import.meta.url))
    .filter((name) => name !== 'apps')
    .flatMap((name) => {
      const hasFacts = readdirSync(new URL(`corpus/${name}`, import.meta.url)).includes('facts.yaml');
      const facts = hasFacts
        ? { facts: parseFactsFile(read(`corpus/${name}/facts.yaml`), 'facts.yaml', LEARNT_AT) }
        : {};
      return ['working', 'broken'].map((file) => ({
        name: `corpus ${name} ${file}`,
        objects: documentsOf(read(`corpus/${name}/${file}.yaml`)),
        ...facts,
      }));
    });
}

function folder(path: string, title: string): readonly ObjectSet[] {
  return readdirSync(new URL(path, import.meta.url))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({ name: `${title} ${name}`, objects: documentsOf(read(`${path}${name}`)) }));
}

/** The examples of the rules' pages. */
function pages(): readonly ObjectSet[] {
  return readdirSync(new URL('../docs/rules/', import.meta.url))
    .filter((name) => name !== 'README.md')
    .flatMap((name) => {
      const [found, passes] = read(`../docs/rules/${name}`).split('\n## Passes');
      const blockOf = (text: string | undefined): string => [...(text ?? '').matchAll(/```yaml\n([\s\S]*?)```/g)].at(-1)?.[1] ?? '';
      return [
        { name: `${name} found`, objects: documentsOf(blockOf(found)) },
        { name: `${name} passes`, objects: documentsOf(blockOf(passes)) },
      ];
    });
}

const SETS: readonly ObjectSet[] = [
  ...corpus(),
  ...folder('samples/', 'sample'),
  ...folder('cases/', 'case'),
  ...pages(),
];

const FACTS: readonly (readonly [string, Facts])[] = [
  ['unknown', NO_FACTS],
  ['add-on on, VPC-native', ADD_ON_ON],
  ['add-on off', ADD_ON_OFF],
  ['add-on on, routes-based', factsOf({ httpLoadBalancing: 'enabled', vpcNative: false })],
];

function parsedAll(objects: readonly RawObject[]): readonly KubernetesObject[] {
  return objects.flatMap((raw) => parseObject(raw) ?? []);
}

const words = (findings: readonly Finding[]): readonly string[] =>
  [...new Set(findings.map((finding) => inWords(finding).words))].toSorted();

/** What `explain` marks and `check` does not find; and what `check` finds on a chain and `explain` does not mark. */
function disagreements(objects: readonly KubernetesObject[], facts: Facts): readonly string[] {
  const settings = [
    { facts, plans: { ...settingsAsStored(facts), expectsGkeNeg: true }, known: 'nothing' },
    { facts, plans: { ...settingsAsStored(facts), expectsGkeNeg: true }, known: 'everything' },
    { facts, plans: settingsAsStored(facts), known: 'everything' },
  ] as const;
  return settings.flatMap((each) => {
    const inCheck = checked(objects, each).findings;
    const inExplain = explained(objects, each);
    const found = new Set(words(inCheck));
    const marked = new Set(words(inExplain));
    const onChains = inCheck.filter(({ places }) => places.length > 0);
    return [
      ...[...marked].filter((one) => !found.has(one)).map((one) => `only explain: ${one}`),
      ...words(onChains).filter((one) => !marked.has(one)).map((one) => `only check: ${one}`),
    ];
  });
}

/** What was not said in the end, and what was said as certain and is not so. */
function unsaid(raws: readonly RawObject[], facts: Facts): readonly string[] {
  const { said, stored } = arrive(raws, { facts });
  const { findings, superseded } = checked(stored, { facts });
  const isAdmitted = ({ object }: Finding): boolean => ADMITTED.includes(object.kind);
  const wanted = findings.filter((finding) => !finding.isLate && isAdmitted(finding));
  const heard = new Set(words(said));
  const truth = new Set([...findings, ...superseded].map((finding) => inWords(finding).key));
  const wrong = said.filter((finding) => finding.isCertain && !truth.has(inWords(finding).key));
  return [
    ...words(wanted).filter((one) => !heard.has(one)).map((one) => `never said: ${one}`),
    ...words(wrong).map((one) => `no longer true: ${one}`),
    ...words(said.filter(({ isLate }) => isLate)).map((one) => `late: ${one}`),
  ];
}

/** All orders of few objects; of many, each once first and once last, and as many more as make 24. */
function ordersOf(objects: readonly RawObject[], seed: number): readonly (readonly RawObject[])[] {
  if (objects.length <= 4) return permutations(objects);
  const shuffled = fc.sample(fc.shuffledSubarray([...objects], { minLength: objects.length }), { seed, numRuns: 24 });
  return shuffled.map((order, index) => {
    const chosen = objects[Math.floor(index / 2) % objects.length];
    const rest = order.filter((one) => one !== chosen);
    if (chosen === undefined) return order;
    return index % 2 === 0 ? [chosen, ...rest] : [...rest, chosen];
  });
}

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, index) =>
    permutations(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]),
  );
}

describe.each(FACTS)('with facts: %s', (_, facts) => {
  it.each(SETS)('explain marks what check finds: $name', ({ objects, facts: own }) => {
    expect(disagreements(parsedAll(objects), own ?? facts)).toEqual([]);
  });

  it.each(SETS)('the webhook has said it by the end, in every order: $name', ({ objects, facts: own }) => {
    for (const order of ordersOf(objects, 7)) {
      const kinds = order.map(({ kind }) => kind);
      expect({ kinds, unsaid: unsaid(order, own ?? facts) }).toEqual({ kinds, unsaid: [] });
    }
  });
});

describe('generated sets', () => {
  const cases = fc.sample(arbitraryCase, { seed: 20_261_128, numRuns: 300 });

  it('explain marks what check finds', () => {
    for (const { objects, flags } of cases) {
      const facts = factsOf({ httpLoadBalancing: 'enabled', controller: flags });
      expect({ objects, differ: disagreements(parsedAll(objects), facts) }).toEqual({ objects, differ: [] });
    }
  });

  it('the webhook has said it by the end, in eight orders each', () => {
    for (const [index, { objects, flags }] of cases.slice(0, 100).entries()) {
      const facts = factsOf({ httpLoadBalancing: 'enabled', controller: flags });
      for (const order of ordersOf(objects, index).slice(0, 8)) {
        const kinds = order.map(({ kind }) => kind);
        expect({ order, kinds, unsaid: unsaid(order, facts) }).toEqual({ order, kinds, unsaid: [] });
      }
    }
  });
});
