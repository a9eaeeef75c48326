import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findPrograms } from './programs.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'guard-programs-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('without go the tests are passed over, and say what to install', async () => {
  const found = await findPrograms({ PATH: dir, GUARD_TEST_CACHE: dir });
  expect(found).toEqual({ ok: false, why: expect.stringContaining('Install Go') });
});

test('with CI=true a missing go fails them', async () => {
  await expect(findPrograms({ PATH: dir, GUARD_TEST_CACHE: dir, CI: 'true' })).rejects.toThrow('Install Go');
});
