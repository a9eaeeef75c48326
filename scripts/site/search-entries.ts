// What the search of the site finds: sections of pages, without the files that are only shown.
import { sectionsOf } from './headings.ts';
import { type SitePage, titleOf } from './pages.ts';

export interface SearchEntry {
  readonly id: number;
  readonly page: string;
  readonly title: string;
  readonly text: string;
  /** From the root of the site. */
  readonly address: string;
}

export function searchEntries(pages: readonly SitePage[]): readonly SearchEntry[] {
  const entries = pages
    .filter(({ kind }) => kind === 'page')
    .flatMap((page) =>
      sectionsOf(page.markdown).map(({ level, title, anchor, text }) => ({
        page: titleOf(page.markdown),
        title,
        text,
        address: level === 1 ? page.output : `${page.output}#${anchor}`,
      })),
    );
  return entries.map((entry, id) => ({ id, ...entry }));
}

/** A script and not JSON: a page that is opened from a disk may load a script beside it, but may fetch nothing. */
export function searchScript(pages: readonly SitePage[]): string {
  return `globalThis.searchEntries = ${JSON.stringify(searchEntries(pages))};\n`;
}
