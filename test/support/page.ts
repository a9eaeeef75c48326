// A file that is generated from the code: compared by its test, written by the same test under UPDATE_PAGES=1.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';

/** @param path from the project's root, such as docs/errors.md */
export function expectPage(path: string, text: string): void {
  const file = new URL(`../../${path}`, import.meta.url);
  if (process.env['UPDATE_PAGES'] === '1') writeFileSync(file, text);
  expect(existsSync(file) ? readFileSync(file, 'utf8') : `there is no ${path}`).toBe(text);
}
