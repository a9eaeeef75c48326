// The search and the switch of the colours. Everything it needs lies beside the page: it asks nobody.

interface Entry {
  readonly id: number;
  readonly page: string;
  readonly title: string;
  readonly text: string;
  readonly address: string;
}

interface Index {
  addAll(entries: readonly Entry[]): void;
  search(query: string, options: object): readonly { readonly id: number; readonly terms: readonly string[] }[];
}

/** Of minisearch.js and search-index.js. */
declare const MiniSearch: new (options: { readonly fields: readonly string[] }) => Index;
declare const searchEntries: readonly Entry[];

const MAX_RESULTS = 20;
const EXCERPT = 160;

function find<T extends Element>(selector: string): T {
  const found = document.querySelector<T>(selector);
  if (found === null) throw new Error(`the page has no ${selector}`);
  return found;
}

const search = find<HTMLElement>('search');
const query = find<HTMLInputElement>('#query');
const results = find<HTMLElement>('#results');
const list = find<HTMLOListElement>('#results ol');
const root = search.dataset['root'] ?? '';

/** A script beside the page: one that is opened from a disk may load scripts, but may fetch nothing. */
function load(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = `${root}assets/${name}.js`;
    script.addEventListener('load', () => resolve());
    script.addEventListener('error', () => reject(new Error(`${script.src} is missing`)));
    document.head.append(script);
  });
}

async function makeIndex(): Promise<Index> {
  await Promise.all([load('minisearch'), load('search-index')]);
  const index = new MiniSearch({ fields: ['title', 'page', 'text'] });
  index.addAll(searchEntries);
  return index;
}

/** Made when somebody goes to the field: most readers search nothing. */
let made: Promise<Index> | undefined;

async function show(): Promise<void> {
  made ??= makeIndex();
  const index = await made;
  const words = query.value.trim();
  results.hidden = words === '';
  if (words === '') return;
  const found = index.search(words, {
    prefix: true,
    fuzzy: 0.15,
    combineWith: 'AND',
    boost: { title: 4, page: 3 },
  });
  find('#count').textContent = countOf(found.length);
  list.replaceChildren(...found.slice(0, MAX_RESULTS).map(({ id, terms }) => item(searchEntries[id], terms)));
}

function countOf(found: number): string {
  if (found === 0) return 'Nothing found.';
  return found > MAX_RESULTS ? `${found} found, the best ${MAX_RESULTS} shown` : `${found} found`;
}

function item(entry: Entry | undefined, terms: readonly string[]): HTMLLIElement {
  const li = document.createElement('li');
  if (entry === undefined) return li;
  const link = document.createElement('a');
  link.href = root + entry.address;
  const title = document.createElement('strong');
  title.textContent = entry.title === entry.page ? entry.title : `${entry.page} › ${entry.title}`;
  const excerpt = document.createElement('span');
  excerpt.textContent = excerptOf(entry.text, terms);
  link.append(title, excerpt);
  li.append(link);
  return li;
}

/** The text around the first word that was found. */
function excerptOf(text: string, terms: readonly string[]): string {
  const lower = text.toLowerCase();
  const places = terms.map((term) => lower.indexOf(term)).filter((place) => place >= 0);
  const from = Math.max(0, Math.min(...(places.length === 0 ? [0] : places)) - 40);
  const start = from === 0 ? 0 : text.indexOf(' ', from) + 1;
  const part = text.slice(start, start + EXCERPT);
  return `${start === 0 ? '' : '… '}${part}${start + EXCERPT < text.length ? ' …' : ''}`;
}

/** Up and down go through the results, from the field and back to it. */
function move(step: number): void {
  const stops: readonly (Element | null)[] = [query, ...list.querySelectorAll('a')];
  const next = stops.at((stops.indexOf(document.activeElement) + step) % stops.length);
  if (next instanceof HTMLElement) next.focus();
}

function onKey(event: KeyboardEvent): void {
  const isInSearch = search.contains(document.activeElement);
  if (event.key === '/' && document.activeElement !== query) query.focus();
  else if (isInSearch && event.key === 'ArrowDown') move(1);
  else if (isInSearch && event.key === 'ArrowUp') move(-1);
  else if (isInSearch && event.key === 'Escape') {
    query.value = '';
    results.hidden = true;
    query.focus();
  } else if (event.key === 'Enter' && document.activeElement === query) list.querySelector('a')?.click();
  else return;
  event.preventDefault();
}

search.hidden = false;
query.addEventListener('input', () => void show());
document.addEventListener('keydown', onKey);
document.addEventListener('click', ({ target }) => {
  if (target instanceof Node && !search.contains(target)) results.hidden = true;
});
query.addEventListener('focus', () => void show());

const theme = find<HTMLButtonElement>('button.theme');
function isDark(): boolean {
  const given = document.documentElement.dataset['theme'];
  return given === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : given === 'dark';
}
/** Says what a click does. */
function label(): void {
  theme.textContent = isDark() ? 'Light' : 'Dark';
}
theme.hidden = false;
label();
theme.addEventListener('click', () => {
  const next = isDark() ? 'light' : 'dark';
  document.documentElement.dataset['theme'] = next;
  localStorage.setItem('theme', next);
  label();
});
