// `explain --live` where the controllers themselves have written what is seen: nothing is said where plan and controller
// agree, and each difference of docs/explain-live.md is made and met.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Answer, type LiveCluster, lookAt, STEPS, startLive } from './live.ts';
import { LIVE_CASES, type Look, MOMENTS } from './live-cases.ts';
import { findPrograms, type Programs } from './programs.ts';

let programs: Programs;
let live: LiveCluster | undefined;
const answers = new Map<Look, Answer>();

beforeAll(async () => {
  programs = await findPrograms();
  if (!programs.ok) return;
  live = await startLive(programs.program, LIVE_CASES);
  expect(live.cluster.refused).toEqual([]);
  for (const moment of MOMENTS) {
    await STEPS[moment](live);
    for (const [look, answer] of await lookAt(live, moment)) answers.set(look, answer);
  }
});

afterAll(() => live?.cluster.stop());

it.for(LIVE_CASES)('$name', ({ looks }, { skip }) => {
  if (!programs.ok) skip(programs.why);
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
