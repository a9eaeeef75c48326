// argocd-server itself, as it comes and with what ends its redirect: what it answers to Google, what the catalogue says of the Pod, and
// what `ask` prints of it (npm run test:soak, for the program takes minutes to build).
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPolicy } from '../../src/policy/load.ts';
import { RULES } from '../../src/rules/index.ts';
import { type KubeObject, mustSucceed } from '../cluster/api-client.ts';
import { defineResources } from '../cluster/custom-resources.ts';
import { freePort } from '../cluster/free-port.ts';
import { goPrograms, logToStderr } from '../cluster/go-programs.ts';
import { runGuard } from '../cluster/live-cli.ts';
import { type ServerProcess, startServerProcess } from '../cluster/server-process.ts';
import { type StandInKubelet, startStandInKubelet } from '../cluster/stand-in-kubelet.ts';
import { startTestCluster, type TestCluster } from '../cluster/test-cluster.ts';
import { waitFor } from '../cluster/wait-for.ts';
import { ARGOCD_NAMESPACE } from '../gitops/argocd-application.ts';
import { writeSettings } from '../gitops/argocd-settings.ts';
import { argocdDefinitions, argocdModule } from '../gitops/programs.ts';
import { agrees, answerWords, measuredWords } from '../support/app-agreement.ts';
import { askCatalogue } from '../support/app-pods.ts';
import { askAsGoogle } from './ask.ts';

const VERSION = argocdDefinitions().module.split('@')[1] ?? '';
const IMAGE = `quay.io/argoproj/argocd:${VERSION}`;
const PORT = 8080;
const { apps } = loadPolicy(
  undefined,
  RULES.map(({ id }) => id),
);

let cluster: TestCluster;
let kubelet: StandInKubelet;
beforeAll(async () => {
  cluster = await startTestCluster();
  const { module, files } = argocdDefinitions();
  // It watches these as well.
  await defineResources(cluster.client, { module, files: [...files, 'manifests/crds/applicationset-crd.yaml'] });
  await writeSettings(cluster.client);
  kubelet = await startStandInKubelet(cluster);
}, 30 * 60_000);
afterAll(async () => {
  await kubelet?.stop();
  await cluster?.stop();
});

interface Start {
  readonly flags: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

async function startServer({
  flags,
  env = {},
}: Start): Promise<{ readonly port: number; readonly server: ServerProcess }> {
  const { cmd } = await goPrograms(argocdModule, logToStderr, process.env);
  const { controlPlane } = cluster;
  const port = await freePort();
  const directory = mkdtempSync(join(controlPlane.dir, 'argocd-server-'));
  const where = [
    '--address=127.0.0.1',
    `--port=${port}`,
    '--metrics-address=127.0.0.1',
    `--metrics-port=${await freePort()}`,
  ];
  // Neither is there, and no page that Google asks for needs them.
  const others = ['--redis=127.0.0.1:1', '--repo-server=127.0.0.1:1', `--staticassets=${directory}`];
  const api = [`--namespace=${ARGOCD_NAMESPACE}`, `--kubeconfig=${controlPlane.kubeconfig()}`];
  const server = await startServerProcess(cmd, [...flags, ...where, ...others, ...api], join(directory, 'log'), {
    ARGOCD_BINARY_NAME: 'argocd-server',
    ARGOCD_FAKE_IN_CLUSTER: 'true',
    ARGOCD_GPG_ENABLED: 'false',
    KUBECONFIG: controlPlane.kubeconfig(),
    HOME: directory,
    TMPDIR: directory,
    PATH: process.env['PATH'] ?? '',
    ...env,
  });
  const ask = async (): Promise<number> => {
    if (server.ended() !== undefined) throw new Error(server.logTail());
    return askAsGoogle(port, '/healthz').then(
      ({ status }) => status,
      () => 0,
    );
  };
  await waitFor('argocd-server to answer', ask, (status) => status !== 0 && status !== 503, { timeoutMs: 120_000 });
  return { port, server };
}

describe('argocd-server', () => {
  it.each<readonly [string, Start, Readonly<Record<string, string>>]>([
    ['as it comes', { flags: [] }, { '/healthz': '307 https', '/': '307 https' }],
    ['--insecure', { flags: ['--insecure'] }, { '/healthz': '200', '/login': '404' }],
    ['ARGOCD_SERVER_INSECURE=true', { flags: [], env: { ARGOCD_SERVER_INSECURE: 'true' } }, { '/healthz': '200' }],
    ['ARGOCD_SERVER_INSECURE=1', { flags: [], env: { ARGOCD_SERVER_INSECURE: '1' } }, { '/healthz': '307 https' }],
    ['--rootpath', { flags: ['--rootpath=/argocd'] }, { '/healthz': '200', '/': '404' }],
    ['--insecure --rootpath', { flags: ['--insecure', '--rootpath=/argocd'] }, { '/healthz': '200', '/': '404' }],
  ])('%s answers as the catalogue says', async (_, start, answers) => {
    const pod = { image: IMAGE, args: ['/usr/local/bin/argocd-server', ...start.flags], env: start.env ?? {} };
    const { port, server } = await startServer(start);
    try {
      for (const [path, expected] of Object.entries(answers)) {
        const { status, location } = await askAsGoogle(port, path);
        expect([path, measuredWords(status, location)]).toEqual([path, expected]);
        const said = askCatalogue(apps, pod, `${PORT} ${path}`);
        expect([path, answerWords(said), agrees(said, expected)]).toEqual([path, expected, true]);
      }
    } finally {
      await server.stop();
    }
  });
});

describe('ask', () => {
  const named = { name: 'argocd-server', namespace: ARGOCD_NAMESPACE };
  const labels = { 'app.kubernetes.io/name': 'argocd-server' };
  const specOf = (flags: readonly string[]) => ({
    containers: [
      {
        name: 'argocd-server',
        image: IMAGE,
        command: ['argocd-server', ...flags],
        ports: [{ containerPort: PORT }],
        readinessProbe: { httpGet: { path: '/healthz', port: PORT }, periodSeconds: 30 },
      },
    ],
  });

  it.each([
    [[], 1, 'UNHEALTHY to Google: 307 → https://10.8.1.17/healthz, twice'],
    [['--insecure'], 0, 'answers Google: 200, twice'],
  ])('tells argocd-server %j by what its Pod answers', async (flags, exitCode, heard) => {
    const { client, controlPlane } = cluster;
    const template = { metadata: { labels }, spec: specOf(flags) };
    const name = `argocd-server-${flags.length}`;
    const metadata = { ...named, name };
    const selector = { matchLabels: labels };
    const spec = { replicas: 1, selector, template };
    await mustSucceed(client.create({ apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec } as KubeObject));
    const { port, server } = await startServer({ flags });
    try {
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, labels }, spec: specOf(flags) };
      await kubelet.run(pod as KubeObject, { ip: '10.8.1.17' });
      kubelet.serve(`${ARGOCD_NAMESPACE}/${name}:${PORT}`, port);
      const words = ['ask', name, '-n', ARGOCD_NAMESPACE, `--kubeconfig=${controlPlane.kubeconfig()}`];
      const { code, out } = await runGuard(words);
      expect(out).toContain(heard);
      expect(code).toBe(exitCode);
    } finally {
      await server.stop();
    }
  });
});
