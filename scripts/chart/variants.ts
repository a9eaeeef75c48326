// A value and the variants of it that values of the chart choose, folded into one tree: what all of them share is there
// once, and each difference at its place, with its condition.
import { isDeepStrictEqual } from 'node:util';

export interface Variant {
  /** In Helm's template language. */
  readonly when: string;
  readonly value: unknown;
}

/** Of an entry or an item that is not always there. */
export type Presence = { readonly when: string } | { readonly unless: readonly string[] } | 'always';

export type Folded =
  | { readonly is: 'plain'; readonly value: unknown }
  | { readonly is: 'map'; readonly entries: readonly (readonly [key: string, presence: Presence, value: Folded])[] }
  | { readonly is: 'list'; readonly items: readonly (readonly [presence: Presence, value: Folded])[] }
  | { readonly is: 'choice'; readonly variants: readonly Variant[]; readonly otherwise: unknown };

type Fields = Readonly<Record<string, unknown>>;

/**
 * @param path where it is, for messages
 * @throws {Error} where two variants want different things in one place, which no template of this kind can say
 */
export function fold(base: unknown, all: readonly Variant[], path = ''): Folded {
  const variants = all.filter(({ value }) => !isDeepStrictEqual(value, base));
  if (variants.length === 0) return { is: 'plain', value: base };
  const values = [base, ...variants.map(({ value }) => value)];
  if (values.every(Array.isArray)) return foldList(base as readonly unknown[], variants, path); // every one is
  if (values.every(isFields)) return foldMap(base as Fields, variants, path);
  return { is: 'choice', variants, otherwise: base };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function foldMap(base: Fields, variants: readonly Variant[], path: string): Folded {
  const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
  const kept = Object.keys(base).map((key) => {
    const place = `${path}/${key}`;
    const having = variants.filter(({ value }) => key in fieldsOf(value));
    const missing = variants.filter((one) => !having.includes(one)).map(({ when }) => when);
    const inside = having.map(({ when, value }) => ({ when, value: fieldsOf(value)[key] }));
    return [key, missing.length === 0 ? 'always' : { unless: missing }, fold(base[key], inside, place)] as const;
  });
  const added = variants.flatMap(({ when, value }) =>
    Object.entries(fieldsOf(value))
      .filter(([key]) => !(key in base))
      .map(([key, one]) => [key, { when }, { is: 'plain', value: one }] as const),
  );
  for (const [key] of added) {
    const wanted = added.filter(([other]) => other === key);
    if (wanted.length > 1) throw new Error(`${path}/${key} is added by ${wanted.length} choices`);
  }
  const entries = [...kept, ...added];
  if (entries.every(([, presence]) => presence !== 'always')) throw new Error(`${path} might be empty`);
  return { is: 'map', entries };
}

/** Where each item of the one list is in the other: by place where both are as long, else by what does not differ. */
function align(base: readonly unknown[], other: readonly unknown[]): readonly (number | undefined)[] {
  if (base.length === other.length) return base.map((_, index) => index);
  let next = 0;
  return base.map((item) => {
    const found = other.findIndex((candidate, index) => index >= next && isDeepStrictEqual(candidate, item));
    if (found === -1) return undefined;
    next = found + 1;
    return found;
  });
}

function foldList(base: readonly unknown[], variants: readonly Variant[], path: string): Folded {
  const aligned = variants.map(({ when, value }) => {
    const list = Array.isArray(value) ? value : [];
    return { when, list, places: align(base, list) };
  });
  /** What a variant has between an item of base, or the start, and the next one that it kept. */
  const addedAfter = (index: number) =>
    aligned.flatMap(({ when, list, places }) => {
      const place = index === -1 ? -1 : places[index];
      if (place === undefined) return [];
      const end = places.slice(index + 1).find((one) => one !== undefined) ?? list.length;
      return list.slice(place + 1, end).map((value) => [{ when }, { is: 'plain', value }] as const);
    });
  const items = base.flatMap((item, index) => {
    const missing = aligned.filter(({ places }) => places[index] === undefined).map(({ when }) => when);
    const inside = aligned.flatMap(({ when, list, places }) => {
      const place = places[index];
      return place === undefined ? [] : [{ when, value: list[place] }];
    });
    const presence: Presence = missing.length === 0 ? 'always' : { unless: missing };
    return [[presence, fold(item, inside, `${path}/${index}`)] as const, ...addedAfter(index)];
  });
  const all = [...addedAfter(-1), ...items];
  if (all.every(([presence]) => presence !== 'always')) throw new Error(`${path} might be empty`);
  return { is: 'list', items: all };
}
