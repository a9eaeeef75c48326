// The documentation site before it is built: its links, its menu, its addresses and what its search knows; and the links of a built one.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkBuiltLinks } from '../scripts/site/built-links.ts';
import { createAnchors, sectionsOf } from '../scripts/site/headings.ts';
import { brokenLinks } from '../scripts/site/links.ts';
import { LISTED_ELSEWHERE, NAVIGATION } from '../scripts/site/navigation.ts';
import {
  imageOutput,
  imagesOf,
  linksOf,
  outputOf,
  readPages,
  relativeAddress,
  type SitePage,
} from '../scripts/site/pages.ts';
import { searchEntries } from '../scripts/site/search-entries.ts';
import { RULES } from '../src/rules/index.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const pages = readPages(ROOT);

function page(source: string, markdown: string): SitePage {
  return { source, output: outputOf(source), markdown, kind: 'page' };
}

describe('links of the pages', () => {
  it('lead to a page, to a heading of it, or to a file', () => {
    expect(brokenLinks(pages, (path) => existsSync(`${ROOT}/${path}`))).toEqual([]);
  });

  it('are found broken where a page, a heading or a picture is missing', () => {
    const both = [
      page('docs/a.md', '# A\n[b](b.md#there) [b](b.md#gone) [c](c.md) [self](#a) ![p](images/p.png)'),
      page('docs/b.md', '# B\n\n## There\n\n[up](../README.md), `[no](link.md)` and\n\n```\n[no](link.md)\n```\n'),
    ];
    expect(brokenLinks(both, () => false)).toEqual([
      'docs/a.md: b.md#gone: docs/b.md has no such heading',
      'docs/a.md: c.md leads nowhere',
      'docs/a.md: images/p.png leads nowhere',
      'docs/b.md: ../README.md leads nowhere',
    ]);
    expect(linksOf('[a](https://kubernetes.io) [b](mailto:a@b.example)')).toEqual([]);
  });
});

describe('links of the built site', () => {
  /** A site of these files, on a disk. */
  function built(files: Readonly<Record<string, string>>): string {
    const directory = mkdtempSync(join(tmpdir(), 'guard-site-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    return directory;
  }
  const RULE = '<h2 id="fix">Fix</h2> <a href="../index.html#top-of-it">up</a> <img src="../images/a.png" alt="">';
  const SOUND = {
    'index.html':
      '<h1 id="top-of-it">A &lt;a href="no.html"> &gt; B</h1> <a class="x" href="rules/a.html#fix">a</a> <a href="#top-of-it">',
    'rules/a.html': `${RULE} <a href="https://kubernetes.io/#x">k</a> <!-- <a href="gone.html"> -->`,
    'images/a.png': '',
  };

  it('lead to a file of it, and to a place on its page', () => {
    expect(() => checkBuiltLinks(built(SOUND), ['rules/a.html#fix', 'index.html'])).not.toThrow();
  });

  it.each([
    ['a page', '<a href="b.html">', 'rules/a.html: b.html leads nowhere'],
    [
      'a place on another page',
      '<a href="../index.html#gone">',
      'rules/a.html: ../index.html#gone: index.html has no such place',
    ],
    [
      'a place on its own page',
      '<p title="1 > 0"><a\n  href="#gone">',
      'rules/a.html: #gone: rules/a.html has no such place',
    ],
    [
      'a picture, whose name differs by a capital',
      '<img src="../images/A.png" />',
      'rules/a.html: ../images/A.png leads nowhere',
    ],
    ['a script', '<script src="../assets/gone.js" defer></script>', 'rules/a.html: ../assets/gone.js leads nowhere'],
    ['a directory, which a disk does not serve', '<a href="../rules/">', 'rules/a.html: ../rules/ leads nowhere'],
    ['the root of a host', '<a href="/index.html">', 'rules/a.html: /index.html leads nowhere'],
    ['what lies outside', '<a href="../../index.html">', 'rules/a.html: ../../index.html leads nowhere'],
  ])('end the build where one leads to %s that is not there', (_, html, said) => {
    const directory = built({ ...SOUND, 'rules/a.html': `${RULE}${html}` });
    expect(() => checkBuiltLinks(directory, [])).toThrow(
      new Error(`links of the built site that lead nowhere:\n${said}`),
    );
  });

  it('are those of the search too', () => {
    expect(() => checkBuiltLinks(built(SOUND), ['rules/a.html#gone'])).toThrow(
      'search: rules/a.html#gone: rules/a.html has no such place',
    );
    expect(readFileSync(`${ROOT}/scripts/site.ts`, 'utf8')).toMatch(/^checkBuiltLinks\(.*\/dist`, addresses\);$/m);
  });
});

describe('pages of the site', () => {
  it('show pictures that are copied, those outside docs too', () => {
    const shown = imagesOf(pages);
    expect(shown).toEqual([
      'bench/results.svg',
      'docs/images/explain.svg',
      'docs/images/flame.svg',
      'docs/images/report.png',
    ]);
    expect(shown.map(imageOutput)).toEqual([
      'bench/results.svg',
      'images/explain.svg',
      'images/flame.svg',
      'images/report.png',
    ]);
    expect(readFileSync(`${ROOT}/site/eleventy.config.ts`, 'utf8')).toContain('of imagesOf(pages)');
  });

  it('stand in the menu, each once', () => {
    const listed = NAVIGATION.flatMap((group) => group.pages.map(([source]) => source));
    const isListedElsewhere = (source: string): boolean =>
      LISTED_ELSEWHERE.some((directory) => source.startsWith(directory));
    const expected = pages.filter(({ source, kind }) => kind === 'page' && !isListedElsewhere(source));
    expect(listed.filter((source) => !isListedElsewhere(source)).toSorted()).toEqual(
      expected.map(({ source }) => source),
    );
  });

  it('have addresses of their own, which stay: findings link to those of rules', () => {
    const outputs = pages.map(({ output }) => output);
    expect(new Set(outputs).size).toBe(outputs.length);
    expect(outputs).toEqual(expect.arrayContaining(RULES.map(({ id }) => `rules/${id}.html`)));
    expect(
      ['README.md', 'docs/rules/README.md', 'docs/adr/0001-x.md', 'ARCHITECTURE.md', 'policies/a.yaml'].map(outputOf),
    ).toEqual([
      'index.html',
      'rules/index.html',
      'adr/0001-x.html',
      'architecture.html',
      'source/policies/a.yaml.html',
    ]);
  });

  it('point at each other from where they are', () => {
    expect(relativeAddress('rules/a.html', 'index.html')).toBe('../index.html');
    expect(relativeAddress('index.html', 'rules/a.html')).toBe('rules/a.html');
  });
});

describe('headings', () => {
  it('leave out no level, in any page', () => {
    const skipping = pages.flatMap(({ source, markdown }) => {
      const sections = sectionsOf(markdown);
      return sections
        .filter(({ level }, index) => level > (sections[index - 1]?.level ?? 0) + 1)
        .map(({ title }) => `${source}: ${title}`);
    });
    expect(skipping).toEqual([]);
  });

  it('of the list of a page have the anchors of the page, with a star that is no markup too', () => {
    const [section] = sectionsOf('# Refused: a * is in **the** `middle`\n\nText.\n');
    expect(section).toMatchObject({ title: 'Refused: a * is in the middle', anchor: 'refused-a--is-in-the-middle' });
  });

  it('have the anchors that GitHub gives them', () => {
    const anchorOf = createAnchors();
    const headings = [
      '4. Tell it the facts',
      'C5–C9: what, and why?',
      '`check` and _x_',
      'Same',
      'Same',
      "The guard's own",
    ];
    expect(headings.map(anchorOf)).toEqual([
      '4-tell-it-the-facts',
      'c5c9-what-and-why',
      'check-and-_x_',
      'same',
      'same-1',
      'the-guards-own',
    ]);
  });

  it('divide a page, and none is taken out of code', () => {
    const markdown =
      '# A `b`\n<!-- c -->\nOne [two](x.md) **three**.\n\n```sh\n# four\n```\n\n| h | i |\n|---|---|\n| five | six |\n\n## B\n';
    expect(sectionsOf(markdown)).toEqual([
      { level: 1, title: 'A b', anchor: 'a-b', text: 'One two three. five six' },
      { level: 2, title: 'B', anchor: 'b', text: '' },
    ]);
  });
});

it('knows every rule in its search, and no file', () => {
  const entries = searchEntries(pages);
  expect(RULES.map(({ id }) => entries.filter(({ title }) => title === id).map(({ address }) => address))).toEqual(
    RULES.map(({ id }) => [`rules/${id}.html`]),
  );
  expect(entries.filter(({ address }) => address.startsWith('source/'))).toEqual([]);
});
