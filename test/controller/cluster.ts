// A cluster in which the controllers really run: API server and etcd, one Node, a fake Google, and the objects of a batch.

import type { Log } from '../cluster/go-programs.ts';
import { startTestCluster, type TestCluster } from '../cluster/test-cluster.ts';
import { waitFor } from '../cluster/wait-for.ts';
import { addressesOf, type Batch, type Flags, type RawObject, SYSTEM_NAMESPACE, SYSTEM_SERVICE } from './case.ts';
import { type BackendService, type Google, type Resource, tailOf } from './google.ts';
import { type Controller, REGION, type Syncs, startController } from './program.ts';
import { idOf, openStore, type Refused, type Store, storeAll } from './store.ts';

/** Everything that the controllers have written, once they write nothing more. */
export interface Written {
  readonly google: Google;
  readonly syncs: Syncs;
  readonly ingresses: readonly StoredObject[];
  readonly services: readonly StoredObject[];
  readonly events: readonly StoredEvent[];
}

export interface StoredObject extends RawObject {
  readonly metadata: RawObject['metadata'] & { readonly namespace: string; readonly finalizers?: readonly string[] };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] } };
}

export interface StoredEvent {
  readonly involvedObject: { readonly kind: string; readonly namespace: string; readonly name: string };
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly source: { readonly component?: string };
}

export interface ControllerCluster {
  readonly store: Store;
  readonly refused: readonly Refused[];
  /** API server and etcd alone. */
  readonly plain: TestCluster;
  /** Path of the administrator's. */
  readonly kubeconfig: string;
  /** As they are now. */
  readonly controller: Controller;
  /** Waits until the controllers have nothing more to do. */
  settle(): Promise<Written>;
  stop(): Promise<void>;
}

/** Resynchronization makes the controller look at everything anew: two rounds without a change, and it is done. */
const RESYNC_SECONDS = 3;

// A Service of each family, and of both.
const DUAL_STACK = '--service-cluster-ip-range=10.0.0.0/16,fd00:10::/112';

/** @param resyncSeconds how often the controllers look at everything anew, without anybody asking */
export async function startControllerCluster(
  program: string,
  batch: Batch,
  log: Log,
  resyncSeconds = RESYNC_SECONDS,
): Promise<ControllerCluster> {
  const cluster = await startTestCluster(log, [DUAL_STACK]);
  const running: { stop(): Promise<void> }[] = [cluster];
  const stop = async (): Promise<void> => {
    for (const one of running.toReversed()) await one.stop();
  };
  try {
    const controller = await startController(
      program,
      cluster.controlPlane,
      controllerFlags(batch.flags, resyncSeconds),
    );
    running.push(controller);
    const store = openStore(cluster.controlPlane);
    running.push({ stop: async () => store.close() });
    await createNode(store);
    const refused = await storeAll(store, [batch.system, ...batch.cases.flatMap(({ objects }) => objects)]);
    // Something has to be the clock of the rounds (pendingIn), though no case of the batch is compared then.
    if (refused.some(({ object }) => object === idOf(batch.system))) await storeAll(store, [SYSTEM_SERVICE]);
    const addresses = addressesOf(batch.cases).map(({ name, isRegional, isExternal }) => ({
      name,
      isExternal,
      region: isRegional ? REGION : '',
    }));
    await controller.start(addresses);
    const kubeconfig = cluster.controlPlane.kubeconfig();
    return { store, refused, plain: cluster, kubeconfig, controller, settle: () => settle(controller, store), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Beside those that GKE is known to set, or that the plan takes for given: V2 names and finalizers. */
function controllerFlags(flags: Flags, resyncSeconds: number): readonly string[] {
  return [
    `--sync-period=${resyncSeconds}s`,
    '--enable-v2-frontend-namer',
    '--enable-finalizer-add',
    '--enable-finalizer-remove',
    // Without it v1.41.0 has no Service to put its health check Events on, and crashes over one.
    '--enable-update-hc-description',
    // NEGs that nobody needs are collected every two minutes: what is left after that is left behind.
    '--neg-gc-period=3s',
    `--ingress-class=${flags.ingressClass}`,
    `--enable-ingress-global-external=${flags.enableIngressGlobalExternal}`,
    `--enable-ingress-regional-external=${flags.enableIngressRegionalExternal}`,
    `--enable-transparent-health-checks=${flags.enableTransparentHealthChecks}`,
    `--enable-traffic-scaling=${flags.enableTrafficScaling}`,
    `--enable-ipv6-only-neg=${flags.enableIpv6OnlyNeg}`,
  ];
}

const NODE = 'node-1';
export const NODE_PATH = `/api/v1/nodes/${NODE}`;

/** Without a Node there are no zones, and so no groups (pkg/utils/zonegetter). */
async function createNode(store: Store): Promise<void> {
  const name = NODE;
  await store.must('POST', '/api/v1/nodes', {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'topology.kubernetes.io/zone': 'us-central1-b' } },
    spec: { providerID: `gce://test-project/us-central1-b/${name}`, podCIDR: '10.4.0.0/24', podCIDRs: ['10.4.0.0/24'] },
  });
  const status = { conditions: [{ type: 'Ready', status: 'True' }] };
  await store.must('PATCH', `${NODE_PATH}/status`, { status }, 'application/merge-patch+json');
}

/** A busy machine has taken more than two minutes over 250 Ingresses. */
const SETTLE_DEADLINE_MS = 300_000;

async function settle(controller: Controller, store: Store): Promise<Written> {
  let from = await controller.syncs();
  let before: ReadonlyMap<string, string> = new Map();
  await waitFor(
    'the controllers to have nothing more to do',
    async () => {
      const now = await controller.syncs();
      const pending = await pendingIn(from, now, store);
      if (pending.length > 0) return { theRoundWaitsFor: pending.length, example: pending.slice(0, 3) };
      const after = fingerprint(await controller.google(), now);
      const changed = [...after].filter(([name, value]) => before.get(name) !== value);
      if (changed.length === 0 && after.size === before.size) return 'settled';
      const example = changed.slice(0, 2).map(([name, value]) => ({ name, was: before.get(name), is: value }));
      before = after;
      from = now;
      return { theLastRoundChanged: changed.length, example };
    },
    (answer) => answer === 'settled',
    { timeoutMs: SETTLE_DEADLINE_MS, intervalMs: 250 },
  );
  return read(controller, store);
}

const CLOCK = `${SYSTEM_NAMESPACE}/${SYSTEM_SERVICE.metadata.name}`;
const FINALIZER = 'networking.gke.io/ingress-finalizer';

/**
 * All Services are processed in each round, used or not, so one is the clock. Each Ingress with a finalizer is synced in
 * each; one that is gone, or is another controller's by now, no more. A sync that had begun before does not count.
 */
async function pendingIn(from: Syncs, now: Syncs, store: Store): Promise<readonly string[]> {
  const isDone = (kind: 'services' | 'ingresses', key: string): boolean =>
    (now[kind][key]?.finished ?? 0) > (from[kind][key]?.started ?? 0);
  if (!isDone('services', CLOCK)) return [CLOCK];
  const ingresses = (await list(store, '/apis/networking.k8s.io/v1/ingresses', 'Ingress')) as readonly StoredObject[];
  return ingresses
    .filter(({ metadata }) => metadata.finalizers?.some((finalizer) => finalizer.startsWith(FINALIZER)))
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
    .filter((key) => !isDone('ingresses', key));
}

/** A port that one Ingress names by number and another by name changes its description at every sync (backends.go). */
function fingerprint(google: Google, { ingresses }: Syncs): ReadonlyMap<string, string> {
  const resources = Object.values(google)
    .flat()
    .map((one: Resource) => {
      const { description: _, fingerprint: _also, ...rest } = one as BackendService;
      return [tailOf(one.selfLink), JSON.stringify(rest)] as const;
    });
  return new Map([
    ...resources,
    ...Object.entries(ingresses).map(([key, { error }]) => [`error of ${key}`, withoutPointers(error)] as const),
  ]);
}

/** It prints health checks with the addresses of their parts: the same error has another text each time. */
function withoutPointers(text: string): string {
  return text.replaceAll(/0x[\da-f]+/g, '0x');
}

async function read(controller: Controller, store: Store): Promise<Written> {
  const [google, syncs, ingresses, services, events] = await Promise.all([
    controller.google(),
    controller.syncs(),
    list(store, '/apis/networking.k8s.io/v1/ingresses', 'Ingress'),
    list(store, '/api/v1/services', 'Service'),
    list(store, '/api/v1/events', 'Event'),
  ]);
  return {
    google,
    syncs,
    ingresses: ingresses as readonly StoredObject[],
    services: services as readonly StoredObject[],
    events: events as readonly StoredEvent[],
  };
}

/** The items of a list have neither kind nor version of their own. */
async function list(store: Store, path: string, kind: string): Promise<readonly unknown[]> {
  const answer = (await store.must('GET', path)) as { readonly items: readonly object[]; readonly apiVersion: string };
  return answer.items.map((item) => ({ apiVersion: answer.apiVersion, kind, ...item }));
}
