// docs/gitops.md as a reader types it, with kubectl and Helm themselves; and the Job before a sync of Argo CD: the API server takes it, and
// its command, as its ServiceAccount, needs the rights that it has, and finds what a sync would.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { RESOURCES } from '../../src/cluster/api/resources.ts';
import { at } from '../../src/kubernetes/read.ts';
import { ingress, service } from '../support/objects.ts';
import { MAIN } from '../support/program.ts';
import { type KubeObject, mustSucceed } from './api-client.ts';
import { crd } from './custom-kind.ts';
import { factsText } from './deployed-guard.ts';
import { goPrograms, logToStderr } from './go-programs.ts';
import { HELM } from './helm-programs.ts';
import { runGuard } from './live-cli.ts';
import { serviceAccountKubeconfig } from './service-account.ts';
import { argocd } from './sync-programs.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';
import { waitFor } from './wait-for.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const page = read('docs/gitops.md');
const OFF = factsText('httpLoadBalancing: disabled');
const web = ingress({ class: 'gce' });

const LISTED = RESOURCES.filter(({ isNamespaced }) => isNamespaced);

interface Rule {
  readonly resources: readonly string[];
}

let directory = '';
let cluster: TestCluster;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'guard-gitops-page-'));
  const { kubectl } = await goPrograms(argocd, logToStderr, process.env);
  const { helm } = await goPrograms(HELM, logToStderr, process.env);
  mkdirSync(join(directory, 'bin'));
  for (const program of [kubectl, helm]) symlinkSync(program, join(directory, 'bin', program.split('/').at(-1) ?? ''));
  const guard = join(directory, 'bin', 'gke-ingress-guard');
  writeFileSync(guard, `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`);
  chmodSync(guard, 0o755);
  writeRepository();
  cluster = await startTestCluster();
  for (const { kind, isCustom } of RESOURCES) if (isCustom) await mustSucceed(cluster.client.create(crd(kind)));
});
afterAll(async () => {
  await cluster?.stop();
  rmSync(directory, { recursive: true, force: true });
});

function place(file: string, content: unknown): void {
  const path = join(directory, 'repository', file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
}

/** The repository of the page: an Ingress as a file, in an overlay and in a chart. */
function writeRepository(): void {
  place('facts.yaml', OFF);
  place('k8s/ingress.yaml', web);
  place('base/ingress.yaml', ingress({ annotations: {} }));
  place('base/kustomization.yaml', { resources: ['ingress.yaml'] });
  place('overlays/prod/kustomization.yaml', {
    resources: ['../../base'],
    commonAnnotations: { 'kubernetes.io/ingress.class': 'gce' },
  });
  place('chart/Chart.yaml', { apiVersion: 'v2', name: 'shop', version: '0.1.0' });
  const { metadata, ...rest } = web;
  const templated = JSON.stringify({ ...rest, metadata: { ...Object(metadata), namespace: undefined, name: 'NAME' } });
  place('chart/templates/ingress.yaml', templated.replace('NAME', '{{ .Release.Name }}'));
}

function type(command: string): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const env = { HOME: directory, PATH: [join(directory, 'bin'), '/usr/bin', '/bin'].join(delimiter), NO_COLOR: '1' };
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command], {
    cwd: join(directory, 'repository'),
    env,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const commands = (page.match(/```sh\n([\s\S]*?)```/)?.[1] ?? '').trim().split('\n');

describe('the page', () => {
  it('has a command for files, kustomizations and charts', () => {
    expect(commands.map((command) => command.split(' ', 2).join(' '))).toEqual([
      'gke-ingress-guard check',
      'kubectl kustomize',
      'helm template',
    ]);
  });

  it.each([
    [commands[0], 'Ingress/shop/web'],
    [commands[1], 'Ingress/shop/web'],
    [commands[2], 'Ingress/shop/shop'],
  ])('types a command that finds the fault: %s', (command = '', object) => {
    const { status, stdout, stderr } = type(command);
    expect([status, stderr]).toEqual([1, '']);
    expect(stdout).toContain('[http-load-balancing-disabled]');
    expect(stdout).toContain(object);
  });

  it('names files that are there', () => {
    for (const [, file = ''] of page.matchAll(/\]\(((?:\.\.\/)?[\w./-]+)(?:#[\w-]+)?\)/g)) {
      expect(() => readFileSync(new URL(file, `file://${ROOT}docs/`))).not.toThrow();
    }
  });
});

describe('the Job before a sync', () => {
  const NAMESPACE = 'shop';
  const NAME = 'gke-ingress-guard-presync';
  const [, kustomization = ''] = /```yaml\n(resources: [\s\S]*?)```/.exec(page) ?? [];
  const MANIFESTS = { 'ingress.yaml': web, 'service.yaml': service({ namespace: NAMESPACE }), 'facts.yaml': OFF };

  /** The kustomization of the page, with the Job. */
  function rendered(manifests: Readonly<Record<string, unknown>> = MANIFESTS): readonly KubeObject[] {
    place('app/kustomization.yaml', `namespace: ${NAMESPACE}\n${kustomization}`);
    place('app/presync-job.yaml', read('deploy/argocd/presync-job.yaml'));
    for (const [name, manifest] of Object.entries(manifests)) place(`app/${name}`, manifest);
    const { stdout, stderr } = type('kubectl kustomize app');
    if (stderr !== '') throw new Error(stderr);
    return parseAllDocuments(stdout).map((document) => document.toJS() as KubeObject); // kubectl prints objects
  }

  const hooksOf = (objects: readonly KubeObject[]): readonly KubeObject[] =>
    objects.filter(({ metadata }) => at(metadata, 'annotations', 'argocd.argoproj.io/hook') === 'PreSync');
  const one = (objects: readonly KubeObject[], kind: string): KubeObject => {
    const [found] = objects.filter((object) => object.kind === kind && object.metadata.name.startsWith(NAME));
    if (found === undefined) throw new Error(`there is no ${kind}`);
    return found;
  };

  /** The files of the ConfigMap, mounted as the kubelet does it. */
  function mount(configMap: KubeObject): string {
    const path = mkdtempSync(join(directory, 'mounted-'));
    mkdirSync(join(path, '..data'));
    for (const [name, text] of Object.entries(Object(configMap['data']))) {
      writeFileSync(join(path, '..data', name), String(text));
      symlinkSync(join('..data', name), join(path, name));
    }
    return path;
  }

  /** What the container would run, with the files at another place. */
  function wordsOf(objects: readonly KubeObject[]): readonly string[] {
    const containers = at(one(objects, 'Job'), 'spec', 'template', 'spec', 'containers');
    const args = Array.isArray(containers) ? at(containers[0], 'args') : undefined;
    if (!Array.isArray(args)) throw new Error('the container has no args');
    const path = mount(one(objects, 'ConfigMap'));
    return args.map((word) => String(word).replaceAll('/manifests', path));
  }

  let kubeconfig = '';
  beforeAll(async () => {
    const { client } = cluster;
    await client.createNamespace(NAMESPACE);
    // Argo CD applies hooks by kind, as it does everything else.
    const order = ['ServiceAccount', 'ConfigMap', 'Role', 'RoleBinding', 'Job'];
    const hooks = hooksOf(rendered());
    expect(hooks.map(({ kind }) => kind).toSorted()).toEqual(order.toSorted());
    for (const kind of order) await mustSucceed(client.create(one(hooks, kind), { fieldValidation: 'Strict' }));
    kubeconfig = await serviceAccountKubeconfig(cluster, { namespace: NAMESPACE, name: NAME });
  });

  const run = (objects: readonly KubeObject[]) => runGuard([...wordsOf(objects), `--kubeconfig=${kubeconfig}`]);

  it('finds what the sync would be refused for, by the facts that came with it', async () => {
    const { code, out } = await run(rendered());
    expect(out).toContain('[http-load-balancing-disabled]');
    expect(code).toBe(1);
  });

  it('lets the sync begin where nothing stands against it', async () => {
    const { code, out } = await run(
      rendered({ ...MANIFESTS, 'facts.yaml': factsText('httpLoadBalancing: enabled\nvpcNative: true') }),
    );
    expect([code, out]).toEqual([0, expect.stringContaining('0 errors')]);
  });

  it('sees what is stored in the namespace: a Service of another commit', async () => {
    const facts = factsText('httpLoadBalancing: enabled\nvpcNative: true');
    const alone = {
      ...MANIFESTS,
      'facts.yaml': facts,
      'service.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: none }\n',
    };
    const before = await run(rendered(alone));
    expect([before.code, before.out]).toEqual([1, expect.stringContaining('[backend-service-missing]')]);
    await mustSucceed(cluster.client.create(service({ namespace: NAMESPACE }) as KubeObject)); // the builder makes whole objects
    expect((await run(rendered(alone))).out).not.toContain('[backend-service-missing]');
  });

  it('may list all that it asks for in its namespace, and goes without what is of the whole cluster', async () => {
    const { err } = await run(rendered());
    expect(err.match(/^note: .*?(?=, so| is forbidden)/gm)).toEqual([
      'note: you may not list clusterissuers.cert-manager.io',
      'note: you may not list ingressclasses.networking.k8s.io',
      'note: you may not get namespaces in namespace "shop"',
      'note: the cluster cannot be asked: deployments.apps "l7-default-backend"',
    ]);
    expect(err.match(/^note: /gm)).toHaveLength(4);
  });

  it.each([...LISTED, { plural: 'pods' }])('needs the right to list $plural', async ({ plural }) => {
    const { client } = cluster;
    const role = one(hooksOf(rendered()), 'Role');
    const rules = role['rules'] as readonly Rule[]; // the API server took it
    const rest = rules.map((rule) => ({ ...rule, resources: rule.resources.filter((name) => name !== plural) }));
    expect(rest).not.toEqual(rules);
    const without = rest.filter(({ resources }) => resources.length > 0);
    await mustSucceed(client.patch(role, { rules: without }, { type: 'merge' }));
    const ask = async () => (await run(rendered())).err;
    const said = await waitFor(`${plural} to be missed`, ask, (err) => err.includes(plural));
    expect(said).toContain('may not');
    await mustSucceed(client.patch(role, { rules }, { type: 'merge' }));
  });
});
