// The workflows of .github/, as far as one can tell without GitHub. actionlint reads them in test:cluster.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { faultsOf, parseWorkflow, pinsOf } from './support/workflows.ts';

const ROOT = new URL('../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, ROOT), 'utf8');
const FILES = globSync('.github/workflows/*.yml', { cwd: ROOT }).toSorted();
const RELEASE = read('.github/workflows/release.yml');

const { scripts }: { scripts: Readonly<Record<string, string>> } = JSON.parse(read('package.json'));

const commandsOf = (file: string): string =>
  Object.values(parseWorkflow(read(file)).jobs)
    .flatMap(({ steps = [] }) => steps.map(({ run }) => run ?? ''))
    .join('\n');

describe('the workflows', () => {
  it.each(FILES)('%s pins what it uses, asks for few rights, and puts nothing of an event into a script', (file) => {
    expect(faultsOf(read(file))).toEqual([]);
  });

  it('use one version of each action, at one commit', () => {
    const pins = FILES.flatMap((file) => pinsOf(read(file)));
    expect(pins.length).toBeGreaterThan(10);
    // The actions of one repository are released together.
    const byRepository = new Map<string, Set<string>>();
    for (const { action, commit, version } of pins) {
      const repository = action.split('/').slice(0, 2).join('/');
      const known = byRepository.get(repository) ?? new Set();
      byRepository.set(repository, known.add(`${version} ${commit}`));
    }
    expect([...byRepository].filter(([, versions]) => versions.size > 1)).toEqual([]);
  });

  it('call scripts and files that are there', () => {
    for (const file of FILES) {
      const commands = commandsOf(file);
      const named = [...commands.matchAll(/\bnpm run (?:-s )?([\w:]+)/g)].map(([, name = '']) => name);
      expect([file, named.filter((name) => scripts[name] === undefined)]).toEqual([file, []]);
      const paths = [...read(file).matchAll(/\b(?:test|scripts|deploy)\/[\w./-]+\w/g)].map(([path]) => path);
      expect([file, paths.filter((path) => !existsSync(new URL(path, ROOT)))]).toEqual([file, []]);
    }
  });

  it('check a pull request with every command that a change must pass, and with no right to write', () => {
    const file = '.github/workflows/check.yml';
    const { on, jobs } = parseWorkflow(read(file));
    expect(on).toHaveProperty('pull_request');
    expect(Object.values(jobs).map(({ permissions }) => permissions)).toEqual([
      { contents: 'read' },
      { contents: 'read' },
    ]);
    for (const command of ['npm run check', 'npm test', 'npm run demo', 'npm run fuzz']) {
      expect(commandsOf(file)).toContain(command);
    }
    const { cluster } = jobs;
    expect(JSON.stringify(cluster)).toContain('"suite":["test:cluster","test:controller"]');
  });
});

describe('the release', () => {
  const { on, jobs } = parseWorkflow(RELEASE);

  it('is made by a tag only', () => {
    expect(on).toEqual({ push: { tags: ['v[0-9]+.[0-9]+.[0-9]+'] } });
  });

  it('gives each job the rights that it needs and no others', () => {
    const rights = Object.fromEntries(Object.entries(jobs).map(([name, { permissions }]) => [name, permissions]));
    expect(rights).toEqual({
      test: { contents: 'read' },
      image: { contents: 'read', packages: 'write', 'id-token': 'write', attestations: 'write' },
      chart: { contents: 'read', packages: 'write', 'id-token': 'write', attestations: 'write' },
      npm: { contents: 'read', 'id-token': 'write' },
      release: { contents: 'write', 'id-token': 'write', attestations: 'write' },
    });
  });

  it('uses no secret: every identity is that of the workflow', () => {
    expect(RELEASE).not.toMatch(/\bsecrets\b/);
  });

  it('takes nothing from a cache, into which a pull request might have put it', () => {
    expect(RELEASE).not.toContain('actions/cache');
    for (const [name, { steps = [] }] of Object.entries(jobs)) {
      for (const { uses = '', with: inputs } of steps) {
        if (uses.startsWith('actions/setup-node@'))
          expect([name, inputs?.['package-manager-cache']]).toEqual([name, false]);
        if (uses.startsWith('actions/setup-go@')) expect([name, inputs?.['cache']]).toEqual([name, false]);
        expect(inputs ?? {}).not.toHaveProperty('cache-from');
      }
    }
  });

  it('builds on base images by digest, for both architectures', () => {
    const build = jobs['image']?.steps?.find(({ uses }) => uses?.startsWith('docker/build-push-action@'));
    expect(build?.with).toMatchObject({ platforms: 'linux/amd64,linux/arm64', push: true, sbom: true });
    const args = String(build?.with?.['build-args']);
    const inDockerfile = read('Dockerfile').match(/(?<=^ARG )\w+/gm);
    expect(args.match(/^\w+(?==)/gm)).toEqual(inDockerfile);
  });
});

describe('the reader of workflows', () => {
  const STEP = '      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1\n';

  it.each([
    ['an action by its tag', 'actions/setup-node@v7 # v7.0.0', /actions\/setup-node@[^\n]*/, 'not pinned'],
    [
      'an action without its version',
      'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1',
      /actions\/checkout@[^\n]*/,
      'not pinned',
    ],
    ['an expression inside run', `run: echo "\${{ github.event.head_commit.message }}"`, /run: npm test/, 'inside run'],
    [
      'rights of the whole workflow',
      'permissions: write-all\nconcurrency',
      /permissions: \{\}\nconcurrency/,
      'must be {}',
    ],
    [
      'a job without rights of its own',
      'timeout-minutes: 150\n',
      /timeout-minutes: 150\n {4}permissions:\n {6}contents: read\n/,
      'no permissions',
    ],
    ['a job without an end', '', /timeout-minutes: 150/, 'no timeout-minutes'],
    [
      'a checkout that keeps its token',
      `${STEP}      - run: "true"\n`,
      /- uses: actions\/checkout[^-]*with:\n[^\n]*\n/,
      'leaves its token',
    ],
    [
      'a trigger with our rights for strangers',
      'on:\n  pull_request_target:\n  push',
      /on:\n {2}push/,
      'pull_request_target',
    ],
  ])('finds %s', (_, planted, place, said) => {
    const changed = RELEASE.replace(place, planted.trimStart());
    expect(changed).not.toBe(RELEASE);
    expect(faultsOf(changed).join('\n')).toContain(said);
  });
});
