// Who does what a fix says has the finding gone, and no other error or warning for it. Each alternative is carried out by
// itself, as a program would that reads its edits.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Facts, NO_FACTS } from '../src/facts/facts.ts';
import type { Finding } from '../src/judge/finding.ts';
import type { Fix } from '../src/judge/fix.ts';
import { formatName, referenceTo } from '../src/kubernetes/field-path.ts';
import { parseObject } from '../src/kubernetes/parse.ts';
import { INGRESS_CLASS } from '../src/plan/annotation-keys.ts';
import { arbitraryCase } from './plan/arbitrary-case.ts';
import { ADD_ON_ON, factsOf } from './support/facts.ts';
import { obey } from './support/obey.ts';
import { OBJECT_SETS } from './support/object-sets.ts';
import type { RawObject } from './support/objects.ts';
import { checked } from './support/world.ts';

const FACTS: readonly (readonly [string, Facts])[] = [
  ['unknown', NO_FACTS],
  ['add-on on, VPC-native', ADD_ON_ON],
  ['add-on on, routes-based', factsOf({ httpLoadBalancing: 'enabled', vpcNative: false })],
];

const keyOf = ({ rule, object, identity }: Finding): string => `${rule} ${formatName(referenceTo(object))} ${identity}`;

function findingsOf(raws: readonly RawObject[], facts: Facts): readonly Finding[] {
  const objects = raws.flatMap((raw) => parseObject(raw) ?? []);
  const { findings, superseded } = checked(objects, { facts, known: 'listed' });
  return [...findings, ...superseded];
}

/** What is loud: nobody has to do anything about an info, and what is missing may be written next. */
const isLoud = ({ severity, isCertain, isLate }: Finding): boolean => severity !== 'info' && isCertain && !isLate;

/** What was another controller's, or had another name, before: what is wrong with it was hidden, and not brought by the fix. */
const isOfItself = ({ edits }: Pick<Fix, 'edits'>): boolean =>
  edits.some(
    ({ path }) =>
      path.at(-1) === INGRESS_CLASS ||
      path.at(-1) === 'ingressClassName' ||
      (path.at(-1) === 'name' && path[0] === 'metadata'),
  );

/** The controller stops there: what it comes to only then was hidden, and not brought by the fix. */
const endsTranslation = ({ condition }: Finding): boolean =>
  condition !== undefined && /^C(?:[3-9]|1[0-7])$/.test(condition);

/** Behind a port on which nobody listens no app was asked: what it answers was hidden, and not brought by the fix. */
const wasUnasked = ({ rule }: Finding, place: string): boolean =>
  rule === 'health-check-port-closed' && /^(?:health-check-not-ok|probe-redirects-to-https) /.test(place);

/** What a rule says of an object more often than before: what an edit renames is the same problem. */
function grown(before: readonly Finding[], after: readonly Finding[]): readonly string[] {
  const placeOf = ({ rule, object }: Finding): string => `${rule} ${formatName(referenceTo(object))}`;
  const known = Map.groupBy(before, placeOf);
  return [...Map.groupBy(after.filter(isLoud), placeOf)].flatMap(([place, found]) =>
    found.length > (known.get(place)?.length ?? 0) ? [place] : [],
  );
}

/** What is still found, or newly found, after a fix was carried out. */
function disobedience(raws: readonly RawObject[], facts: Facts): readonly string[] {
  const before = findingsOf(raws, facts);
  return before.flatMap((finding) =>
    [finding.fix, ...finding.fix.alternatives].flatMap(({ text, edits }) => {
      const edited = edits.length === 0 ? undefined : obey(raws, edits);
      if (edited === undefined) return [];
      const hides = endsTranslation(finding) || isOfItself({ edits });
      const after = findingsOf(edited, facts);
      // Of several that go by the same words one is gone.
      const sameAs = (one: Finding): boolean => keyOf(one) === keyOf(finding);
      const isGone =
        after.filter(sameAs).length < before.filter(sameAs).length ||
        after.filter(sameAs).every(({ severity }) => severity === 'info' && finding.severity !== 'info');
      const still = isGone ? [] : [`still: ${keyOf(finding)}`];
      const fresh = hides ? [] : grown(before, after).filter((place) => !wasUnasked(finding, place));
      return [...still, ...fresh.map((place) => `new: ${place}`)].map(
        (what) => `${keyOf(finding)}: ${text} => ${what}`,
      );
    }),
  );
}

/** Sets in which no edit can help, and why. */
const BEYOND_EDITS: Readonly<Record<string, string>> = {
  'case annotations-as-list.yaml': 'its annotations are a list, which the API server refuses, so that none can be set',
};

describe.each(FACTS)('with facts: %s', (_, facts) => {
  it.each(OBJECT_SETS.filter(({ name }) => BEYOND_EDITS[name] === undefined))(
    'a fix ends its finding and brings no other: $name',
    ({ objects, facts: own }) => {
      expect(disobedience(objects, own ?? facts)).toEqual([]);
    },
  );
});

it('a fix ends its finding and brings no other: generated sets', () => {
  for (const { objects, flags } of fc.sample(arbitraryCase, { seed: 20_261_129, numRuns: 200 })) {
    const facts = factsOf({ httpLoadBalancing: 'enabled', controller: flags });
    expect({ objects, disobeyed: disobedience(objects, facts) }).toEqual({ objects, disobeyed: [] });
  }
});
