// Input that is on its way to being final: recognised, left out, and counted in one line that says what to do first.
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ingress, type RawObject, service } from '../support/objects.ts';
import { check, directoryOf, run, unwrapped } from './support.ts';

/** As envsubst takes it. */
const variable = (name: string): string => ['$', '{', name, '}'].join('');
const ON = ['--facts', 'examples/addon-on.yaml'];
const INGRESS = ingress({ class: 'gce', spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } } });
const SERVICE = service({ type: 'NodePort', ports: [{ port: 80, targetPort: 8080 }] });

function bare(kind: string, metadata: RawObject, rest: RawObject = {}): RawObject {
  const apiVersion = { Ingress: 'networking.k8s.io/v1', Service: 'v1' }[kind] ?? 'apps/v1';
  return { apiVersion, kind, metadata: { name: 'web', namespace: 'shop', ...metadata }, ...rest };
}

async function lineOf(object: RawObject, words: readonly string[] = []): Promise<string> {
  const root = directoryOf({ 'a.yaml': [SERVICE, object].map((one) => stringify(one)).join('---\n') });
  const { out } = await run(['check', root, ...ON, ...words]);
  return (
    unwrapped(out)
      .split('\n')
      .find((line) => line.startsWith('Not final: ')) ?? ''
  ).replaceAll(`${root}/`, '');
}

describe('a patch', () => {
  const PATCHES: Readonly<Record<string, RawObject>> = {
    'with a directive': bare('Ingress', {}, { spec: { rules: [{ $patch: 'delete', host: 'a.example.com' }] } }),
    'that takes an annotation away': bare(
      'Ingress',
      { annotations: { 'kubernetes.io/ingress.class': null } },
      { spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } } },
    ),
    'of annotations alone': bare('Ingress', { annotations: { 'kubernetes.io/ingress.class': 'gce' } }),
    'of a Deployment’s scale': bare('Deployment', {}, { spec: { replicas: 3 } }),
    'of one container’s variables': bare(
      'Deployment',
      {},
      { spec: { template: { spec: { containers: [{ name: 'web', env: [{ name: 'A', value: 'b' }] }] } } } },
    ),
  };

  it.each(Object.entries(PATCHES))('%s is not judged', async (_, patch) => {
    expect(await lineOf(patch)).toMatch(
      /^Not final: 1 patch \((?:Ingress|Deployment)\/web a\.yaml:\d+\)\. Render first: kubectl kustomize DIRECTORY \| npm run -s guard -- check -$/,
    );
  });

  it('does not make what it is a patch of missing', async () => {
    const patch = bare('Service', { annotations: { a: 'b' } });
    const root = directoryOf({ 'a.yaml': [INGRESS, patch].map((one) => stringify(one)).join('---\n') });
    const { document } = await check(root, ['.'], ['--complete', ...ON]);
    expect(document.findings.map(({ rule }) => rule)).not.toContain('backend-service-missing');
  });

  it('is what a headless Service and an ExternalName one are not', async () => {
    expect(await lineOf(bare('Service', { name: 'a' }, { spec: { clusterIP: 'None' } }))).toBe('');
    expect(await lineOf(bare('Service', { name: 'a' }, { spec: { type: 'ExternalName', externalName: 'a.b' } }))).toBe(
      '',
    );
  });
});

it('a kustomization names the command that renders it', async () => {
  const root = directoryOf({ 'base/kustomization.yaml': 'resources: [a.yaml]\n', 'base/a.yaml': stringify(SERVICE) });
  const { out } = await run(['check', root, ...ON]);
  expect(unwrapped(out)).toContain(
    `Not final: 1 kustomization (${root}/base/kustomization.yaml). Render first: kubectl kustomize ${root}/base | npm run -s guard -- check -\n`,
  );
});

describe('a placeholder', () => {
  const addressed = (name: string): RawObject =>
    ingress({
      class: 'gce',
      annotations: { 'kubernetes.io/ingress.global-static-ip-name': name },
      spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
    });

  it.each([
    ['$(ipName)', 'kubectl kustomize DIRECTORY'],
    [variable('IP_NAME'), 'envsubst < FILE'],
    ['<IP_NAME>', "sed 's/STAND-IN/VALUE/' FILE"],
    ['{{ .Values.ip }}', 'helm template RELEASE CHART'],
    ['MY_STATIC_IP', "sed 's/STAND-IN/VALUE/' FILE"],
  ])('%s is no value: what rests on it is left out and counted', async (text, command) => {
    expect(await lineOf(addressed(text))).toMatch(
      /^Not final: 1 finding left out that rests on placeholders \(".*" a\.yaml:\d+\)\./,
    );
    expect(await lineOf(addressed(text))).toContain(`"${text}" a.yaml:`);
    expect(await lineOf(addressed(text))).toContain(`Render first: ${command} | `);
  });

  it('is no other value, wrong as it may be', async () => {
    const root = directoryOf({
      'a.yaml': [SERVICE, addressed('Not_A_Name')].map((one) => stringify(one)).join('---\n'),
    });
    const { document } = await check(root, ['.'], ON);
    expect(document.findings.map(({ rule }) => rule)).toContain('static-ip-scope');
  });

  it('where a number belongs sets the object aside', async () => {
    const open = service({ name: 'open', type: 'NodePort', ports: [{ port: variable('PORT') }] });
    expect(await lineOf(open)).toContain('1 object with a placeholder (Service/open a.yaml:');
  });

  it('in the environment of a container is Kubernetes’ own', async () => {
    const pod = bare(
      'Pod',
      {},
      {
        spec: {
          containers: [{ name: 'a', image: 'a', args: ['--port=$(PORT)'], env: [{ name: 'B', value: variable('X') }] }],
        },
      },
    );
    expect(await lineOf({ ...pod, apiVersion: 'v1' })).toBe('');
  });
});

it('JSON arrays and nested lists are read', async () => {
  const nested = { apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'v1', kind: 'List', items: [SERVICE] }] };
  const root = directoryOf({ 'a.json': JSON.stringify([[INGRESS], nested]) });
  expect((await check(root, ['.'], ON)).document.summary).toMatchObject({ objects: 2 });
});

it('what the API server cannot read is said to be that, and nothing else is made of it', async () => {
  const quoted = service({ type: 'NodePort', ports: [{ port: '80', targetPort: 8080 }] });
  const root = directoryOf({ 'a.yaml': [quoted, INGRESS].map((one) => stringify(one)).join('---\n') });
  const { document, code } = await check(root, ['.'], ['--complete', ...ON]);
  expect(code).toBe(1);
  expect(document.findings.filter(({ object }) => object.kind === 'Service').map(({ rule }) => rule)).toEqual([
    'object-unreadable',
  ]);
  expect(document.findings.map(({ rule }) => rule)).not.toContain('backend-service-missing');
  const { err } = await run([
    'explain',
    '-f',
    directoryOf({ 'b.yaml': stringify({ ...INGRESS, metadata: { name: 'web', annotations: ['a'] } }) }),
    '--all',
    ...ON,
  ]);
  expect(err).toContain('Ingress/default/web is left out, for the API server refuses it: check says why');
});
