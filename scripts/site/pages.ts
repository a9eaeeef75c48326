// What the documentation site is made of: the Markdown of this repository, and the files that it links to.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { extname, join, posix } from 'node:path';

export interface SitePage {
  /** From the root of the repository. */
  readonly source: string;
  /** From the root of the site. */
  readonly output: string;
  readonly markdown: string;
  readonly kind: 'page' | 'file';
}

const PAGES = ['*.md', 'bench/*.md', 'deploy/chart/README.md', 'docs/**/*.md'];

/** Linked to as a directory; on GitHub its listing is the index. */
const DECISIONS = 'docs/adr/';
const DECISIONS_PAGE = 'adr/index.html';

/**
 * Stable: a finding links to rules/ID.html. With its ending, because every static host and a directory on a disk serve that.
 */
export function outputOf(source: string): string {
  if (!source.endsWith('.md')) return `source/${source}.html`;
  const path = source.replace(/^docs\//, '').replace(/\.md$/, '');
  if (path === 'README') return 'index.html';
  return `${path.replace(/(^|\/)README$/, '$1index').toLowerCase()}.html`;
}

export function readPages(root: string): readonly SitePage[] {
  const sources = globSync([...PAGES], { cwd: root, exclude: ['**/node_modules/**'] })
    .map((path) => path.replaceAll('\\', '/'))
    .toSorted();
  const pages = sources.map((source): SitePage => {
    const markdown = readFileSync(join(root, source), 'utf8');
    return { source, output: outputOf(source), markdown, kind: 'page' };
  });
  const decisions: SitePage = {
    source: DECISIONS,
    output: DECISIONS_PAGE,
    markdown: decisionsList(pages),
    kind: 'page',
  };
  return [...pages, decisions, ...linkedFiles(root, pages)];
}

function decisionsList(pages: readonly SitePage[]): string {
  const lines = pages
    .filter(({ source }) => source.startsWith(DECISIONS))
    .map(({ source, markdown }) => `- [${titleOf(markdown)}](${posix.basename(source)})`);
  return `# Decisions\n\nWhy the guard is built as it is, one page a decision.\n\n${lines.join('\n')}\n`;
}

/** Files that pages link to, such as an app of the catalogue, shown as text. */
function linkedFiles(root: string, pages: readonly SitePage[]): readonly SitePage[] {
  const named = pages.flatMap(({ source, markdown }) =>
    linksOf(markdown).map((link) => resolveLink(source, link).path),
  );
  const files = [...new Set(named)].filter((path) => isShown(path) && existsSync(join(root, path)));
  return files.toSorted().map((source): SitePage => {
    const text = readFileSync(join(root, source), 'utf8').trimEnd();
    const language = LANGUAGES[extname(source)] ?? 'text';
    const markdown = `# ${source}\n\n\`\`\`\`\`${language}\n${text}\n\`\`\`\`\`\n`;
    return { source, output: outputOf(source), markdown, kind: 'file' };
  });
}

const LANGUAGES: Readonly<Record<string, string>> = { '.yaml': 'yaml', '.ts': 'typescript', '.json': 'json' };
export const IMAGE = /\.(png|svg)$/;

/** Pictures that pages show, from the root of the repository. */
export function imagesOf(pages: readonly SitePage[]): readonly string[] {
  const shown = pages.flatMap(({ source, markdown }) =>
    linksOf(markdown).map((link) => resolveLink(source, link).path),
  );
  return [...new Set(shown)].filter((path) => IMAGE.test(path)).toSorted();
}

/** Where the site has a picture. */
export function imageOutput(path: string): string {
  return path.replace(/^docs\//, '');
}

function isShown(path: string): boolean {
  return !path.endsWith('.md') && !path.endsWith('/') && !IMAGE.test(path);
}

export function titleOf(markdown: string): string {
  return /^# (.+)$/m.exec(markdown)?.[1]?.replaceAll('`', '') ?? '';
}

/** Targets of links and images, but not of what is in code. */
export function linksOf(markdown: string): readonly string[] {
  const prose = markdown.replaceAll(/^(`{3,})[^\n]*\n[\s\S]*?^\1`*$/gm, '').replaceAll(/`[^`\n]*`/g, '');
  const targets = [...prose.matchAll(/\]\((?<target>[^()\s]+)\)/g)].map(({ groups }) => groups?.['target'] ?? '');
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

export interface Target {
  /** From the root of the repository. */
  readonly path: string;
  /** Without "#"; empty where the page itself is meant. */
  readonly anchor: string;
}

export function resolveLink(source: string, link: string): Target {
  const [path = '', anchor = ''] = link.split('#', 2);
  if (path === '') return { path: source, anchor };
  return { path: posix.join(posix.dirname(source.endsWith('/') ? `${source}x` : source), path), anchor };
}

/** The page at a path: a file, or the index of a directory. */
export function pageAt(pages: readonly SitePage[], path: string): SitePage | undefined {
  return pages.find(({ source }) => source === path || (path.endsWith('/') && source === `${path}README.md`));
}

/** From one file of the site to another: so the site works below any address, and from a disk. */
export function relativeAddress(from: string, to: string): string {
  return posix.relative(posix.dirname(from), to);
}
