// The attacks that once ended the process, whole: the compiled guard with the flags of the image, empty and with as much on its
// heap as a view of 35,000 objects has. Prints what it saw, for the record.
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IMAGE_FLAGS, MEMORY_LIMIT_MIB, peakMiB, watchDuring } from '../support/attacks.ts';
import { type GuardProcess, startGuard } from '../support/guard-process.ts';
import { memoryAttacks } from '../support/memory-attacks.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const BALLAST = fileURLToPath(new URL('../support/ballast.mjs', import.meta.url));
const NUMBERS = { stalledBodies: 90, updates: 200, manyValues: 20, idleClients: 6000, nonReaders: 150 };

/** With 148 the process is as large at rest as it is after it has listed 35,000 objects again (docs/operations.md, Sizing). */
describe.each([0, 148])('with %i MiB of objects', (ballastMiB) => {
  describe.each(memoryAttacks(NUMBERS))('against $name', ({ name, run }) => {
    let guard: GuardProcess;
    beforeAll(async () => {
      guard = await startGuard({
        args: ['--drain-seconds=0'],
        program: [...IMAGE_FLAGS, '--import', BALLAST, PROGRAM],
        env: { GUARD_TEST_BALLAST_MIB: String(ballastMiB) },
        keepsLog: false,
      });
    });
    afterAll(() => guard.stop());

    it('stays within its limit, answers health, and judges the objects of others', async () => {
      const restMiB = peakMiB(guard.pid);
      const seen = await watchDuring(guard, () => run(guard));
      const figures = { ballastMiB, restMiB: Math.round(restMiB), peakMiB: Math.round(peakMiB(guard.pid)), ...seen };
      process.stdout.write(`${name}: ${JSON.stringify(figures)}\n`);
      expect(seen).toMatchObject({ failedProbes: 0, lost: [] });
      expect(seen.judged).toBeGreaterThan(0);
      expect(peakMiB(guard.pid)).toBeLessThan(MEMORY_LIMIT_MIB);
    });
  });
});
