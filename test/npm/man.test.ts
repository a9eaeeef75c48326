// The man page is what the commands are now, and a reader of man pages finds nothing wrong with it.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { manPageOf } from '../../scripts/man/page.ts';
import { describedProgram } from '../../scripts/man/program.ts';

const FILE = fileURLToPath(new URL('../../man/gke-ingress-guard.1', import.meta.url));
const page = readFileSync(FILE, 'utf8');

it('is up to date (npm run man writes it)', () => {
  expect(page).toBe(manPageOf(describedProgram()));
});

it('has a section for each command, and each of its options', () => {
  const program = describedProgram();
  expect(program.commands.length).toBeGreaterThan(8);
  for (const command of program.commands) {
    const [, section = ''] = page.split(`.SS "${command.name().replaceAll('-', '\\-')}"\n`);
    const [own = ''] = section.split(/^\.S[SH]/m);
    const missing = command.options.filter(({ long }) => !own.includes(String(long).replaceAll('-', '\\-')));
    expect([command.name(), missing.map(({ long }) => long)]).toEqual([command.name(), []]);
  }
});

it('leaves no sign to roff that it would take for something else', () => {
  const lines = page.split('\n').filter((line) => !/^\.(TH|SH|SS|TP|B|PP|RS|RE|br|\\")/.test(line));
  expect(lines.filter((line) => /^[.']|(?<!\\)[-`~']/.test(line))).toEqual([]);
});

it.skipIf(spawnSync('groff', ['--version']).status !== 0)('is rendered by groff without a warning', () => {
  const { status, stdout, stderr } = spawnSync('groff', ['-man', '-Tascii', '-ww', '-P-c', FILE], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  // Bold is each sign over itself.
  expect(stdout.replaceAll(/.[\b]/g, '')).toContain('gke-ingress-guard check manifests/');
});
