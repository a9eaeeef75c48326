// docs/explain-live.md says how each difference is known: by a case of the controller's tests, or by a stand-in with a reason.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DIFFERENCE_IDS } from '../src/seen/difference.ts';
import { LIVE_CASES } from './controller/live-cases.ts';

const page = readFileSync(new URL('../docs/explain-live.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| `([a-z-]+)` \| [^|]+ \| (controller|stand-in): ([^|]+) \|$/gm)];

const casesThatShow = (id: string): readonly string[] =>
  LIVE_CASES.filter(({ looks }) => looks.some(({ expected }) => expected.some((one) => one.id === id))).map(
    ({ name }) => name,
  );

it('says it of every difference, once', () => {
  expect(rows.map(([, id]) => id)).toEqual([...DIFFERENCE_IDS]);
});

it.each(DIFFERENCE_IDS)('%s: names a case that shows it, or why the controllers cannot', (id) => {
  const [, , how, words = ''] = rows.find(([, its]) => its === id) ?? [];
  const cases = casesThatShow(id);
  if (how === 'controller') expect(cases).toContain(words);
  // A reason is a sentence, and none is true of what a case shows.
  else expect({ cases, words }).toEqual({ cases: [], words: expect.stringMatching(/\w+( \S+){4,}/) });
});
