// Anchors of headings, as GitHub makes them, so that one link works there and on the site.

/** As github.com/Flet/github-slugger describes what GitHub does. */
function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
}

/** Gives each heading of a page its anchor; one that repeats gets a number. */
export function createAnchors(): (heading: string) => string {
  const used = new Map<string, number>();
  return (heading) => {
    const base = slug(heading);
    const count = used.get(base) ?? 0;
    used.set(base, count + 1);
    return count === 0 ? base : `${base}-${count}`;
  };
}

export interface Section {
  readonly level: number;
  readonly title: string;
  readonly anchor: string;
  /** Prose without code blocks and markup. */
  readonly text: string;
}

/** A page by its headings. Text in front of the first heading is left out: every page begins with one. */
export function sectionsOf(markdown: string): readonly Section[] {
  const anchorOf = createAnchors();
  const prose = markdown.replaceAll(/^(`{3,})[^\n]*\n[\s\S]*?^\1`*$/gm, '').replaceAll(/<!--[\s\S]*?-->/g, '');
  return prose
    .split(/^(?=#{1,6} )/m)
    .filter((part) => part.startsWith('#'))
    .map((part) => {
      const [, marks = '', heading = '', text = ''] = /^(#+) ([^\n]*)\n?([\s\S]*)$/.exec(part) ?? [];
      const title = plain(heading);
      return { level: marks.length, title, anchor: anchorOf(title), text: plain(text) };
    });
}

function plain(markdown: string): string {
  return (
    markdown
      .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
      // The head of a table says nothing without the table.
      .replaceAll(/^\|.*\n\|[-| :]+\|$/gm, '')
      // A star between spaces is no markup.
      .replaceAll(/`|(?<! )\*|\*(?! )/g, '')
      .replaceAll(/\||^- /gm, ' ')
      .replaceAll(/\\(?=[<>])/g, '')
      .replaceAll(/\s+/g, ' ')
      .trim()
  );
}
