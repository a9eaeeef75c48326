// `audit` as a user runs it, of what a real API server has stored; and that it says what `check --live` says of the same objects.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Io } from '../../src/cli/io.ts';
import { runProgram } from '../../src/cli/program.ts';
import type { Workload } from '../../src/kubernetes/objects.ts';
import { parseObject } from '../../src/kubernetes/parse.ts';
import { GUARD_NAMESPACE, LEARNED_CONFIG_MAP, writeStore } from '../../src/learned/learned.ts';
import { settingsOf } from '../../src/learned/settings.ts';
import type { PageView } from '../../src/report/html/view.ts';
import { createSnapshot } from '../../src/snapshot/snapshot.ts';
import { directoryOf, VERSION } from '../cli/support.ts';
import { deployment, ingress, ingressOf, pathTo, type RawObject, service } from '../support/objects.ts';
import { MAIN } from '../support/program.ts';
import { validateSarif } from '../support/sarif.ts';
import { type KubeObject, mustSucceed } from './api-client.ts';
import { kubeconfigFor, runGuard, tokenWithRights } from './live-cli.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';
import { waitFor } from './wait-for.ts';

// Starting the program takes seconds where the machine does other things too.
const TIMEOUT_MS = 120_000;
const FACTS = 'apiVersion: gke-ingress-guard.dev/v1\nkind: ClusterFacts\nhttpLoadBalancing: enabled\nvpcNative: true\n';

let cluster: TestCluster;
let worlds = 0;
let namespace = '';
beforeAll(async () => {
  cluster = await startTestCluster();
});
afterAll(() => cluster?.stop());
beforeEach(async () => {
  worlds += 1;
  namespace = `stored-${worlds}`;
  await cluster.client.createNamespace(namespace);
});

function place(object: RawObject): KubeObject {
  const raw = object as KubeObject;
  return { ...raw, metadata: { ...raw.metadata, namespace } };
}

/** @returns the objects as they are stored */
async function store(...objects: readonly RawObject[]): Promise<readonly KubeObject[]> {
  const stored: KubeObject[] = [];
  for (const object of objects) {
    const { body } = await mustSucceed(cluster.client.create(place(object)));
    stored.push(body as KubeObject);
  }
  return stored;
}

interface Found {
  readonly rule: string;
  readonly severity: string;
  readonly certain: boolean;
  readonly object: { readonly kind: string; readonly name: string };
  readonly path: string;
  readonly message: string;
  readonly fix: string;
  readonly file?: string;
}

interface Document {
  readonly summary: Readonly<Record<string, number>>;
  readonly findings: readonly Found[];
  readonly exempted: readonly Found[];
}

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function kubeconfig(): string {
  return `--kubeconfig=${cluster.controlPlane.kubeconfig()}`;
}

function audit(...words: readonly string[]): Promise<Ran> {
  const root = directoryOf({ 'facts.yaml': FACTS });
  return runGuard(['audit', `--facts=${root}/facts.yaml`, kubeconfig(), ...words]);
}

async function auditJson(...words: readonly string[]): Promise<Ran & Document> {
  const ran = await audit('--format=json', ...words);
  if (ran.out === '') throw new Error(ran.err);
  return { ...ran, ...(JSON.parse(ran.out) as Document) };
}

const rulesOf = ({ findings }: Document): readonly string[] => [...new Set(findings.map(({ rule }) => rule))].sort();
const BAD: readonly RawObject[] = [
  ingress({ name: 'lost', class: 'gce', service: 'absent' }),
  ingressOf([pathTo('/a', 'Prefix'), pathTo('/b/*/c', 'ImplementationSpecific')]),
  service(),
  ingress({ name: 'fine', class: 'gce', service: 'fine' }),
  service({ name: 'fine', neg: '{"ingress": true}' }),
  deployment({ container: { readinessProbe: { tcpSocket: { port: 8080 } } } }),
];

describe('audit', () => {
  it('finds in what is stored what check --live finds in the same objects', { timeout: TIMEOUT_MS }, async () => {
    const stored = await store(...BAD);
    const root = directoryOf({
      'facts.yaml': FACTS,
      'all.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', items: stored }),
    });
    const checked = await runGuard([
      'check',
      `${root}/all.json`,
      `--facts=${root}/facts.yaml`,
      '--format=json',
      '--no-mutate',
      kubeconfig(),
    ]);
    const all = (JSON.parse(checked.out) as Document).findings;
    const expected = all.filter(({ certain, severity }) => certain && severity !== 'info');
    const told = ({ rule, severity, object, path, message, fix }: Found): string =>
      [rule, severity, object.kind, object.name, path, message.replace(' (The stored object has it already.)', ''), fix]
        .join(' | ')
        .trim();
    const found = await auditJson('-n', namespace);
    expect(found.findings.map(told).toSorted()).toEqual(expected.map(told).toSorted());
    expect(rulesOf(found)).toEqual(
      expect.arrayContaining(['backend-service-missing', 'cluster-ip-without-neg', 'path-wildcard-misplaced']),
    );
    expect(all.length).toBeGreaterThan(expected.length);
    expect(found.findings.every((one) => one.file === undefined)).toBe(true);
    expect(found.code).toBe(1);
  });

  it('takes one rule, one severity, one namespace', { timeout: TIMEOUT_MS }, async () => {
    await store(...BAD);
    const one = await auditJson('-n', namespace, '--rule=backend-service-missing');
    expect(rulesOf(one)).toEqual(['backend-service-missing']);
    const errors = await auditJson('-n', namespace, '--severity=error');
    expect(new Set(errors.findings.map(({ severity }) => severity))).toEqual(new Set(['error']));
    const everywhere = await auditJson('--rule=backend-service-missing');
    expect(everywhere.findings.length).toBeGreaterThan(one.findings.length);
    const unknown = await audit('--rule=backend-service-mising');
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain('There is no rule "backend-service-mising"; did you mean "backend-service-missing"?');
  });

  it('prints each finding with its object and what to type, and the counts last', { timeout: TIMEOUT_MS }, async () => {
    await store(ingress({ class: 'gce', service: 'absent' }));
    const { code, out } = await audit('-n', namespace, '--rule=backend-service-missing');
    expect(code).toBe(1);
    expect(out).toContain(`error: Ingress/${namespace}/web [backend-service-missing]\n`);
    expect(out).toContain('\n    Fix: ');
    expect(out.trimEnd().split('\n').at(-1)).toBe('1 object checked: 1 error, 0 warnings.');
  });

  it('prints for pipelines and for a browser what it prints as JSON', { timeout: TIMEOUT_MS }, async () => {
    await store(...BAD);
    const { findings } = await auditJson('-n', namespace);
    const sarif = await audit('-n', namespace, '-o', 'sarif');
    validateSarif(JSON.parse(sarif.out));
    expect(validateSarif.errors ?? []).toEqual([]);
    expect(sarif.out.match(/"ruleId"/g)).toHaveLength(findings.length);
    expect(sarif.out).toContain(`"uri": "${namespace}/Ingress/lost.yaml"`);
    expect((await audit('-n', namespace, '-o', 'gitlab')).out.match(/"fingerprint"/g)).toHaveLength(findings.length);
    expect((await audit('-n', namespace, '-o', 'github')).out.match(/^::/gm)).toHaveLength(findings.length);
    const junit = (await audit('-n', namespace, '-o', 'junit')).out;
    expect(junit.match(/<(?:failure|system-out)/g)).toHaveLength(findings.length);
    expect(junit).toContain('name="no finding"');
    const { code, out } = await audit('-n', namespace, '-o', 'html');
    expect(code).toBe(1);
    const [, data = ''] = /id="data">(.*)<\/script>/.exec(out) ?? [];
    const { cards, made }: PageView = JSON.parse(data);
    const drawn = cards.flatMap((card) => card.findings.map(({ object, rule, path }) => `${object} ${rule} ${path}`));
    const found = findings.map(
      ({ object: { kind, name }, rule, path }) => `${kind}/${namespace}/${name} ${rule} ${path}`,
    );
    expect(new Set(drawn)).toEqual(new Set(found));
    expect(cards.map(({ key }) => key)).toEqual(expect.arrayContaining([`${namespace}/lost`, `${namespace}/fine`]));
    expect(made.from).toMatch(/^cluster /);
    expect(made.scope).toBe(`namespace "${namespace}", certain errors and warnings`);
    expect(made.command).toContain(` --namespace=${namespace} `);
  });

  it('ends with 0 where only warnings are left, or nothing', { timeout: TIMEOUT_MS }, async () => {
    await store(ingress({ name: 'lost', class: 'gce', service: 'absent' }));
    expect((await audit('-n', namespace, '--rule=path-repeated')).code).toBe(0);
  });

  it('passes over what asks for it, and says how much', { timeout: TIMEOUT_MS }, async () => {
    const ignore = 'backend-service-missing; reason=comes with the next release';
    await store(ingress({ class: 'gce', service: 'absent', annotations: { 'gke-ingress-guard.dev/ignore': ignore } }));
    const { out } = await audit('-n', namespace, '--rule=backend-service-missing');
    expect(out).toContain('1 finding passed over, as the objects ask.');
  });

  it('names the right that is missing, and one namespace as the way out', { timeout: TIMEOUT_MS }, async () => {
    const rights = { apiGroups: ['networking.k8s.io'], resources: ['ingresses'], verbs: ['list'] };
    const token = await tokenWithRights(cluster.client, namespace, [rights]);
    await store(ingress({ class: 'gce', service: 'absent' }));
    const limited = `--kubeconfig=${kubeconfigFor(cluster, namespace, { token })}`;
    const all = await runGuard(['audit', '--no-gke-api', limited]);
    expect(all.code).toBe(2);
    expect(all.err).toContain('kubectl auth can-i list ingresses.networking.k8s.io -A. Or audit one namespace');
    const one = await runGuard(['audit', '--no-gke-api', '-n', namespace, limited]);
    expect(one.code).toBe(0);
    expect(one.err).toContain('note: ');
    expect(one.out).toContain('1 object checked: 0 errors, 0 warnings.');
  });
});

it('audit shows on a terminal how far it is, and takes that away before it prints', {
  timeout: TIMEOUT_MS,
}, async () => {
  const root = directoryOf({ 'facts.yaml': FACTS });
  await store(ingress({ class: 'gce', service: 'absent' }));
  const shown: string[] = [];
  const io: Io = {
    out: () => shown.push('RESULT'),
    err: () => undefined,
    progress: (line) => shown.push(line),
    readStdin: async () => Buffer.from(''),
    hasColour: false,
    terminated: () => Promise.resolve('SIGTERM'),
  };
  const words = ['audit', '-n', namespace, '--no-gke-api', `--facts=${root}/facts.yaml`, kubeconfig()];
  expect(await runProgram(words, VERSION, io)).toBe(1);
  expect(shown).toEqual(['reading the cluster …', '', 'RESULT', '']);
});

describe('audit --watch', () => {
  it('prints what appears and what is over, until it is ended', { timeout: TIMEOUT_MS }, async () => {
    const [stored] = await store(ingress({ class: 'gce', service: 'absent' }));
    const root = directoryOf({ 'facts.yaml': FACTS });
    const words = ['audit', '--watch', '--format=json', '-n', namespace, '--rule=backend-service-missing'];
    const child = spawn(
      process.execPath,
      [MAIN, ...words, `--facts=${root}/facts.yaml`, kubeconfig(), '--no-gke-api'],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, NODE_ENV: 'production' },
      },
    );
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    interface Line {
      readonly change: string;
      readonly finding: Found;
    }
    const lines = (): readonly Line[] =>
      out
        .trim()
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
    const changes = (): readonly string[] => lines().map(({ change, finding }) => `${change} ${finding.object.name}`);
    const seen = (what: string): Promise<unknown> =>
      waitFor(
        what,
        async () => changes(),
        (all) => all.includes(what),
        { timeoutMs: 60_000 },
      );
    try {
      await seen('appeared web');
      await store(ingress({ name: 'late', class: 'gce', service: 'absent' }));
      await seen('appeared late');
      await store(service({ name: 'absent', neg: '{"ingress": true}' }));
      await seen('gone web');
      await seen('gone late');
      if (stored === undefined) throw new Error('nothing is stored');
      const elsewhere = { spec: { defaultBackend: { service: { name: 'nowhere', port: { number: 80 } } } } };
      await mustSucceed(cluster.client.patch(stored, elsewhere, { type: 'merge' }));
      await waitFor(
        'web again',
        async () => changes().filter((one) => one === 'appeared web').length,
        (n) => n === 2,
      );
    } finally {
      child.kill('SIGINT');
    }
    const [code] = await once(child, 'close');
    expect(code).toBe(1);
    expect(changes().toSorted()).toEqual(['appeared late', 'appeared web', 'appeared web', 'gone late', 'gone web']);
  });

  // What was learned is never certain, and not said of what is stored; but a 200 of exactly this image ends what the catalogue says.
  it('reads what was learned of apps as audit does, also when that comes later', { timeout: TIMEOUT_MS }, async () => {
    const readinessProbe = { httpGet: { path: '/healthz', port: 8080 } };
    const image = `quay.io/argoproj/argocd@sha256:${'a'.repeat(64)}`;
    const given = deployment({ container: { image, command: ['argocd-server'], readinessProbe } });
    await store(ingress({ class: 'gce' }), service({ neg: '{"ingress": true}' }), given);
    await cluster.client.createNamespace(GUARD_NAMESPACE);
    const root = directoryOf({ 'facts.yaml': FACTS });
    const words = ['--format=json', '-n', namespace, '--rule=probe-redirects-to-https', '--no-gke-api'];
    const options = [...words, `--facts=${root}/facts.yaml`, kubeconfig()];
    const child = spawn(process.execPath, [MAIN, 'audit', '--watch', ...options], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_ENV: 'production' },
    });
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.resume();
    const learned = {
      image,
      digest: `sha256:${'a'.repeat(64)}`,
      settings: settingsOfFirst(given),
      configMaps: [],
      protocol: 'HTTP',
      port: 8080,
      host: '',
      path: '/healthz',
      status: 200,
      scheme: '',
      redirectsTo: undefined,
      source: 'asked',
      at: `${new Date().toISOString().slice(0, 19)}Z`,
      namespace,
    } as const;
    const seen = (change: string): Promise<unknown> =>
      waitFor(
        change,
        async () => out,
        (text) => text.includes(`"change":"${change}"`),
        { timeoutMs: 60_000 },
      );
    try {
      await seen('appeared');
      expect((await runGuard(['audit', ...options])).out).toContain('gets 307 from Argo CD server');
      const metadata = { name: LEARNED_CONFIG_MAP, namespace: GUARD_NAMESPACE };
      const learnt = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: writeStore([learned], Date.now()) };
      await mustSucceed(cluster.client.create(learnt as KubeObject));
      await seen('gone');
      expect((await runGuard(['audit', ...options])).out).not.toContain('Argo CD server');
    } finally {
      child.kill('SIGINT');
    }
    await once(child, 'close');
  });
});

function settingsOfFirst(object: RawObject): string {
  const [container] = (parseObject(object) as Workload).containers;
  if (container === undefined) throw new TypeError('it has a container');
  return settingsOf(container, namespace, createSnapshot([], 'listed')).hash;
}
