// Plans and the controller's own translator on the cases of one seed. The first run compiles ingress-gce, some minutes on a cold
// machine, so it runs only where GCE_CONTROLLER=1 asks; GCE_CONTROLLER_SEED and GCE_CONTROLLER_RUNS look elsewhere.
// controller.soak.ts has more cases, of another seed each time.
import { expect, it } from 'vitest';
import { compareWithTranslator, FIXED_SEED, translatorProgram } from './translator-agreement.ts';

const isWanted = process.env['GCE_CONTROLLER'] === '1';
const SEED = Number(process.env['GCE_CONTROLLER_SEED'] ?? FIXED_SEED);
const RUNS = Number(process.env['GCE_CONTROLLER_RUNS'] ?? 3000);

it.skipIf(!isWanted)(
  'plans and the controller agree on generated objects',
  async () => {
    const { differences, shortest } = compareWithTranslator(await translatorProgram(), SEED, RUNS);
    expect({ differences, shortest }).toEqual({ differences: 0, shortest: undefined });
  },
  30 * 60_000,
);
