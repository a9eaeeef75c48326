// The chart in the eyes of Helm: whatever is chosen, it installs what the kustomization with the same components installs, and
// it refuses values that nobody can have meant.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { at, objectsOf } from '../../src/kubernetes/read.ts';
import { run } from '../cli/support.ts';
import { firstAt, only } from '../deploy/support.ts';
import { DEPLOY, type Manifest, render, renderTogether } from '../support/kustomize.ts';
import { AUDIT_ALONE, COMBINATIONS, comparable, kustomized } from './chart-combinations.ts';
import { CHART, type Helm, helmProgram } from './helm.ts';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const dir = mkdtempSync(join(tmpdir(), 'guard-chart-'));
const EVERYTHING_ON = {
  replicas: 3,
  failurePolicy: 'Fail',
  facts: { httpLoadBalancing: 'enabled', vpcNative: true },
  networkPolicy: { enabled: true },
  monitoring: { enabled: true },
  audit: { enabled: true, reports: true, mountedConfig: true },
  admissionPolicy: { enabled: true },
};

/** Kustomizations that are rendered in one go, while this process waits. */
const AT_ONCE = 16;

let helm: Helm;
beforeAll(async () => {
  helm = await helmProgram();
});
afterAll(() => {
  helm?.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('the chart installs what kustomize installs', () => {
  it.each([
    ['quickstart', {}],
    ['quickstart-self-signed', { certificates: 'self-signed' }],
    ['production', { replicas: 3, networkPolicy: { enabled: true }, monitoring: { enabled: true } }],
  ])('as overlay %s', async (overlay, values) => {
    const wanted = comparable(render(join(DEPLOY, 'overlays', overlay)));
    expect(Object.keys(wanted).length).toBeGreaterThan(9);
    expect(comparable(await helm.template(values))).toEqual(wanted);
  });

  const certificates = ['cert-manager', 'self-signed'];
  it.each(certificates)(
    'in every combination with %s',
    async (name) => {
      const combinations = COMBINATIONS.filter(({ values }) => values['certificates'] === name);
      expect(combinations.length).toBe(COMBINATIONS.length / certificates.length);
      for (let done = 0; done < combinations.length; done += AT_ONCE) {
        const some = combinations.slice(done, done + AT_ONCE);
        const wanted = kustomized(some);
        for (const [index, { values }] of some.entries()) {
          const made = comparable(await helm.template(values));
          expect(made, JSON.stringify(values)).toEqual(comparable(wanted[index] ?? []));
        }
      }
    },
    20 * 60_000,
  );

  it('with the audit alone', async () => {
    expect(comparable(await helm.template(AUDIT_ALONE.values))).toEqual(comparable(kustomized([AUDIT_ALONE])[0] ?? []));
  });

  it('with an image, a number of replicas, facts and a policy of your own', async () => {
    const facts = { apiVersion: 'gke-ingress-guard.dev/v1', kind: 'ClusterFacts', vpcNative: true, version: '1.30' };
    const policy = { apiVersion: 'gke-ingress-guard.dev/v1', kind: 'GuardPolicy', rules: { 'path-glob': 'off' } };
    const { apiVersion: _, kind: __, ...fieldsOfPolicy } = policy;
    const generator = [
      ['facts', 'facts.yaml', facts],
      ['policy', 'guard.yaml', policy],
    ].map(([name, file, content]) => ({
      name: `gke-ingress-guard-${name}`,
      namespace: 'gke-ingress-guard',
      behavior: 'replace',
      literals: [`${file}=${JSON.stringify(content)}`],
    }));
    const wanted = renderTogether(['base'], ['components/self-signed', 'components/high-availability'], {
      images: [{ name: 'gke-ingress-guard', newName: 'registry.example/guard', newTag: '9.9.9' }],
      replicas: [{ name: 'gke-ingress-guard', count: 7 }],
      configMapGenerator: generator,
    });
    const values = {
      image: { repository: 'registry.example/guard', tag: '9.9.9' },
      replicas: 7,
      certificates: 'self-signed',
      policy: fieldsOfPolicy,
    };
    expect(comparable(await helm.template({ ...values, facts }))).toEqual(comparable(wanted));
    expect(comparable(await helm.template({ ...values, facts: JSON.stringify(facts) }))).toEqual(comparable(wanted));
  });
});

const guardOf = (manifests: readonly Manifest[]): Manifest => only(manifests, 'Deployment', 'gke-ingress-guard');

describe('what a kustomization does otherwise', () => {
  const checksums = async (values: unknown): Promise<unknown> =>
    at(guardOf(await helm.template(values)), 'spec', 'template', 'metadata', 'annotations');

  test('an edit of facts or policy rolls the Pods, and nothing else does', async () => {
    const before = await checksums({});
    expect(Object.keys(Object(before))).toEqual(['checksum/facts', 'checksum/policy']);
    expect(await checksums({ replicas: 1 })).toEqual(before);
    const edited = await checksums({ facts: { vpcNative: true } });
    expect(at(edited, 'checksum/facts')).not.toBe(at(before, 'checksum/facts'));
    expect(at(edited, 'checksum/policy')).toBe(at(before, 'checksum/policy'));
    const other = await checksums({ policy: { onBudget: 'deny' } });
    expect(at(other, 'checksum/policy')).not.toBe(at(before, 'checksum/policy'));
  });

  test('a digest decides which image runs, in every Pod', async () => {
    const image = { repository: 'registry.example/guard', digest: DIGEST };
    const manifests = await helm.template({ image, certificates: 'self-signed' });
    const images = [...JSON.stringify(manifests).matchAll(/"image":"([^"]*)"/g)].map(([, one]) => one);
    expect(images).toEqual([`registry.example/guard@${DIGEST}`, `registry.example/guard@${DIGEST}`]);
  });

  test('resources are laid over the shipped ones', async () => {
    const resources = { requests: { memory: '1Gi' }, limits: { memory: '1536Mi', cpu: 2 } };
    const manifests = await helm.template({ resources });
    const pod = at(guardOf(manifests), 'spec', 'template', 'spec');
    expect(at(firstAt(pod, 'containers'), 'resources')).toEqual({
      requests: { cpu: '250m', memory: '1Gi' },
      limits: { memory: '1536Mi', cpu: 2 },
    });
  });

  test('labels and the page of runbooks are those of your monitoring', async () => {
    const monitoring = { enabled: true, labels: { release: 'prometheus' }, runbooks: 'https://runbooks.example/guard' };
    const manifests = await helm.template({ monitoring });
    for (const kind of ['ServiceMonitor', 'PrometheusRule']) {
      expect(only(manifests, kind).metadata['labels']).toEqual({
        'app.kubernetes.io/name': 'gke-ingress-guard',
        release: 'prometheus',
      });
    }
    const pages = [...JSON.stringify(only(manifests, 'PrometheusRule')).matchAll(/"runbook_url":"([^"#]*)#/g)];
    expect(new Set(pages.map(([, page]) => page))).toEqual(new Set(['https://runbooks.example/guard']));
  });
});

describe('Helm refuses', () => {
  it.each<[string, unknown, string]>([
    ['a key that is not there', { replica: 3 }, "additional properties 'replica' not allowed"],
    ['a key within another', { audit: { enable: true } }, "additional properties 'enable' not allowed"],
    ['another authority', { certificates: 'vault' }, "/certificates': value must be one of"],
    ['no replicas', { replicas: 0 }, "/replicas': minimum"],
    [
      'mounted configurations without the audit',
      { audit: { mountedConfig: true } },
      "/audit/enabled': value must be true",
    ],
    ['reports without the audit', { audit: { reports: true } }, "/audit/enabled': value must be true"],
    ['Events of the kubelet without the asker', { asker: { events: true } }, "/asker/enabled': value must be true"],
    ['a digest that is none', { image: { digest: 'sha256:abc' } }, "/image/digest'"],
    ['a repository with its tag', { image: { repository: 'Registry.example/guard' } }, "/image/repository'"],
    ['a mode that does not exist', { policy: { rules: { 'path-glob': 'refuse' } } }, "/policy/rules/path-glob'"],
    ['a fact that does not exist', { facts: { vpcnative: true } }, "additional properties 'vpcnative' not allowed"],
    ['an address in place of a range', { networkPolicy: { controlPlaneCidr: '10.0.0.1' } }, '/controlPlaneCidr'],
    ['a text of the wrong kind', { facts: 'kind: GuardPolicy' }, 'facts must be a text with kind: ClusterFacts'],
    ['a text that is no YAML', { policy: 'kind: [' }, 'policy is no YAML'],
  ])('%s', async (_, values, said) => {
    await expect(helm.template(values)).rejects.toThrow(said);
  });

  it('another namespace, and says what to type', async () => {
    const { code, err } = await helm.run(['template', 'guard', CHART]);
    expect(code).toBe(1);
    expect(err).toContain('add --namespace gke-ingress-guard');
  });

  it('a cluster that is too old', async () => {
    const words = ['template', 'guard', CHART, '--namespace', 'gke-ingress-guard', '--kube-version', '1.29.9-gke.1'];
    expect((await helm.run(words)).err).toContain('chart requires kubeVersion');
    const newer = await helm.run([...words.slice(0, -1), '1.30.0-gke.1']);
    expect(newer.code).toBe(0);
  });
});

/** Where a user pipes what `helm template` prints. */
async function pipe(manifests: readonly Manifest[], words: readonly string[]) {
  const stdin = manifests.map((manifest) => JSON.stringify(manifest)).join('\n');
  const { code, out } = await run([...words, '--format=json'], { stdin });
  return { code, said: JSON.parse(out) as unknown };
}

describe('what Helm renders', () => {
  it.each(['cert-manager', 'self-signed'])(
    'with %s is in good health by the doctor, which names the namespace that Helm makes',
    async (certificates) => {
      const manifests = await helm.template({ certificates, ...EVERYTHING_ON });
      const { code, said } = await pipe(manifests, ['doctor', '-f', '-']);
      const checks = objectsOf(at(said, 'checks')).filter(({ status }) => status === 'error' || status === 'warning');
      const found = checks.map(({ id, status, subject }) => `${id} ${status} ${subject}`);
      expect([code, found]).toEqual([
        0,
        [
          'installed warning Namespace/gke-ingress-guard',
          'pod-template warning Deployment/gke-ingress-guard/gke-ingress-guard',
        ],
      ]);
    },
  );

  it('of an app is judged by check, in the namespace that both are told', async () => {
    const chart = join(dir, 'app');
    mkdirSync(join(chart, 'templates'), { recursive: true });
    writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: app\nversion: 1.0.0\n');
    writeFileSync(
      join(chart, 'templates/ingress.yaml'),
      [
        'apiVersion: networking.k8s.io/v1',
        'kind: Ingress',
        'metadata: { name: {{ .Release.Name }} }',
        'spec:',
        '  ingressClassName: gce',
        '  defaultBackend: { service: { name: web, port: { number: 80 } } }',
      ].join('\n'),
    );
    const { code, said } = await pipe(await helm.template({}, chart), ['check', '-n', 'shop', '-']);
    expect(code).toBe(1);
    expect(objectsOf(at(said, 'findings'))).toMatchObject([
      { rule: 'ingress-class-name-ignored', owner: { kind: 'Ingress', namespace: 'shop', name: 'guard' } },
    ]);
  });
});
