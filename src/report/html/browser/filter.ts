// What is asked for, and what of the cards that is. It is in the address behind "#", so that a link shows the same.
import type { CardView, FindingView, PageView } from '../view.ts';
import { byId } from './dom.ts';
import { LEVELS, type Level, levelOf } from './words.ts';

export interface Asked {
  readonly namespace: string;
  readonly rule: string;
  readonly level: Level | '';
  readonly text: string;
  /** Keys of cards. */
  readonly open: readonly string[];
  /** Id of a finding in the first of them; "" for none. */
  readonly finding: string;
}

export const EVERYTHING: Asked = { namespace: '', rule: '', level: '', text: '', open: [], finding: '' };

export function askedIn(hash: string): Asked {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const get = (key: string): string => given.get(key) ?? '';
  const level = LEVELS.find((one) => one === get('severity')) ?? '';
  const text = get('text');
  return {
    namespace: get('namespace'),
    rule: get('rule'),
    level,
    text,
    open: given.getAll('open'),
    finding: get('finding'),
  };
}

export function hashOf({ namespace, rule, level, text, open, finding }: Asked): string {
  const pairs = [
    ['namespace', namespace],
    ['rule', rule],
    ['severity', level],
    ['text', text],
    ...open.map((key) => ['open', key]),
    ['finding', finding],
  ].filter(([, value]) => value !== '');
  return `#${new URLSearchParams(pairs)}`;
}

/** Texts of a card to look through, made when they are first asked for. */
const texts = new WeakMap<CardView, string>();

function textOf(card: CardView): string {
  const known = texts.get(card);
  if (known !== undefined) return known;
  const parts: string[] = [card.key, card.kind, card.place];
  for (const { rule, message, fix, object, path, place } of card.findings)
    parts.push(rule, message, fix, object, path, place);
  for (const { host, routes } of card.plan?.hosts ?? []) parts.push(host, ...routes.flatMap(({ paths }) => paths));
  for (const { service, pods, health } of card.plan?.backends ?? []) parts.push(service, ...pods, health);
  const text = parts.join('\n').toLowerCase();
  texts.set(card, text);
  return text;
}

/** Every word has to be somewhere in it; one finding has to be of the rule and of the severity. */
export function matching(page: PageView, { namespace, rule, level, text }: Asked): readonly CardView[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const isAsked = (finding: FindingView): boolean =>
    (rule === '' || finding.rule === rule) && (level === '' || levelOf(finding) === level);
  return page.cards.filter((card) => {
    if (namespace !== '' && card.namespace !== namespace) return false;
    if (
      level === 'none'
        ? card.findings.length > 0 || rule !== ''
        : !isOpenQuestion(rule, level) && !card.findings.some(isAsked)
    )
      return false;
    return words.length === 0 || words.every((word) => textOf(card).includes(word));
  });
}

function isOpenQuestion(rule: string, level: Asked['level']): boolean {
  return rule === '' && level === '';
}

export function control<K extends 'input' | 'select'>(id: string, name: K): HTMLElementTagNameMap[K] {
  const found = byId(id);
  if (found.localName !== name) throw new Error(`#${id} is no ${name}`);
  return found as HTMLElementTagNameMap[K];
}
