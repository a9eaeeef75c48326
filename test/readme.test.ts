// What docs/tour.md shows of `explain` is what it prints; and the README stays short.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { run } from './cli/support.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const tour = readFileSync(new URL('../docs/tour.md', import.meta.url), 'utf8');
const shown = [...tour.matchAll(/```\n\$ npm run -s guard -- (explain [^\n]+)\n([\s\S]*?)```/g)].map(
  ([, command = '', output = '']) => ({ command, output }),
);

it('shows both pitfalls', () => {
  expect(shown).toHaveLength(2);
});

it.each(shown)('prints what the tour shows of: $command', async ({ command, output }) => {
  expect((await run(command.split(' '))).out).toBe(output);
});

it('stays within a hundred lines', () => {
  expect(readme.split('\n').length).toBeLessThanOrEqual(101);
});
