// What the site adds to Markdown: anchors at headings, links between pages as the site has them, and tables that scroll by
// themselves on a phone.
import { createAnchors } from './headings.ts';
import { IMAGE, imageOutput, pageAt, relativeAddress, resolveLink, type SitePage } from './pages.ts';

/** What is used of markdown-it, which is installed with the site only. */
export interface Token {
  readonly type: string;
  readonly tag: string;
  readonly content: string;
  readonly children: readonly Token[] | null;
  attrGet(name: string): string | null;
  attrSet(name: string, value: string): void;
}

interface State {
  readonly tokens: readonly Token[];
  /** The data of a template: site/eleventy.config.ts names the source. */
  readonly env: { readonly source: string };
}

export interface MarkdownIt {
  readonly core: { readonly ruler: { push(name: string, rule: (state: State) => void): void } };
  readonly renderer: {
    readonly rules: Record<string, (tokens: readonly Token[], index: number, ...rest: readonly unknown[]) => string>;
  };
  set(options: { readonly html: boolean }): void;
}

export function extendMarkdown(md: MarkdownIt, pages: readonly SitePage[]): void {
  // A message may quote "<host>": it is text.
  md.set({ html: false });
  md.core.ruler.push('site', ({ tokens, env }) => {
    const page = pages.find(({ source }) => source === env.source);
    if (page === undefined) throw new Error(`${env.source} is not a page of the site`);
    addAnchors(tokens);
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      if (token.type === 'link_open') rewrite(token, 'href', page, pages);
      if (token.type === 'image') rewrite(token, 'src', page, pages);
    }
  });
  md.renderer.rules['table_open'] = () => '<div class="table"><table>';
  md.renderer.rules['table_close'] = () => '</table></div>';
}

function addAnchors(tokens: readonly Token[]): void {
  const anchorOf = createAnchors();
  for (const [index, token] of tokens.entries()) {
    if (token.type !== 'heading_open') continue;
    const parts = tokens[index + 1]?.children ?? [];
    token.attrSet('id', anchorOf(parts.map(({ content }) => content).join('')));
  }
}

function rewrite(token: Token, name: 'href' | 'src', page: SitePage, pages: readonly SitePage[]): void {
  const link = token.attrGet(name) ?? '';
  if (/^[a-z]+:/.test(link)) return;
  const { path, anchor } = resolveLink(page.source, link);
  const hash = anchor === '' ? '' : `#${anchor}`;
  if (IMAGE.test(path)) token.attrSet(name, relativeAddress(page.output, imageOutput(path)));
  else if (link.startsWith('#')) token.attrSet(name, hash);
  else {
    const target = pageAt(pages, path);
    if (target === undefined) throw new Error(`${page.source}: ${link} leads nowhere`);
    token.attrSet(name, `${relativeAddress(page.output, target.output)}${hash}`);
  }
}
