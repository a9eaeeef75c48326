// Values and positions come from one text by two ways (for JSON, by two programs). They must agree: on every manifest of this
// repository, and on generated documents, where another YAML library says where the fields are.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMap, isNode, isPair, isSeq, LineCounter, parseDocument, stringify } from 'yaml';
import { type ParsedDocument, readDocuments } from './documents.ts';
import { createPositions } from './positions.ts';
import { findDuplicates, type Path, type Place } from './tree.ts';

const ROOT = join(import.meta.dirname, '../..');

function parse(text: string): readonly ParsedDocument[] {
  return [...readDocuments(text, { aliased: 0 })].map((document) => {
    if ('fault' in document) throw document.fault;
    return document;
  });
}

function parseOne(text: string): ParsedDocument {
  const [document] = parse(text);
  if (document === undefined) throw new Error('there is no document');
  return document;
}

function* pathsOf(value: unknown, path: Path = []): Generator<Path> {
  yield path;
  if (typeof value !== 'object' || value === null) return;
  const isList = Array.isArray(value);
  for (const [key, item] of Object.entries(value)) yield* pathsOf(item, [...path, isList ? Number(key) : key]);
}

/** Offsets that the other library has, of the key (or item) and the value. */
function positionsByYaml(text: string, offset: number): Map<string, readonly (number | undefined)[]> {
  const found = new Map<string, readonly (number | undefined)[]>();
  const startOf = (node: unknown): number | undefined =>
    isNode(node) && node.range && node.range[0] < node.range[1] ? node.range[0] + offset : undefined;
  const visit = (node: unknown, shown: unknown, path: Path): void => {
    found.set(JSON.stringify(path), [startOf(shown), startOf(node)]);
    if (isMap(node)) {
      for (const pair of node.items)
        if (isPair(pair) && isNode(pair.key)) visit(pair.value, pair.key, [...path, String(pair.key.toJSON())]);
    }
    if (isSeq(node)) for (const [index, item] of node.items.entries()) visit(item, item, [...path, index]);
  };
  const { contents } = parseDocument(text, {
    version: '1.2',
    schema: 'failsafe',
    uniqueKeys: false,
    lineCounter: new LineCounter(),
  });
  visit(contents, contents, []);
  return found;
}

function expectAgreement(document: ParsedDocument): void {
  const positions = createPositions();
  const places = new Map<string, Place>();
  for (const path of pathsOf(document.value)) places.set(JSON.stringify(path), positions.locate(document, path));
  const missed = [...places].filter(([path, { depth }]) => depth !== JSON.parse(path).length);
  expect(missed).toEqual([]);
  // Anchors and merges are found elsewhere, and 0x10 is the key "16".
  if (/[&*]\w|<<|^\s*0x|!!/m.test(document.text)) return;
  const other = positionsByYaml(document.text, document.offset);
  const differing = [...places].flatMap(([path, { offset, value }]) => {
    const [shown, start] = other.get(path) ?? [];
    const isSame = value === start && (shown === undefined || path === '[]' || offset === shown);
    return isSame ? [] : [{ path, ours: [offset, value], theirs: [shown, start] }];
  });
  expect(differing).toEqual([]);
}

describe('positions and values agree', () => {
  it('on every manifest of this repository', () => {
    const documents = manifests().flatMap(parse);
    expect(documents.length).toBeGreaterThan(100);
    for (const document of documents) expectAgreement(document);
  });

  it('on generated documents, in YAML of every style and in JSON', () => {
    const text = fc.oneof(
      fc.constantFrom(
        'a b',
        'yes',
        '0x10',
        ' x',
        '#',
        'a: b',
        '- a',
        "it's",
        '"q"',
        'line\nline\n',
        '\n',
        '',
        '{{ x }}',
        '\u00e9\u{1f600}',
        '__proto__',
      ),
      fc.string({ maxLength: 8 }),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        tie('list'),
        tie('mapping'),
      ),
      list: fc.array(tie('value'), { maxLength: 4 }),
      mapping: fc.dictionary(text, tie('value'), { maxKeys: 4 }),
    }));
    const style = fc.constantFrom(
      (written: unknown) => stringify(written, { version: '1.1' }),
      (written: unknown) =>
        stringify(written, { version: '1.1', indentSeq: false, indent: 4, defaultStringType: 'QUOTE_DOUBLE' }),
      (written: unknown) =>
        stringify(written, { version: '1.1', collectionStyle: 'flow', defaultStringType: 'QUOTE_SINGLE' }),
      (written: unknown) => JSON.stringify(written),
      (written: unknown) => JSON.stringify(written, null, '\t'),
    );
    fc.assert(
      fc.property(fc.dictionary(text, value, { minKeys: 1, maxKeys: 5 }), style, (written, write) => {
        const document = parseOne(write(written));
        expect(JSON.parse(JSON.stringify(document.value))).toEqual(JSON.parse(JSON.stringify(written)));
        expect(document.hasDuplicates).toBe(false);
        expectAgreement(document);
      }),
      { numRuns: 500, seed: 14 },
    );
  });
});

/** The texts of all that is YAML or JSON here; templates of a chart are neither. */
function manifests(): readonly string[] {
  return ['deploy', 'examples', 'policies', 'test'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ya?ml|json)$/.test(name) && !/node_modules|chart\/templates/.test(name))
      .map((name) => readFileSync(join(ROOT, folder, name), 'utf8')),
  );
}

describe('locate', () => {
  it('gives the place where a field can be inserted into any manifest, which changes nothing else', () => {
    let count = 0;
    for (const text of manifests()) {
      parse(text).forEach((document, index) => {
        const { value, style, depth } = createPositions().locate(document, ['metadata']);
        if (value === undefined || depth === 0 || style === 'scalar' || style === 'alias') return;
        const column = value - text.lastIndexOf('\n', value - 1) - 1;
        const isEmpty = /^\{\s*\}/.test(text.slice(value));
        const inserted =
          style === 'block' ? `inserted: here\n${' '.repeat(column)}` : `"inserted": "here"${isEmpty ? '' : ', '}`;
        const at = style === 'block' ? value : value + 1;
        const changed = parse(`${text.slice(0, at)}${inserted}${text.slice(at)}`)[index];
        const before = document.value as { readonly metadata: object };
        expect(changed?.value).toEqual({ ...before, metadata: { ...before.metadata, inserted: 'here' } });
        count += 1;
      });
    }
    expect(count).toBeGreaterThan(100);
  });

  const TEXT = 'a: 1\n---\nmetadata:\n  name: web\n  annotations: {}\n  labels: &l\n    x: "y"\nspec:\n- {b: *l}\n';
  const [, document = parseOne(TEXT)] = parse(TEXT);
  const { locate, lineOf } = createPositions();

  it('says where text can be inserted, counted from the start of the file', () => {
    const metadata = locate(document, ['metadata']);
    expect(metadata).toEqual({ offset: 9, value: 21, style: 'block', depth: 1 });
    expect(TEXT.slice(metadata.value)).toMatch(/^name: web/);
    const annotations = locate(document, ['metadata', 'annotations']);
    expect({ ...annotations, rest: TEXT.slice(annotations.value).split('\n')[0] }).toMatchObject({
      style: 'flow',
      rest: '{}',
    });
    expect(TEXT.slice(locate(document, ['metadata', 'labels', 'x']).value)).toMatch(/^"y"/);
  });

  it('follows aliases, and stops at the nearest thing that is there', () => {
    expect(locate(document, ['spec', 0, 'b']).style).toBe('alias');
    expect(lineOf(document, ['spec', 0, 'b', 'x'])).toBe(7);
    expect(locate(document, ['metadata', 'annotations', 'z', 'q']).depth).toBe(2);
    expect(lineOf(document, ['status'])).toBe(3);
  });

  it('is right behind brackets that close far left beside text that looks the same', () => {
    const text = 'a: [\n  b\n]\nc: |\n  {\n  }\nd: {\n}\n';
    const document = parseOne(text);
    expect(document.value).toEqual({ a: ['b'], c: '{\n}\n', d: {} });
    expectAgreement(document);
  });

  it('is told of brackets that stand further left than kubectl minds', () => {
    const text = 'a:\n  b: [\n  "x",\n"y"\n]\n  c: 1\n';
    const bracketed = parseOne(text);
    expect(bracketed.value).toEqual({ a: { b: ['x', 'y'], c: 1 } });
    expect(text.slice(locate(bracketed, ['a', 'b', 1]).value)).toMatch(/^"y"/);
    expect(lineOf(bracketed, ['a', 'c'])).toBe(6);
  });
});

it('finds the keys that are written twice, in YAML and JSON', () => {
  const find = (text: string): readonly string[] => {
    const document = parseOne(text);
    if (!document.hasDuplicates) return [];
    return findDuplicates(document.createTree(), 100).map(({ path, offset }) => `${path.join('.')} ${offset}`);
  };
  expect(find('a: 1\nb: {c: 1, c: 2}\na: 3\n')).toEqual(['b.c 15', 'a 21']);
  expect(find('{"a": [{"b": 1, "b": 2, "\\u0062": 3}], "a": 1}')).toEqual(['a.0.b 16', 'a.0.b 24', 'a 39']);
  expect(find('a: &x {b: 1}\nc:\n  <<: *x\n  b: 2\n')).toEqual([]);
  expect(find('yes: 1\ntrue: 2\n')).toEqual(['true 7']);
});
