// A page of the site around its text: header with search, menu, and the headings of the page. It works below any address and
// from a disk, because each address in it is relative; without script it lacks only the search and the switch of the colours.
import { posix } from 'node:path';
import { type Section, sectionsOf } from './headings.ts';
import { type Group, NAVIGATION } from './navigation.ts';
import { pageAt, relativeAddress, type SitePage, titleOf } from './pages.ts';

const NAME = 'gke-ingress-guard';
/** Nothing but what lies beside the page. Colours of code are classes, so no style is in the text either. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'";

export function renderPage(page: SitePage, content: string, pages: readonly SitePage[]): string {
  const here = (output: string): string => relativeAddress(page.output, output);
  const title = titleOf(page.markdown);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="${escapeHtml(descriptionOf(page))}">
<title>${escapeHtml(title === NAME ? `${NAME}: GKE Ingress, judged before it is stored` : `${title} · ${NAME}`)}</title>
<link rel="icon" href="${here('assets/icon.svg')}">
<link rel="stylesheet" href="${here('assets/style.css')}">
<script src="${here('assets/theme.js')}"></script>
<script src="${here('assets/search.js')}" defer></script>
</head>
<body>
<a class="skip" href="#content">To the text</a>
<header>
<button class="menu" popovertarget="menu" aria-label="Menu">☰</button>
<a class="name" href="${here('index.html')}">${NAME}</a>
<search hidden data-root="${here('index.html').replace(/index\.html$/, '')}">
<label class="hidden" for="query">Search</label>
<input id="query" type="search" placeholder="Search (press /)" autocomplete="off" spellcheck="false" aria-controls="results">
<div id="results" hidden><p id="count" role="status"></p><ol></ol></div>
</search>
<button class="theme" hidden>Dark</button>
</header>
<div class="frame">
<nav id="menu" popover aria-label="Pages">
${NAVIGATION.map((group) => renderGroup(group, page, pages)).join('\n')}
</nav>
<main id="content" tabindex="-1">
${polish(content)}
</main>
${renderContents(page)}
</div>
<footer>${page.kind === 'file' ? 'The file' : 'This page is'} <code>${escapeHtml(page.source)}</code> in the repository. Apache-2.0. Not a Google product.</footer>
</body>
</html>
`;
}

function renderGroup({ title, pages: listed }: Group, page: SitePage, pages: readonly SitePage[]): string {
  const items = listed.map(([source, label]) => {
    const target = pageAt(pages, source);
    return target === undefined ? '' : `<li>${renderLink(page, target, label)}</li>`;
  });
  const rules = title === 'Rules' ? renderRules(page, pages) : '';
  return `<h2>${title}</h2>\n<ul>${items.join('')}${rules}</ul>`;
}

const RULE = /^docs\/rules\/(?!README)/;

/** All of them, open where one is shown. */
function renderRules(page: SitePage, pages: readonly SitePage[]): string {
  const rules = pages.filter(({ source }) => RULE.test(source));
  // A rule's page is named after it.
  const items = rules.map((rule) => `<li>${renderLink(page, rule, posix.basename(rule.source, '.md'))}</li>`).join('');
  const open = RULE.test(page.source) ? ' open' : '';
  return `<li><details${open}><summary>${rules.length} rules by name</summary><ul>${items}</ul></details></li>`;
}

function renderLink(from: SitePage, to: SitePage, label: string): string {
  const current = from === to ? ' aria-current="page"' : '';
  return `<a href="${relativeAddress(from.output, to.output)}"${current}>${escapeHtml(label)}</a>`;
}

function renderContents({ markdown, kind }: SitePage): string {
  const sections = kind === 'file' ? [] : sectionsOf(markdown).filter(({ level }) => level === 2 || level === 3);
  if (sections.length < 2) return '<div class="contents"></div>';
  const item = ({ level, anchor, title }: Section): string =>
    `<li class="level-${level}"><a href="#${anchor}">${escapeHtml(title)}</a></li>`;
  return `<nav class="contents" aria-label="On this page"><h2>On this page</h2><ul>${sections.map(item).join('')}</ul></nav>`;
}

/** What the policy or a keyboard asks for: no style in the text, code that can be scrolled, regions with names of their own. */
function polish(content: string): string {
  let tables = 0;
  return content
    .replaceAll(/ style="text-align:(left|right|center)"/g, ' class="$1"')
    .replaceAll(/<pre(?![^>]*tabindex)/g, '<pre tabindex="0"')
    .replaceAll('<div class="table">', () => {
      tables += 1;
      return `<div class="table" tabindex="0" role="region" aria-label="Table ${tables}">`;
    });
}

/** The first sentence or two of the text. */
function descriptionOf({ markdown }: SitePage): string {
  const text = sectionsOf(markdown)[0]?.text ?? '';
  return text.length <= 200 ? text : `${text.slice(0, 200).replace(/\s\S*$/, '')} …`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
