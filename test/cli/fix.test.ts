// `check --fix` and `--diff`: what is written, what is left alone, and how a file is replaced.
import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directoryOf, type Outcome, run } from './support.ts';

const ON = ['--facts', 'examples/addon-on.yaml'];
const ADDED = `cloud.google.com/neg: '{"ingress": true}'`;

const INGRESS = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: # of the shop
  name: web
  namespace: shop
spec:
  defaultBackend: { service: { name: web, port: { number: 80 } } }
`;
const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: web # the name
  namespace: shop
spec:
  # what it selects
  selector: { app: web }
  ports:
    - port: 80 # http
`;
const INJECTED = SERVICE.replace('  namespace: shop\n', `  namespace: shop\n  annotations:\n    ${ADDED}\n`);
const BOTH = `${INGRESS}---\n${SERVICE}`;

const fix = (...words: readonly string[]): Promise<Outcome> => run(['check', '--fix', '-q', ...ON, ...words]);
const read = (root: string, file: string): string => readFileSync(join(root, file), 'utf8');

describe('what is written', () => {
  it.each([
    ['YAML', 'a.yaml', BOTH, `${INGRESS}---\n${INJECTED}`],
    [
      'line breaks of Windows',
      'a.yml',
      BOTH.replaceAll('\n', '\r\n'),
      `${INGRESS}---\n${INJECTED}`.replaceAll('\n', '\r\n'),
    ],
    ['a byte order mark', 'a.yaml', `\ufeff${SERVICE}---\n${INGRESS}`, `\ufeff${INJECTED}---\n${INGRESS}`],
    [
      'a list',
      'a.yaml',
      `apiVersion: v1\nkind: List\nitems:\n- ${SERVICE.trimEnd().replaceAll('\n', '\n  ')}\n`,
      `apiVersion: v1\nkind: List\nitems:\n- ${INJECTED.trimEnd().replaceAll('\n', '\n  ')}\n`,
    ],
    [
      'JSON',
      'a.json',
      '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {"selector": {"a": "b"}, "ports": [{"port": 80}]}}\n',
      '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a", "annotations": {"cloud.google.com/neg": "{\\"ingress\\": true}"}}, "spec": {"selector": {"a": "b"}, "ports": [{"port": 80}]}}\n',
    ],
  ])('%s', async (_, name, text, expected) => {
    const root = directoryOf({
      [name]: text,
      'other/ingress.yaml': INGRESS.replace('name: web\n', 'name: other\n')
        .replace('name: web,', 'name: a,')
        .replace('namespace: shop', 'namespace: default'),
    });
    const { err } = await fix(root);
    expect(read(root, name)).toBe(expected);
    expect(err).toContain('1 file written.');
    expect(err).toContain('[as the webhook adds it]');
    const again = await fix(root);
    expect(again.err).toContain('Nothing is written.');
    expect(read(root, name)).toBe(expected);
  });

  it('not what the webhook would add where it adds nothing', async () => {
    const root = directoryOf({ 'a.yaml': BOTH });
    await fix('--no-mutate', root);
    expect(read(root, 'a.yaml')).not.toContain(`${ADDED}\nspec`);
  });

  it('leaves the findings of what could not be fixed, and says why', async () => {
    const root = directoryOf({
      'a.yaml': BOTH.replace(
        'metadata: # of the shop',
        'metadata:\n  annotations: { kubernetes.io/ingress.allow-http: "false" }',
      ),
    });
    const { code, out, err } = await fix(root);
    expect(code).toBe(1);
    expect(out).toContain('[no-front-end]');
    expect(err).toMatch(/^Left to you, 1 finding: .*\[no-front-end\]$/m);
  });

  it('many objects of one list, but for the one that cannot be changed safely', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `web-${index}`);
    const itemsOf = (text: string): string =>
      names.map((name) => `- ${text.trimEnd().replaceAll('\n', '\n  ').replaceAll('web', name)}\n`).join('');
    const marked = (text: string): string =>
      text.replace('  metadata:\n    name: web-7 #', '  metadata: &seven\n    name: web-7 #');
    const ingresses = itemsOf(INGRESS);
    const head = 'apiVersion: v1\nkind: List\nitems:\n';
    const root = directoryOf({ 'a.yaml': head + marked(itemsOf(SERVICE)) + ingresses });
    const { err } = await fix(root);
    const expected = head + itemsOf(INJECTED) + ingresses;
    const seven = SERVICE.trimEnd().replaceAll('\n', '\n  ').replaceAll('web', 'web-7');
    const sevenFixed = INJECTED.trimEnd().replaceAll('\n', '\n  ').replaceAll('web', 'web-7');
    expect(read(root, 'a.yaml')).toBe(marked(expected.replace(sevenFixed, seven)));
    expect(err.match(/\[as the webhook adds it\]$/gm)).toHaveLength(30);
    expect(err).toMatch(/^Left to you, 1 finding: it has an anchor/m);
  });

  it('the mode of the file stays, and nothing lies beside it', async () => {
    const root = directoryOf({ 'a.yaml': BOTH });
    chmodSync(join(root, 'a.yaml'), 0o640);
    await fix(root);
    expect(read(root, 'a.yaml')).toContain(ADDED);
    expect(statSync(join(root, 'a.yaml')).mode & 0o777).toBe(0o640);
    expect(readdirSync(root)).toEqual(['a.yaml']);
  });

  it('no file in which nothing changes', async () => {
    const root = directoryOf({ 'a.yaml': INGRESS, 'b.yaml': SERVICE });
    const before = statSync(join(root, 'a.yaml'));
    await fix(root);
    expect(statSync(join(root, 'a.yaml')).ino).toBe(before.ino);
    expect(read(root, 'b.yaml')).toBe(INJECTED);
  });
});

describe('--diff', () => {
  it('shows what --fix would write, as git apply takes it, and writes nothing', async () => {
    const root = directoryOf({ 'a.yaml': BOTH });
    const { code, out } = await fix('--diff', join(root, 'a.yaml'));
    expect(code).toBe(1);
    expect(read(root, 'a.yaml')).toBe(BOTH);
    expect(out).toContain(`\n+  annotations:\n+    ${ADDED}\n`);
    const relative = out.replaceAll(
      /^(---|\+\+\+) .*$/gm,
      (_, mark: string) => `${mark} ${mark === '---' ? 'a' : 'b'}/a.yaml`,
    );
    execFileSync('git', ['apply'], { cwd: root, input: relative });
    const { code: clean, out: none } = await fix('--diff', root);
    expect([clean, none]).toEqual([0, '']);
    expect(read(root, 'a.yaml')).toBe(`${INGRESS}---\n${INJECTED}`);
  });

  it('does not act on a terminal', async () => {
    const root = directoryOf({ 'a\u001b[31m.yaml': BOTH.replace('# http', '# \u202ehttp') });
    const { out, err } = await fix('--diff', root);
    expect(out).toContain(ADDED);
    for (const acting of ['\u001b', '\u202e']) expect(out + err).not.toContain(acting);
  });

  it.each([
    [['check', '--diff', 'a.yaml'], '--diff shows what --fix would write'],
    [['check', '--fix', '-'], '--fix writes into files'],
  ])('%j is refused', async (words, message) => {
    const { code, err } = await run(words);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

describe('what is left alone', () => {
  it.each([
    [
      'a file of which a part cannot be read',
      { 'a.yaml': `${BOTH}---\nkind: [\n` },
      'a part of its file cannot be read',
    ],
    ['a template', { 'a.yaml': BOTH.replace('# http', '# {{ .Values.port }}') }, 'it is a template'],
    ['a template of a chart', { 'Chart.yaml': 'name: a\n', 'templates/a.yaml': BOTH }, 'it is a template'],
    [
      'an anchor',
      { 'a.yaml': `${INGRESS}---\n${SERVICE.replace('metadata:', 'metadata: &all')}` },
      'it has an anchor (&) or a tag (!)',
    ],
    [
      'an object that is written twice',
      { 'a.yaml': BOTH, 'b.yaml': BOTH.replace('number: 80', 'number: 81') },
      'written more than once',
    ],
  ])('%s', async (_, files, why) => {
    const root = directoryOf(files);
    const { err } = await fix(root);
    expect(err).toContain(why);
    for (const [name, text] of Object.entries(files)) {
      if (why !== 'written more than once') expect(read(root, name)).toBe(text);
    }
  });

  it('links of both kinds', async () => {
    const root = directoryOf({ 'in/x.txt': '', 'a.txt': BOTH, 'b.txt': SERVICE.replace('name: web', 'name: b') });
    symlinkSync(join(root, 'a.txt'), join(root, 'in/a.yaml'));
    linkSync(join(root, 'b.txt'), join(root, 'in/b.yaml'));
    const ingress = INGRESS.replaceAll('name: web', 'name: b');
    const { err } = await fix(join(root, 'in'), join(directoryOf({ 'i.yaml': ingress }), 'i.yaml'));
    expect(err).toContain('its file is a symbolic link');
    expect(err).toContain('its file has more than one name (hard links)');
    expect(read(root, 'a.txt')).toBe(BOTH);
    expect(read(root, 'in/b.yaml')).not.toContain(ADDED);
  });
});
