import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parsed } from '../../test/support/corridor.ts';
import { argocdServer } from '../../test/support/objects.ts';
import { AppError } from '../errors.ts';
import type { Workload } from '../kubernetes/objects.ts';
import { RULES } from '../rules/index.ts';
import { emptySnapshot } from '../snapshot/snapshot.ts';
import { type LoadedPolicy, loadPolicy, prepareShipped } from './load.ts';
import type { PreparedPolicies } from './prepared.ts';

const RULE_IDS = RULES.map(({ id }) => id);
const GUARD = 'apiVersion: gke-ingress-guard.dev/v1\nkind: GuardPolicy\n';
const APP = `apiVersion: gke-ingress-guard.dev/v1
kind: App
id: hello
name: Hello
match:
  images: [docker.io/acme/hello]
answers:
  - { path: '*', status: 301, redirectsToHttps: true }
fix: Set PLAIN to 1.
sources: [acme/hello main.go]
`;

const created: string[] = [];
afterAll(() => {
  for (const path of created) rmSync(path, { recursive: true });
});

function directoryOf(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'guard-policy-'));
  created.push(root);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

function load(files: Readonly<Record<string, string>>): LoadedPolicy {
  return loadPolicy(directoryOf(files), RULE_IDS);
}

/** Code and lines of what is thrown, the directory as DIR. */
function faultsOf(files: Readonly<Record<string, string>>): readonly string[] {
  const root = directoryOf(files);
  return faultsAt(root).map((line) => line.replaceAll(root, 'DIR'));
}

function faultsAt(path: string): readonly string[] {
  try {
    loadPolicy(path, RULE_IDS);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [error.code, ...error.detail.split('\n')];
  }
  return ['no fault'];
}

function isExcluded({ policy }: LoadedPolicy, ...namespaces: readonly string[]): readonly boolean[] {
  return namespaces.map((namespace) => policy.isExcluded(namespace));
}

describe('the policy that the guard ships', () => {
  const shipped = loadPolicy(undefined, RULE_IDS);

  it('has a mode for every rule', () => {
    expect(Object.fromEntries(shipped.policy.modes)).toMatchObject({
      'http-load-balancing-disabled': 'enforce',
      'http-load-balancing-unknown': 'warn',
      'ingress-class-name-ignored': 'enforce',
      'neg-annotation-invalid': 'enforce',
      'cluster-ip-without-neg': 'warn',
      'probe-redirects-to-https': 'warn',
    });
    expect([...shipped.policy.modes.keys()]).toEqual(RULE_IDS);
  });

  it('injects into ClusterIP Services of VPC-native clusters, and trusts no mere observation', () => {
    expect(shipped.policy.neg).toEqual({ inject: 'auto', types: ['ClusterIP'], scope: 'all', onUpdate: 'restore' });
    expect(shipped.policy.trustsObserved).toBe(false);
  });

  it('looks away from the namespaces of the system and its own', () => {
    const out = [
      'kube-system',
      'kube-public',
      'kube-node-lease',
      'gke-managed-system',
      'gke-managed-cim',
      'gmp-system',
      'gke-ingress-guard',
    ];
    expect(isExcluded(shipped, ...out)).toEqual(out.map(() => true));
    expect(isExcluded(shipped, 'default', 'kube-system-2', 'my-gke-managed-x', 'argocd')).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('the ConfigMaps to be read', () => {
  it('are those that the shipped apps name', () => {
    expect(loadPolicy(undefined, RULE_IDS).configMaps).toEqual(['argocd-cmd-params-cm']);
  });

  it('are those of the apps of the user too, and an app that takes the place of another names its own', () => {
    const more = `${APP}configMaps: [hello-cm, argocd-cmd-params-cm]\n`;
    expect(loadPolicy(directoryOf({ 'apps/hello.yaml': more }), RULE_IDS).configMaps).toEqual([
      'argocd-cmd-params-cm',
      'hello-cm',
    ]);
    const instead = APP.replace('id: hello', 'id: argocd-server');
    expect(loadPolicy(directoryOf({ 'apps/argocd-server.yaml': instead }), RULE_IDS).configMaps).toEqual([]);
  });

  it('have names that a ConfigMap can have', () => {
    const directory = directoryOf({ 'apps/hello.yaml': `${APP}configMaps: [Hello]\n` });
    expect(() => loadPolicy(directory, RULE_IDS)).toThrow(/hello\.yaml:11: configMaps/);
  });
});

describe('a policy directory of the user', () => {
  it('is laid over the shipped policy key by key', () => {
    const { policy } = load({
      'guard.yaml': `${GUARD}rules: { cluster-ip-without-neg: enforce }\nneg: { scope: referenced }\n`,
    });
    expect(policy.modes.get('cluster-ip-without-neg')).toBe('enforce');
    expect(policy.modes.get('http-load-balancing-disabled')).toBe('enforce');
    expect(policy.modes.get('ingress-class-missing')).toBe('warn');
    expect(policy.neg).toEqual({ inject: 'auto', types: ['ClusterIP'], scope: 'referenced', onUpdate: 'restore' });
  });

  it('can change every setting', () => {
    const loaded = load({
      'guard.yaml': `${GUARD}neg: { inject: always, types: [ClusterIP, NodePort], scope: all, onUpdate: heal }\nfacts: { trustObserved: true }\nexcludedNamespaces: [team-*, kube-system]\n`,
    });
    expect(loaded.policy.neg).toEqual({
      inject: 'always',
      types: ['ClusterIP', 'NodePort'],
      scope: 'all',
      onUpdate: 'heal',
    });
    expect(loaded.policy.trustsObserved).toBe(true);
    expect(isExcluded(loaded, 'team-', 'team-a', 'team', 'kube-system')).toEqual([true, true, false, true]);
  });

  it('replaces a list as a whole', () => {
    const loaded = load({ 'guard.yaml': `${GUARD}excludedNamespaces: []\n` });
    expect(isExcluded(loaded, 'kube-system')).toEqual([false]);
  });

  it('may hold JSON, which is YAML too', () => {
    const { policy } = load({
      'guard.yaml': '{"apiVersion": "gke-ingress-guard.dev/v1", "kind": "GuardPolicy", "neg": {"inject": "never"}}',
    });
    expect(policy.neg.inject).toBe('never');
  });

  it('may hold apps only, and an app of a shipped name takes its place', () => {
    const { apps } = load({
      'apps/argocd-server.yaml': APP.replace('id: hello', 'id: argocd-server').replace('acme/hello', 'argoproj/argocd'),
    });
    const workload = parsed(argocdServer()) as Workload;
    const [container] = workload.containers;
    if (container === undefined) throw new TypeError('argocd-server has a container');
    expect(apps.answerOf(workload, container, { port: 8080, path: '/healthz' }, emptySnapshot())).toEqual({
      app: 'argocd-server',
      name: 'Hello',
      status: 301,
      redirectsToHttps: true,
      fix: 'Set PLAIN to 1.',
      unless: undefined,
    });
  });

  it('leaves files alone that are no policy', () => {
    const { policy } = load({ 'guard.yaml': GUARD, 'README.md': '# ours', 'apps/notes.txt': 'none' });
    expect(policy.neg.inject).toBe('auto');
  });
});

describe('a fault in a policy directory', () => {
  it('is named with file, line and the nearest rule', () => {
    expect(
      faultsOf({ 'guard.yaml': `${GUARD}rules:\n  cluster-ip-without-neg: warn\n  probe-not-adoptd: off\n` }),
    ).toEqual([
      'policy-invalid',
      'DIR/guard.yaml:5: rules: there is no rule "probe-not-adoptd"; did you mean "probe-not-adopted"?',
    ]);
  });

  it('is named with file, line and the nearest key', () => {
    expect(faultsOf({ 'guard.yaml': `${GUARD}\nnegs:\n  inject: auto\nneg:\n  injekt: auto\n` })).toEqual([
      'policy-invalid',
      'DIR/guard.yaml:4: unknown key "negs"; did you mean "neg"?',
      'DIR/guard.yaml:7: neg: unknown key "injekt"; did you mean "inject"?',
    ]);
  });

  it('is named with the legal modes and the nearest', () => {
    expect(faultsOf({ 'guard.yaml': `${GUARD}rules:\n  ingress-class-missing: enforced\n` })).toEqual([
      'policy-invalid',
      'DIR/guard.yaml:4: rules.ingress-class-missing: must be one of enforce, warn, audit, off; did you mean "enforce"?',
    ]);
  });

  it('is a value of the wrong type', () => {
    expect(
      faultsOf({
        'guard.yaml': `${GUARD}facts: { trustObserved: yes }\nneg: { types: ClusterIP }\nexcludedNamespaces: ["*-system"]\n`,
      }),
    ).toEqual([
      'policy-invalid',
      'DIR/guard.yaml:4: neg.types: must be array',
      'DIR/guard.yaml:3: facts.trustObserved: must be boolean',
      'DIR/guard.yaml:5: excludedNamespaces.0: must match pattern "^[a-z0-9-]+\\*?$"',
    ]);
  });

  it('is another kind of file, or none of its own', () => {
    expect(faultsOf({ 'guard.yaml': 'apiVersion: v1\n' })).toEqual([
      'policy-invalid',
      'DIR/guard.yaml:1: the document: "kind" is missing',
      'DIR/guard.yaml:1: apiVersion: must be "gke-ingress-guard.dev/v1"',
    ]);
  });

  it('is an empty file', () => {
    expect(faultsOf({ 'guard.yaml': '' })).toEqual([
      'policy-invalid',
      'DIR/guard.yaml:1: the document: must be object',
    ]);
  });

  it('is YAML that cannot be read, with its line', () => {
    expect(faultsOf({ 'guard.yaml': `${GUARD}rules:\n  a: b: c\n` })).toEqual([
      'policy-invalid',
      'DIR/guard.yaml:4: Nested mappings are not allowed in compact mappings',
    ]);
  });

  it('is a document that aliases blow up', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (const [key, from] of ['ba', 'cb', 'dc', 'ed']) bomb.push(`${key}: &${key} [${Array(9).fill(`*${from}`)}]`);
    expect(faultsOf({ 'guard.yaml': bomb.join('\n') })).toEqual([
      'policy-invalid',
      'DIR/guard.yaml:1: Excessive alias count indicates a resource exhaustion attack',
    ]);
  });

  it('is told together with those of all other files', () => {
    expect(
      faultsOf({
        'guard.yaml': `${GUARD}rulez: {}\n`,
        'apps/hello.yaml': APP.replace('id: hello', 'id: hallo'),
        'apps/other.yaml': 'kind: App\n',
      }),
    ).toEqual([
      'policy-invalid',
      'DIR/guard.yaml:3: unknown key "rulez"; did you mean "rules"?',
      'DIR/apps/hello.yaml:3: id: must be "hello", the file\'s name, and not "hallo"',
      ...['apiVersion', 'id', 'name', 'match', 'answers', 'fix', 'sources'].map(
        (key) => `DIR/apps/other.yaml:1: the document: "${key}" is missing`,
      ),
    ]);
  });

  it('is an answer that depends on a setting which the app does not have', () => {
    const settings = 'settings:\n  plain: [{ env: PLAIN, equals: "1" }]\n';
    const answers =
      "answers:\n  - { path: /ok, when: [plain], status: 200 }\n  - { path: '*', unless: [plan], status: 301 }\n";
    expect(faultsOf({ 'apps/hello.yaml': APP.replace(/answers:\n.*\n/, settings + answers) })).toEqual([
      'policy-invalid',
      'DIR/apps/hello.yaml:11: answers.1: "plan" is no setting of this app; did you mean "plain"?',
    ]);
    expect(faultsOf({ 'apps/hello.yaml': APP.replace('status: 301', 'when: [plain], status: 301') })).toEqual([
      'policy-invalid',
      'DIR/apps/hello.yaml:8: answers.0: "plain" is no setting of this app',
    ]);
  });

  it('is an app that says too little', () => {
    const match = '  images: [docker.io/acme/hello]';
    expect(faultsOf({ 'apps/hello.yaml': APP.replace(match, '  programs: [hello]') })).toEqual([
      'policy-invalid',
      'DIR/apps/hello.yaml:5: match: needs one of images, env, flags, signal',
    ]);
    expect(faultsOf({ 'apps/hello.yaml': APP.replace(match, '  env: [HELLO]') })).toEqual([
      'policy-invalid',
      'DIR/apps/hello.yaml:8: answers.0: needs "when", for without an image the names of variables prove nothing',
    ]);
    expect(
      faultsOf({ 'apps/hello.yaml': APP.replace(/status: 301, redirectsToHttps: true/, 'bareHost: true') }),
    ).toEqual(['policy-invalid', 'DIR/apps/hello.yaml:8: answers.0: "status" is missing']);
  });

  it('is a setting that is read nowhere, or compared with nothing', () => {
    const settings = (source: string): string =>
      APP.replace('answers:', `settings:\n  plain: [${source}]\nanswers:`).replace("'*',", "'*', unless: [plain],");
    const places = 'settings.plain.0: needs one of flag, env, probeHeader, probeScheme, line';
    const tests =
      'settings.plain.0: needs one of equals, equalsIgnoreCase, oneOf, oneOfIgnoreCase, noneOf, lacks, startsWith, contains, isNotEmpty, isSet, and none beside probeScheme or line';
    for (const [source, fault] of [
      ['{ equals: x }', places],
      ['{ env: X, flag: --x, equals: x }', places],
      ['{ env: X }', tests],
      ['{ env: X, equals: x, isSet: true }', tests],
      ['{ probeScheme: HTTPS, isSet: true }', tests],
    ] as const) {
      expect(faultsOf({ 'apps/hello.yaml': settings(source) })).toEqual([
        'policy-invalid',
        `DIR/apps/hello.yaml:8: ${fault}`,
      ]);
    }
    expect(faultsOf({ 'apps/hello.yaml': settings('{ env: X, equals: x }') })).toEqual(['no fault']);
  });

  it('is a version that is none, and a port that is none', () => {
    expect(
      faultsOf({
        'apps/hello.yaml': APP.replace('match:', 'match:\n  versions: { below: v2 }').replace(
          "'*',",
          "'*', port: web,",
        ),
      }),
    ).toEqual([
      'policy-invalid',
      'DIR/apps/hello.yaml:6: match.versions.below: must match pattern "^\\d+(\\.\\d+)*$"',
      'DIR/apps/hello.yaml:9: answers.0.port: must be integer',
    ]);
  });

  it('is a fix that is too long for a warning', () => {
    expect(faultsOf({ 'apps/hello.yaml': APP.replace('Set PLAIN to 1.', 'very '.repeat(30)) })).toEqual([
      'policy-invalid',
      'DIR/apps/hello.yaml:9: fix: must NOT have more than 110 characters',
    ]);
  });

  it('is a directory that is not there', () => {
    expect(faultsAt('/nowhere/policies')).toEqual([
      'file-unreadable',
      '/nowhere/policies: there is no such file or directory',
    ]);
  });

  it('is a file in place of a directory', () => {
    const path = join(directoryOf({ 'guard.yaml': GUARD }), 'guard.yaml');
    expect(faultsAt(path)).toEqual(['file-unreadable', `${path}: it is not a directory`]);
  });

  it('is a directory with nothing of a policy in it', () => {
    expect(faultsOf({ 'policy.yml': GUARD })).toEqual(['policy-invalid', 'DIR has neither guard.yaml nor apps/*.yaml']);
  });

  it('is a directory in place of the file', () => {
    expect(faultsOf({ 'guard.yaml/x': '' })).toEqual(['file-unreadable', 'DIR/guard.yaml: it is a directory']);
  });
});

describe('what a build prepares of the shipped policies', () => {
  const prepared = prepareShipped();
  const load = (text: string | undefined): LoadedPolicy => {
    const path = join(directoryOf({}), 'prepared.json');
    if (text !== undefined) writeFileSync(path, text);
    return loadPolicy(undefined, RULE_IDS, path);
  };
  const contentOf = ({
    policy: { modes, namespaces, neg, trustsObserved },
    appFiles,
    configMaps,
  }: LoadedPolicy): unknown => ({
    modes: [...modes],
    namespaces,
    neg,
    trustsObserved,
    appFiles,
    configMaps,
  });
  const ofFiles = contentOf(load(undefined));
  const altered = (change: Partial<PreparedPolicies>): string => JSON.stringify({ ...prepared, ...change });

  it('is what the files say', () => {
    expect(contentOf(load(JSON.stringify(prepared)))).toEqual(ofFiles);
  });

  it('is taken in place of the files', () => {
    expect(load(altered({ apps: [] })).appFiles).toEqual([]);
  });

  it.each([
    ['made from other files', altered({ apps: [], digest: 'another' })],
    ['half written', altered({ apps: [] }).slice(0, -1)],
    ['of another shape', '[]'],
    ['nothing', 'null'],
  ])('counts for nothing where it is %s', (_, text) => {
    expect(contentOf(load(text))).toEqual(ofFiles);
  });
});
