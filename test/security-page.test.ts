// SECURITY.md names the test of each threat; a test that is renamed or gone leaves its line unshown.
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const ROOT = new URL('..', import.meta.url);
const page = readFileSync(new URL('SECURITY.md', ROOT), 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| who | reaches'));

it('names tests that are there', () => {
  const files = [...page.matchAll(/\]\(((?:test|src)\/[^)#]+)\)/g)].map(([, file = '']) => file);
  expect(files.length).toBeGreaterThan(15);
  expect(files.filter((file) => !existsSync(new URL(file, ROOT)))).toEqual([]);
});

it('names a test in every line of the threat model but that of the node', () => {
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.filter((row) => !/\]\((?:test|src)\//.test(row)).map((row) => row.split('|')[1]?.trim())).toEqual([
    'who takes the node or the API server',
  ]);
});
