// The command line itself: help, versions, words that mean nothing, and what each mistake is answered.
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { RULES } from '../../src/rules/index.ts';
import { directoryOf, run, VERSION } from './support.ts';

it('prints its commands, and help for each of them', async () => {
  const help = await run(['--help']);
  expect(help).toMatchObject({ code: 0, err: '' });
  for (const command of ['serve', 'check', 'rules']) {
    expect(help.out).toContain(`  ${command} `);
    const own = await run([command, '--help']);
    expect(own).toMatchObject({ code: 0, err: '' });
    expect(own.out).toMatch(new RegExp(`^Usage: gke-ingress-guard ${command} `));
    expect(await run(['help', command])).toEqual(own);
  }
});

it('shows in --help of each command how it is typed, with options that it has, and what its exit codes are', async () => {
  const { out } = await run(['--help']);
  const commands = [...(out.split('Commands:')[1] ?? '').matchAll(/^ {2}([a-z-]+)/gm)].map(([, name = '']) => name);
  expect(commands.length).toBeGreaterThan(6);
  for (const command of commands.filter((name) => name !== 'help')) {
    const help = (await run([command, '--help'])).out;
    const examples = [...help.matchAll(/^ {2}gke-ingress-guard (.*)$/gm)].map(([, words = '']) => words.split(' '));
    expect(examples.length).toBeGreaterThan(0);
    expect(examples.filter(([name]) => name !== command)).toEqual([]);
    const options = examples.flat().flatMap((word) => /^--?[a-z-]+/.exec(word) ?? []);
    const [own = ''] = help.split('Examples:');
    expect(options.filter((option) => !new RegExp(`${option}[ ,]`).test(own))).toEqual([]);
    expect(help).toMatch(/Exit codes:\n {2}0 /);
    const [, page = ''] = /^More: (docs\/.*)$/m.exec(help) ?? [];
    expect(existsSync(new URL(`../../${page}`, import.meta.url))).toBe(true);
    expect(help).not.toContain('default: []');
  }
});

it('prints its version', async () => {
  expect(await run(['--version'])).toEqual({ code: 0, out: `${VERSION}\n`, err: '' });
});

it('prints its help to stderr and fails where it is told nothing', async () => {
  const { code, out, err } = await run([]);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/^Usage: gke-ingress-guard/);
});

const HELP = '(run with --help to see every option)\n';

const MISTAKES: Readonly<Record<string, readonly [words: readonly string[], message: string]>> = {
  'a command that there is not': [['chek'], "error: unknown command 'chek'\n(Did you mean check?)\n"],
  'an option that there is not': [
    ['check', '.', '--fromat', 'json'],
    "error: unknown option '--fromat'\n(Did you mean --format?)\n",
  ],
  'a format that there is not': [
    ['check', '.', '--format=yaml'],
    "error: option '-o, --format <format>' argument 'yaml' is invalid. Allowed choices are text, json, sarif, junit, github, gitlab.\n",
  ],
  'a severity that there is not': [
    ['check', '.', '--fail-on', 'fatal'],
    "error: option '--fail-on <severity>' argument 'fatal' is invalid. Allowed choices are error, warning, info.\n",
  ],
  'a format of rules that there is not': [
    ['rules', '--format', ''],
    "error: option '-o, --format <format>' argument '' is invalid. Allowed choices are text, json.\n",
  ],
  'an option without its value': [['check', '-f'], "error: option '-f, --filename <path>' argument missing\n"],
  'nothing to check': [['check'], 'error: name files or directories, or - for standard input\n'],
  'a port out of range': [
    ['serve', '--port=65536'],
    "error: option '--port <port>' argument '65536' is invalid. A port is a number from 0 (any free one) to 65535.\n",
  ],
  'a port that is no number': [
    ['serve', '--health-port=http'],
    "error: option '--health-port <port>' argument 'http' is invalid. A port is a number from 0 (any free one) to 65535.\n",
  ],
  'a drain that outlasts the grace of Kubernetes': [
    ['serve', '--drain-seconds=26'],
    "error: option '--drain-seconds <seconds>' argument '26' is invalid. Seconds are a number from 0 to 25.\n",
  ],
  'a TLS version that is not spoken': [
    ['serve', '--tls-min-version=1.1'],
    "error: option '--tls-min-version <version>' argument '1.1' is invalid. Allowed choices are 1.2, 1.3.\n",
  ],
  'names of clients without their authorities': [
    ['serve', '--client-name=kube-apiserver'],
    'error: --client-name needs --client-ca, the authorities whose certificates are accepted\n',
  ],
  'mounted configurations without the audit': [
    ['serve', '--audit-mounted-config'],
    'error: --audit-mounted-config needs --audit, which says what comes of it\n',
  ],
  'a name of clients that is a pattern': [
    ['serve', '--client-ca=ca.crt', '--client-name=*.example.com'],
    "error: option '--client-name <name>' argument '*.example.com' is invalid. A name is a whole CN or DNS name, without a wildcard or a leading dot.\n",
  ],
  'a name of clients that is an ending': [
    ['serve', '--client-ca=ca.crt', '--client-name=ok', '--client-name=.example.com'],
    "error: option '--client-name <name>' argument '.example.com' is invalid. A name is a whole CN or DNS name, without a wildcard or a leading dot.\n",
  ],
  'a word too many': [
    ['serve', 'now'],
    "error: too many arguments for 'serve'. Expected 0 arguments but got 1: now.\n",
  ],
};

for (const [name, [words, message]] of Object.entries(MISTAKES)) {
  it(`says what is wrong with ${name}, and what would be right`, async () => {
    expect(await run(words)).toEqual({ code: 2, out: '', err: message + HELP });
  });
}

it('says where its facts file is wrong', async () => {
  const root = directoryOf({
    'wrong.yaml':
      'apiVersion: gke-ingress-guard.dev/v1\nkind: ClusterFacts\nvpcNative: "yes"\nhttpLoadBalancing: disable\nsharedVPC: true\n',
    'broken.yaml': 'a: [\n',
    'deep.yaml': '['.repeat(20_000),
    'bomb.yaml': `a: &a [x]\nb: &b [${'*a,'.repeat(200)}]\nc: [${'*b,'.repeat(200)}]\n`,
    'empty.yaml': '',
  });
  const outcome = async (file: string): Promise<string> => {
    const { code, out, err } = await run(['check', 'examples', '--facts', `${root}/${file}`]);
    expect([code, out]).toEqual([2, '']);
    expect(err).not.toMatch(/\n +at /);
    return err.replaceAll(`${root}/`, '');
  };
  expect(await outcome('wrong.yaml')).toBe(
    'error: The facts file cannot be used.\n' +
      'wrong.yaml:5: unknown key "sharedVPC"; did you mean "sharedVpc"?\n' +
      'wrong.yaml:4: httpLoadBalancing: must be one of enabled, disabled; did you mean "disabled"?\n' +
      'wrong.yaml:3: vpcNative: must be boolean\n' +
      'Correct the lines named above; the fields are listed in docs/facts-file.md. [facts-invalid]\n',
  );
  expect(await outcome('broken.yaml')).toMatch(/^error: The facts file cannot be used\. broken\.yaml:2: Flow sequence/);
  expect(await outcome('deep.yaml')).toMatch(/deep\.yaml: it is nested more than 250 levels deep\n/);
  expect(await outcome('bomb.yaml')).toMatch(/bomb\.yaml:1: Excessive alias count/);
  expect(await outcome('empty.yaml')).toMatch(/empty\.yaml:1: the document: must be object\n/);
  expect(await outcome('nothing.yaml')).toBe(
    'error: A file or directory cannot be read. nothing.yaml: there is no such file or directory.\n' +
      'Check the path and its permissions. [file-unreadable]\n',
  );
});

it('says where its policy is wrong', async () => {
  const root = directoryOf({
    'guard.yaml': 'apiVersion: gke-ingress-guard.dev/v1\nkind: GuardPolicy\nrules:\n  ingress-class-mising: warn\n',
    'empty/.keep': '',
  });
  for (const words of [['check', 'examples'], ['rules']]) {
    const { code, out, err } = await run([...words, '--policy', root]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(
      /^error: The policy directory cannot be used\. .*guard\.yaml.*did you mean "ingress-class-missing"\?\n/,
    );
    expect(err).toMatch(/\[policy-invalid\]\n$/);
  }
  expect((await run(['rules', '--policy', `${root}/empty`])).err).toMatch(/has neither guard\.yaml nor apps/);
  expect((await run(['rules', '--policy', `${root}/nothing`])).err).toMatch(/there is no such file or directory/);
});

it('lists the rules in the order of the index, with severity and mode', async () => {
  const { code, out, err } = await run(['rules']);
  expect([code, err]).toEqual([0, '']);
  const [header, ...lines] = out.trimEnd().split('\n');
  expect(header?.split(/ {2,}/)).toEqual(['RULE', 'SEVERITY', 'MODE']);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  const rows = lines
    .join('\n')
    .split(/\n(?! )/)
    .map((row) => row.split('\n').flatMap((line, i) => (i === 0 ? line.split(/ {2,}/) : [line.trim()])));
  expect(rows.map(([id, severity, , ...summary]) => [id, severity, summary.join(' ')])).toEqual(
    RULES.map(({ id, severity, summary }) => [id, severity, summary]),
  );
  expect(out).toMatch(/^http-load-balancing-disabled +error +enforce\n {2}The Ingress is for/m);
});

it('lists the rules as JSON, with the modes of the given policy', async () => {
  const root = directoryOf({
    'guard.yaml': 'apiVersion: gke-ingress-guard.dev/v1\nkind: GuardPolicy\nrules:\n  ingress-class-missing: off\n',
  });
  const { code, out } = await run(['rules', '--format=json', '--policy', root]);
  expect(code).toBe(0);
  const { version, rules } = JSON.parse(out);
  expect([version, rules.length]).toEqual([1, RULES.length]);
  expect(rules.find(({ id }: { id: string }) => id === 'ingress-class-missing')).toEqual({
    id: 'ingress-class-missing',
    severity: expect.any(String),
    mode: 'off',
    judges: 'Ingress',
    summary: expect.any(String),
    fix: expect.any(String),
    covers: expect.any(Array),
    docs: 'docs/rules/ingress-class-missing.md',
  });
});
