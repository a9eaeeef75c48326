// Whether links lead somewhere: in the Markdown, so that it holds on GitHub too, and without building the site.
import { sectionsOf } from './headings.ts';
import { IMAGE, linksOf, pageAt, resolveLink, type SitePage } from './pages.ts';

/** Each link that leads nowhere, in words. */
export function brokenLinks(pages: readonly SitePage[], exists: (path: string) => boolean): readonly string[] {
  return pages
    .filter(({ kind }) => kind === 'page')
    .flatMap(({ source, markdown }) =>
      linksOf(markdown).flatMap((link) => {
        const { path, anchor } = resolveLink(source, link);
        const page = pageAt(pages, path);
        if (page === undefined) return exists(path) && IMAGE.test(path) ? [] : [`${source}: ${link} leads nowhere`];
        if (anchor === '' || sectionsOf(page.markdown).some((section) => section.anchor === anchor)) return [];
        return [`${source}: ${link}: ${page.source} has no such heading`];
      }),
    );
}
