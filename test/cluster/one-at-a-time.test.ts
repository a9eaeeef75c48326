import { existsSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { oneAtATime } from './one-at-a-time.ts';
import { waitFor } from './wait-for.ts';

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'guard-lock-'));
  file = join(dir, 'lock');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('the work of one begins when that of the other is over, also where that failed', async () => {
  const did: string[] = [];
  const first = Promise.withResolvers<void>();
  const one = oneAtATime(file, async () => {
    did.push('first begins');
    await first.promise;
    did.push('first ends');
    throw new Error('no program');
  });
  const other = oneAtATime(file, async () => {
    did.push('second');
    return 2;
  });
  first.resolve();
  await expect(one).rejects.toThrow('no program');
  expect(await other).toBe(2);
  expect(did).toEqual(['first begins', 'first ends', 'second']);
  expect(existsSync(file)).toBe(false);
});

test('a lock that nobody holds any more is taken', async () => {
  writeFileSync(file, '');
  utimesSync(file, new Date(), new Date(Date.now() - 60_000));
  expect(await oneAtATime(file, async () => 'done')).toBe('done');
});

test('who holds it shows that it lives', async () => {
  await oneAtATime(file, async () => {
    const long = new Date(Date.now() - 20_000);
    utimesSync(file, long, long);
    await waitFor(
      'the file to be touched',
      async () => statSync(file).mtimeMs,
      (touchedMs) => touchedMs > long.getTime(),
    );
  });
});
