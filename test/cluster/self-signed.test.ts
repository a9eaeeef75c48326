// deploy/overlays/quickstart-self-signed on a real API server: two replicas and two keepers with the arguments of their
// Deployments, each under the rights of its ServiceAccount and no others, while the certificates are rotated, spoilt and taken
// away. What differs from a user's cluster: the Service leads to loopback, and the webhooks fail closed, so that a lost request is seen.
import { once } from 'node:events';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect as connectToApi } from '../../src/cluster/api/connection.ts';
import { issueAuthority, issueServing } from '../../src/self-signed/issue.ts';
import { certificatesOf, isTrustedBy, type PemPair } from '../../src/self-signed/pem.ts';
import { only } from '../deploy/support.ts';
import { DEPLOY, type Manifest, render } from '../support/kustomize.ts';
import { type ApiClient, type KubeObject, mustSucceed } from './api-client.ts';
import { failClosed, install, type MountedPod, mountPod } from './installation.ts';
import { OWN_ADDRESS } from './own-address.ts';
import {
  type Balancer,
  type KeeperProcess,
  type LogLine,
  type Replica,
  startBalancer,
  startKeeper,
  startReplica,
} from './self-signed-guard.ts';
import { serviceAccountKubeconfig } from './service-account.ts';
import { exposeLoopback } from './service-alias.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';
import { waitFor } from './wait-for.ts';

const PORT = 10250;
const NAME = { namespace: 'gke-ingress-guard', name: 'gke-ingress-guard' };
const KEEPER = 'gke-ingress-guard-certificate';
const DNS_NAMES = ['gke-ingress-guard.gke-ingress-guard.svc', 'gke-ingress-guard.gke-ingress-guard.svc.cluster.local'];
/** pino's number. */
const WARN = 40;
const DAY_MS = 24 * 60 * 60_000;
/** A takeover after a kill waits for the Lease, and the machine may be busy. */
const PATIENCE = { timeoutMs: 60_000, intervalMs: 200 };

let cluster: TestCluster;
let client: ApiClient;
let kubeconfig: string;
let manifests: readonly Manifest[];
let pod: MountedPod;
let balancer: Balancer;
let keepersKubeconfig: string;
const replicas: Replica[] = [];
let keepers: KeeperProcess[] = [];

interface Webhook {
  readonly name: string;
  readonly clientConfig: { readonly caBundle?: string; readonly service?: Readonly<Record<string, unknown>> };
}

const isConfiguration = ({ kind }: Manifest): boolean => kind.endsWith('WebhookConfiguration');

function configurations(): readonly Manifest[] {
  return manifests.filter(isConfiguration);
}

const secret: KubeObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace: NAME.namespace, name: 'gke-ingress-guard-tls' },
};
const lease: KubeObject = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: NAME };

async function dataOf(): Promise<Readonly<Record<string, string>>> {
  const { body } = await mustSucceed(client.get(secret));
  const data = (body as { readonly data?: Readonly<Record<string, string>> }).data ?? {};
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
}

async function setData(data: Readonly<Record<string, string>>): Promise<void> {
  const { body } = await mustSucceed(client.get(secret));
  const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  await mustSucceed(client.update({ ...(body as KubeObject), data: Object.fromEntries(encoded) }));
}

/** PEM of each webhook, of both configurations. */
async function bundles(): Promise<readonly string[]> {
  const found: string[] = [];
  for (const configuration of configurations()) {
    const { body } = await mustSucceed(client.get(configuration));
    const { webhooks } = body as { readonly webhooks: readonly Webhook[] };
    found.push(...webhooks.map(({ clientConfig }) => Buffer.from(clientConfig.caBundle ?? '', 'base64').toString()));
  }
  return found;
}

/** A dry run of an Ingress that every policy refuses: an answer of the guard, and nothing is stored. */
async function askThroughApiServer(): Promise<string> {
  const { status, body } = await client.create(
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'asked', namespace: 'default' },
      spec: { ingressClassName: 'gce', defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
    },
    { dryRun: true },
  );
  const { message } = body as { readonly message?: string };
  return status === 403 && message?.includes('denied the request') ? 'answered' : `${status}: ${message}`;
}

/** What a handshake of the API server with this replica would find now. */
async function shake(replica: Replica, ca: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port: replica.webhookPort, ca, servername: DNS_NAMES[0] });
  try {
    await once(socket, 'secureConnect');
    return socket.getPeerX509Certificate()?.fingerprint256 ?? 'no certificate';
  } catch (error) {
    return `not trusted: ${(error as NodeJS.ErrnoException).code}`;
  } finally {
    socket.destroy();
  }
}

/** Asks without a break, through the API server and by handshakes of its own, while something happens. */
async function asking(
  happens: () => Promise<void>,
): Promise<{ readonly asked: number; readonly lost: readonly string[] }> {
  let isOver = false;
  let asked = 0;
  const lost: string[] = [];
  const ask = async (): Promise<void> => {
    while (!isOver) {
      asked += 1;
      const answer = await askThroughApiServer();
      if (answer !== 'answered') lost.push(answer);
      for (const ca of await bundles()) {
        for (const replica of replicas) {
          const found = await shake(replica, ca);
          if (found.startsWith('not trusted')) lost.push(found);
        }
      }
    }
  };
  const end = (): void => {
    isOver = true;
  };
  await Promise.all([ask(), happens().finally(end)]);
  return { asked, lost };
}

function fingerprint(pem: string | undefined): string {
  return certificatesOf(pem ?? '')[0]?.fingerprint256 ?? '';
}

/** Both caBundles trust what the Secret has, and every replica serves with it. */
async function untilGood(): Promise<Readonly<Record<string, string>>> {
  await waitFor(
    'the replicas to serve with the certificate of the Secret, and the caBundles to trust it',
    async () => {
      const data = await dataOf();
      const all = await bundles();
      const served = await Promise.all(replicas.map((replica) => shake(replica, all[0] ?? '')));
      const leaf = data['tls.crt'] === undefined ? undefined : certificatesOf(data['tls.crt'])[0];
      const isTrusted = all.every((ca) => leaf !== undefined && isTrustedBy(leaf, certificatesOf(ca), Date.now()));
      const isOfAuthority = leaf !== undefined && isTrustedBy(leaf, certificatesOf(data['ca.crt'] ?? ''), Date.now());
      return { isTrusted, isOfAuthority, served, stored: fingerprint(data['tls.crt']) };
    },
    ({ isTrusted, isOfAuthority, served, stored }) =>
      isTrusted && isOfAuthority && stored !== '' && served.every((one) => one === stored),
    PATIENCE,
  );
  return dataOf();
}

type Logging = Pick<KeeperProcess, 'log'>;
const everybody = (): readonly Logging[] => [...replicas, ...keepers];

function said(message: string, by: readonly Logging[] = keepers): readonly LogLine[] {
  return by.flatMap(({ log }) => log.filter(({ msg }) => msg === message));
}

async function untilSaid(what: string, isIt: (line: LogLine) => boolean, since: readonly number[]): Promise<LogLine> {
  const lines = await waitFor(
    what,
    async () => everybody().flatMap(({ log }, i) => log.slice(since[i] ?? 0).filter(isIt)),
    ({ length }) => length > 0,
    PATIENCE,
  );
  return lines[0] ?? {};
}

const marks = (): readonly number[] => everybody().map(({ log }) => log.length);

async function holder(): Promise<string> {
  const { body } = await client.get(lease);
  return (body as { readonly spec?: { readonly holderIdentity?: string } }).spec?.holderIdentity ?? '';
}

/** The keeper that said last that it leads. */
function leader(): KeeperProcess {
  const last = ({ log }: Logging, msg: string): number => log.findLastIndex((line) => line['msg'] === msg);
  const leading = keepers.filter((one) => last(one, 'this replica leads') > last(one, 'this replica no longer leads'));
  if (leading.length !== 1 || leading[0] === undefined) throw new Error(`${leading.length} keepers lead`);
  return leading[0];
}

async function addReplica(): Promise<Replica> {
  const replica = await startReplica(pod.args, kubeconfig);
  replicas.push(replica);
  return replica;
}

async function addKeeper(): Promise<void> {
  const { spec } = only(manifests, 'Deployment', KEEPER) as unknown as {
    readonly spec: { readonly template: { readonly spec: { readonly containers: readonly { args: string[] }[] } } };
  };
  const args = spec.template.spec.containers[0]?.args ?? [];
  keepers.push(await startKeeper(args, keepersKubeconfig));
}

beforeAll(async () => {
  cluster = await startTestCluster();
  ({ client } = cluster);
  manifests = render(join(DEPLOY, 'overlays', 'quickstart-self-signed'));
  balancer = await startBalancer(OWN_ADDRESS, PORT, () => replicas);
  await install(
    client,
    manifests.filter((one) => !isConfiguration(one)),
  );
  await exposeLoopback(client, { ...NAME, port: PORT, address: OWN_ADDRESS });
  pod = await mountPod(client, manifests, join(cluster.controlPlane.dir, 'pod'));
  kubeconfig = await serviceAccountKubeconfig(cluster, NAME);
  keepersKubeconfig = await serviceAccountKubeconfig(cluster, { ...NAME, name: KEEPER });
});
afterAll(async () => {
  await Promise.all([...replicas, ...keepers].map((one) => one.end('SIGKILL')));
  await pod?.stop();
  await balancer?.close();
  await cluster?.stop();
});

async function untilReadinessSays(reason: string): Promise<void> {
  await waitFor(
    'the reason',
    () => replicas[0]?.readiness() ?? Promise.resolve(''),
    (text) => text === `not ready: ${reason}\n`,
    PATIENCE,
  );
}

test('until a certificate is kept, and something could trust it, a replica is alive, not ready, and says why', async () => {
  await Promise.all([addReplica(), addReplica()]);
  await untilReadinessSays(
    'the Secret gke-ingress-guard/gke-ingress-guard-tls has no certificate that can be served with yet; does keep-certificate run?',
  );
  await Promise.all([addKeeper(), addKeeper()]);
  await untilReadinessSays('no webhook configuration calls this Service; is deploy/base applied?');
  expect(said('nothing is there that could trust the certificate', replicas.slice(0, 1))).toMatchObject([
    {
      level: WARN,
      reason: 'no webhook configuration named gke-ingress-guard calls the Service gke-ingress-guard/gke-ingress-guard',
    },
  ]);
});

test('a new installation makes its certificate, both caBundles trust it, and the API server is answered', async () => {
  await install(client, configurations());
  await failClosed(client, manifests);
  const data = await untilGood();
  expect(Object.keys(data).toSorted()).toEqual(['ca.crt', 'ca.key', 'tls.crt', 'tls.key']);
  expect(await bundles()).toEqual([data['ca.crt'], data['ca.crt']]);
  for (const replica of replicas) {
    await waitFor(
      'it to be ready',
      () => replica.readiness(),
      (text) => text === 'ok\n',
      PATIENCE,
    );
  }
  await waitFor('an answer', askThroughApiServer, (answer) => answer === 'answered', PATIENCE);
  expect(said('this replica leads')).toHaveLength(1);
  expect(said('made a new authority; it signs when every caBundle trusts it')).toHaveLength(1);
  expect(await holder()).not.toBe('');
});

describe('without a lost request', () => {
  async function rotatedBy(change: () => Promise<void>): Promise<Readonly<Record<string, string>>> {
    const before = await untilGood();
    const { asked, lost } = await asking(async () => {
      await change();
      await waitFor(
        'a new certificate',
        dataOf,
        (data) => fingerprint(data['tls.crt']) !== '' && data['tls.crt'] !== before['tls.crt'],
        PATIENCE,
      );
      await untilGood();
    });
    expect(lost).toEqual([]);
    expect(asked).toBeGreaterThan(3);
    return dataOf();
  }

  test('an authority and a certificate near their ends are replaced; the old authority stays trusted', async () => {
    const nowMs = Date.now();
    const aged = await issueAuthority({ nowMs: nowMs - 300 * DAY_MS, lifetimeMs: 365 * DAY_MS });
    const serving = await issueServing(aged, DNS_NAMES, { nowMs: nowMs - 80 * DAY_MS, lifetimeMs: 90 * DAY_MS });
    const pair = ({ cert, key }: PemPair, name: string) => ({ [`${name}.crt`]: cert, [`${name}.key`]: key });
    const data = await rotatedBy(() => setData({ ...pair(aged, 'ca'), ...pair(serving, 'tls') }));
    expect(fingerprint(data['ca.crt'])).not.toBe(fingerprint(aged.cert));
    for (const bundle of await bundles()) {
      const trusted = certificatesOf(bundle).map(({ fingerprint256 }) => fingerprint256);
      expect(trusted).toContain(fingerprint(data['ca.crt']));
      expect(trusted).toContain(fingerprint(aged.cert));
    }
  });

  test('a serving certificate that is gone is made again, by the same authority', async () => {
    const { 'tls.crt': _, ...rest } = await untilGood();
    const data = await rotatedBy(() => setData(rest));
    expect(data['ca.crt']).toBe(rest['ca.crt']);
  });
});

describe('the caBundle', () => {
  async function untilBack(): Promise<void> {
    await untilGood();
    await waitFor('an answer', askThroughApiServer, (answer) => answer === 'answered', PATIENCE);
  }

  test('that somebody takes out or overwrites is put back, and what else is there is left alone', async () => {
    const [mutating, validating] = configurations();
    if (mutating === undefined || validating === undefined) throw new Error('deploy/base has two');
    const foreign = {
      ...(validating['webhooks'] as readonly Webhook[])[0],
      name: 'foreign.example.com',
      failurePolicy: 'Ignore',
    };
    const others = { service: { namespace: 'other', name: 'other', path: '/', port: 443 }, caBundle: 'Cg==' };
    const { body } = await mustSucceed(client.get(validating));
    const { webhooks } = body as { readonly webhooks: readonly Webhook[] };
    const stripped = webhooks.map((webhook) => ({
      ...webhook,
      clientConfig: { service: webhook.clientConfig.service },
    }));
    // In front, so that the index of ours changes.
    const changed = [{ ...foreign, clientConfig: others }, ...stripped];
    await mustSucceed(client.update({ ...(body as KubeObject), webhooks: changed }));
    await mustSucceed(
      client.patch(mutating, [{ op: 'replace', path: '/webhooks/0/clientConfig/caBundle', value: 'Z2FyYmFnZQ==' }], {
        type: 'json',
      }),
    );
    const ours = await waitFor(
      'both to be back',
      async () => (await bundles()).filter((bundle) => bundle.includes('BEGIN CERTIFICATE')),
      ({ length }) => length === 2,
      PATIENCE,
    );
    expect(ours[0]).toBe(ours[1]);
    const stored = (await mustSucceed(client.get(validating))).body as { readonly webhooks: readonly Webhook[] };
    expect(stored.webhooks[0]).toMatchObject({ name: 'foreign.example.com', clientConfig: others });
    await mustSucceed(client.patch(validating, [{ op: 'remove', path: '/webhooks/0' }], { type: 'json' }));
    await untilBack();
  });

  test('is written into a configuration that was deleted and applied again; meanwhile the other one works', async () => {
    const [mutating] = configurations();
    if (mutating === undefined) throw new Error('deploy/base has two');
    await mustSucceed(client.remove(mutating));
    expect(await askThroughApiServer()).toBe('answered');
    await install(client, [mutating]);
    await failClosed(client, [mutating]);
    await untilBack();
  });
});

describe('a right that is missing is named:', () => {
  const role = (): Manifest => only(manifests, 'Role', KEEPER);
  const clusterRole = (): Manifest => only(manifests, 'ClusterRole', KEEPER);
  const ofServing = (kind: 'Role' | 'ClusterRole'): Manifest => only(manifests, kind, 'gke-ingress-guard-self-signed');

  type Right = readonly [verb: string, resource: string];

  /** Leaves the role of the component without these rights, or with all of them. */
  async function takeAway(from: Manifest, ...rights: readonly Right[]): Promise<void> {
    const rules = rights.reduce(withoutRight, from['rules'] as readonly Rule[]);
    await mustSucceed(client.patch(from, { rules }, { type: 'merge' }));
  }

  async function untilNamed([verb, resource]: Right, since: readonly number[], account = KEEPER): Promise<void> {
    const named = `cannot ${verb} resource "${resource}"`;
    const line = await untilSaid(named, ({ level, reason }) => level === WARN && String(reason).includes(named), since);
    expect(String(line['reason'])).toContain(`"system:serviceaccount:gke-ingress-guard:${account}"`);
  }

  async function untilWell(): Promise<void> {
    await untilGood();
    await waitFor('somebody to lead', holder, (identity) => identity !== '', PATIENCE);
    await waitFor('an answer', askThroughApiServer, (answer) => answer === 'answered', PATIENCE);
  }

  interface Case {
    readonly right: Right;
    readonly where: () => Manifest;
    /** Left out, that of the keeper. */
    readonly account?: string;
    /** What makes the guard use the right, where it does not use it all the time. */
    readonly provoke?: () => Promise<void>;
  }
  const removeLease = async (): Promise<void> => void (await mustSucceed(client.remove(lease)));
  const cases: readonly Case[] = [
    { right: ['get', 'secrets'], where: role },
    { right: ['get', 'mutatingwebhookconfigurations'], where: clusterRole },
    { right: ['get', 'validatingwebhookconfigurations'], where: clusterRole },
    { right: ['get', 'leases'], where: role },
    { right: ['update', 'leases'], where: role },
    { right: ['create', 'leases'], where: role, provoke: removeLease },
    { right: ['get', 'secrets'], where: () => ofServing('Role'), account: NAME.name },
    { right: ['get', 'mutatingwebhookconfigurations'], where: () => ofServing('ClusterRole'), account: NAME.name },
    { right: ['get', 'validatingwebhookconfigurations'], where: () => ofServing('ClusterRole'), account: NAME.name },
  ];

  test.for(cases)('$right.0 $right.1 of $account', { timeout: 180_000 }, async ({ right, where, account, provoke }) => {
    const since = marks();
    await takeAway(where(), right);
    await provoke?.();
    await untilNamed(right, since, account);
    await takeAway(where());
    await untilWell();
  });

  test('those to write, one after the other, once a Secret that was deleted is back; until then a command is', {
    timeout: 180_000,
  }, async () => {
    const before = await untilGood();
    const mutating: Right = ['patch', 'mutatingwebhookconfigurations'];
    const validating: Right = ['patch', 'validatingwebhookconfigurations'];
    const ofSecret: Right = ['patch', 'secrets'];
    const since = marks();
    await takeAway(role(), ofSecret);
    await takeAway(clusterRole(), mutating, validating);
    await mustSucceed(client.remove(secret));
    const isAsked = ({ msg }: LogLine): boolean => msg === 'the self-signed certificate cannot be kept';
    const { howToFix } = await untilSaid('the command', isAsked, since);
    expect(howToFix).toContain('kubectl -n gke-ingress-guard create secret generic gke-ingress-guard-tls');
    const { lost } = await asking(async () => {
      await mustSucceed(client.create(only(manifests, 'Secret')));
      await untilNamed(ofSecret, since);
      await takeAway(role());
      await untilNamed(mutating, since);
      await takeAway(clusterRole(), validating);
      await untilNamed(validating, since);
      await takeAway(clusterRole());
      await untilWell();
    });
    expect(lost).toEqual([]);
    expect((await dataOf())['tls.crt']).not.toBe(before['tls.crt']);
  });
});

interface Rule {
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

function withoutRight(
  rules: readonly Rule[],
  [verb, resource]: readonly [verb: string, resource: string],
): readonly Rule[] {
  return rules.flatMap((rule) => {
    if (!rule.resources.includes(resource) || !rule.verbs.includes(verb)) return [rule];
    const others = rule.resources.filter((one) => one !== resource);
    const verbs = rule.verbs.filter((one) => one !== verb);
    return [
      ...(others.length > 0 ? [{ ...rule, resources: others }] : []),
      ...(verbs.length > 0 ? [{ ...rule, resources: [resource], verbs }] : []),
    ];
  });
}

test('the Pods that serve may not change a webhook configuration, nor read another Secret', async () => {
  const serving = connectToApi({ kubeconfig });
  const { name } = NAME;
  const path = `/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/${name}`;
  const patch = { method: 'PATCH', path, body: { metadata: { labels: { a: 'b' } } } } as const;
  await expect(serving.request({ ...patch, contentType: 'application/merge-patch+json' })).rejects.toMatchObject({
    status: 403,
  });
  const secrets = { path: `/api/v1/namespaces/${NAME.namespace}/secrets` };
  await expect(serving.request(secrets)).rejects.toMatchObject({ status: 403 });
  serving.close();
});

describe('when the leader', () => {
  test('is killed and the Secret is garbage, the other one takes over and mends; no request is lost', async () => {
    await untilGood();
    await waitFor(
      'a leader',
      async () => said('this replica leads').length,
      (count) => count > 0,
      PATIENCE,
    );
    const killed = leader();
    const before = await holder();
    keepers = keepers.filter((one) => one !== killed);
    expect(await killed.end('SIGKILL')).toBeNull();
    const data = await dataOf();
    await setData({ ...data, 'tls.crt': 'garbage', 'ca.key': 'garbage', 'previous-ca-until': 'soon' });
    const { lost } = await asking(async () => {
      await waitFor('another leader', holder, (identity) => identity !== before && identity !== '', PATIENCE);
      await untilGood();
    });
    expect(lost).toEqual([]);
    expect(leader()).toBe(keepers[0]);
  }, 180_000);

  test('is told to end, it gives the Lease up, and the new one leads', async () => {
    const leaving = leader();
    await addKeeper();
    await untilGood();
    keepers = keepers.filter((one) => one !== leaving);
    expect(await leaving.end('SIGTERM')).toBe(0);
    expect(said('this replica no longer leads', [leaving])).toHaveLength(1);
    await waitFor(
      'the new one to lead',
      async () => said('this replica leads').length,
      (count) => count > 0,
      PATIENCE,
    );
    expect(leader()).toBe(keepers[0]);
    await untilGood();
  }, 180_000);
});
