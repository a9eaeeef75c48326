// `doctor` over manifests: what it reads, prints and returns. Against a cluster: test/cluster/doctor.test.ts.
import { expect, it } from 'vitest';
import { goodWorld } from '../support/good-installation.ts';
import { directoryOf, run } from './support.ts';

async function manifests(): Promise<string> {
  const world = await goodWorld();
  return world.objects.map((object) => JSON.stringify(object)).join('\n');
}

it('reads what kustomize rendered from standard input', async () => {
  const { code, out, err } = await run(['doctor', '-f', '-'], { stdin: await manifests() });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^skipped /);
  expect(out).toMatch(/(?:^|\n)skipped +API server: manifests do not tell the API server's clock \[clock\]\n +Look: /);
  expect(out).toMatch(/\nok +installed, [a-z, \n-]+\n\n/);
  expect(out).toMatch(/\n\n\d+ ok, 0 errors, 0 warnings, 5 skipped\.\n$/);
});

it('ends with 1 from the severity that is asked for on', async () => {
  const root = directoryOf({ 'guard.json': (await manifests()).replace('"replicas":2', '"replicas":1') });
  expect(await run(['doctor', '-f', root])).toMatchObject({ code: 0 });
  const { code, out } = await run(['doctor', '-f', root, '--fail-on=warning', '--format=json']);
  const { version, summary, checks } = JSON.parse(out);
  expect([code, version, summary.warnings]).toEqual([1, 1, 1]);
  expect(checks.filter(({ status }: { status: string }) => status === 'warning')).toEqual([
    {
      id: 'disruption',
      status: 'warning',
      subject: 'Deployment/gke-ingress-guard/gke-ingress-guard',
      message: expect.stringMatching(/^it has one replica: /),
      fix: 'kubectl -n gke-ingress-guard scale deployment gke-ingress-guard --replicas=2',
      commands: [['kubectl', '-n', 'gke-ingress-guard', 'scale', 'deployment', 'gke-ingress-guard', '--replicas=2']],
    },
  ]);
});

it('colours the first word, on a terminal only', async () => {
  const stdin = await manifests();
  const { out } = await run(['doctor', '-f', '-'], { stdin, hasColour: true });
  expect(out).toContain('\n\u001b[32mok       \u001b[0minstalled, ');
  expect((await run(['doctor', '-f', '-'], { stdin })).out).not.toContain('\u001b');
});

it('says that a kustomization has to be rendered first', async () => {
  const { code, out, err } = await run(['doctor', '-f', 'deploy/base']);
  expect([code, out.includes('[config-maps]')]).toEqual([1, true]);
  expect(err).toBe(
    'deploy/base/kustomization.yaml: not rendered yet; run kubectl kustomize deploy/base/ | gke-ingress-guard doctor -f -\n',
  );
});

it('ends with 2 where a file cannot be read, and still judges the others', async () => {
  const root = directoryOf({ 'guard.json': await manifests(), 'broken.yaml': 'kind: [' });
  const { code, out, err } = await run(['doctor', '-f', root]);
  expect([code, out.includes('installed, ')]).toEqual([2, true]);
  expect(err).toMatch(/broken\.yaml:\d+: cannot be read: /);
});

it('says what is not there, and takes files or a cluster, not both', async () => {
  const nothing = await run(['doctor', '-f', '-', '-n', 'guards', '--name', 'mine'], { stdin: '' });
  expect(nothing.code).toBe(1);
  expect(nothing.out).toContain('error    Deployment/guards/mine: it is not among the manifests: nobody answers');
  const both = await run(['doctor', '-f', '-', '--context=prod']);
  expect([both.code, both.err.startsWith('error: give -f, or --kubeconfig and --context, not both')]).toEqual([
    2,
    true,
  ]);
});

it('says what is wrong first, and what is right in one line of names', async () => {
  const root = directoryOf({ 'guard.json': (await manifests()).replace('"replicas":2', '"replicas":1') });
  const { out } = await run(['doctor', '-f', root]);
  const statuses = [...out.matchAll(/^(error|warning|skipped|ok) /gm)].map(([, status]) => status);
  expect(statuses).toEqual(['warning', ...Array.from({ length: 5 }, () => 'skipped'), 'ok']);
  expect(out).not.toMatch(/\[installed\]/);
});
