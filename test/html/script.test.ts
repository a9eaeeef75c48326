// The script of the page is its source in src/report/html/browser/, and what prints the page leaves it as it is.
import { expect, it } from 'vitest';
import { plainLines } from '../../src/kubernetes/plain-text.ts';
import { expectPage } from '../support/page.ts';
import { generateScript, SCRIPT_FILE } from '../support/page-script.ts';

it('is generated from its source', () => {
  expectPage(SCRIPT_FILE, generateScript());
});

it('is not changed by what prints it', async () => {
  const { SCRIPT } = await import('../../src/report/html/script.ts');
  const { STYLE } = await import('../../src/report/html/style.ts');
  expect(plainLines(SCRIPT)).toBe(SCRIPT);
  expect(plainLines(STYLE)).toBe(STYLE);
  // A syntax error would be thrown here.
  expect(() => new Function(SCRIPT)).not.toThrow();
});
