// The list of cards: a screenful at a time, each drawn when it is opened, so that a page of thousands opens at once.
import type { CardView, PageView } from '../view.ts';
import { drawBody, findingId } from './card.ts';
import { byId, count, element } from './dom.ts';
import { type Asked, hashOf } from './filter.ts';
import { countsOf, levelOf, MARKS, worstOf } from './words.ts';

/** Drawn at a time. */
const STEP = 100;
/** On paper, where nobody scrolls: more is no report. */
const MAX_PRINTED = 300;

export class CardList {
  readonly #page: PageView;
  readonly #list = byId('cards');
  readonly #more = byId('more');
  readonly #onOpen: (key: string, isOpen: boolean) => void;
  #cards: readonly CardView[] = [];
  #asked: Asked | undefined;
  #drawn = 0;

  constructor(page: PageView, onOpen: (key: string, isOpen: boolean) => void) {
    this.#page = page;
    this.#onOpen = onOpen;
    this.#more.addEventListener('click', () => {
      const next = this.#drawn;
      this.#drawMore(STEP);
      this.#buttons()[next]?.focus();
    });
    new IntersectionObserver(
      (seen) => {
        if (seen.some(({ isIntersecting }) => isIntersecting)) this.#drawMore(STEP);
      },
      { rootMargin: '600px' },
    ).observe(this.#more);
    this.#list.addEventListener('keydown', (event) => this.#onKey(event));
    addEventListener('beforeprint', () => this.#beforePrint());
  }

  show(cards: readonly CardView[], asked: Asked): void {
    this.#cards = cards;
    this.#asked = asked;
    this.#drawn = 0;
    this.#list.replaceChildren();
    const last = Math.max(...asked.open.map((key) => cards.findIndex((card) => card.key === key)));
    this.#drawMore(Math.max(STEP, last + 1));
  }

  /** Brings a finding, or without one its card, before the reader. */
  reveal({ open: [key], finding }: Asked): void {
    if (key === undefined) return;
    const card = [...this.#list.children].find((one) => one.getAttribute('data-key') === key);
    const target =
      finding === '' ? card?.querySelector<HTMLElement>('button') : document.getElementById(findingId(key, finding));
    target?.focus({ preventScroll: true });
    target?.scrollIntoView({ block: 'center' });
  }

  #drawMore(number: number): void {
    const next = this.#cards.slice(this.#drawn, this.#drawn + number);
    this.#list.append(...next.map((card) => this.#drawCard(card)));
    this.#drawn += next.length;
    const rest = this.#cards.length - this.#drawn;
    this.#more.hidden = rest === 0;
    this.#more.textContent = `Show more of ${rest.toLocaleString('en-US')}`;
  }

  #drawCard(card: CardView): HTMLElement {
    const level = worstOf(card.findings);
    const name = element(
      'bdi',
      { class: 'name' },
      card.kind === 'Ingress' ? `${card.namespace}/${card.name}` : card.key,
    );
    const button = element(
      'button',
      { type: 'button', 'aria-expanded': 'false' },
      ...[element('span', { class: `mark ${level}`, 'aria-hidden': 'true' }, MARKS[level]), name],
      ...[' ', element('span', { class: 'counts' }, countsOf(card))],
      ...[' ', element('span', { class: 'summary' }, summaryOf(card))],
    );
    const item = element('li', { class: `card ${level}`, 'data-key': card.key }, element('h2', {}, button));
    if (card.place !== '') button.append(' ', element('span', { class: 'file' }, card.place));
    button.addEventListener('click', () => {
      const isOpen = button.getAttribute('aria-expanded') === 'true';
      this.#toggle(item, card, !isOpen);
      this.#onOpen(card.key, !isOpen);
    });
    if (this.#asked?.open.includes(card.key) === true) this.#toggle(item, card, true);
    return item;
  }

  #toggle(item: HTMLElement, card: CardView, isOpen: boolean): void {
    item.querySelector('button')?.setAttribute('aria-expanded', String(isOpen));
    item.classList.toggle('open', isOpen);
    item.querySelector(':scope > .body')?.remove();
    const linkTo = (key: string, finding: string): string => hashOf({ ...NOTHING_ELSE, open: [key], finding });
    if (isOpen) item.append(drawBody(card, this.#page, linkTo));
  }

  #buttons(): readonly HTMLElement[] {
    return [...this.#list.querySelectorAll<HTMLElement>(':scope > li > h2 > button')];
  }

  /** From card to card, while one of them has the focus. */
  #onKey(event: KeyboardEvent): void {
    const buttons = this.#buttons();
    const at = event.target instanceof HTMLElement ? buttons.indexOf(event.target) : -1;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (at === -1 || to === undefined) return;
    event.preventDefault();
    buttons[to]?.focus();
  }

  #beforePrint(): void {
    this.#drawMore(MAX_PRINTED - this.#drawn);
    const rest = this.#cards.length - this.#drawn;
    byId('unprinted').textContent =
      rest > 0 ? `${count(rest, 'more', 'more')} not printed: choose fewer, and print again.` : '';
    for (const [index, item] of [...this.#list.children].entries()) {
      const card = this.#cards[index];
      if (card === undefined || !(item instanceof HTMLElement) || card.findings.length === 0) continue;
      if (!item.classList.contains('open')) this.#toggle(item, card, true);
    }
  }
}

const NOTHING_ELSE = { namespace: '', rule: '', level: '', text: '' } as const;

/** The worst that is its own; what the cluster causes is above all. */
function summaryOf(card: CardView): string {
  const { findings } = card;
  if (findings.length === 0) return hostsOf(card);
  const level = worstOf(findings);
  const worst = findings.filter((finding) => levelOf(finding) === level);
  return worst.find(({ cause }) => cause === undefined)?.message ?? 'The cause in the cluster, shown above.';
}

function hostsOf({ plan }: CardView): string {
  return (plan?.hosts ?? []).map(({ host }) => host).join(', ');
}
