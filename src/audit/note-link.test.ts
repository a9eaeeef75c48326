import { expect, it } from 'vitest';
import { resolvedNote } from './note.ts';
import { linkedNote } from './note-link.ts';

const SITE = 'https://guard.example';
const NOTE = 'it is wrong [some-rule]. Since yesterday. Fix: Make it right';
const LINKED =
  'it is wrong [some-rule] (https://guard.example/rules/some-rule.html). Since yesterday. Fix: Make it right';

it('links to the page of the rule, and the fix stays last', () => {
  expect(linkedNote(NOTE, 'some-rule', SITE)).toBe(LINKED);
  expect(resolvedNote(LINKED)).toBe('No longer found: it is wrong [some-rule]');
});

it('stays as it is without a site, and where there is no room', () => {
  expect(linkedNote(NOTE, 'some-rule', '')).toBe(NOTE);
  const long = `${'ü'.repeat(480)} [some-rule]. Fix: Make it right`;
  expect(linkedNote(long, 'some-rule', SITE)).toBe(long);
});
