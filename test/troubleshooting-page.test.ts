// docs/troubleshooting.md: what it quotes of the guard is what the guard says, and its links lead somewhere.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const page = readFileSync(join(ROOT, 'docs/troubleshooting.md'), 'utf8');

const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => readFileSync(join(ROOT, 'src', file), 'utf8').replaceAll(/\$\{[^}]*\}/g, '…'))
  .join('\n');

/** Headings as GitHub makes anchors of them. */
function anchorsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe('the page about troubleshooting', () => {
  const quotes = [...page.matchAll(/^> (.+)$/gm)].map(([, quote = '']) => quote);

  it('quotes the guard', () => {
    expect(quotes.length).toBeGreaterThan(5);
  });

  it.each(quotes)('"%s" stands in the sources', (quote) => {
    const parts = quote.split('…').map((part) => part.trim());
    expect(parts.filter((part) => !sources.includes(part))).toEqual([]);
  });

  it('has the same four parts in every section', () => {
    for (const section of page.split(/^## /m).slice(1)) {
      const parts = [...section.matchAll(/^\*\*(\w+)\.\*\*/gm)].map(([, part]) => part);
      expect([section.split('\n')[0], ...parts]).toEqual([
        section.split('\n')[0],
        'Symptom',
        'Debugging',
        'Causes',
        'Workaround',
      ]);
    }
  });

  it('links to pages and sections that are there', () => {
    for (const [link, file = '', anchor = ''] of page.matchAll(/\]\(([\w-]+\.md)?(?:#([\w-]+))?\)/g)) {
      const path = join(ROOT, 'docs', file === '' ? 'troubleshooting.md' : file);
      expect([link, existsSync(path)]).toEqual([link, true]);
      expect(['', ...anchorsOf(readFileSync(path, 'utf8'))]).toContain(anchor);
    }
  });
});
