// Two replicas of the guard behind one address that the API server calls, as deploy/base has them, and what is done to them
// while people work: a rolling restart, a new certificate from a new authority, a kill. Nothing may be lost by the first two.
import { X509Certificate } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Authority, createAuthority } from '../support/certificates.ts';
import { type GuardProcess, startGuard } from '../support/guard-process.ts';
import { shakeHands } from '../support/handshake.ts';
import { DEPLOY, render } from '../support/kustomize.ts';
import { writeVolume } from '../support/mounted-volume.ts';
import { type KubeObject, mustSucceed } from './api-client.ts';
import { type Balancer, startBalancer } from './balancer.ts';
import { factsText, NAME, untilCalled } from './deployed-guard.ts';
import { failClosed, install } from './installation.ts';
import { OWN_ADDRESS } from './own-address.ts';
import { exposeLoopback } from './service-alias.ts';
import { type Failure, startLoad } from './steady-load.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';
import { waitFor } from './wait-for.ts';

const PORT = 10250;
const DNS_NAME = `${NAME.name}.${NAME.namespace}.svc`;
/** Ten a quarter of a second; a cluster at rest makes fewer than one a second. */
const EVERY_MS = 25;
/** That many creates show that all goes well before and after. */
const SOME = 20;

export interface TwoReplicasOptions {
  /** What node runs, with flags for it in front; left out, the sources. */
  readonly program?: readonly string[];
  readonly drainSeconds: number;
}

export interface TwoReplicas {
  readonly cluster: TestCluster;
  readonly balancer: Balancer;
  /** Those that serve now. */
  readonly replicas: GuardProcess[];
  readonly configurations: readonly KubeObject[];
  readonly tlsDir: string;
  authority: Authority;
  startReplica(): Promise<GuardProcess>;
  stop(): Promise<void>;
}

export async function startTwoReplicas({ program, drainSeconds }: TwoReplicasOptions): Promise<TwoReplicas> {
  const cluster = await startTestCluster();
  const { client, controlPlane } = cluster;
  const tlsDir = join(controlPlane.dir, 'guard-tls');
  const authority = await createAuthority('first');
  await writePair(tlsDir, authority);
  const objects = render(join(DEPLOY, 'base'));
  await install(client, objects);
  const configurations = await failClosed(client, objects);
  await exposeLoopback(client, { ...NAME, port: PORT, address: OWN_ADDRESS });
  const balancer = await startBalancer(OWN_ADDRESS, PORT);
  const replicas: GuardProcess[] = [];
  const startReplica = async (): Promise<GuardProcess> => {
    const replica = await startGuard({
      facts: factsText('vpcNative: true'),
      tls: { dir: tlsDir, caPem: two.authority.certPem },
      args: [`--drain-seconds=${drainSeconds}`],
      kubeconfig: controlPlane.kubeconfig(),
      ...(program && { program }),
    });
    replicas.push(replica);
    await balancer.add(replica);
    return replica;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(replicas.map((replica) => replica.stop('SIGKILL')));
    await balancer.close();
    rmSync(tlsDir, { recursive: true });
    await cluster.stop();
  };
  const two: TwoReplicas = { cluster, balancer, replicas, configurations, tlsDir, authority, startReplica, stop };
  await Promise.all([startReplica(), startReplica()]);
  await trust(two, authority);
  await untilCalled(client);
  return two;
}

async function writePair(dir: string, authority: Authority): Promise<string> {
  const names = { commonName: DNS_NAME, dnsNames: [DNS_NAME, 'localhost'] };
  const { certPem, keyPem } = await authority.issue(names);
  writeVolume(dir, { 'tls.crt': certPem, 'tls.key': keyPem });
  return new X509Certificate(certPem).serialNumber;
}

/** As cert-manager's cainjector writes it. */
async function trust({ cluster, configurations }: TwoReplicas, ...authorities: readonly Authority[]): Promise<void> {
  const caBundle = Buffer.from(authorities.map(({ certPem }) => certPem).join('\n')).toString('base64');
  const patch = [{ op: 'add', path: '/webhooks/0/clientConfig/caBundle', value: caBundle }];
  for (const one of configurations) await mustSucceed(cluster.client.patch(one, patch, { type: 'json' }));
}

export interface Seen {
  readonly judged: number;
  readonly failed: readonly Failure[];
}

/** What became of the creates before, while and after it was done. */
async function underLoad(two: TwoReplicas, name: string, act: (load: Load) => Promise<void>): Promise<Seen> {
  const { client } = two.cluster;
  await client.createNamespace(name);
  const load = startLoad(client, name, EVERY_MS);
  try {
    await load.more(SOME);
    await act(load);
    await load.more(SOME);
  } finally {
    await load.stop();
  }
  return { judged: load.judged(), failed: load.failed };
}

type Load = ReturnType<typeof startLoad>;

/** As the Deployment does it: each goes once its successor is ready. */
export function restartInTurn(two: TwoReplicas, name: string): Promise<Seen> {
  return underLoad(two, name, async (load) => {
    for (const replica of [...two.replicas]) {
      await two.startReplica();
      await load.more(SOME);
      await end(two, replica, 'SIGTERM');
    }
  });
}

async function end(two: TwoReplicas, replica: GuardProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  const ending = await replica.stop(signal);
  await two.balancer.untilOut(replica);
  two.balancer.forget(replica);
  two.replicas.splice(two.replicas.indexOf(replica), 1);
  const isOrderly = ending.code === 0;
  if (isOrderly !== (signal === 'SIGTERM')) throw new Error(`A replica ended with ${JSON.stringify(ending)}.`);
}

/** Trust first, then use, then no trust for the former authority (docs/adr/0009). */
export function rotate(two: TwoReplicas, name: string): Promise<Seen> {
  return underLoad(two, name, async (load) => {
    const former = two.authority;
    const next = await createAuthority(name);
    await trust(two, former, next);
    await load.more(SOME);
    const serial = await writePair(two.tlsDir, next);
    two.authority = next;
    for (const { webhookPort } of two.replicas) {
      await waitFor(
        'a replica to serve the new certificate',
        async () => (await shakeHands(webhookPort, { ca: [former.certPem, next.certPem] })).chain[0],
        (served) => served === serial,
      );
    }
    await load.more(SOME);
    // A connection that there was would hide a certificate that is not trusted.
    const before = connections(two);
    await trust(two, next);
    await waitFor(
      'the API server to make new connections',
      async () => connections(two),
      (now) => now > before,
    );
  });
}

function connections({ balancer, replicas }: TwoReplicas): number {
  return replicas.reduce((sum, replica) => sum + balancer.seen(replica).connections, 0);
}

export interface SeenOfKill extends Seen {
  /** How many calls of the API server had reached the replica and were not answered. */
  readonly cut: number;
  /** Of `failed`, the creates whose call broke off; the others found the replica that is left too busy. */
  readonly lost: readonly Failure[];
  /** Of those that were lost, what became of the ones that began when the replica was gone. */
  readonly lostLater: readonly string[];
}

export async function killOne(two: TwoReplicas, name: string): Promise<SeenOfKill> {
  const [replica] = two.replicas;
  if (replica === undefined) throw new Error('There is no replica.');
  let goneMs = 0;
  const seen = await underLoad(two, name, async (load) => {
    await two.balancer.killInFlight(replica);
    await end(two, replica, 'SIGKILL');
    goneMs = performance.now();
    await load.more(SOME);
    await two.startReplica();
  });
  const lost = seen.failed.filter(({ isLate }) => !isLate);
  const lostLater = lost.filter(({ startedMs }) => startedMs > goneMs).map(({ what }) => what);
  return { ...seen, cut: two.balancer.seen(replica).cut, lost, lostLater };
}
