// What the README shows of `explain` is what it prints.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { run } from './cli/support.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const shown = [...readme.matchAll(/```\n\$ npm run -s guard -- (explain [^\n]+)\n([\s\S]*?)```/g)].map(
  ([, command = '', output = '']) => ({ command, output }),
);

it('shows both pitfalls', () => {
  expect(shown).toHaveLength(2);
});

it.each(shown)('prints what the README shows of: $command', async ({ command, output }) => {
  expect((await run(command.split(' '))).out).toBe(output);
});

it('stays within two hundred lines', () => {
  expect(readme.split('\n').length).toBeLessThanOrEqual(201);
});
