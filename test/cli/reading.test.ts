// What `check` can read, and what it says of what it cannot: the rest is still judged and printed, and the exit code is 2.
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ingress, service } from '../support/objects.ts';
import { check, directoryOf, run } from './support.ts';

const OFF = ['--facts', 'examples/addon-off.yaml'];
const RULE = 'http-load-balancing-disabled';

/** The class that is found is in line 7. */
const INGRESS = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
  annotations:
    kubernetes.io/ingress.class: gce
spec:
  defaultBackend: {service: {name: web, port: {number: 80}}}
`;

describe('reads', () => {
  /** name → content → where the class is found */
  const TEXTS: Readonly<Record<string, readonly [content: string | Buffer, line: number]>> = {
    YAML: [INGRESS, 7],
    'YAML behind a comment and a document marker': [`# hello\n---\n${INGRESS}`, 9],
    'YAML with CRLF': [INGRESS.replaceAll('\n', '\r\n'), 7],
    'YAML with a byte order mark': [`\ufeff${INGRESS}`, 7],
    JSON: [JSON.stringify(ingress({ class: 'gce' })), 1],
    'JSON indented with tabs': [JSON.stringify(ingress({ class: 'gce' }), null, '\t'), 8],
    'JSON with escapes': [JSON.stringify(ingress({ class: 'gce' })).replaceAll('/', '\\/'), 1],
    'flow style': [
      '{apiVersion: networking.k8s.io/v1, kind: Ingress,\n metadata: {name: web, annotations: {"kubernetes.io/ingress.class": gce}},\n spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}}',
      2,
    ],
    'kind List': [stringify({ apiVersion: 'v1', kind: 'List', items: [service(), ingress({ class: 'gce' })] }), 23],
    'a list in a list': [
      JSON.stringify(
        {
          apiVersion: 'v1',
          kind: 'List',
          items: [{ apiVersion: 'v1', kind: 'List', items: [ingress({ class: 'gce' })] }],
        },
        null,
        1,
      ),
      16,
    ],
    'a typed list whose items do not say what they are': [
      'apiVersion: networking.k8s.io/v1\nkind: IngressList\nitems:\n- metadata:\n    name: web\n    annotations:\n      kubernetes.io/ingress.class: gce\n  spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}\n',
      7,
    ],
    'anchors and aliases': ['x: &gce gce\n'.concat(INGRESS.replace(': gce', ': *gce')), 8],
    'merge keys': [
      INGRESS.replace(
        '    kubernetes.io/ingress.class: gce',
        '    <<: &class {kubernetes.io/ingress.class: gce}\n    a: b',
      ),
      7,
    ],
    'an alias to the annotations': [
      `x: &a\n  kubernetes.io/ingress.class: gce\n${INGRESS.replace(/annotations:\n.*\n/, 'annotations: *a\n')}`,
      2,
    ],
    'an array of objects': [JSON.stringify([service(), ingress({ class: 'gce' })], null, 1), 30],
    'a list in an array, as YAML': [
      `- - apiVersion: v1\n    kind: List\n    items:\n    - ${INGRESS.trimEnd().replaceAll('\n', '\n      ')}\n`,
      10,
    ],
    'JSON and then YAML': [`${JSON.stringify(service())}\n---\n${INGRESS}`, 9],
    'brackets that close at the start of a line': [
      INGRESS.replace(
        'annotations:\n    kubernetes.io/ingress.class: gce',
        'annotations: {\n\tkubernetes.io/ingress.class: gce\n}',
      ),
      7,
    ],
    'JSON values one after the other': [
      `${JSON.stringify(service())}\n${JSON.stringify(ingress({ class: 'gce' }), null, 1)}\n{"a":\n1}\n`,
      9,
    ],
  };

  for (const [name, [content, line]] of Object.entries(TEXTS)) {
    it(`${name}, with the line of the field`, async () => {
      const root = directoryOf({ 'a.yaml': content });
      const { code, err, found } = await check(root, ['a.yaml'], OFF);
      expect({ code, err, found }).toEqual({ code: 1, err: '', found: [`a.yaml:${line} ${RULE}`] });
    });
  }

  it('duplicate keys, of which the last counts, and says so', async () => {
    const again = 'metadata:\n  name: b\n  annotations:\n    kubernetes.io/ingress.class: gce\n';
    const root = directoryOf({
      'a.yaml': `${INGRESS}${again}`,
      'b.json': `{"kind": "List", "kind": "List", "apiVersion": "v1", "items": [\n${JSON.stringify(service())},\n${JSON.stringify(
        ingress({ class: 'gce' }),
      ).replace('"metadata":', '"metadata":{},\n"metadata":')}]}`,
    });
    const { err, found } = await check(root, ['.'], OFF);
    expect(err).toBe('');
    expect(found).toEqual([
      `a.yaml:13 ${RULE}`,
      'a.yaml:10 object-written-twice',
      'b.json:2 object-written-twice',
      `b.json:4 ${RULE}`,
      'b.json:4 object-written-twice',
    ]);
    const other = directoryOf({ 'c.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nmetadata: {name: b}\n' });
    expect((await check(other, ['.'], OFF)).err).toBe('c.yaml:4: metadata is written twice; the last counts\n');
  });

  it('each document of a stream with its own lines', async () => {
    const root = directoryOf({
      'a.yaml': `${INGRESS}---\n${INGRESS.replace('web', 'b')}---\n# nothing\n---\n${INGRESS.replace('web', 'c')}`,
    });
    const { found, document } = await check(root, ['a.yaml'], OFF);
    expect(document.findings.map(({ object }) => object.name)).toEqual(['web', 'b', 'c']);
    expect(found).toEqual([7, 17, 29].map((line) => `a.yaml:${line} ${RULE}`));
  });

  it('standard input, once', async () => {
    for (const paths of [['-'], ['-', '-']]) {
      const { code, found } = await check('', paths, OFF, { stdin: INGRESS });
      expect({ code, found }).toEqual({ code: 1, found: [`-:7 ${RULE}`] });
    }
    const flag = await run(['check', '-f', '-', '--format=json', ...OFF], { stdin: INGRESS });
    expect(JSON.parse(flag.out).findings).toHaveLength(1);
  });

  it('paths and -f alike, repeated and mixed, each file once', async () => {
    const root = directoryOf({ 'a.yaml': INGRESS, 'b.yaml': INGRESS, 'c.yaml': INGRESS });
    const words = ['-f', `${root}/b.yaml`, `--filename=${root}/c.yaml`, '-f', `${root}/./b.yaml`, ...OFF];
    const { found } = await check(root, ['a.yaml', 'a.yaml'], words);
    expect(found).toEqual(['a.yaml', 'b.yaml', 'c.yaml'].map((file) => `${file}:7 ${RULE}`).toSorted());
  });

  it('directories with all below, in the order of their names, and only manifests', async () => {
    const root = directoryOf({
      'b.yaml': INGRESS,
      'a/z.yml': INGRESS,
      'a/b/c.json': JSON.stringify(ingress({ class: 'gce' })),
      'a/README.md': 'not: [yaml',
      'node_modules/x/a.yaml': 'not: [yaml',
      '.git/a.yaml': 'not: [yaml',
      'facts.yaml': 'apiVersion: gke-ingress-guard.dev/v1\nkind: ClusterFacts\n',
      'values.yaml': 'replicas: 3\n',
      'list.yaml': '- a\n- b\n',
      'word.yaml': 'hello\n',
      'empty.yaml': '',
      'comments.yaml': '# nothing\n---\n---\n',
      'kind.yaml': 'kind: 3\napiVersion: v1\n',
    });
    const { code, err, found, document } = await check(root, ['.'], OFF);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(found).toEqual([`a/b/c.json:1 ${RULE}`, `a/z.yml:7 ${RULE}`, `b.yaml:7 ${RULE}`]);
    expect(document.summary['objects']).toBe(3);
  });

  it('files behind links, as mounted ConfigMaps have them, and no directory twice', async () => {
    const root = directoryOf({ '..2026_11_23/a.yaml': INGRESS });
    symlinkSync('..2026_11_23', join(root, '..data'));
    symlinkSync('..data/a.yaml', join(root, 'a.yaml'));
    symlinkSync('.', join(root, 'around'));
    symlinkSync('nowhere.yaml', join(root, '.#b.yaml'));
    symlinkSync('loop.yaml', join(root, 'loop.yaml'));
    const { code, err, found } = await check(root, ['.'], OFF);
    expect({ code, err, found }).toEqual({ code: 1, err: '', found: [`a.yaml:7 ${RULE}`] });
    expect((await check(root, ['around'], OFF)).found).toEqual([`around/a.yaml:7 ${RULE}`]);
  });

  it('booleans, numbers and times as kubectl does', async () => {
    const annotated = (value: string): string =>
      `apiVersion: v1\nkind: Service\nmetadata: {name: web, annotations: {cloud.google.com/neg: ${value}}}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n`;
    const messageFor = async (value: string): Promise<string> => {
      const { document } = await check('', ['-'], OFF, { stdin: annotated(value) });
      return (
        document.findings.find(({ rule }) => rule === 'neg-annotation-invalid' || rule === 'object-unreadable')
          ?.message ?? ''
      );
    };
    expect(await messageFor('yes')).toContain('true');
    expect(await messageFor('off')).toContain('false');
    expect(await messageFor('0x10')).toContain('16');
    expect(await messageFor('12:30')).toContain('12:30');
    expect(await messageFor('2026-11-01')).toContain('2026-11-01');
  });
});

describe('says of', () => {
  const TEXTS: Readonly<Record<string, readonly [content: string | Buffer, said: string | RegExp]>> = {
    'a syntax error': ['a: [\n', 'a.yaml:2: cannot be read: unexpected end of the stream within a flow collection\n'],
    tabs: ['a:\n\tb: 1\n', 'a.yaml:2: cannot be read: tab characters must not be used in indentation\n'],
    'a quote that is not closed': [
      'a: "b\n',
      'a.yaml:2: cannot be read: unexpected end of the stream within a double quoted scalar\n',
    ],
    'what kubectl would drop without a word': [
      ' a: 1\nb: 2\n',
      'a.yaml:2: cannot be read: the document is over before this, and kubectl drops the rest without a word\n',
    ],
    'a second document behind "..."': [
      'a: 1\n...\nb: 2\n',
      'a.yaml:2: cannot be read: kubectl reads nothing behind "..."; separate documents with "---"\n',
    ],
    'content behind "---"': [
      'a: 1\n--- {b: 2}\n',
      'a.yaml:2: cannot be read: behind the separator "---", kubectl allows a comment only\n',
    ],
    'a directive': ['%YAML 1.1\n---\na: 1\n', 'a.yaml:2: cannot be read: directives end mark is expected\n'],
    'text behind JSON values': [
      '{"a": 1}\n{"a": 2}\nb\n',
      'a.yaml:2: cannot be read: what follows the JSON values is no JSON\n',
    ],
    'a number that JSON does not have': [
      'a: .inf\n',
      'a.yaml:1: cannot be read: .inf is a number that JSON does not have\n',
    ],
    'a key that is no text': ['a: 1\n? [b]\n: c\n', 'a.yaml:2: cannot be read: a list cannot be a key\n'],
    'a template': [
      'a: {{ .x }}\n{{- if .y }}\nb: 1\n{{- end }}\n',
      /^a\.yaml:2: cannot be read: .*\(a template\? Render it first, as with helm template\)\n$/,
    ],
    'YAML, 20,000 deep': [
      '['.repeat(20_000) + ']'.repeat(20_000),
      'a.yaml:1: cannot be read: it is nested more than 250 levels deep\n',
    ],
    'block YAML, 20,000 deep': [
      `${'- '.repeat(20_000)}x`,
      'a.yaml:1: cannot be read: it is nested more than 250 levels deep\n',
    ],
    'JSON, 20,000 deep': [
      `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
      'a.yaml:1: cannot be read: it is nested more than 250 levels deep\n',
    ],
    'aliases that multiply': [
      `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghij'].map((key, index) => `${key}: &${key} [${`*${'abcdefghij'[index]},`.repeat(9)}]`).join('\n')}\n`,
      'a.yaml:4: cannot be read: its aliases stand for too much (kubectl: "document contains excessive aliasing")\n',
    ],
    'a list that holds itself': [
      '&a {apiVersion: v1, kind: List, items: [*a]}\n',
      'a.yaml:1: cannot be read: what alias "a" stands for holds itself\n',
    ],
    'an alias to nothing': ['a: *b\n', 'a.yaml:1: cannot be read: alias "b" has no anchor\n'],
    'UTF-16': [Buffer.from(`\ufeff${INGRESS}`, 'utf16le'), 'a.yaml: cannot be read: it is UTF-16; save it as UTF-8\n'],
    'Latin-1': [Buffer.from('a: "\u00e4"\n', 'latin1'), 'a.yaml: cannot be read: it is not UTF-8 text\n'],
  };

  for (const [name, [content, said]] of Object.entries(TEXTS)) {
    it(`${name} where it stands, and judges the other files`, async () => {
      const root = directoryOf({ 'a.yaml': content, 'b.yaml': INGRESS });
      const { code, err, found } = await check(root, ['.'], OFF);
      expect(err).toEqual(typeof said === 'string' ? said : expect.stringMatching(said));
      expect({ code, found }).toEqual({ code: 2, found: [`b.yaml:7 ${RULE}`] });
    });
  }

  it('a broken document of a stream, and judges the others', async () => {
    const deep = '['.repeat(20_000);
    const root = directoryOf({ 'a.yaml': `${INGRESS}---\nb: [\n---\n${INGRESS}---\nx: ${deep}\n---\n${INGRESS}` });
    const { code, err, found } = await check(root, ['a.yaml'], OFF);
    expect(code).toBe(2);
    expect(err.split('\n').map((line) => line.split(': ')[0])).toEqual(['a.yaml:12', 'a.yaml:23', '']);
    const judged = found.filter((one) => one.endsWith(RULE));
    expect(judged.slice(0, 2)).toEqual([`a.yaml:7 ${RULE}`, `a.yaml:19 ${RULE}`]);
  });

  it('paths that lead nowhere, once each, and prints the rest in the asked format', async () => {
    const root = directoryOf({ 'a.yaml': INGRESS });
    const { code, err, found } = await check(root, ['missing.yaml', 'a.yaml', 'a.yaml/b.yaml', 'missing'], OFF);
    expect({ code, found }).toEqual({ code: 2, found: [`a.yaml:7 ${RULE}`] });
    expect(err).toBe(
      ['missing.yaml', 'a.yaml/b.yaml', 'missing']
        .map((path) => `${path}: cannot be read: there is no such file or directory\n`)
        .join(''),
    );
  });

  it('a directory without manifests that there is nothing in it, which is no failure', async () => {
    const root = directoryOf({ 'x/README.md': 'hello' });
    mkdirSync(join(root, 'empty'));
    const { code, err, document } = await check(root, ['empty', 'x'], OFF);
    expect({ code, err }).toEqual({
      code: 0,
      err: 'empty: there is no .yaml, .yml or .json file in it\nx: there is no .yaml, .yml or .json file in it\n',
    });
    expect(document.summary).toEqual({ objects: 0, errors: 0, warnings: 0, infos: 0, possible: 0 });
  });

  it.skipIf(process.getuid?.() === 0)('files and directories without permission, and reads the others', async () => {
    const root = directoryOf({ 'a.yaml': INGRESS, 'b.yaml': INGRESS, 'c/d.yaml': INGRESS });
    chmodSync(join(root, 'b.yaml'), 0);
    chmodSync(join(root, 'c'), 0);
    const { code, err, found } = await check(root, ['.'], OFF);
    chmodSync(join(root, 'c'), 0o700);
    expect({ code, found }).toEqual({ code: 2, found: [`a.yaml:7 ${RULE}`] });
    expect(err).toBe('c: cannot be read: permission denied\nb.yaml: cannot be read: permission denied\n');
  });
});

it('judges whatever parses, however odd, without failing', async () => {
  const odd = [
    'spec: null',
    'spec: []',
    'spec: {rules: {}}',
    'spec: {rules: [null, 1, {http: {paths: [{pathType: InvalidType}]}}]}',
    'spec: {defaultBackend: {service: {name: 7, port: x}}}',
    'metadata: null',
    'metadata: []',
    'metadata: {name: 12, annotations: [a], labels: 3}',
    'metadata: {annotations: {kubernetes.io/ingress.class: {a: b}, __proto__: {a: b}, constructor: x}}',
    '__proto__: {polluted: true}',
    '? a\n: &x [b, c]\nd: *x',
    'yes: 1\n1.5: 2\n0x10: 3',
  ];
  const kinds = ['networking.k8s.io/v1\nkind: Ingress', 'v1\nkind: Service', 'apps/v1\nkind: Deployment'];
  const stdin = kinds.flatMap((kind) => odd.map((line) => `apiVersion: ${kind}\n${line}\n`)).join('---\n');
  const { code, err, document } = await check('', ['-'], OFF, { stdin });
  expect(err).toBe('');
  expect([0, 1]).toContain(code);
  expect(document.summary['objects']).toBe(odd.length * kinds.length);
  expect(({} as Readonly<Record<string, unknown>>)['polluted']).toBeUndefined();
});
