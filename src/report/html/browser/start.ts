// Puts the page together: reads its data, fills the filters, and shows what the address asks for.
import type { PageView } from '../view.ts';
import { drawWords } from './card.ts';
import { byId, commandBlock, count, element } from './dom.ts';
import { type Asked, askedIn, control, EVERYTHING, hashOf, matching } from './filter.ts';
import { CardList } from './list.ts';
import { LEVELS, type Level, labelOf, levelOf, MARKS, worstOf } from './words.ts';

/** Up to so many problems are shown open, if nobody asks for anything. */
const OPEN_AT_ONCE = 3;
const TILES: Readonly<Record<Level, readonly [string, string]>> = {
  error: ['broken', 'broken'],
  warning: ['with warnings', 'with warnings'],
  possible: ['possible problems', 'possible problems'],
  info: ['with notes', 'with notes'],
  none: ['nothing found', 'nothing found'],
};

function start(): void {
  const page: PageView = JSON.parse(byId('data').textContent ?? '');
  let asked = askedIn(location.hash);
  const list = new CardList(page, (key, isOpen) => {
    const open = asked.open.filter((one) => one !== key);
    remember({ ...asked, open: isOpen ? [...open, key] : open, finding: '' });
  });
  const remember = (next: Asked): void => {
    asked = next;
    history.replaceState(null, '', hashOf(next));
  };
  const show = (next: Asked): void => {
    asked = next;
    const cards = matching(page, asked);
    fillControls(asked);
    list.show(cards, asked);
    const all = page.cards.length.toLocaleString('en-US');
    byId('shown').textContent = `${cards.length.toLocaleString('en-US')} of ${all} shown`;
    byId('empty').hidden = cards.length > 0;
  };
  const ask = (change: Partial<Asked>): void => {
    const next = { ...asked, finding: '', ...change };
    show(next);
    remember(next);
  };
  fillChoices(page);
  drawTiles(page, (level) => ask({ level: asked.level === level ? '' : level }));
  drawCauses(page);
  drawMade(page);
  listen(ask);
  addEventListener('hashchange', () => {
    show(askedIn(location.hash));
    list.reveal(asked);
  });
  const isBare = location.hash.length < 2;
  const broken = page.cards.filter(({ findings }) => findings.length > 0);
  show(isBare && broken.length <= OPEN_AT_ONCE ? { ...asked, open: broken.map(({ key }) => key) } : asked);
  if (!isBare) list.reveal(asked);
}

function listen(ask: (change: Partial<Asked>) => void): void {
  const text = control('text', 'input');
  const namespace = control('namespace', 'select');
  const rule = control('rule', 'select');
  const severity = control('severity', 'select');
  text.addEventListener('input', () => ask({ text: text.value }));
  text.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') ask({ text: '' });
  });
  namespace.addEventListener('change', () => ask({ namespace: namespace.value }));
  rule.addEventListener('change', () => ask({ rule: rule.value }));
  severity.addEventListener('change', () => ask({ level: LEVELS.find((level) => level === severity.value) ?? '' }));
  byId('filters').addEventListener('submit', (event) => event.preventDefault());
  byId('clear').addEventListener('click', () => {
    ask(EVERYTHING);
    text.focus();
  });
}

function fillControls({ text, namespace, rule, level }: Asked): void {
  const field = control('text', 'input');
  if (field.value !== text) field.value = text;
  control('namespace', 'select').value = namespace;
  control('rule', 'select').value = rule;
  control('severity', 'select').value = level;
  for (const tile of document.querySelectorAll('#tiles button'))
    tile.setAttribute('aria-pressed', String(tile.getAttribute('data-level') === level));
}

function fillChoices({ cards }: PageView): void {
  const namespaces = countBy(cards.map(({ namespace }) => namespace));
  const rules = countBy(cards.flatMap(({ findings }) => [...new Set(findings.map(({ rule }) => rule))]));
  const fill = (id: string, counts: ReadonlyMap<string, number>): void => {
    const sorted = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const options = sorted.map(([value, number]) => element('option', { value }, `${value} (${number})`));
    control(id, 'select').append(...options);
  };
  fill('namespace', namespaces);
  fill('rule', rules);
}

function countBy(values: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function drawTiles({ cards }: PageView, onChoose: (level: Level) => void): void {
  const counts = countBy(cards.map(({ findings }) => worstOf(findings)));
  for (const level of LEVELS) {
    const number = counts.get(level) ?? 0;
    if (number === 0 && level !== 'error') continue;
    const [one, many] = TILES[level];
    const tile = element(
      'button',
      { type: 'button', class: `tile ${level}`, 'data-level': level, 'aria-pressed': 'false' },
      ...[element('span', { 'aria-hidden': 'true', class: `mark ${level}` }, MARKS[level]), ' '],
      ...[element('strong', {}, number.toLocaleString('en-US')), ' ', number === 1 ? one : many],
    );
    tile.addEventListener('click', () => onChoose(level));
    byId('tiles').append(tile);
  }
}

function drawCauses({ causes }: PageView): void {
  const section = byId('causes');
  section.hidden = causes.length === 0;
  for (const [index, { finding, stops }] of causes.entries()) {
    const level = levelOf(finding);
    const badge = element('span', { class: 'badge' }, `${MARKS[level]} ${labelOf(finding)}`);
    const title = element('p', { class: 'title' }, badge, ' ', element('strong', {}, finding.rule));
    const box = element('div', { class: `finding ${level}`, id: `cause-${index}`, tabindex: '-1' }, title);
    const names = element(
      'details',
      {},
      element('summary', {}, `It stops ${count(stops.length, 'Ingress', 'Ingresses')}`),
    );
    names.append(element('p', {}, element('bdi', {}, stops.join(', '))));
    box.append(...drawWords(finding), names);
    section.append(box);
  }
}

/** How old the page is matters to whoever reads it at night. */
function drawMade({ made }: PageView): void {
  const minutes = Math.round((Date.now() - Date.parse(made.at)) / 60_000);
  const age = minutes < 60 ? [minutes, 'minute'] : minutes < 48 * 60 ? [minutes / 60, 'hour'] : [minutes / 1440, 'day'];
  const [number, unit] = age as [number, string];
  byId('age').textContent = minutes < 1 ? '(just now)' : `(${count(Math.round(number), unit)} ago)`;
  byId('again').append(commandBlock(made.command));
}

start();
