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
const COUNT = Number(process.env['GUARD_CONTROLLER_COUNT'] ?? 2_100);

it(`plans and the controllers agree on generated sets of seed ${SEED}`, async ({ skip }) => {
  const programs = await findPrograms();
  if (!programs.ok) return skip(programs.why);
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
  expect(inWords(unknown)).toBe('');
  expect(firewalls).toEqual([]);
  expect(saidInVain.join('\n')).toBe('');
  expect(ingresses).toBeGreaterThan(COUNT * 0.95);
});
