// `explain --live` where the controllers themselves have written what is seen: nothing is said where plan and controller
// agree, and each difference of docs/explain-live.md is made and met.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { defaultIn, type LiveCluster, lookAt, STEPS, startLive } from './live.ts';
import { LIVE_CASES, type Look, MOMENTS } from './live-cases.ts';
import type { Answer } from './live-cli.ts';
import { findPrograms, type Programs } from './programs.ts';

let programs: Programs;
let live: LiveCluster | undefined;
const answers = new Map<Look, Answer>();
/** By the name of the case: where its URL map leads after the changes. */
const defaults = new Map<string, string | null>();

beforeAll(async () => {
  programs = await findPrograms();
  if (!programs.ok) return;
  live = await startLive(programs.program, LIVE_CASES);
  expect(live.cluster.refused).toEqual([]);
  for (const moment of MOMENTS) {
    await STEPS[moment](live);
    for (const [look, answer] of await lookAt(live, moment)) answers.set(look, answer);
    if (moment !== 'changed') continue;
    const google = await live.cluster.controller.google();
    for (const one of live.cases) defaults.set(one.name, defaultIn(google, one));
  }
});

afterAll(() => live?.cluster.stop());

it.for(LIVE_CASES)('$name', ({ name, leadsTo, looks }, { skip }) => {
  if (!programs.ok) skip(programs.why);
  if (leadsTo !== undefined) expect(defaults.get(name)).toBe(leadsTo);
  for (const look of looks) {
    const answer = answers.get(look);
    const told = answer?.differences.map(({ id, message, predicted }) => ({ id, message, predicted }));
    const expected = look.expected.map(({ id, words, predicted = false }) => {
      return { id, message: expect.stringContaining(words), predicted };
    });
    expect(told).toEqual(expected);
    // The text says the same in lines.
    if (look.expected.length === 0) expect(answer?.text).toMatch(/No difference from the plan is seen\.\n$/);
    else expect(answer?.text.match(/^ {2}≠ /gm)).toHaveLength(look.expected.length);
  }
});
