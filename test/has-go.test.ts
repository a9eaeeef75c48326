import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findGo } from './support/has-go.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'guard-has-go-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('a machine without go leaves tests out', () => {
  expect(findGo({ PATH: dir })).toBe(false);
});

test('with CI=true a missing go fails the tests that need it', () => {
  expect(() => findGo({ PATH: dir, CI: 'true' })).toThrow('Install Go');
});

test('a go that answers is there, with CI=true and without', () => {
  writeFileSync(join(dir, 'go'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  expect([findGo({ PATH: dir }), findGo({ PATH: dir, CI: 'true' })]).toEqual([true, true]);
});
