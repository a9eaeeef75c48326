// One voice: what `explain` marks is what `check` finds, word for word; and the webhook, which hears of objects one after the
// other, has said all of it by the end, whatever the order.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ManifestObject } from '../../src/cli/files/manifests.ts';
import { plansOfFiles, storeObjects } from '../../src/cli/files/stored-objects.ts';
import { readWritten } from '../../src/cli/files/written-object.ts';
import type { Facts } from '../../src/facts/facts.ts';
import type { Finding } from '../../src/judge/finding.ts';
import type { KubernetesObject } from '../../src/kubernetes/objects.ts';
import { readOnce } from '../../src/plan/lazy.ts';
import { type PlanSettings, settingsAsStored } from '../../src/plan/plan-input.ts';
import { arbitraryCase } from '../plan/arbitrary-case.ts';
import { factsOf } from '../support/facts.ts';
import { OBJECT_SETS } from '../support/object-sets.ts';
import type { RawObject } from '../support/objects.ts';
import { remembered } from '../support/remembered.ts';
import {
  ADMITTED,
  type Arrivals,
  arrivals,
  audited,
  checked,
  explained,
  inWords,
  WARNING_POLICY,
} from '../support/world.ts';

function manifestOf(raw: RawObject): ManifestObject {
  const nowhere = (): never => {
    throw new TypeError('no text is looked at here');
  };
  const document = {
    text: '',
    offset: 0,
    line: 1,
    nodes: 0,
    hasDuplicates: false,
    readValue: nowhere,
    createTree: nowhere,
  };
  const where = { file: 'objects.yaml', text: '', document, base: [], lineOf: nowhere, locate: nowhere };
  return { written: readWritten(raw), ...where, duplicateKeys: [] };
}

/** As the commands take files. */
function storedBy(
  raws: readonly RawObject[],
  facts: Facts,
  mutates: boolean,
): { readonly objects: readonly KubernetesObject[]; readonly plans: PlanSettings } {
  const stored = storeObjects(raws.map(manifestOf), { facts, policy: WARNING_POLICY, mutates });
  return { objects: stored.map(({ object }) => object), plans: plansOfFiles(stored, { facts, mutates }) };
}

/** Of many orders that lead to the same objects, the same findings are asked for. */
const inWordsOnce = readOnce(inWords);

const words = (findings: readonly Finding[]): readonly string[] =>
  [...new Set(findings.map((finding) => inWordsOnce(finding).words))].toSorted();

/** What `explain` marks and `check` does not find; and what `check` finds on a chain and `explain` does not mark. */
function disagreements(raws: readonly RawObject[], facts: Facts): readonly string[] {
  // With the annotation that the guard writes, and (--no-mutate) as written; and as in a cluster.
  const mutated = storedBy(raws, facts, true);
  const written = storedBy(raws, facts, false);
  const settings = [
    { ...mutated, facts, known: 'nothing' },
    { ...mutated, facts, known: 'everything' },
    { ...written, facts, known: 'nothing' },
    { ...written, facts, plans: settingsAsStored(facts), known: 'everything' },
  ] as const;
  return settings.flatMap(({ objects, ...each }) => {
    const inCheck = checked(objects, each).findings;
    const inExplain = explained(objects, each);
    const found = new Set(words(inCheck));
    const marked = new Set(words(inExplain));
    const onChains = inCheck.filter(({ places }) => places.length > 0);
    return [
      ...[...marked].filter((one) => !found.has(one)).map((one) => `only explain: ${one}`),
      ...words(onChains)
        .filter((one) => !marked.has(one))
        .map((one) => `only check: ${one}`),
    ];
  });
}

/** What `check` finds of stored objects for certain, infos aside, and `audit` does not; and the other way round. */
function unaudited(raws: readonly RawObject[], facts: Facts): readonly string[] {
  const { objects } = storedBy(raws, facts, false);
  const { findings } = checked(objects, { facts, known: 'everything' });
  const wanted = words(findings.filter(({ isCertain, severity }) => isCertain && severity !== 'info'));
  const found = words(audited(objects, facts));
  return [
    ...wanted.filter((one) => !found.includes(one)).map((one) => `only check: ${one}`),
    ...found.filter((one) => !wanted.includes(one)).map((one) => `only audit: ${one}`),
  ];
}

/** @returns a function of an order: what was not said in the end, and what was said as certain and is not so */
function unsaidIn(facts: Facts): (order: readonly RawObject[]) => readonly string[] {
  const arrive = arrivals({ facts });
  const checkedOnce = remembered((stored: Arrivals['stored']) => checked(stored, { facts }));
  return (order) => {
    const { said, stored } = arrive(order);
    return differences(said, checkedOnce(stored));
  };
}

function differences(
  said: readonly Finding[],
  { findings, superseded }: ReturnType<typeof checked>,
): readonly string[] {
  const isAdmitted = ({ object }: Finding): boolean => ADMITTED.includes(object.kind);
  const wanted = findings.filter((finding) => !finding.isLate && isAdmitted(finding));
  const heard = new Set(words(said));
  const truth = new Set([...findings, ...superseded].map((finding) => inWordsOnce(finding).key));
  const wrong = said.filter((finding) => finding.isCertain && !truth.has(inWordsOnce(finding).key));
  return [
    ...words(wanted)
      .filter((one) => !heard.has(one))
      .map((one) => `never said: ${one}`),
    ...words(wrong).map((one) => `no longer true: ${one}`),
    ...words(said.filter(({ isLate }) => isLate)).map((one) => `late: ${one}`),
  ];
}

/** All orders of few objects; of many, each once first and once last, and as many more as make 24. */
function ordersOf(objects: readonly RawObject[], seed: number): readonly (readonly RawObject[])[] {
  if (objects.length <= 5) return permutations(objects);
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

/** Cases over all sets of objects. A file for each of the facts, so that they run side by side. */
export function agreeOnAllSets(facts: Facts): void {
  it.each(OBJECT_SETS)('explain marks what check finds: $name', ({ objects, facts: own }) => {
    expect(disagreements(objects, own ?? facts)).toEqual([]);
  });

  it.each(OBJECT_SETS)('audit finds what check finds for certain: $name', ({ objects, facts: own }) => {
    expect(unaudited(objects, own ?? facts)).toEqual([]);
  });

  it.each(OBJECT_SETS)('the webhook has said it by the end, in every order: $name', ({ objects, facts: own }) => {
    const unsaid = unsaidIn(own ?? facts);
    for (const order of ordersOf(objects, 7)) {
      const kinds = order.map(({ kind }) => kind);
      expect({ kinds, unsaid: unsaid(order) }).toEqual({ kinds, unsaid: [] });
    }
  });
}

/** Cases over generated sets, which say their facts themselves. */
export function agreeOnGeneratedSets(): void {
  const cases = fc.sample(arbitraryCase, { seed: 20_261_128, numRuns: 300 });

  it('explain marks what check finds', () => {
    for (const { objects, flags } of cases) {
      const facts = factsOf({ httpLoadBalancing: 'enabled', controller: flags });
      expect({ objects, differ: disagreements(objects, facts) }).toEqual({ objects, differ: [] });
    }
  });

  it('audit finds what check finds for certain', () => {
    for (const { objects, flags } of cases) {
      const facts = factsOf({ httpLoadBalancing: 'enabled', controller: flags });
      expect({ objects, differ: unaudited(objects, facts) }).toEqual({ objects, differ: [] });
    }
  });

  it('the webhook has said it by the end, in eight orders each', () => {
    for (const [index, { objects, flags }] of cases.slice(0, 100).entries()) {
      const facts = factsOf({ httpLoadBalancing: 'enabled', controller: flags });
      const unsaid = unsaidIn(facts);
      for (const order of ordersOf(objects, index).slice(0, 8)) {
        const kinds = order.map(({ kind }) => kind);
        expect({ order, kinds, unsaid: unsaid(order) }).toEqual({ order, kinds, unsaid: [] });
      }
    }
  });
}
