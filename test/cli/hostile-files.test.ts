// Files that are meant to stop the program, fill its memory or act on a terminal: each is refused by name or read within
// bounds, and the others are read. What is large is made here and not kept. Nothing measures time; a text that takes
// quadratic time runs into the time limit of its test.
import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readManifests } from '../../src/cli/files/manifests.ts';
import { readDocuments } from '../../src/yaml/documents.ts';
import { createPositions } from '../../src/yaml/positions.ts';
import { check, directoryOf, run } from './support.ts';

const SERVICE = 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n';
const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n';
const noStdin = async (): Promise<Buffer> => Buffer.alloc(0);

/** Messages of a file that is read beside a good one. */
async function messagesOf(content: string | Buffer): Promise<readonly string[]> {
  const root = directoryOf({ 'a.yaml': content, 'b.yaml': SERVICE });
  const { objects, failures } = await readManifests([root], noStdin);
  expect(objects.some(({ file }) => file.endsWith('b.yaml'))).toBe(true);
  return failures.map(({ line, message }) => `${line ?? ''} ${message}`.trim());
}

describe('what is no file is refused by its name, and never opened', () => {
  const ONLY = 'and only files are read; what a program writes can be piped into "-"';

  it('a FIFO, given, in a directory and behind a link', async () => {
    const root = directoryOf({ 'b.yaml': SERVICE });
    expect(spawnSync('mkfifo', [join(root, 'a.yaml')]).status).toBe(0);
    symlinkSync('a.yaml', join(root, 'c.yaml'));
    const { code, err, document } = await check(root, ['a.yaml', '.']);
    expect(code).toBe(2);
    expect(err).toBe(
      ['a', 'c'].map((name) => `${name}.yaml: cannot be read: it is a FIFO (named pipe), ${ONLY}\n`).join(''),
    );
    expect(document.summary['objects']).toBe(1);
  });

  it('a device, also as facts', async () => {
    const root = directoryOf({ 'b.yaml': SERVICE });
    const { err } = await run(['check', '/dev/zero', root]);
    expect(err).toContain(`/dev/zero: cannot be read: it is a device, ${ONLY}\n`);
    const facts = await run(['check', root, '--facts', '/dev/zero']);
    expect(facts.err).toContain(`/dev/zero: it is a device, ${ONLY}.`);
  });

  it('a socket', async () => {
    const root = directoryOf({ 'b.yaml': SERVICE });
    const server = createServer();
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(join(root, 'a.yaml'), resolve));
    const { err } = await check(root, ['.']);
    expect(err).toBe(`a.yaml: cannot be read: it is a socket, ${ONLY}\n`);
  });
});

describe('what is too large is refused', () => {
  it('a file of more than 64 MiB, without reading it', async () => {
    const root = directoryOf({ 'b.yaml': SERVICE, 'a.yaml': '' });
    const file = openSync(join(root, 'a.yaml'), 'w');
    ftruncateSync(file, 2 ** 40);
    closeSync(file);
    const { objects, failures } = await readManifests([root], noStdin);
    expect(objects).toHaveLength(1);
    expect(failures.map(({ message }) => message)).toEqual(['it is larger than 64 MiB; split it']);
  });

  it('standard input of more than 64 MiB', () => {
    const command = 'head -c 100000000 /dev/zero | node src/main.ts check -';
    const { status, stderr } = spawnSync('sh', ['-c', command], {
      cwd: join(import.meta.dirname, '../..'),
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: '-: cannot be read: it is larger than 64 MiB; split it\n',
    });
  });

  it('all input beyond 256 MiB, of which the first part is judged', async () => {
    const large = `["${'x'.repeat(60 * 1024 * 1024)}"]`;
    const root = directoryOf({ 'b.yaml': SERVICE, 'c.yaml': large });
    for (const name of ['d', 'e', 'f', 'g', 'h']) symlinkSync('c.yaml', join(root, `${name}.yaml`));
    const { objects, failures } = await readManifests([root], noStdin);
    expect(objects).toHaveLength(1);
    expect(failures.map(({ file, message }) => `${file.replace(root, '')} ${message}`)).toEqual([
      '/g.yaml the input is larger than 256 MiB; neither the rest of this file nor any file after it is read: check the input in parts',
    ]);
  });

  it('a document of too many fields and items, in YAML and JSON', async () => {
    expect(await messagesOf(`${CONFIG_MAP}x: [${'a,'.repeat(1_600_000)}]\n`)).toEqual([
      '1 it is one YAML document of more than 1500000 fields and items; split it, or write it as JSON',
    ]);
    expect(await messagesOf(`[${'{},'.repeat(2_600_000)}{}]`)).toEqual([
      '1 it is one JSON value of more than 2500000 fields and items; split it',
    ]);
  });

  it('faults without end: a hundred are told', async () => {
    const messages = await messagesOf('--- x\n'.repeat(50_000));
    expect(messages).toHaveLength(101);
    expect(messages.at(-1)).toBe('more than 100 of its documents cannot be read');
  });
});

describe('what takes a program long is read, or refused as kubectl does', () => {
  const items = (count: number, item: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => item(index)).join('');
  const EXCESS = 'its aliases stand for too much (kubectl: "document contains excessive aliasing")';

  const TEXTS: Readonly<Record<string, readonly [text: string, messages: readonly string[]]>> = {
    '30,000 aliases of one anchor': [
      `${CONFIG_MAP}x: &a {b: c}\nd:\n${items(30_000, (i) => `  ${'k'.repeat(20)}${i}: *a\n`)}`,
      [],
    ],
    '60,000 anchors': [`${CONFIG_MAP}d:\n${items(60_000, (i) => `- &a${i} x\n- *a${i}\n`)}`, []],
    'merges on merges': [
      `${CONFIG_MAP}m0: &m0 {a: b}\n${items(3000, (i) => `m${i + 1}: &m${i + 1}\n  <<: *m${i}\n  k${i}: v\n`)}`,
      [`723 ${EXCESS}`],
    ],
    'aliases in ever more documents': [
      items(2000, () => `${CONFIG_MAP}a: &a [${'x,'.repeat(50)}]\nb: [${'*a,'.repeat(50)}]\n---\n`),
      [
        ...items(
          100,
          (i) => `${(1568 + i) * 6 + 5} with it, the aliases of the input stand for more than 4000000 nodes\n`,
        )
          .trim()
          .split('\n'),
        'more than 100 of its documents cannot be read',
      ],
    ],
    'brackets that all close too far left': [`${CONFIG_MAP}d:\n${'- [\n  a\n]\n'.repeat(50_000)}`, []],
    'brackets with every line too far left': [
      `${CONFIG_MAP}d:\n${'- [\na\n]\n'.repeat(50_000)}`,
      ['69 within brackets or quotes, a line is not indented enough'],
    ],
    'a long run of open brackets': ['{"a":'.repeat(200_000), ['1 it is nested more than 250 levels deep']],
    'empty JSON objects': ['{}'.repeat(500_000), []],
    backslashes: [`{"a": "${'\\\\'.repeat(500_000)}`, ['1 unexpected end of the stream within a double quoted scalar']],
    separators: ['---\n'.repeat(300_000), []],
    documents: ['---\na\n'.repeat(150_000), []],
    'the same key again and again': [`${CONFIG_MAP}d:\n${'  a: b\n'.repeat(150_000)}`, []],
    'properties on lines of their own': [`${CONFIG_MAP}d:\n${'- &a\n  !!str\n  x\n'.repeat(50_000)}`, []],
    'byte order marks': [
      `${CONFIG_MAP}d: x\n${'\ufeff#c\n'.repeat(200_000)}`,
      ['200005 can not read a block mapping entry; a multiline key may not be an implicit key'],
    ],
    'a number of a million digits': [`${CONFIG_MAP}d: ${'9'.repeat(1_000_000)}\ne: 0x${'f'.repeat(1_000_000)}\n`, []],
  };

  it.each(Object.entries(TEXTS))('%s', async (_name, [text, messages]) => {
    expect(await messagesOf(text)).toEqual(messages);
  });
});

it('reads 50,000 documents in 128 MiB of heap', () => {
  const document = (index: number): string =>
    `---\n${SERVICE.replace('web', `web-${index}`)}${CONFIG_MAP.replace('web', `web-${index}`)}data:\n  a.txt: |\n${'    some text\n'.repeat(20)}`.replace(
      'apiVersion: v1\nkind: ConfigMap',
      '---\napiVersion: v1\nkind: ConfigMap',
    );
  const root = directoryOf({});
  for (let part = 0; part < 50; part += 1) {
    const text = Array.from({ length: 500 }, (_, index) => document(part * 500 + index)).join('');
    writeFileSync(join(root, `${part}.yaml`), text);
  }
  const program = `
    import { readManifests } from './src/cli/files/manifests.ts';
    const { objects, failures } = await readManifests([${JSON.stringify(root)}], async () => Buffer.alloc(0));
    console.log(objects.length, failures.length, objects.at(-1).lineOf(['data', 'a.txt']));
  `;
  const words = ['--max-old-space-size=128', '--input-type=module', '--eval', program];
  const { stdout, stderr } = spawnSync('node', words, { cwd: join(import.meta.dirname, '../..'), encoding: 'utf8' });
  expect({ stdout, stderr }).toEqual({ stdout: `50000 0 ${499 * 31 + 11}\n`, stderr: '' });
});

describe('what is printed cannot act', () => {
  const EVIL = '\u001b]0;title\u0007\u001b[31m\u202e\u2066x\u0000y\u009b';

  it('file names, in failures, notes and errors', async () => {
    const name = EVIL.replaceAll('\u0000', '');
    const root = directoryOf({
      [`${name}.yaml`]: 'a: [',
      [`${name}/README.md`]: '',
      'b.yaml': 'kind: A\napiVersion: v1\na: 1\na: 2\n',
    });
    const outcomes = [
      await run(['check', join(root, `${name}.yaml`), join(root, name), join(root, `${name}-missing`)]),
      await run(['explain', '-f', root]),
      await run(['doctor', '-f', join(root, name), '-f', root]),
      await run(['check', root, '--facts', join(root, name)]),
      await run(['check', root, '--policy', join(root, name)]),
    ];
    for (const { err } of outcomes) expect(err).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u);
    expect(outcomes[0]?.err).toContain('[31m');
  });

  it('texts of files, in what is wrong with them', async () => {
    const root = directoryOf({
      'a.yaml': `a: *${EVIL.replace(/\s/g, '')}\n`,
      'b.yaml': `apiVersion: v1\nkind: A\n"${'\\e[31m\\u202e'}": 1\n"${'\\e[31m\\u202e'}": 2\n`,
      'c.yaml': `a: !!int "\\e[31m\\u202e"\n`,
    });
    const { err } = await check(root, ['.']);
    expect(err.trim().split('\n')).toHaveLength(3);
    expect(err).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u);
  });
});

it('says something of every text, and never throws', () => {
  const token = fc.constantFrom(
    ...'{}[]:,-?&*!|>\'"%@`#~ \n\t\\=.',
    '---',
    '...',
    '<<',
    '&a',
    '*a',
    '\n- ',
    ': ',
    '\ufeff',
    '\ud800',
    '\u0000',
    '{"a":1}',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(token, { maxLength: 40 }).map((tokens) => tokens.join('')),
        fc.string({ unit: 'binary' }),
      ),
      (text) => {
        for (const document of readDocuments(text, { aliased: 0 })) {
          if ('fault' in document) expect(document.fault.message).not.toBe('');
          else createPositions().lineOf(document, ['a', 0]);
        }
      },
    ),
    { numRuns: 5000, seed: 8 },
  );
});
