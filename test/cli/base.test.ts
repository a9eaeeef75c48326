// `check --base` over real Git repositories: what is said of a change, where, and that it is said no more once it is undone.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Repository, repositoryOf } from '../support/git-repository.ts';
import { validateSarif } from '../support/sarif.ts';
import { check, directoryOf, run, unwrapped } from './support.ts';

const RULE = 'load-balancer-changes';

const rule = (host: string, service: string): string => `    - host: ${host}
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: ${service}
                port:
                  number: 80
`;
const TLS = `  tls:
    - secretName: web-tls
`;
const ingress = (rules: string, tls = TLS, annotations = ''): string => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
  annotations:
    kubernetes.io/ingress.class: gce
${annotations}spec:
${tls}  rules:
${rules}`;
const BOTH = ingress(rule('a.example.com', 'a') + rule('b.example.com', 'b'));
const service = (name: string, annotations = ''): string => `apiVersion: v1
kind: Service
metadata:
  name: ${name}
  namespace: shop
  annotations:
    cloud.google.com/neg: '{"ingress": true}'
${annotations}spec:
  selector:
    app: ${name}
  ports:
    - name: http
      port: 80
      targetPort: 8080
`;
const deployment = (name: string, path: string | undefined): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: shop
spec:
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
      containers:
        - name: app
          image: registry.example/app:1.0
          ports:
            - containerPort: 8080
${
  path === undefined
    ? ''
    : `          readinessProbe:
            httpGet:
              path: ${path}
              port: 8080
`
}`;

const FILES = {
  'k8s/ingress.yaml': BOTH,
  'k8s/a.yaml': `${service('a')}---\n${deployment('a', '/healthz')}`,
  'k8s/b.yaml': service('b'),
  'README.md': 'Nothing to read here.\n',
};

/** What the comparison says: `file:line (severity) message`. */
async function changesIn(
  { root }: Pick<Repository, 'root'>,
  base = 'HEAD',
  paths: readonly string[] = ['k8s'],
): Promise<readonly string[]> {
  const { document } = await check(root, paths, [`--base=${base}`]);
  return document.findings
    .filter((finding) => finding.rule === RULE)
    .map(({ file, line, severity, certain, message }) => {
      const at = `${file.replace(`${root}/`, '')}:${line}`;
      return `${at} (${certain ? '' : 'possible '}${severity}) ${message.replaceAll(`${root}/`, '')}`;
    });
}

const STAYS =
  'An error ends the sync of the whole Ingress: what is built stays, and no other change of it takes effect.';
const LOST = `k8s/ingress.yaml:27 (warning) host b.example.com loses its backend, Service "b" port 80: the Service does not exist. ${STAYS} Service/shop/b stood in k8s/b.yaml:1.`;
const KEPT =
  'The controller makes the check once: afterwards it changes only what a BackendConfig sets, the protocol and the port.';

describe('a change of the files', () => {
  it('that is none is said to be none', async () => {
    const { root } = repositoryOf(FILES);
    const { code, out, err } = await run(['check', join(root, 'k8s'), '--base', 'main']);
    expect({ code, err, last: out.trimEnd().split('\n').at(-1) }).toEqual({
      code: 0,
      err: '',
      last: 'Compared with main: no load balancer changes.',
    });
  });

  it('that takes the backend of a host is said where the host is written, until it is undone', async () => {
    const repository = repositoryOf(FILES);
    repository.write({ 'k8s/b.yaml': undefined });
    expect(await changesIn(repository)).toEqual([LOST]);
    repository.git('checkout', '--', 'k8s/b.yaml');
    expect(await changesIn(repository)).toEqual([]);
  });

  it('is shown in docs/base.md as it is printed', async () => {
    const page = readFileSync(new URL('../../docs/base.md', import.meta.url), 'utf8');
    const shown = /^\$ git rm.*\n([\s\S]*?)^```$/m.exec(page)?.[1]?.split('\n[…]\n') ?? [];
    const repository = repositoryOf(FILES);
    repository.write({ 'k8s/b.yaml': undefined });
    const { out } = await run(['check', join(repository.root, 'k8s'), '--base', 'HEAD'], { columns: 80 });
    const printed = out.replaceAll(`${repository.root}/`, '').replaceAll(/\s+/g, ' ');
    expect(shown).toHaveLength(2);
    for (const part of shown) expect(printed).toContain(part.trim().replaceAll(/\s+/g, ' '));
    // It is known to be gone, and so nothing that nobody has looked at.
    expect(printed).not.toContain('Service/shop/b (by');
  });

  it('fails the command where warnings do', async () => {
    const repository = repositoryOf(FILES);
    repository.write({ 'k8s/b.yaml': undefined });
    const asked = ['check', join(repository.root, 'k8s'), '--base', 'HEAD'];
    expect([(await run(asked)).code, (await run([...asked, '--fail-on', 'warning'])).code]).toEqual([0, 1]);
  });

  it('of a probe is said to change nothing, and does once the fix is carried out', async () => {
    const repository = repositoryOf(FILES);
    const withoutProbe = `${service('a')}---\n${deployment('a', undefined)}`;
    repository.write({ 'k8s/a.yaml': withoutProbe });
    expect(await changesIn(repository)).toEqual([
      `k8s/a.yaml:31 (warning) Google's health check of Service "a" port 80 stays GET /healthz every 10 s within 1 s; a new backend would get GET / every 15 s within 15 s. ${KEPT}`,
    ]);
    const { document } = await check(repository.root, ['k8s'], ['--base=HEAD']);
    expect(document.findings).toContainEqual(
      expect.objectContaining({
        rule: RULE,
        fix: 'Set requestPath: /, checkIntervalSec: 15, timeoutSec: 15 in spec.healthCheck of a BackendConfig',
      }),
    );
    const named = service('a', `    cloud.google.com/backend-config: '{"default": "a"}'\n`);
    const config = `apiVersion: cloud.google.com/v1
kind: BackendConfig
metadata:
  name: a
  namespace: shop
spec:
  healthCheck:
    requestPath: /
    checkIntervalSec: 15
    timeoutSec: 15
`;
    repository.write({ 'k8s/a.yaml': withoutProbe.replace(service('a'), named), 'k8s/config.yaml': config });
    expect(await changesIn(repository)).toEqual([
      `k8s/config.yaml:7 (info) Google's health check of Service "a" port 80 changes from GET /healthz every 10 s within 1 s to GET / every 15 s within 15 s.`,
    ]);
  });

  it('that takes TLS away is said at the spec that has lost it', async () => {
    const repository = repositoryOf(FILES);
    repository.write({ 'k8s/ingress.yaml': BOTH.replace(TLS, '') });
    expect(await changesIn(repository)).toEqual([
      'k8s/ingress.yaml:8 (warning) TLS vanishes: no certificate is left, and port 443 is closed. It serves host a.example.com and host b.example.com.',
    ]);
  });

  it('that leads a path elsewhere is said at the path', async () => {
    const repository = repositoryOf(FILES);
    const moved = ingress(rule('a.example.com', 'b') + rule('b.example.com', 'b'));
    repository.write({ 'k8s/ingress.yaml': moved });
    expect(await changesIn(repository)).toEqual([
      'k8s/ingress.yaml:17 (info) path /* of host a.example.com goes to Service "b" port 80, no longer to Service "a" port 80.',
    ]);
  });

  it('that brings an error is said where the error is', async () => {
    const repository = repositoryOf(FILES);
    repository.write({ 'k8s/ingress.yaml': BOTH.replace('path: /\n', 'path: /*\n') });
    expect(await changesIn(repository)).toEqual([
      `k8s/ingress.yaml:15 (warning) GKE stops building Ingress "web": a Prefix path is empty or has a wildcard. ${STAYS}`,
    ]);
  });

  it('that removes the Secret of its TLS stops it', async () => {
    const secret =
      'apiVersion: v1\nkind: Secret\nmetadata:\n  name: web-tls\n  namespace: shop\ndata:\n  tls.crt: Li4u\n  tls.key: Li4u\n';
    const repository = repositoryOf({ ...FILES, 'k8s/secret.yaml': secret });
    expect(await changesIn(repository)).toEqual([]);
    repository.write({ 'k8s/secret.yaml': undefined });
    expect(await changesIn(repository)).toEqual([
      `k8s/ingress.yaml:10 (warning) GKE stops building Ingress "web": the TLS Secret does not exist. An error ends the sync before hosts, paths and the front end: they stay as they are built, whatever else changes. Secret/shop/web-tls stood in k8s/secret.yaml:1.`,
    ]);
  });

  it('that takes the Ingress away is said in its file, or where its file was', async () => {
    const gone =
      'the Ingress is gone: GKE deletes its load balancer, and the address too unless it is reserved. It served host a.example.com and host b.example.com.';
    const repository = repositoryOf({
      ...FILES,
      'k8s/all.yaml': `${service('c')}---\n${BOTH}`,
      'k8s/ingress.yaml': service('d'),
    });
    repository.write({ 'k8s/all.yaml': service('c') });
    expect(await changesIn(repository)).toEqual([`k8s/all.yaml:1 (warning) ${gone}`]);
    repository.write({ 'k8s/all.yaml': undefined });
    expect(await changesIn(repository)).toEqual([`k8s/all.yaml:16 (warning) ${gone}`]);
  });

  it('that is new builds a load balancer', async () => {
    const { 'k8s/ingress.yaml': _without, ...before } = FILES;
    const repository = repositoryOf(before);
    repository.write({ 'k8s/ingress.yaml': BOTH });
    expect(await changesIn(repository)).toEqual([
      'k8s/ingress.yaml:1 (info) GKE builds a load balancer for it. It serves host a.example.com and host b.example.com.',
    ]);
  });

  it('of the name of a file is none', async () => {
    const repository = repositoryOf(FILES);
    repository.git('mv', 'k8s/ingress.yaml', 'k8s/web.yaml');
    repository.git('mv', 'k8s/b.yaml', 'k8s/api.yml');
    expect(await changesIn(repository)).toEqual([]);
  });

  it('is looked for in the copy of an Ingress that stands in the same file', async () => {
    const copy = (directory: string): Readonly<Record<string, string>> => ({
      [`k8s/${directory}/ingress.yaml`]: ingress(rule('a.example.com', 'a')),
      [`k8s/${directory}/a.yaml`]: service('a'),
    });
    const repository = repositoryOf({ ...copy('dev'), ...copy('prod') });
    repository.write({ 'k8s/prod/ingress.yaml': ingress(rule('b.example.com', 'a')) });
    expect(await changesIn(repository)).toEqual([
      "k8s/prod/ingress.yaml:11 (warning) host a.example.com is no longer served: its requests go to the system's default backend.",
      'k8s/prod/ingress.yaml:12 (info) host b.example.com is new: its requests go to Service "a" port 80.',
    ]);
  });

  it('is not said where the object asks to be left alone in it, or the rule is off', async () => {
    const repository = repositoryOf(FILES);
    const exempt = `    gke-ingress-guard.dev/ignore: "${RULE}; reason=moved to another cluster"\n`;
    repository.write({ 'k8s/ingress.yaml': ingress(rule('a.example.com', 'a'), TLS, exempt) });
    expect(await changesIn(repository)).toEqual([]);
    repository.write({ 'k8s/ingress.yaml': ingress(rule('a.example.com', 'a')) });
    const policy = directoryOf({
      'guard.yaml': `apiVersion: gke-ingress-guard.dev/v1\nkind: GuardPolicy\nrules:\n  ${RULE}: off\n`,
    });
    const { found } = await check(repository.root, ['k8s'], ['--base=HEAD', `--policy=${policy}`]);
    expect(found.filter((one) => one.includes(RULE))).toEqual([]);
    expect(await changesIn(repository)).toHaveLength(1);
  });
});

describe('the formats', () => {
  it('all have it, with its rule, file and line', async () => {
    const repository = repositoryOf(FILES);
    repository.write({ 'k8s/b.yaml': undefined });
    const printed = async (format: string): Promise<string> =>
      (await run(['check', join(repository.root, 'k8s'), '--base=HEAD', '-o', format])).out.replaceAll(
        `${repository.root}/`,
        '',
      );
    expect(unwrapped(await printed('text'))).toContain(`k8s/ingress.yaml:27: warning: Ingress/shop/web [${RULE}]`);
    expect(unwrapped(await printed('text'))).toContain('Compared with HEAD: 1 change of load balancers.\n');
    expect(JSON.parse(await printed('json'))).toMatchObject({ base: { name: 'HEAD', changes: 1 } });
    expect(await printed('github')).toMatch(
      /^::warning file=.*k8s\/ingress\.yaml,line=27,col=13,endColumn=20,title=load-balancer-changes::Ingress\/shop\/web: host b\.example\.com loses its backend/m,
    );
    const sarif: unknown = JSON.parse(await printed('sarif'));
    expect([validateSarif(sarif), validateSarif.errors]).toEqual([true, null]);
    expect(sarif).toMatchObject({
      runs: [{ results: expect.arrayContaining([expect.objectContaining({ ruleId: RULE, level: 'warning' })]) }],
    });
    expect(await printed('gitlab')).toContain(`"check_name": "${RULE}"`);
    expect(await printed('junit')).toContain(RULE);
  });
});

describe('the base', () => {
  it('is a revision of any name', async () => {
    const repository = repositoryOf(FILES);
    repository.git('tag', 'v1');
    repository.commit({ 'k8s/b.yaml': undefined });
    const id = repository.git('rev-parse', 'v1').trim();
    for (const name of ['v1', 'HEAD~1', 'HEAD^', 'refs/tags/v1', id, id.slice(0, 10)]) {
      expect([name, await changesIn(repository, name)]).toEqual([name, [LOST]]);
    }
    expect(await changesIn(repository, 'HEAD')).toEqual([]);
  });

  it('is a directory, also for what comes from standard input', async () => {
    const before = directoryOf({ 'rendered.yaml': [BOTH, service('a'), service('b')].join('---\n') });
    const stdin = [BOTH, service('a')].join('---\n');
    const { document } = await check('/', ['-'], [`--base=${before}`], { stdin });
    expect(
      document.findings.filter((finding) => finding.rule === RULE).map(({ file, line }) => `${file}:${line}`),
    ).toEqual(['-:27']);
  });

  it('is a directory before it is a revision of the same name', async () => {
    const repository = repositoryOf(FILES);
    repository.write({ 'k8s/b.yaml': undefined });
    const name = join(repository.root, 'main');
    mkdirSync(name);
    cpSync(join(repository.root, 'k8s'), name, { recursive: true });
    expect(await changesIn(repository, name)).toEqual([]);
    expect(await changesIn(repository, 'main')).toEqual([LOST]);
  });

  it('has files of every name, and links to files as they led there', async () => {
    const names = [
      'k8s/a b.yaml',
      'k8s/-x.yaml',
      'k8s/:(top)y.yml',
      "k8s/it's $(canary).json.yaml",
      'k8s/über.yaml',
      'k8s/line\nbreak.yaml',
      'k8s/*.yaml',
    ];
    const repository = repositoryOf({
      'shared/real.yaml': service('linked'),
      'k8s/ingress.yaml': ingress(
        [...names.keys()].map((index) => rule(`h${index}.example.com`, `s${index}`)).join('') +
          rule('l.example.com', 'linked'),
      ),
      ...Object.fromEntries(names.map((name, index) => [name, service(`s${index}`)])),
      'k8s/node_modules/no.yaml': service('no'),
    });
    symlinkSync('../shared/real.yaml', join(repository.root, 'k8s/linked.yaml'));
    symlinkSync('../nowhere.yaml', join(repository.root, 'k8s/dangling.yaml'));
    symlinkSync('/etc/hostname', join(repository.root, 'k8s/outside.yaml'));
    symlinkSync('../shared', join(repository.root, 'k8s/directory'));
    repository.commit({});
    expect(await changesIn(repository)).toEqual([]);
    repository.write({ 'k8s/:(top)y.yml': undefined, 'k8s/linked.yaml': undefined });
    const lost = (await changesIn(repository)).map((text) => /host (\S+) loses/.exec(text)?.[1]);
    expect(lost).toEqual(['h2.example.com', 'l.example.com']);
  });

  it('is read from wherever the command runs, and through links to directories', async () => {
    const repository = repositoryOf(FILES);
    repository.write({ 'k8s/b.yaml': undefined });
    const elsewhere = directoryOf({});
    symlinkSync(join(repository.root, 'k8s'), join(elsewhere, 'link'));
    const { document } = await check(elsewhere, ['link'], ['--base=HEAD']);
    expect(document.findings.some((finding) => finding.rule === RULE)).toBe(true);
    expect(await changesIn(repository, 'HEAD', ['k8s/ingress.yaml', 'k8s/a.yaml'])).toEqual([]);
    expect(await changesIn(repository, 'HEAD', ['.'])).toEqual([LOST]);
  });

  it('is not that of a hook, whose repository may be another', async () => {
    const repository = repositoryOf(FILES);
    const other = repositoryOf({ 'x.yaml': service('x') });
    repository.write({ 'k8s/b.yaml': undefined });
    const environment = { ...process.env, GIT_DIR: join(other.root, '.git'), GIT_INDEX_FILE: '/nonexistent' };
    const { found } = await check(repository.root, ['k8s'], ['--base=HEAD'], { environment });
    expect(found).toContain(`k8s/ingress.yaml:27 ${RULE}`);
  });

  it('that cannot be read in part is said to be so, and nothing of it is called new', async () => {
    const repository = repositoryOf({ ...FILES, 'k8s/ingress.yaml': 'kind: [' });
    repository.write({ 'k8s/ingress.yaml': BOTH });
    const { code, document, err } = await check(repository.root, ['k8s'], ['--base=HEAD']);
    expect({ code, found: document.findings.filter((one) => one.rule === RULE) }).toEqual({ code: 0, found: [] });
    expect(err).toMatch(/^HEAD: k8s\/ingress\.yaml:1: cannot be read: /);
  });

  it('is not compared with where a file of now cannot be read', async () => {
    const repository = repositoryOf(FILES);
    repository.write({ 'k8s/b.yaml': 'kind: [' });
    const { code, found, err } = await check(repository.root, ['k8s'], ['--base=HEAD']);
    expect({ code, found: found.filter((one) => one.includes(RULE)) }).toEqual({ code: 2, found: [] });
    expect(err).toContain('Not compared with HEAD: not all of the files can be read.');
  });

  it('that has nothing of these files is said to have nothing', async () => {
    const repository = repositoryOf(FILES);
    repository.write({ 'new/ingress.yaml': BOTH });
    const { err } = await check(repository.root, ['new'], ['--base=HEAD']);
    expect(err).toContain('HEAD: nothing of these files is there; all of it is new.');
  });
});

describe('a base that cannot be read', () => {
  const refused = async (words: readonly string[], stdin = ''): Promise<string> => {
    const { code, out, err } = await run(['check', ...words], { stdin });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    return err;
  };

  it.each([
    ['--base=-x', '"-x" begins with "-", as no revision does.'],
    ['--base=--upload-pack=canary', '"--upload-pack=canary" begins with "-", as no revision does.'],
    ['--base=', '--base is empty.'],
  ])('%s is refused', async (option, said) => {
    const { root } = repositoryOf(FILES);
    expect(await refused([join(root, 'k8s'), option])).toContain(said);
  });

  it('is one of standard input', async () => {
    expect(await refused(['-', '--base=HEAD'], BOTH)).toContain(
      'Standard input has no revision: give --base the directory',
    );
  });

  it('is one of files in no repository, or in two', async () => {
    const root = directoryOf(FILES);
    expect(await refused([join(root, 'k8s'), '--base=HEAD'])).toContain(
      'is in no Git repository: give --base the directory with the files as they were.',
    );
    const [one, other] = [repositoryOf(FILES), repositoryOf(FILES)];
    expect(await refused([one.root, other.root, '--base=HEAD'])).toContain(
      `The files are of two repositories, "${one.root}" and "${other.root}"`,
    );
  });

  it('is a directory within what is checked', async () => {
    const root = directoryOf({ ...FILES, 'k8s/before/ingress.yaml': BOTH });
    for (const within of ['k8s/before', 'k8s', 'k8s/../k8s/before/']) {
      const err = await refused([join(root, 'k8s'), `--base=${join(root, within)}`]);
      expect(err).toContain(`lies within "${join(root, 'k8s')}", which is checked: put it elsewhere.`);
    }
    expect((await run(['check', join(root, 'k8s'), `--base=${root}`])).code).toBe(0);
  });

  it('is one of a repository that git does not trust, and says what to type', async () => {
    const { root } = repositoryOf(FILES);
    const environment = {
      PATH: process.env['PATH'],
      GIT_TEST_ASSUME_DIFFERENT_OWNER: '1',
      GIT_CONFIG_NOSYSTEM: '1',
      HOME: '/nonexistent',
    };
    const { code, err } = await run(['check', join(root, 'k8s'), '--base=HEAD'], { environment });
    expect(code).toBe(2);
    expect(err).toContain(
      `The repository "${root}" is somebody else's, and git reads it once you run git config --global --add safe.directory ${root}`,
    );
  });

  it('is a revision where there is no git', async () => {
    const { root } = repositoryOf(FILES);
    const { code, err } = await run(['check', join(root, 'k8s'), '--base=HEAD'], {
      environment: { PATH: '/nonexistent' },
    });
    expect(code).toBe(2);
    expect(err).toContain('git is not installed, or not in PATH: give --base a directory.');
  });

  it.each(['--live', '--diff'])('cannot be asked for with %s', async (option) => {
    const more = option === '--diff' ? ['--fix'] : [];
    expect(await refused(['k8s', '--base=HEAD', option, ...more])).toContain(
      '--base compares files with files: give it without --live and --diff',
    );
  });

  const printedCommand = (err: string): string => {
    const command = /(?:Run|run) (git fetch .*?)(?:, or git fetch --unshallow|\n|$)/.exec(err)?.[1];
    if (command === undefined) throw new Error(`no command in ${err}`);
    return command;
  };
  const carryOut = (command: string, cwd: string): void =>
    void execFileSync('sh', ['-c', command], { cwd, stdio: 'pipe' });

  it('for the clone is shallow says so, and what to type: that brings it', async () => {
    const origin = repositoryOf(FILES);
    origin.git('checkout', '--quiet', '-b', 'change');
    origin.commit({ 'k8s/b.yaml': undefined });
    const clone = origin.clone('--depth=1', '--branch=change');
    const err = await refused([join(clone.root, 'k8s'), '--base=origin/main']);
    expect(err).toContain(`"${clone.root}" has no revision "origin/main", for it is a shallow clone.`);
    expect(err).toContain('in GitHub Actions, give actions/checkout fetch-depth: 0.');
    carryOut(printedCommand(err), clone.root);
    expect(await changesIn(clone, 'origin/main')).toEqual([LOST]);
    const before = await refused([join(clone.root, 'k8s'), '--base=HEAD~1']);
    expect(before).toContain('git fetch --unshallow for what comes before HEAD');
    carryOut('git fetch --unshallow', clone.root);
    expect(await changesIn(clone, 'HEAD~1')).toEqual([LOST]);
  });

  it('for the clone has one branch only says what to type: that brings it', async () => {
    const origin = repositoryOf(FILES);
    origin.git('checkout', '--quiet', '-b', 'change');
    origin.commit({ 'k8s/b.yaml': undefined });
    const clone = origin.clone('--single-branch', '--branch=change');
    const err = await refused([join(clone.root, 'k8s'), '--base=origin/main']);
    carryOut(printedCommand(err), clone.root);
    expect(await changesIn(clone, 'origin/main')).toEqual([LOST]);
  });

  it('has a name that is one argument in what is printed', async () => {
    const { root } = repositoryOf(FILES);
    const err = await refused([join(root, 'k8s'), '--base=a; canary $(canary)']);
    expect(err).toContain("run git fetch origin 'a; canary $(canary)'");
  });
});
