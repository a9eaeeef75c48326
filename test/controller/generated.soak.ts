// Plans against the controllers on fresh seeds, as many as asked for: a run of `npm run test:soak` has another seed each
// time, and prints it. GUARD_CONTROLLER_SEED repeats one.
import { expect, it } from 'vitest';
import { logToStderr } from '../cluster/go-programs.ts';
import { inWords } from './compare.ts';
import { sortOut } from './known-differences.ts';
import { findPrograms } from './programs.ts';
import { runCases } from './run.ts';
import { generatedCases } from './sources.ts';

const SEED = Number(process.env['GUARD_CONTROLLER_SEED'] ?? Math.floor(Date.now() / 1000));
const COUNT = Number(process.env['GUARD_CONTROLLER_COUNT'] ?? 2_200);
/** What is left of the default where the API server refuses one case in twenty, as it may in controller.test.ts. */
const LEAST = COUNT >= 2_200 ? 2_000 : COUNT * 0.9;

it(`plans and the controllers agree on ${COUNT} generated sets of seed ${SEED}`, async ({ skip }) => {
  const programs = await findPrograms();
  if (!programs.ok) return skip(programs.why);
  const again = `GUARD_CONTROLLER_SEED=${SEED} GUARD_CONTROLLER_COUNT=${COUNT}`;
  logToStderr(`${again} npx vitest run --project soak test/controller repeats this run.`);
  const { ingresses, leaves, disagreements, firewalls, refused, saidInVain } = await runCases(
    programs.program,
    generatedCases(COUNT, SEED),
    logToStderr,
  );
  const { unknown } = sortOut(disagreements);
  logToStderr(
    `Seed ${SEED}: ${ingresses} Ingresses, ${leaves} fields, ${disagreements.length - unknown.length} known differences, ` +
      `${unknown.length} others, ${refused.length} objects refused.`,
  );
  // The seed is in what fails, for who sees nothing else of the run.
  expect({ seed: SEED, differences: inWords(unknown) }).toEqual({ seed: SEED, differences: '' });
  expect({ seed: SEED, firewalls }).toEqual({ seed: SEED, firewalls: [] });
  expect({ seed: SEED, saidInVain: saidInVain.join('\n') }).toEqual({ seed: SEED, saidInVain: '' });
  expect(ingresses).toBeGreaterThanOrEqual(LEAST);
});
