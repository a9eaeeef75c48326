// What the Pods of deploy/ run, as two processes on loopback: the guard, and the one that keeps its certificate. Each has the
// arguments of its Deployment and the rights of its ServiceAccount; there is no node that could run a Pod.
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { textOr } from '../../src/kubernetes/read.ts';
import { mountPod } from '../../test/cluster/installation.ts';
import { startKeeper } from '../../test/cluster/self-signed-guard.ts';
import { serviceAccountKubeconfig } from '../../test/cluster/service-account.ts';
import type { TestCluster } from '../../test/cluster/test-cluster.ts';
import { waitFor } from '../../test/cluster/wait-for.ts';
import { firstAt, listAt, only } from '../../test/deploy/support.ts';
import { type ServingProcess, startServing } from '../../test/support/guard-process.ts';
import type { Manifest } from '../../test/support/kustomize.ts';

const NAMESPACE = 'gke-ingress-guard';
const GUARD = { namespace: NAMESPACE, name: 'gke-ingress-guard' };
const KEEPER = { namespace: NAMESPACE, name: 'gke-ingress-guard-certificate' };

export interface Pods {
  /** Rejects once one of them ends by itself, until they are stopped. */
  readonly failed: Promise<never>;
  /** Resolves at the next facts that the guard takes up. */
  untilFactsChange(signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

export interface PodsOptions {
  readonly cluster: TestCluster;
  readonly manifests: readonly Manifest[];
  readonly port: number;
}

/** Returns once the API server asks the guard. */
export async function startPods({ cluster, manifests, port }: PodsOptions): Promise<Pods> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).toReversed()) await end();
  };
  try {
    const keeper = await startKeeper(argsOf(manifests, KEEPER.name), await rightsOf(cluster, KEEPER));
    stops.push(() => keeper.end('SIGTERM'));
    const mounted = await mountPod(cluster.client, manifests, join(cluster.controlPlane.dir, 'pod'));
    stops.push(() => mounted.stop());
    const guard = await startServing([...mounted.args, ...(await loopbackArgs(cluster, port))]);
    stops.push(() => guard.stop());
    await untilReady(guard);
    await untilCalled(cluster);
    const failed = failureOf(guard);
    // It ends in the right order too, when nobody waits for this any more.
    failed.catch(() => undefined);
    return { failed, untilFactsChange: (signal) => untilFactsChange(guard, signal), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function argsOf(manifests: readonly Manifest[], deployment: string): readonly string[] {
  const container = firstAt(only(manifests, 'Deployment', deployment), 'spec', 'template', 'spec', 'containers');
  return listAt(container, 'args').map((arg) => textOr(arg, ''));
}

/** What differs from a Pod: addresses, ports, credentials; and there is no Google to ask. */
async function loopbackArgs(cluster: TestCluster, port: number): Promise<readonly string[]> {
  return [
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    '--health-port=0',
    '--drain-seconds=0',
    `--kubeconfig=${await rightsOf(cluster, GUARD)}`,
    '--no-gke-api',
  ];
}

/** As long as the certificates of the control plane are good. */
function rightsOf(
  cluster: TestCluster,
  account: { readonly namespace: string; readonly name: string },
): Promise<string> {
  return serviceAccountKubeconfig(cluster, account, 24 * 3600);
}

async function untilReady({ healthPort }: ServingProcess): Promise<void> {
  const readiness = async (): Promise<string> => (await fetch(`http://127.0.0.1:${healthPort}/readyz`)).text();
  await waitFor('the guard to be ready', readiness, (text) => text === 'ok\n', { timeoutMs: 60_000 });
}

/** A Service of the kind that the guard annotates, and an Ingress that it refuses; neither is stored. */
async function untilCalled({ client }: TestCluster): Promise<void> {
  const metadata = { name: 'is-the-guard-there', namespace: 'argocd' };
  const ports = [{ port: 80 }];
  const service = { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: { app: 'web' }, ports } };
  const defaultBackend = { service: { name: 'web', port: { number: 80 } } };
  const spec = { ingressClassName: 'gce', defaultBackend };
  const ingress = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, spec };
  const ask = async (): Promise<string> => {
    const { body } = await client.create(service, { dryRun: true });
    const { status } = await client.create(ingress, { dryRun: true });
    return `${status} ${JSON.stringify(body).includes('cloud.google.com/neg')}`;
  };
  await waitFor('the API server to ask the guard', ask, (answer) => answer === '403 true');
}

async function failureOf(guard: ServingProcess): Promise<never> {
  const { code, signal } = await guard.ended;
  const lines = guard.log.slice(-3).map((line) => JSON.stringify(line));
  throw new Error(`The guard ended with ${signal ?? `code ${code}`}. Its last lines:\n${lines.join('\n')}`);
}

async function untilFactsChange({ log }: ServingProcess, signal: AbortSignal): Promise<void> {
  let seen = log.length;
  const isIt = ({ msg }: Readonly<Record<string, unknown>>): boolean => /^took up a change of .*facts/.test(`${msg}`);
  while (!log.slice(seen).some(isIt)) {
    seen = log.length;
    await delay(100, undefined, { signal });
  }
}
