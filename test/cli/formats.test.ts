// The formats of `check` for pipelines: each as its reader reads it, whatever text is in the objects; and the examples of
// docs/formats.md.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { referenceTo } from '../../src/kubernetes/field-path.ts';
import { parseObject } from '../../src/kubernetes/parse.ts';
import type { CheckReport, LocatedFinding } from '../../src/report/check-report.ts';
import { renderCheckSarif } from '../../src/report/check-sarif.ts';
import { relativePath } from '../../src/report/pipeline-finding.ts';
import { RULES } from '../../src/rules/index.ts';
import { ingress, type RawObject, service } from '../support/objects.ts';
import { expectPage } from '../support/page.ts';
import { validateSarif } from '../support/sarif.ts';
import { type CheckDocument, directoryOf, run } from './support.ts';

const FORMATS = ['sarif', 'junit', 'github', 'gitlab'] as const;
const OFF = ['--facts', 'examples/addon-off.yaml'];
const ON = ['--facts', 'examples/addon-on.yaml'];

/** What each format has a meaning of its own for, beside what acts on a terminal. */
const HOSTILE =
  'x\n::error::a\r\n::set-output name=b::c%0A%3A,d=e]]><script>&amp;"\'[f](http://g.example){0}\u001b[31m\u202e\u0000\ufffe\ud800';

interface Sarif {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string; readonly help: object }[] } };
    readonly invocations: readonly { readonly toolExecutionNotifications: readonly object[] }[];
    readonly results: readonly SarifResult[];
  }[];
}

interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string };
      readonly region: { readonly startLine: number; readonly startColumn: number; readonly endColumn: number };
    };
  }[];
}

function expectValid(text: string): Sarif {
  const document: Sarif = JSON.parse(text);
  validateSarif(document);
  expect(validateSarif.errors ?? []).toEqual([]);
  return document;
}

async function sarifOf(words: readonly string[]): Promise<readonly SarifResult[]> {
  return expectValid((await run(['check', ...words, '-o', 'sarif'])).out).runs.flatMap(({ results }) => results);
}

function hostileDirectory(): string {
  const raw = ingress({ name: HOSTILE, class: 'gce', annotations: { 'kubernetes.io/ingress.allow-http': HOSTILE } });
  return directoryOf({
    'a [b]%,:.json': JSON.stringify([raw, service({ name: HOSTILE, neg: HOSTILE })]),
    'broken.yaml': `a: "${'\\e'}"\n  - ::error::\n`,
  });
}

describe('sarif', () => {
  it('is SARIF 2.1.0 on examples/, the corpus and hostile objects', async () => {
    const results = await sarifOf(['test/corpus', '--facts', 'examples/addon-off.yaml']);
    expect(results.length).toBeGreaterThan(50);
    expect(await sarifOf(['examples', ...OFF])).toHaveLength(2);
    expect((await sarifOf([hostileDirectory(), ...OFF])).length).toBeGreaterThan(0);
  });

  it('would not be with anything missing', () => {
    expect(validateSarif({ version: '2.1.0', runs: [{ results: [] }] })).toBe(false);
    expect(validateSarif({ version: '2.1.0', runs: [{ tool: { driver: { name: 'x' } }, results: [{}] }] })).toBe(false);
  });

  it('marks the value in its line, with the help of its rule', async () => {
    const { out } = await run(['check', 'examples', '--format=sarif', ...OFF]);
    const [sarif] = expectValid(out).runs;
    const [result] = sarif?.results ?? [];
    expect(result).toMatchObject({ ruleId: 'http-load-balancing-disabled', level: 'error' });
    const { artifactLocation, region } = result?.locations[0]?.physicalLocation ?? {};
    expect(artifactLocation?.uri).toBe('examples/argocd-ingress.yaml');
    const line = readFileSync('examples/argocd-ingress.yaml', 'utf8').split('\n')[(region?.startLine ?? 0) - 1] ?? '';
    expect(line.slice((region?.startColumn ?? 0) - 1, (region?.endColumn ?? 0) - 1)).toBe('gce');
    const rule = sarif?.tool.driver.rules[result?.ruleIndex ?? -1];
    expect(rule?.id).toBe(result?.ruleId);
    expect(rule?.help).toMatchObject({ markdown: expect.stringContaining('**Fix:** Turn the add-on on') });
  });

  it('knows a finding again when its line has moved, and no two for one', async () => {
    const text = ['a', 'b'].map((name) => stringify(ingress({ name, class: 'gce' }))).join('---\n');
    const prints = async (content: string): Promise<readonly unknown[]> =>
      (await sarifOf([directoryOf({ 'a.yaml': content }), ...OFF])).map((one) => one.partialFingerprints);
    const before = await prints(text);
    expect(new Set(before.map((one) => JSON.stringify(one))).size).toBe(before.length);
    expect(await prints(`# a\n# b\n${text}`)).toEqual(before);
    expect(await prints(text.replace('name: b', 'name: c'))).not.toEqual(before);
  });

  it('has no absolute path, and no link that an object wrote', async () => {
    const results = await sarifOf([hostileDirectory(), join(process.cwd(), 'examples'), ...OFF]);
    const uris = results.map((one) => one.locations[0]?.physicalLocation.artifactLocation.uri ?? '/');
    for (const uri of uris) expect(uri).toMatch(/^(?![/a-z]*:)[^/][\w./%-]*$/i);
    expect(uris).toContain('examples/argocd-ingress.yaml');
    expect(uris.some((uri) => uri.endsWith('a%20%5Bb%5D%25%2C%3A.json'))).toBe(true);
    for (const { message } of results) expect(message.text).not.toContain('](');
  });

  it('stays within what GitHub reads, the worst first, and says what is left out', () => {
    const errors = Array.from({ length: 1000 }, (_, index) => locatedFinding(index, 'error'));
    const warnings = Array.from({ length: 25_000 }, (_, index) => locatedFinding(1000 + index, 'warning'));
    const text = renderCheckSarif(reportOf([...warnings, ...errors]));
    const [sarif] = (JSON.parse(text) as Sarif).runs;
    expect(sarif?.results).toHaveLength(25_000);
    expect(sarif?.results.slice(0, 1000).every(({ level }) => level === 'error')).toBe(true);
    expect(JSON.stringify(sarif?.invocations)).toContain('1000 findings are left out: GitHub reads 25000.');
    expect(gzipSync(text).length).toBeLessThan(10_000_000);
  });

  it('links to the page of each rule where there is a site, and nowhere else', () => {
    const report = reportOf(RULES.map(({ id }, index) => locatedFinding(index, 'error', id)));
    const urisAt = (homepage: string): readonly (string | undefined)[] =>
      expectValid(renderCheckSarif(report, homepage)).runs.flatMap(({ tool }) =>
        tool.driver.rules.map((rule) => (rule as { helpUri?: string }).helpUri),
      );
    const addresses = RULES.map(({ id }) => `https://guard.example/rules/${id}.html`);
    expect(urisAt('https://guard.example').toSorted()).toEqual(addresses.toSorted());
    expect(urisAt('')).toEqual(RULES.map(() => undefined));
  });

  it('gives no rule more than twenty tags', () => {
    const findings = RULES.map(({ id }, index) => locatedFinding(index, 'error', id));
    for (const { tool } of expectValid(renderCheckSarif(reportOf(findings))).runs) {
      expect(tool.driver.rules).toHaveLength(RULES.length);
      for (const rule of tool.driver.rules) {
        expect((rule as { properties?: { tags: readonly string[] } }).properties?.tags.length).toBeLessThanOrEqual(20);
      }
    }
  });
});

function locatedFinding(index: number, severity: 'error' | 'warning', rule = 'path-invalid'): LocatedFinding {
  const object = parseObject(ingress({ name: `web-${index}`, class: 'gce' }));
  if (object === undefined) throw new Error('no object');
  const finding = {
    ...{ rule, severity, isCertain: true, isLate: false, condition: undefined, object, owner: referenceTo(object) },
    ...{ path: ['spec'], identity: 'spec', note: '', elsewhere: '', places: [] },
    message: `path "/${index}*" of host "shop-${index}.example.com" has a "*", so the whole Ingress fails to translate.`,
    fix: { text: 'Write the path without "*"', edits: [], commands: [], alternatives: [] },
  };
  const mark = { column: 3, endColumn: 7, source: undefined };
  return { finding, file: `k8s/team-${index % 100}/web-${index}.yaml`, line: 7, mark };
}

function reportOf(findings: readonly LocatedFinding[]): CheckReport {
  return {
    ...{ objects: findings.length, judged: [], findings, exempted: [], mutations: [], undecided: [], unseen: [] },
    ...{
      notFinal: { aside: [], kustomizations: [], findings: 0, restOn: [], render: '' },
      ofCluster: new Set<string>(),
    },
    ...{ askedCluster: false, unread: [], unnamed: [], rules: RULES, failOn: 'error', directory: '/work' },
  };
}

describe('junit', () => {
  it.each(['examples', 'test/corpus', 'HOSTILE'])('is well-formed on %s', async (path) => {
    const { out } = await run(['check', path === 'HOSTILE' ? hostileDirectory() : path, '-o', 'junit', ...OFF]);
    const elements = parseXml(out);
    const count = (name: string): number => elements.filter((one) => one.name === name).length;
    expect(elements[0]).toMatchObject({
      name: 'testsuites',
      attributes: { tests: `${count('testcase')}`, failures: `${count('failure')}`, errors: `${count('error')}` },
    });
    expect(count('testcase')).toBeGreaterThan(1);
  });

  it('keeps what an object says, as text', async () => {
    const { out } = await run(['check', hostileDirectory(), '-o', 'junit', ...OFF]);
    const names = parseXml(out).map(({ attributes }) => attributes['classname'] ?? '');
    expect(names.some((name) => name.includes(']]><script>&amp;"\'[f](http://g.example){0} [31m'))).toBe(true);
  });

  it('fails what makes the command fail, and passes the rest', async () => {
    const of = async (...words: string[]): Promise<readonly string[]> =>
      parseXml((await run(['check', 'examples', '-o', 'junit', ...words])).out)
        .filter(({ name }) => name === 'failure')
        .map(({ attributes }) => attributes['type'] ?? '');
    expect(await of(...OFF)).toEqual(['http-load-balancing-disabled']);
    expect(await of(...ON)).toEqual([]);
    expect(await of(...ON, '--fail-on=warning')).toEqual(['probe-redirects-to-https']);
  });
});

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** As strict as XML is with the little of it that is written here. */
function parseXml(text: string): readonly Element[] {
  const body = text.replace('<?xml version="1.0" encoding="UTF-8"?>\n', '');
  expect(body).not.toMatch(/[^\P{C}\n]/u);
  const elements: Element[] = [];
  const open: string[] = [];
  const rest = body.replaceAll(
    /<(\/?)([\w-]+)((?: \w+="[^"<>&]*(?:&\w+;[^"<>&]*)*")*)(\/?)>/g,
    (_, ends, name, given, empty) => {
      if (ends === '/') expect(open.pop()).toBe(name);
      else elements.push({ name, attributes: attributesOf(given) });
      if (ends === '' && empty === '') open.push(name);
      return '';
    },
  );
  expect(open).toEqual([]);
  expect(rest).not.toMatch(/[<>]|&(?!(?:amp|lt|gt|quot|apos);)/);
  return elements;
}

const TEXTS: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function attributesOf(text: string): Readonly<Record<string, string>> {
  const pairs = [...text.matchAll(/ (\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => {
    return [key, value.replaceAll(/&(\w+);/g, (_, name: string) => TEXTS[name] ?? '')] as const;
  });
  expect(new Set(pairs.map(([key]) => key)).size).toBe(pairs.length);
  return Object.fromEntries(pairs);
}

describe('github', () => {
  /** As the runner does it (ActionCommand.cs): properties first, then data, each with its own escapes. */
  const parse = (line: string): { readonly command: string; readonly properties: object; readonly message: string } => {
    const [, command = '', given = '', data = ''] = /^::(\w+) (.*?)::(.*)$/.exec(line) ?? [];
    const plain = (text: string): string => text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
    const pairs = given.split(',').map((pair) => {
      const [key = '', value = ''] = pair.split('=', 2);
      return [key, plain(value.replaceAll('%3A', ':').replaceAll('%2C', ','))] as const;
    });
    return { command, properties: Object.fromEntries(pairs), message: plain(data) };
  };

  it('annotates the place', async () => {
    const { out } = await run(['check', 'examples', '-o', 'github', ...OFF]);
    expect(out.trim().split('\n').map(parse)).toMatchObject([
      {
        command: 'error',
        properties: {
          file: 'examples/argocd-ingress.yaml',
          line: '8',
          col: '34',
          title: 'http-load-balancing-disabled',
        },
        message: expect.stringContaining('Ingress/argocd/argocd-server: the HTTP load balancing add-on is off'),
      },
      { command: 'warning', properties: { file: 'examples/argocd-server.yaml', line: '29' } },
    ]);
  });

  it('runs no command that an object or a file name holds', async () => {
    const { out } = await run(['check', hostileDirectory(), '-o', 'github', ...OFF]);
    const parsed = out.trim().split('\n').map(parse);
    expect(parsed.length).toBeGreaterThan(1);
    for (const { command } of parsed) expect(['error', 'warning', 'notice']).toContain(command);
    expect(JSON.stringify(parsed)).toContain('a [b]%,:.json');
    expect(JSON.stringify(parsed)).toContain('::set-output name=b::c%0A%3A,d=e]]>');
  });
});

describe('gitlab', () => {
  it.each(['examples', 'test/corpus', 'HOSTILE'])('has what GitLab asks for, once each, on %s', async (path) => {
    const { out } = await run(['check', path === 'HOSTILE' ? hostileDirectory() : path, '-o', 'gitlab', ...OFF]);
    const issues: readonly Readonly<Record<string, unknown>>[] = JSON.parse(out);
    expect(issues.length).toBeGreaterThan(1);
    for (const issue of issues) {
      expect(issue).toEqual({
        description: expect.stringMatching(/./),
        check_name: expect.stringMatching(/^[a-z0-9-]+$/),
        fingerprint: expect.stringMatching(/./),
        severity: expect.stringMatching(/^(?:info|minor|major|critical|blocker)$/),
        location: { path: expect.stringMatching(/^[^/]/), lines: { begin: expect.any(Number) } },
      });
    }
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(issues.length);
  });
});

describe('every format', () => {
  it.each(FORMATS)('%s has each finding once, and the exit code of text', async (format) => {
    const json: CheckDocument = JSON.parse((await run(['check', 'test/corpus', '-o', 'json', ...OFF])).out);
    const text = await run(['check', 'test/corpus', ...OFF]);
    const { code, out } = await run(['check', 'test/corpus', '-o', format, ...OFF]);
    expect(code).toBe(text.code);
    const pattern = {
      sarif: /"ruleId"/g,
      junit: /<(?:failure|system-out)/g,
      github: /^::/gm,
      gitlab: /"fingerprint"/g,
    };
    expect(out.match(pattern[format])).toHaveLength(json.findings.length);
  });

  it.each(FORMATS)('%s says which file cannot be read', async (format) => {
    const root = directoryOf({ 'a.yaml': 'a: [\n', 'b.yaml': stringify(service({}) as RawObject) });
    const { code, out } = await run(['check', root, '-o', format]);
    expect(code).toBe(2);
    expect(out).toMatch(/a\.yaml/);
    expect(out).toMatch(/cannot be read|<error /);
  });

  it.each(FORMATS)('%s of nothing is empty, and can be read', async (format) => {
    const { code, out } = await run(['check', '-', '-o', format]);
    expect(code).toBe(0);
    if (format === 'github') expect(out).toBe('');
    if (format === 'gitlab') expect(JSON.parse(out)).toEqual([]);
    if (format === 'sarif') expect(expectValid(out).runs[0]?.results).toEqual([]);
    if (format === 'junit') expect(parseXml(out)).toHaveLength(1);
  });
});

it('counts paths from where the command runs', () => {
  const paths = ['a.yaml', './a/../b.yaml', '/work/k8s/a.yaml', '/other/a.yaml', '../a.yaml', '-'];
  expect(paths.map((path) => relativePath('/work', path))).toEqual([
    ...['a.yaml', 'b.yaml', 'k8s/a.yaml', '../other/a.yaml', '../a.yaml', '-'],
  ]);
});

it('prints what docs/formats.md shows', async () => {
  const page = readFileSync(new URL('../../docs/formats.md', import.meta.url), 'utf8');
  const shown = [...page.matchAll(/```\n\$ npm run -s guard -- ([^\n]+)\n([\s\S]*?)```/g)];
  expect(shown.map(([, command = '']) => command.replace(/.* -o /, ''))).toEqual([...FORMATS]);
  let printed = '';
  let end = 0;
  for (const { 0: block, 1: command = '', 2: output = '', index } of shown) {
    const { out } = await run(command.split(' '));
    const head = block.slice(0, block.length - output.length - '```'.length);
    printed += `${page.slice(end, index)}${head}${out}\`\`\``;
    end = index + block.length;
  }
  printed += page.slice(end);
  expectPage('docs/formats.md', printed);
});
