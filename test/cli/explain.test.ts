// `explain` as its user meets it: which Ingress is chosen, in which form it is printed, and what a mistake says.
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { ingress, service } from '../support/objects.ts';
import { directoryOf, run } from './support.ts';

const yaml = (...objects: readonly object[]): string => objects.map((object) => stringify(object)).join('---\n');

function inputOf(): string {
  return directoryOf({
    'web.yaml': yaml(ingress({ class: 'gce' }), service({ neg: '{"ingress": true}' })),
    'other.yaml': yaml(ingress({ name: 'other', namespace: 'bar', class: 'nginx' })),
  });
}

const namesIn = (text: string): readonly string[] =>
  [...text.matchAll(/^Ingress (\S+)$/gm)].map(([, name]) => name ?? '');

describe('without a name', () => {
  it('explains what GKE serves, and says how many it does not', async () => {
    const { code, out, err } = await run(['explain', '-f', inputOf()]);
    expect([code, namesIn(out), err]).toEqual([0, ['shop/web'], '']);
    expect(out).toMatch(/GKE does not serve 1 Ingress of the input; --all explains it too\.\n$/);
  });

  it('explains every Ingress with --all, in text and in JSON', async () => {
    const root = inputOf();
    expect(namesIn((await run(['explain', '--all', '-f', root])).out)).toEqual(['bar/other', 'shop/web']);
    const { version, plans } = JSON.parse((await run(['explain', '--all', '-f', root, '--format', 'json'])).out);
    expect(version).toBe(1);
    expect(
      plans.map(({ ingress: { name }, served }: { ingress: { name: string }; served: boolean }) => [name, served]),
    ).toEqual([
      ['other', false],
      ['web', true],
    ]);
  });

  it('wants a name for the JSON of one, where there are several', async () => {
    const { code, out, err } = await run(['explain', '-f', inputOf(), '--format', 'json']);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('There are several: bar/other (');
  });
});

describe('with a name', () => {
  it.each(['web', 'ingress/web', 'ing/web', 'ingress.networking.k8s.io/web'])('takes %s', async (name) => {
    const { code, out } = await run(['explain', name, '-f', inputOf(), '--format', 'json']);
    expect([code, JSON.parse(out).ingress]).toEqual([0, { namespace: 'shop', name: 'web' }]);
  });

  it('explains one that GKE does not serve too', async () => {
    expect(namesIn((await run(['explain', 'other', '-f', inputOf()])).out)).toEqual(['bar/other']);
  });

  it('says which names there are, and which may be meant', async () => {
    const { code, err } = await run(['explain', 'wen', '-f', inputOf()]);
    expect([code, err.includes('There is no Ingress "wen" in the input. Did you mean "web"?')]).toEqual([2, true]);
    const elsewhere = await run(['explain', 'web', '-n', 'bar', '-f', inputOf()]);
    expect(elsewhere.err).toContain('There is no Ingress "web" in namespace "bar". There are: bar/other (');
  });
});

it('explains objects as they would be stored, or with --no-mutate as they are written', async () => {
  const root = directoryOf({
    'web.yaml': yaml(ingress({ class: 'gce' }), service()),
    'facts.yaml': 'apiVersion: gke-ingress-guard.dev/v1\nkind: ClusterFacts\nvpcNative: true\n',
  });
  const words = ['explain', 'web', '-f', root, '--facts', `${root}/facts.yaml`, '--format', 'json'];
  const groupOf = async (...more: readonly string[]): Promise<unknown> =>
    JSON.parse((await run([...words, ...more])).out).backends[0].group;
  expect([await groupOf(), await groupOf('--no-mutate')]).toEqual(['neg', null]);
});

it('plans each Ingress with the neighbours of its own file where one input holds several worlds', async () => {
  const world = (path: string): string =>
    yaml(ingress({ class: 'gce' }), service({ neg: '{"ingress": true}', annotations: { world: path } }), {
      ...parse(yaml({ apiVersion: 'v1', kind: 'Pod' })),
      metadata: { name: `pod-${path}`, namespace: 'shop', labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'web', ports: [{ containerPort: 8080 }] }] },
    });
  const root = directoryOf({ 'a.yaml': world('a'), 'b.yaml': world('b') });
  const { plans } = JSON.parse((await run(['explain', '--all', '-f', root, '--format', 'json'])).out);
  expect(plans.map(({ backends }: { backends: { workloads: unknown }[] }) => backends[0]?.workloads)).toEqual([
    [{ kind: 'Pod', name: 'pod-a' }],
    [{ kind: 'Pod', name: 'pod-b' }],
  ]);
});

it('explains what can be read, and ends with 2 where a file cannot', async () => {
  const root = directoryOf({ 'web.yaml': yaml(ingress({ class: 'gce' })), 'bad.yaml': 'a: [1' });
  const { code, out, err } = await run(['explain', '-f', root]);
  expect([code, namesIn(out), err.includes('bad.yaml:1: cannot be read')]).toEqual([2, ['shop/web'], true]);
});

it('asks the cluster of the kubeconfig where no file is given, and names the way out', async () => {
  const { code, out, err } = await run(['explain', '--kubeconfig=/nowhere/config']);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain('The kubeconfig cannot be read: there is no such file or directory.');
  expect(err).toContain('(To explain files instead, name them with -f.)');
});

it('wants no name together with --all, and no namespace together with -A', async () => {
  expect(await run(['explain', '-A', '-n', 'shop'])).toMatchObject({ code: 2, out: '' });
  expect(await run(['explain', 'web', '--all', '-f', inputOf()])).toMatchObject({ code: 2, out: '' });
});
