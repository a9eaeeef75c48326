// Plain English: texts that users see have none of the unwanted words. It reads the strings of src/ and scripts/, the
// pages, and the files that are shipped.
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UNWANTED_WORDS } from './support/unwanted-words.ts';
import { textsOfSource } from './support/user-texts.ts';

/** Files still to be cleaned, in alphabetical order. It only gets shorter: a file without a hit must leave it. */
const TO_BE_CLEANED: readonly string[] = [];

const SOURCES = ['src/**/*.ts', 'scripts/**/*.ts'];
const PAGES = ['*.md', 'docs/*.md', 'docs/rules/*.md', '{policies,deploy,examples}/**/*.{yaml,json}'];

function hitsIn(file: string): readonly string[] {
  const content = readFileSync(file, 'utf8');
  const texts = file.endsWith('.ts') ? textsOfSource(content) : [{ line: 1, text: content }];
  return texts.flatMap(({ line, text }) =>
    UNWANTED_WORDS.flatMap(({ pattern, instead }) =>
      [...text.matchAll(pattern)].map(({ 0: found, index }) => {
        const linesBefore = text.slice(0, index).split('\n').length - 1;
        return `${file}:${line + linesBefore}: ${found.replace(/\s+/, ' ')}; write ${instead}`;
      }),
    ),
  );
}

describe('texts for users', () => {
  const files = [...globSync(SOURCES, { exclude: ['**/*.test.ts'] }), ...globSync(PAGES)].toSorted();
  const hits = new Map(files.map((file) => [file, hitsIn(file)]));

  it('have none of the unwanted words (test/support/unwanted-words.ts)', () => {
    const isClean = (file: string): boolean => !TO_BE_CLEANED.includes(file);
    expect(
      files
        .filter(isClean)
        .flatMap((file) => hits.get(file) ?? [])
        .join('\n'),
    ).toBe('');
  });

  it('are listed as to be cleaned only where there is something to clean', () => {
    const clean = TO_BE_CLEANED.filter((file) => (hits.get(file) ?? []).length === 0);
    expect(clean, 'nothing is left to clean: remove these from TO_BE_CLEANED').toEqual([]);
    expect(TO_BE_CLEANED).toEqual(TO_BE_CLEANED.toSorted());
  });
});

describe('the reader of texts', () => {
  it('reads strings, templates and sums of them', () => {
    const source = `const a = { 'key': 'one' };\nsay(\`two \${f('three')} four\`);\nsay('for ' +\n  'ever ' + g + "!");`;
    expect(textsOfSource(source)).toEqual([
      { line: 1, text: 'key' },
      { line: 1, text: 'one' },
      { line: 2, text: 'three' },
      { line: 2, text: 'two … four' },
      { line: 3, text: 'for ever …!' },
    ]);
  });

  it('reads no comment, no type and no name of a module', () => {
    const source =
      "// mend\nimport { a } from './mend.ts';\nexport * from './mend.ts';\n/* told */ type B = 'mend' | 'told';";
    expect(textsOfSource(source)).toEqual([]);
  });
});

describe('the unwanted words', () => {
  it.each([['Mend it.'], ['people are told'], ['it waits for\n  ever'], ['  Do: this'], ["a name of one's own"]])(
    'contain %j',
    (text) => {
      expect(UNWANTED_WORDS.filter(({ pattern }) => text.search(pattern) >= 0)).toHaveLength(1);
    },
  );

  it.each([['Amend it.'], ['Do not'], ['there is nothing'], ['its own Pods'], ['Recommended']])(
    'do not contain %j',
    (text) => {
      expect(UNWANTED_WORDS.filter(({ pattern }) => text.search(pattern) >= 0)).toEqual([]);
    },
  );
});
