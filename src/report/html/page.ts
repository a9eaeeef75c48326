// `html`: one page that needs nothing else and asks nobody. Its policy lets only this script and this style in, by their hashes, and
// its data is in it as JSON that nothing runs.
import { createHash } from 'node:crypto';
import { plainJson, plainText } from '../../kubernetes/plain-text.ts';
import { type PageInput, pageView } from './page-view.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';
import type { MadeView, PageView } from './view.ts';

export function renderHtmlPage(input: PageInput): string {
  const view = pageView(input);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escaped(titleOf(view))}</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#list">To the list</a>
${headerHtml(view)}
${MAIN}
<footer><p id="unprinted"></p><p>${escaped(view.leftOut)}</p></footer>
<script type="application/json" id="data">${dataText(view)}</script>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function policyOf(): string {
  const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  // The frame and the directives that a meta element cannot carry do not matter: nothing is loaded, and nothing sent.
  return `default-src 'none'; script-src ${hash(SCRIPT)}; style-src ${hash(STYLE)}; base-uri 'none'; form-action 'none'`;
}

function titleOf({ cards }: PageView): string {
  const isBroken = cards.filter(({ findings }) =>
    findings.some(({ certain, severity }) => certain && severity === 'error'),
  ).length;
  return `GKE Ingress: ${isBroken} of ${cards.length} broken`;
}

function headerHtml(view: PageView): string {
  const { at, from, version, scope } = view.made;
  return `<header>
<h1>${escaped(titleOf(view))}</h1>
<p class="made">${escaped(from)}${scope === '' ? '' : `, ${escaped(scope)}`}. Made <time datetime="${escaped(at)}">${escaped(timeOf(view.made))}</time> <strong id="age"></strong> by gke-ingress-guard ${escaped(version)}.</p>
<details id="again"><summary>Make it again</summary></details>
<noscript><p>This page is drawn by its own script, which is off here. <code>-o text</code> prints the same.</p></noscript>
</header>`;
}

function timeOf({ at }: MadeView): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}

const MAIN = `<main>
<section id="causes" aria-label="Causes in the cluster" hidden></section>
<div id="tiles" role="group" aria-label="How many, by the worst that was found"></div>
<form id="filters" role="search">
<label>Text <input id="text" type="search" autocomplete="off" spellcheck="false" placeholder="host, Service, message"></label>
<label>Namespace <select id="namespace"><option value="">every one</option></select></label>
<label>Rule <select id="rule"><option value="">every one</option></select></label>
<label>Severity <select id="severity"><option value="">every one</option><option value="error">error</option><option value="warning">warning</option><option value="possible">possible</option><option value="info">info</option><option value="none">nothing found</option></select></label>
<button type="button" id="clear">Clear</button>
</form>
<section id="list" tabindex="-1" aria-label="Ingresses and other objects">
<p id="status"><span id="shown" role="status"></span> <span id="announced" role="status" class="hidden"></span></p>
<p id="empty" hidden>Nothing fits. Clear the filters to see everything.</p>
<ul id="cards"></ul>
<button type="button" id="more" hidden>Show more</button>
</section>
</main>`;

/** JSON that no parser of HTML sees an end or a comment in, and in which no text hides or turns around. */
function dataText(view: PageView): string {
  return plainJson(JSON.stringify(view, (_, value: unknown) => (typeof value === 'string' ? plainText(value) : value)))
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('&', '\\u0026');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return plainText(text).replaceAll(/[&<>"']/g, (found) => ENTITIES[found] ?? '');
}
