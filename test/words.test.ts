// Plain English: what users and contributors read has none of the unwanted words. It reads the strings of src/ and scripts/, all
// pages, the files that are shipped, and the comments of every source.
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commentsOf } from './support/comments.ts';
import { UNWANTED_WORDS } from './support/unwanted-words.ts';
import { textsOfSource, type UserText } from './support/user-texts.ts';

/** Files still to be cleaned, in alphabetical order. It only gets shorter: a file without a hit must leave it. */
const TO_BE_CLEANED: readonly string[] = [];

const SOURCES = ['src/**/*.ts', 'scripts/**/*.ts'];
const COMMENTED = ['{src,scripts,test,bench}/**/*.{ts,cts}', 'site/{*,browser/*}.ts', '*.ts'];
const PAGES = [
  '*.md',
  'docs/**/*.md',
  'bench/*.md',
  '.github/**/*.{md,yml}',
  '{policies,deploy,examples}/**/*.{yaml,json,md}',
];

function hitsIn(file: string): readonly string[] {
  const content = readFileSync(file, 'utf8');
  return hitsInTexts(file, file.endsWith('.ts') ? textsOfSource(content) : [{ line: 1, text: content }]);
}

function hitsInTexts(file: string, texts: readonly UserText[]): readonly string[] {
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

it('have comments without the unwanted words, in every source', () => {
  const files = globSync(COMMENTED, { exclude: ['**/node_modules/**'] }).toSorted();
  expect(files.length).toBeGreaterThan(900);
  expect(files.flatMap((file) => hitsInTexts(file, commentsOf(readFileSync(file, 'utf8')))).join('\n')).toBe('');
});

describe('the reader of comments', () => {
  it('reads them in each form, with their lines, and joins those that follow each other', () => {
    const source =
      '// one\n// two\nconst a = 1; // three\n\n/** four\n * five */\nfunction b(): void {\n  // six\n  // seven\n}';
    expect(commentsOf(source).map(({ line, text }) => [line, text.replaceAll(/\s+/g, ' ').trim()])).toEqual([
      [1, 'one two'],
      [3, 'three'],
      [5, 'four five'],
      [8, 'six seven'],
    ]);
  });

  it('takes no string, template or expression for one', () => {
    expect(commentsOf("const a = 'http://b'; const c = `// /* */`; const d = /\\/\\//; // e")).toEqual([
      { line: 1, text: ' e' },
    ]);
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
  it.each([
    ['Mend it.'],
    ['people are told'],
    ['it waits for\n  ever'],
    ['  Do: this'],
    ["a name of one's own"],
    ['the class stands in the annotation'],
    ['what cannot be had'],
  ])('contain %j', (text) => {
    expect(UNWANTED_WORDS.filter(({ pattern }) => text.search(pattern) >= 0)).toHaveLength(1);
  });

  it.each([
    ['Amend it.'],
    ['Do not'],
    ['there is nothing'],
    ['its own Pods'],
    ['Recommended'],
    ['a * stands for any'],
    ['a stand-in'],
  ])('do not contain %j', (text) => {
    expect(UNWANTED_WORDS.filter(({ pattern }) => text.search(pattern) >= 0)).toEqual([]);
  });
});
