import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { addressOf, docsOf, HOMEPAGE } from './rule-page.ts';

const project: { readonly homepage?: string } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
);

it('is a file of the project without a site, and a page of the site with one', () => {
  expect(docsOf('some-rule', '')).toBe('docs/rules/some-rule.md');
  expect(addressOf('some-rule', '')).toBeUndefined();
  expect(docsOf('some-rule', 'https://guard.example/docs')).toBe('https://guard.example/docs/rules/some-rule.html');
});

it('takes the site that npm and the chart name', () => {
  expect(HOMEPAGE).toBe(project.homepage ?? '');
  expect(HOMEPAGE).toMatch(/^(https:\/\/\S+[^/])?$/);
});
