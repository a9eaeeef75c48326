// The demo against a real API server: etcd and kube-apiserver on loopback, deploy/ in it, and the guard that answers for it,
// until Ctrl-C. It prints six commands to type in another terminal.
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { controlPlaneBinaries } from '../test/cluster/binaries.ts';
import { crd, defineKinds } from '../test/cluster/custom-kind.ts';
import { freePort } from '../test/cluster/free-port.ts';
import type { Log } from '../test/cluster/go-programs.ts';
import { startTestCluster } from '../test/cluster/test-cluster.ts';
import type { Manifest } from '../test/support/kustomize.ts';
import { type Kubectl, kubectlProgram, runKubectl } from './demo-cluster/kubectl.ts';
import { writeOverlay } from './demo-cluster/overlay.ts';
import { type Pods, startPods } from './demo-cluster/pods.ts';
import { tourText } from './demo-cluster/tour.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FACTS = fileURLToPath(new URL('../examples/addon-off.yaml', import.meta.url));
const GKE_KINDS = ['BackendConfig', 'FrontendConfig', 'ManagedCertificate'] as const;

const print: Log = (line) => {
  process.stdout.write(`${line}\n`);
};

/** Ends what was started, the last first. */
type Cleanup = (() => Promise<void>)[];

async function main(): Promise<void> {
  // Building can take minutes, and starts nothing that would have to be ended in order.
  const interrupt = (): never => process.exit(130);
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.once(signal, interrupt);
  const kubectl = await kubectlProgram(print);
  await controlPlaneBinaries(print);
  const stopped = new AbortController();
  for (const signal of signals) {
    process.off(signal, interrupt);
    // Ctrl-C reaches the whole group, and npm passes it on: it comes twice, and the second must not cut the end short.
    process.on(signal, () => stopped.abort());
  }
  const cleanup: Cleanup = [];
  try {
    await demo(kubectl, cleanup, stopped.signal);
  } catch (error) {
    // Ctrl-C ends the servers at the same moment, so what is being started then fails.
    if (!stopped.signal.aborted) throw error;
  } finally {
    for (const end of cleanup.toReversed()) await end();
  }
  print('\nEnded; nothing is left.');
}

async function demo(kubectl: Kubectl, cleanup: Cleanup, stopped: AbortSignal): Promise<void> {
  const cluster = await startTestCluster(print);
  cleanup.push(() => cluster.stop());
  stopped.throwIfAborted();
  // GKE brings the definitions of its own kinds.
  await defineKinds(cluster.client, ...GKE_KINDS.map((kind) => crd(kind)));
  const { dir, kubeconfig: writeKubeconfig } = cluster.controlPlane;
  const kubeconfig = writeKubeconfig();
  const port = await freePort();
  const overlay = writeOverlay(dir, port, FACTS);
  await runKubectl(kubectl, kubeconfig, ['apply', '-k', overlay]);
  stopped.throwIfAborted();
  await cluster.client.createNamespace('argocd');
  const rendered = await runKubectl(kubectl, kubeconfig, ['kustomize', overlay]);
  // What was applied a moment ago are objects with a kind and a name.
  const manifests = parseAllDocuments(rendered).map((document) => document.toJS() as Manifest);
  const pods = await startPods({ cluster, manifests, port });
  cleanup.push(() => pods.stop());
  stopped.throwIfAborted();
  print(
    'There are no nodes and no controllers: the Pods of deploy/ run as processes here, each with the rights of its ServiceAccount.\n',
  );
  print(tourText({ root: ROOT, kubectl, kubeconfig, overlay }));
  await Promise.race([once(stopped, 'abort'), pods.failed, tellOfFacts(pods, stopped)]);
}

/** Until it is stopped. */
async function tellOfFacts(pods: Pods, stopped: AbortSignal): Promise<void> {
  for (;;) {
    await pods.untilFactsChange(stopped);
    print('The guard has taken up the new facts.');
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
