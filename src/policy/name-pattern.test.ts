import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isNamed } from './name-pattern.ts';

it.each([
  ['MY_FORCE_SSL', '*_FORCE_SSL', true],
  ['my_force_ssl', '*_FORCE_SSL', true],
  ['_FORCE_SSL', '*_FORCE_SSL', true],
  ['FORCE_SSL', '*_FORCE_SSL', false],
  ['MY_FORCE_SSL_', '*_FORCE_SSL', false],
  ['--entrypoints.web.http.to', '--entrypoints.*.http.to', true],
  ['--entryPoints.web.HTTP.to', '--entrypoints.*.http.to', true],
  ['--entrypoints.http.to', '--entrypoints.*.http.to', false],
  ['--other.web.http.to', '--entrypoints.*.http.to', false],
  ['ALLOWED_HOSTS', 'ALLOWED_HOSTS', true],
  ['allowed_hosts', 'ALLOWED_HOSTS', false],
])('%s is named by %s: %s', (name, known, expected) => {
  expect(isNamed(name, known)).toBe(expected);
});

it('property: a name begins and ends as the pattern does, in any case, and neither end covers the other', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'A', 'b', 'B', '_', '-', '[', '{'), maxLength: 4 });
  fc.assert(
    fc.property(text, text, text, (name, start, end) => {
      const lower = name.toLowerCase();
      const expected =
        name.length >= start.length + end.length &&
        lower.startsWith(start.toLowerCase()) &&
        lower.endsWith(end.toLowerCase());
      expect(isNamed(name, `${start}*${end}`)).toBe(expected);
    }),
  );
});
