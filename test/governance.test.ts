// Files that GitHub and newcomers read: what they name is there, and what they ask for can be typed.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { run } from './cli/support.ts';
import { goMod } from './cluster/go-programs.ts';

const ROOT = new URL('../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, ROOT), 'utf8');

interface Field {
  readonly type: string;
  readonly id?: string;
  readonly attributes: { readonly label?: string; readonly value?: string; readonly options?: readonly string[] };
  readonly validations?: { readonly required?: boolean };
}

interface Form {
  readonly name: string;
  readonly description: string;
  readonly body: readonly Field[];
}

const FORMS = globSync('.github/ISSUE_TEMPLATE/*.yml', { cwd: ROOT }).filter((file) => !file.endsWith('/config.yml'));
const formOf = (file: string): Form => parse(read(file)) as Form;

describe('the issue forms', () => {
  it.each(FORMS)('%s is a form as GitHub reads it', (file) => {
    const { name, description, body } = formOf(file);
    expect([typeof name, typeof description]).toEqual(['string', 'string']);
    const asked = body.filter(({ type }) => type !== 'markdown');
    expect(asked.filter(({ type }) => !['input', 'textarea', 'dropdown'].includes(type))).toEqual([]);
    expect(asked.filter(({ id = '', attributes }) => !/^[\w-]+$/.test(id) || attributes.label === undefined)).toEqual(
      [],
    );
    expect(new Set(asked.map(({ id }) => id)).size).toBe(asked.length);
    // So that nobody sends an empty one.
    expect(asked.some(({ validations }) => validations?.required)).toBe(true);
  });

  it('ask for doctor and for the JSON of explain, and cannot be sent without', () => {
    const required = FORMS.map(formOf).flatMap(({ body }) => body.filter(({ validations }) => validations?.required));
    const texts = required.map((field) => JSON.stringify(field));
    expect(texts.some((text) => text.includes('guard -- doctor --format json'))).toBe(true);
    expect(texts.some((text) => /guard -- explain [^`]*--format json/.test(text))).toBe(true);
  });

  it('name commands and options that exist', async () => {
    const lines = FORMS.flatMap((file) => [...read(file).matchAll(/npm run -s guard -- ([^`\n]+)/g)]);
    expect(lines.length).toBeGreaterThan(4);
    for (const [, line = ''] of lines) {
      const [command = '', ...words] = line.trim().split(/\s+/);
      if (command === '--version') continue;
      const { code, out } = await run([command, '--help']);
      expect([line, code]).toEqual([line, 0]);
      for (const option of words.filter((word) => /^--?[a-z]/.test(word)))
        expect([line, out]).toEqual([line, expect.stringContaining(option)]);
    }
  });

  it('offer the overlays that there are', () => {
    const installation = formOf('.github/ISSUE_TEMPLATE/installation.yml');
    const options = installation.body.flatMap(({ attributes }) => attributes.options ?? []);
    const overlays = globSync('deploy/overlays/*', { cwd: ROOT }).map((path) => path.replace('deploy/', ''));
    expect(options.filter((option) => option.startsWith('overlays/')).toSorted()).toEqual(overlays.toSorted());
    expect(options).toEqual(
      expect.arrayContaining(['an overlay of my own', 'the Helm chart', 'the manifests of a release']),
    );
  });
});

describe('Dependabot', () => {
  interface Update {
    readonly 'package-ecosystem': string;
    readonly directory?: string;
    readonly directories?: readonly string[];
  }
  const { updates } = parse(read('.github/dependabot.yml')) as { readonly updates: readonly Update[] };
  const directoriesOf = (ecosystem: string): readonly string[] =>
    updates
      .filter((update) => update['package-ecosystem'] === ecosystem)
      .flatMap(({ directory, directories = [] }) => (directory === undefined ? directories : [directory]));

  it('watches the packages, the actions and the base images', () => {
    expect(directoriesOf('npm')).toEqual(['/', '/site']);
    for (const ecosystem of ['github-actions', 'docker']) expect(directoriesOf(ecosystem)).toEqual(['/']);
  });

  it('watches every Go module but those of the controller, which a command moves', () => {
    const modules = globSync('test/**/go.mod', { cwd: ROOT }).map((file) => `/${dirname(file)}`);
    const followed = ['/test/controller/controller', '/test/plan/controller'];
    expect(directoriesOf('gomod').toSorted()).toEqual(modules.filter((one) => !followed.includes(one)).toSorted());
    expect(modules).toEqual(expect.arrayContaining(followed));
  });
});

describe('the support policy', () => {
  const page = read('docs/support-policy.md');
  const inGoMod = (dir: string, pattern: RegExp): string => goMod(new URL(dir, ROOT).pathname, pattern);

  it('names the versions that the tests run against', () => {
    const kubernetes = inGoMod('test/cluster/control-plane', /^\tk8s\.io\/kubernetes (\S+)/m);
    const etcd = inGoMod('test/cluster/control-plane', /^\tgo\.etcd\.io\/etcd\/server\/v3 (\S+)/m);
    const controller = inGoMod('test/controller/controller', /^\tk8s\.io\/ingress-gce (\S+)/m);
    expect(page).toContain(`kube-apiserver ${kubernetes} with etcd ${etcd}`);
    expect(page).toContain(`ingress-gce ${controller}`);
  });

  it('asks for the Kubernetes that the installation asks for, and the Node.js of package.json', () => {
    const [, minimum] = /needs Kubernetes (\d+\.\d+) or later/.exec(read('docs/install.md')) ?? [];
    expect(page).toContain(`| needed | Kubernetes ${minimum} or later`);
    const { engines }: { engines: { node: string } } = JSON.parse(read('package.json'));
    expect(page).toContain(`Node.js ${/\d+/.exec(engines.node)?.[0]} or later`);
  });
});

describe('the pages of the project', () => {
  const PAGES = [
    'CODE_OF_CONDUCT.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'docs/releases.md',
    'docs/support-policy.md',
    'docs/supply-chain.md',
  ];

  it.each(PAGES)('%s links to files that are there', (file) => {
    const links = [...read(file).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, path = '']) => path);
    expect(links.filter((path) => !existsSync(new URL(path, new URL(file, ROOT))))).toEqual([]);
  });
});
