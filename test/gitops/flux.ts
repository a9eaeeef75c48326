// Flux's kustomize-controller on loopback, against a control plane of the tests. Of source-controller only what it leaves behind is
// here: a GitRepository whose artifact the test has put together and serves.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { tarOf } from '../../scripts/image/tar.ts';
import { at } from '../../src/kubernetes/read.ts';
import { type ApiClient, type KubeObject, mustSucceed } from '../cluster/api-client.ts';
import { type Condition, conditionOf } from '../cluster/cert-manager.ts';
import { defineResources } from '../cluster/custom-resources.ts';
import { goPrograms, logToStderr } from '../cluster/go-programs.ts';
import { startServerProcess } from '../cluster/server-process.ts';
import type { TestCluster } from '../cluster/test-cluster.ts';
import { waitFor } from '../cluster/wait-for.ts';
import { type LogLine, logLinesIn } from './log-lines.ts';
import { fluxDefinitions, fluxModule } from './programs.ts';
import { withLog } from './with-log.ts';

export const FLUX_NAMESPACE = 'flux-system';

export interface Flux {
  /** What a commit brings: the GitRepository of this name has these files from now on. */
  commit(name: string, objects: readonly KubeObject[]): Promise<void>;
  /** Has the Kustomization reconciled now, as `flux reconcile` does: its condition Ready afterwards. */
  reconcile(name: string): Promise<Condition | undefined>;
  log(): readonly LogLine[];
  stop(): Promise<void>;
}

/** @throws {Error} with the last lines of the log of what did not start. */
export async function startFlux({ client, controlPlane }: TestCluster): Promise<Flux> {
  const { 'kustomize-controller': program } = await goPrograms(fluxModule, logToStderr, process.env);
  for (const source of fluxDefinitions()) await defineResources(client, source);
  await client.createNamespace(FLUX_NAMESPACE);
  const artifacts = await serveArtifacts();
  const logFile = join(controlPlane.dir, 'kustomize-controller.log');
  const flags = ['--watch-all-namespaces', '--enable-leader-election=false', '--metrics-addr=0', '--health-addr=0'];
  const controller = await startServerProcess(program, [...flags, '--events-addr='], logFile, {
    KUBECONFIG: controlPlane.kubeconfig(),
    RUNTIME_NAMESPACE: FLUX_NAMESPACE,
  });
  let requests = 0;
  return {
    commit: async (name, objects) => writeArtifact(client, name, artifacts.add(objects)),
    reconcile: async (name) => {
      requests += 1;
      return withLog([controller], () => reconcile(client, kustomization(name), `request-${requests}`));
    },
    log: () => logLinesIn(logFile),
    stop: async () => {
      await controller.stop();
      artifacts.close();
    },
  };
}

/** One that applies all of the GitRepository of the same name. Only what asks for it is reconciled: the interval is an hour. */
export function kustomization(name: string, spec: Readonly<Record<string, unknown>> = {}): KubeObject {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { namespace: FLUX_NAMESPACE, name },
    spec: {
      interval: '1h',
      path: './',
      prune: true,
      sourceRef: { kind: 'GitRepository', name },
      ...spec,
    },
  };
}

async function reconcile(client: ApiClient, ref: KubeObject, requestedAt: string): Promise<Condition | undefined> {
  const annotations = { 'reconcile.fluxcd.io/requestedAt': requestedAt };
  await mustSucceed(client.patch(ref, { metadata: { annotations } }, { type: 'merge' }));
  const { body } = await waitFor(
    `Flux to reconcile ${ref.metadata.name}`,
    () => client.get(ref),
    // A round that only adds the finalizer answers the request too, and has no condition yet.
    (answer) =>
      at(answer.body, 'status', 'lastHandledReconcileAt') === requestedAt &&
      ['True', 'False'].includes(String(conditionOf(answer.body, 'Ready')?.status)),
    { timeoutMs: 60_000 },
  );
  return conditionOf(body, 'Ready');
}

interface Artifact {
  readonly url: string;
  readonly path: string;
  readonly revision: string;
  readonly digest: string;
  readonly size: number;
}

async function serveArtifacts() {
  const files = new Map<string, Buffer>();
  const server = createServer(({ url = '' }, response) => {
    const file = files.get(url);
    response.writeHead(file === undefined ? 404 : 200).end(file);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port
  const add = (objects: readonly KubeObject[]): Artifact => {
    const file = archiveOf(objects);
    const revision = createHash('sha1').update(file).digest('hex');
    const path = `/${revision}.tar.gz`;
    files.set(path, file);
    const digest = `sha256:${createHash('sha256').update(file).digest('hex')}`;
    return {
      url: `http://127.0.0.1:${port}${path}`,
      path,
      revision: `main@sha1:${revision}`,
      digest,
      size: file.length,
    };
  };
  return { add, close: () => server.close() };
}

function archiveOf(objects: readonly KubeObject[]): Buffer {
  const content = Buffer.from(objects.map((one) => JSON.stringify(one)).join('\n---\n'));
  const entry = { kind: 'file', path: 'objects.yaml', isExecutable: false, content: () => content } as const;
  return gzipSync(Buffer.concat([...tarOf([entry], 0)]));
}

/** What source-controller writes once it has fetched a commit. */
async function writeArtifact(client: ApiClient, name: string, artifact: Artifact): Promise<void> {
  const repository = {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { namespace: FLUX_NAMESPACE, name },
    spec: { interval: '1h', url: 'https://git.example.com/shop.git' },
  };
  const { body, status } = await client.get(repository);
  const stored = status === 404 ? (await mustSucceed(client.create(repository))).body : body;
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'Succeeded',
    message: `stored artifact for revision '${artifact.revision}'`,
    lastTransitionTime: now,
  };
  await mustSucceed(
    client.updateStatus({
      ...(stored as KubeObject), // the API server's own
      status: { artifact: { ...artifact, lastUpdateTime: now }, conditions: [ready], observedGeneration: 1 },
    }),
  );
}
