import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellCommand, shellQuote } from './shell-quote.ts';

describe('shellQuote', () => {
  it.each([
    ['plain words', 'kubectl', 'kubectl'],
    ['paths, URLs and lists', 'service/web', 'service/web'],
    [
      'the value of an assignment, not its key',
      'cloud.google.com/neg={"ingress": true}',
      `cloud.google.com/neg='{"ingress": true}'`,
    ],
    ['an assignment without a value', 'key=', 'key='],
    ['a flag with a value', '--location=asia northeast', `--location='asia northeast'`],
    ['an empty argument', '', "''"],
    ['single quotes', "it's", `'it'\\''s'`],
    ['what a shell would run', '$(touch /x)`id`', "'$(touch /x)`id`'"],
  ])('%s', (_, argument, quoted) => {
    expect(shellQuote(argument)).toBe(quoted);
  });
});

describe('shellCommand', () => {
  it('runs with exactly these arguments, whatever stands in them', () => {
    const argument = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      fc.constantFrom('$(id)', '`id`', "'", '"', '\\', '\n', '; id', '&& id', '--x=$(id)', '*', '~', '!1', '{a,b}'),
    );
    fc.assert(
      fc.property(fc.array(argument, { minLength: 1, maxLength: 5 }), (values) => {
        // A NUL can be in no argument.
        const given = values.map((value) => value.replaceAll('\0', ''));
        const { stdout } = spawnSync('sh', ['-c', `printf '%s\\0' ${shellCommand(given)}`]);
        expect(stdout.toString()).toBe(given.map((value) => `${value}\0`).join(''));
      }),
      { numRuns: 40 },
    );
  });
});
