// Plans and the controller's own translator: the cases of the fixed seed, and many more of another seed each time, which is
// printed. GCE_CONTROLLER_SEED repeats one.
import { expect, it } from 'vitest';
import { logToStderr } from '../cluster/go-programs.ts';
import { compareWithTranslator, FIXED_SEED, translatorProgram } from './translator-agreement.ts';

const SEED = Number(process.env['GCE_CONTROLLER_SEED'] ?? Math.floor(Date.now() / 1000));
const RUNS = Number(process.env['GCE_CONTROLLER_RUNS'] ?? 20_000);

it.each([
  [FIXED_SEED, 3000],
  [SEED, RUNS],
])('plans and the controller agree on generated objects of seed %d, %d cases', async (seed, runs) => {
  const { cases, replaced, differences, shortest } = compareWithTranslator(await translatorProgram(), seed, runs);
  logToStderr(`Seed ${seed}: ${cases} cases, ${replaced} of them with a backend whose paths are all replaced.`);
  expect({ differences, shortest }).toEqual({ differences: 0, shortest: undefined });
  expect(replaced).toBeGreaterThan(0);
});
