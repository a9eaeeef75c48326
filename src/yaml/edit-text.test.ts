// One field is changed in a text, and another YAML library reads what comes out: the object after the edit, with every other line
// as it was, byte for byte.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMap, isNode, isScalar, parse, parseDocument, stringify } from 'yaml';
import { readDocuments } from './documents.ts';
import { type Edited, editText, type TextEdit } from './edit-text.ts';
import type { Path } from './tree.ts';

function edit(text: string, change: TextEdit): Edited {
  const [document] = readDocuments(text, { aliased: 0 });
  if (document === undefined || 'fault' in document) throw new Error('the text of the test cannot be read');
  return editText(document, change);
}

const NEG: TextEdit = {
  operation: 'set',
  path: ['metadata', 'annotations', 'cloud.google.com/neg'],
  value: '{"ingress": true}',
};
const set = (path: Path, value: unknown): TextEdit => ({ operation: 'set', path, value });
const remove = (path: Path): TextEdit => ({ operation: 'remove', path });
const append = (path: Path, value: unknown): TextEdit => ({ operation: 'append', path, value });

describe('an annotation that is not there', () => {
  const ADDED = `cloud.google.com/neg: '{"ingress": true}'`;

  it.each([
    [
      'with no map',
      'metadata:\n  name: a # n\nspec: {}\n',
      `metadata:\n  name: a # n\n  annotations:\n    ${ADDED}\nspec: {}\n`,
    ],
    [
      'with an indent of four',
      'metadata:\n    name: a\nspec: {}\n',
      `metadata:\n    name: a\n    annotations:\n        ${ADDED}\nspec: {}\n`,
    ],
    ['in an empty map', 'metadata:\n  annotations: {} # none\n', `metadata:\n  annotations: # none\n    ${ADDED}\n`],
    ['in a map of nothing', 'metadata:\n  annotations: # none\n', `metadata:\n  annotations: # none\n    ${ADDED}\n`],
    ['in a map that is null', 'metadata:\n  annotations: null\n', `metadata:\n  annotations:\n    ${ADDED}\n`],
    [
      'behind quoted keys',
      'metadata:\n  "annotations":\n    "a/b": c # d\n    # e\n',
      `metadata:\n  "annotations":\n    "a/b": c # d\n    ${ADDED}\n    # e\n`,
    ],
    ['in braces', 'metadata: { name: a }', `metadata: { name: a, annotations: { ${ADDED} } }`],
    [
      'with line breaks of Windows',
      'metadata:\r\n  name: a\r\n',
      `metadata:\r\n  name: a\r\n  annotations:\r\n    ${ADDED}\r\n`,
    ],
    ['without a line break at the end', 'metadata:\n  name: a', `metadata:\n  name: a\n  annotations:\n    ${ADDED}`],
    [
      'behind a byte order mark',
      '\ufeffmetadata:\n  name: a\n',
      `\ufeffmetadata:\n  name: a\n  annotations:\n    ${ADDED}\n`,
    ],
    [
      'before a text block that keeps its line breaks',
      'metadata:\n  annotations:\n    a: |+\n      b\n\n',
      `metadata:\n  annotations:\n    ${ADDED}\n    a: |+\n      b\n\n`,
    ],
    [
      'in JSON over several lines',
      '{\n    "metadata": {\n        "name": "a"\n    }\n}\n',
      '{\n    "metadata": {\n        "name": "a",\n        "annotations": {\n            "cloud.google.com/neg": "{\\"ingress\\": true}"\n        }\n    }\n}',
    ],
    [
      'in JSON in one line',
      '{"metadata":{"annotations":{}}}',
      '{"metadata":{"annotations": {"cloud.google.com/neg": "{\\"ingress\\": true}"}}}',
    ],
  ])('%s', (_, text, expected) => {
    expect(edit(text, NEG)).toEqual({ text: expected });
  });

  it.each([
    ['an anchor', 'metadata: &m\n  name: a\nother: *m\n', 'it has an anchor (&) or a tag (!)'],
    ['an alias', 'x: &a { b: c }\nmetadata:\n  annotations: *a\n', 'it is written with an alias (*)'],
    [
      'a merge key',
      'x: &a { b: c }\nmetadata:\n  annotations:\n    <<: *a\n    d: e\n',
      'it is written with a merge key (<<)',
    ],
    ['a key that is written twice', 'metadata:\n  name: a\nmetadata:\n  name: b\n', 'metadata is written twice there'],
    ['text in place of fields', 'metadata: text\n', 'a value is where fields should be'],
  ])('is not written where there is %s', (_, text, refused) => {
    expect(edit(text, NEG)).toEqual({ refused });
  });
});

describe('other edits', () => {
  it.each<readonly [string, string, TextEdit, string]>([
    ['a value keeps its quotes', 'a: "1" # b\n', set(['a'], '2'), 'a: "2" # b\n'],
    [
      'a value becomes a map',
      'a:\n  port: "80" # b\n',
      set(['a', 'port'], { number: 80 }),
      'a:\n  port: { number: 80 } # b\n',
    ],
    ['a text block becomes a value', 'a: |\n  b\n  c\nd: e\n', set(['a'], 'x'), 'a: x\nd: e\n'],
    ['a map becomes another', 'a:\n  b: 1\n  c: 2\nd: e\n', set(['a'], { f: 1 }), 'a:\n  f: 1\nd: e\n'],
    ['an item of a list', 'a:\n- b: 1\n- b: 2\n', set(['a', 1, 'b'], 3), 'a:\n- b: 1\n- b: 3\n'],
    ['a field of an item', 'a:\n- b: 1 # c\n', set(['a', 0, 'd'], 'yes'), 'a:\n- b: 1 # c\n  d: "yes"\n'],
    ['a field goes', 'a:\n  b: 1 # c\n  # d\n  e: 2\n', remove(['a', 'b']), 'a:\n  # d\n  e: 2\n'],
    ['the only field goes', 'a: # b\n  c: 1\nd: e\n', remove(['a', 'c']), 'a: {} # b\nd: e\n'],
    ['the first field of an item goes', 'a:\n- b: 1 # c\n  d: 2\n', remove(['a', 0, 'b']), 'a:\n- d: 2\n'],
    ['an item goes', 'a:\n- b: 1\n- b: 2\n', remove(['a', 0]), 'a:\n- b: 2\n'],
    ['a field in braces goes', 'a: { b: 1, c: 2 }\n', remove(['a', 'c']), 'a: { b: 1 }\n'],
    [
      'an item comes',
      'a:\n  - b: 1 # c\nd: e\n',
      append(['a'], { f: 1, g: 2 }),
      'a:\n  - b: 1 # c\n  - f: 1\n    g: 2\nd: e\n',
    ],
    ['an item in brackets comes', 'a: [1, 2] # b\n', append(['a'], 3), 'a: [1, 2, 3] # b\n'],
    ['the first item comes', 'a: [] # b\n', append(['a'], 'c'), 'a: # b\n  - c\n'],
  ])('%s', (_, text, change, expected) => {
    expect(edit(text, change)).toEqual({ text: expected });
  });

  it('changes nothing where it says so already', () => {
    const text = 'metadata: { annotations: { cloud.google.com/neg: \'{"ingress": true}\' } } # as it is\n';
    expect(edit(text, NEG)).toEqual({ text });
  });

  it('does not remove what is not there', () => {
    expect(edit('a: { b: 1 }\n', remove(['a', 'c']))).toEqual({ refused: 'it is not written in this file' });
  });
});

const key = fc.constantFrom('a', 'name', 'yes', 'cloud.google.com/neg', 'a b', '1', 'x:y', '#z');
const leaf = fc.oneof(
  fc.constantFrom(
    '',
    'plain',
    'no',
    '1',
    '{"ingress": true}',
    "it's",
    'a\nb\n',
    'x # y',
    '~',
    'é\u2028\u0085',
    '- a',
    '"',
  ),
  fc.string({ maxLength: 12 }).filter((text) => !/[\ufeff]/.test(text)),
  fc.integer({ min: -1000, max: 100_000 }),
  fc.boolean(),
);
const { tree } = fc.letrec<{ tree: unknown; object: Record<string, unknown> }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('tree'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
}));
const root = fc.dictionary(key, tree, { minKeys: 1, maxKeys: 5 });
const layout = fc.record({
  indent: fc.constantFrom(2, 4),
  indentSeq: fc.boolean(),
  collectionStyle: fc.constantFrom('any' as const, 'any' as const, 'flow' as const),
  isWindows: fc.boolean(),
  hasComments: fc.boolean(),
});

function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...inner.flatMap(([part, one]) => pathsOf(one, [...path, part]))];
}

function carriedOut(value: unknown, change: TextEdit): unknown {
  const copy: unknown = structuredClone(value);
  const parent = change.path.slice(0, -1).reduce<unknown>((node, part) => Reflect.get(Object(node), part), copy);
  const last = change.path.at(-1) ?? '';
  const fields = Object(parent) as Record<string | number, unknown>;
  if (change.operation === 'set') fields[last] = change.value;
  else if (change.operation === 'append') fields[last] = [...(fields[last] as unknown[]), change.value];
  else if (Array.isArray(fields)) fields.splice(Number(last), 1);
  else delete fields[last];
  return copy;
}

/** What is before and behind the field at the top to which a path leads; nothing, where all is in one pair of braces. */
function around(text: string, [top]: Path): readonly [string, string] {
  const { contents } = parseDocument(text, { version: '1.1', logLevel: 'silent' });
  if (!isMap(contents) || contents.flow === true) return ['', ''];
  const starts = contents.items.map((item) => (isNode(item.key) ? (item.key.range?.[0] ?? 0) : 0));
  const index = contents.items.findIndex((item) => isScalar(item.key) && String(item.key.value) === String(top));
  const next = starts[index + 1];
  return [text.slice(0, starts[index]).trimEnd(), next === undefined ? '' : text.slice(next)];
}

const generated = fc
  .record({
    root,
    layout,
    value: fc.oneof(leaf, tree),
    newKey: fc.constantFrom('new', 'new.example/key', 'on'),
    pick: fc.nat(),
    how: fc.nat(3),
  })
  .map(({ root: value, layout: { isWindows, hasComments, ...options }, value: put, newKey, pick, how }) => {
    const lines = stringify(value, { lineWidth: 0, ...options, version: '1.1', defaultKeyType: null }).split('\n');
    const commented = lines.flatMap((line) => (hasComments && /^[a-z]+:/.test(line) ? ['# above', line] : [line]));
    const paths = pathsOf(value).filter((path) => path.length > 0);
    const path = paths[pick % paths.length] ?? [];
    const at = path.reduce<unknown>((node, part) => Reflect.get(Object(node), part), value);
    const isObject = typeof at === 'object' && at !== null && !Array.isArray(at);
    const change: TextEdit =
      how === 0
        ? remove(path)
        : how === 1 && Array.isArray(at)
          ? append(path, put)
          : how === 2 && isObject
            ? set([...path, newKey], put)
            : set(path, put);
    return { value, text: commented.join(isWindows ? '\r\n' : '\n'), change };
  });

it('property: another library reads the object after the edit, and no line elsewhere is touched', () => {
  let refused = 0;
  fc.assert(
    fc.property(generated, ({ value, text, change }) => {
      const [document] = readDocuments(text, { aliased: 0 });
      // Line breaks of Windows within a text block, and the like, are read by its own rules: the tests of reading compare those.
      fc.pre(document !== undefined && 'value' in document);
      fc.pre(JSON.stringify(parse(text, { version: '1.1', logLevel: 'silent' })) === JSON.stringify(value));
      const result = edit(text, change);
      if ('refused' in result) {
        refused += 1;
        return;
      }
      expect(parse(result.text, { version: '1.1', logLevel: 'silent' })).toEqual(carriedOut(value, change));
      const [before, behind] = around(text, change.path);
      expect(result.text.slice(0, before.length)).toBe(before);
      expect(result.text.slice(result.text.length - behind.length)).toBe(behind);
      const comments = (all: string): number => all.split('\n').filter((line) => line.startsWith('# above')).length;
      expect(comments(result.text)).toBe(comments(text));
    }),
    { numRuns: 2000 },
  );
  expect(refused).toBeLessThan(200);
});
