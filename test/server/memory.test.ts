// The attacks that once ended the process, in short: the real guard with the flags of the image stays within its limit,
// answers health, and judges everybody else's objects. Whole: npm run test:soak.
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { IMAGE_FLAGS, MEMORY_LIMIT_MIB, peakMiB, watchDuring } from '../support/attacks.ts';
import { type GuardProcess, startGuard } from '../support/guard-process.ts';
import { memoryAttacks } from '../support/memory-attacks.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const NUMBERS = { stalledBodies: 60, updates: 40, manyValues: 3, idleClients: 700, nonReaders: 15 };

let guard: GuardProcess;
beforeAll(async () => {
  guard = await startGuard({ args: ['--drain-seconds=0'], program: [...IMAGE_FLAGS, MAIN], keepsLog: false });
});
afterAll(() => guard.stop());

it.each(memoryAttacks(NUMBERS))('holds against $name', { timeout: 60_000 }, async ({ run }) => {
  const seen = await watchDuring(guard, () => run(guard));
  expect(seen).toMatchObject({ failedProbes: 0, lost: [] });
  expect(seen.judged).toBeGreaterThan(0);
  expect(peakMiB(guard.pid)).toBeLessThan(MEMORY_LIMIT_MIB);
});
