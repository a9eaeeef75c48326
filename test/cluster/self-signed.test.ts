// `serve --self-signed` on a real API server: two replicas under the rights of the component and no others, called with
// failurePolicy Fail, while their certificates are rotated, spoilt and taken away.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { issueAuthority, issueServing } from '../../src/self-signed/issue.ts';
import { certificatesOf, isTrustedBy, type PemPair } from '../../src/self-signed/pem.ts';
import { type ApiClient, type KubeObject, mustSucceed } from './api-client.ts';
import { type Balancer, type LogLine, type Replica, startBalancer, startReplica } from './self-signed-guard.ts';
import { serviceAccountKubeconfig } from './service-account.ts';
import { exposeLoopback } from './service-alias.ts';
import { startTestCluster, type TestCluster } from './test-cluster.ts';
import { waitFor } from './wait-for.ts';

const DEPLOY = fileURLToPath(new URL('../../deploy/', import.meta.url));
const NAME = { namespace: 'gke-ingress-guard', name: 'gke-ingress-guard' };
const DNS_NAMES = ['gke-ingress-guard.gke-ingress-guard.svc', 'gke-ingress-guard.gke-ingress-guard.svc.cluster.local'];
/** pino's number. */
const WARN = 40;
const DAY_MS = 24 * 60 * 60_000;
/** A takeover after a kill waits for the Lease, and the machine may be busy. */
const PATIENCE = { timeoutMs: 60_000, intervalMs: 200 };

let cluster: TestCluster;
let client: ApiClient;
let kubeconfig: string;
let balancer: Balancer;
let replicas: Replica[] = [];

function objectsOf(file: string): readonly KubeObject[] {
  return parseAllDocuments(readFileSync(DEPLOY + file, 'utf8')).map((document) => {
    const object = document.toJS() as KubeObject; // a manifest of this repository, checked strictly right after
    const isNamespaced = ['ServiceAccount', 'Service'].includes(object.kind);
    return isNamespaced ? { ...object, metadata: { ...object.metadata, namespace: NAME.namespace } } : object;
  });
}

interface Webhook {
  readonly name: string;
  readonly clientConfig: { readonly caBundle?: string; readonly service?: Readonly<Record<string, unknown>> };
}

/** The webhooks as deployed, but failing closed, and at a port that is free here. */
function configurations(): readonly KubeObject[] {
  return objectsOf('base/webhooks.yaml').map((object) => {
    const webhooks = (object['webhooks'] as readonly Webhook[]).map((webhook) => ({
      ...webhook,
      failurePolicy: 'Fail',
      clientConfig: { service: { ...webhook.clientConfig.service, port: balancer.port } },
    }));
    return { ...object, webhooks };
  });
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

function said(message: string, by: readonly Replica[] = replicas): readonly LogLine[] {
  return by.flatMap(({ log }) => log.filter(({ msg }) => msg === message));
}

async function untilSaid(what: string, isIt: (line: LogLine) => boolean, since: readonly number[]): Promise<LogLine> {
  const lines = await waitFor(
    what,
    async () => replicas.flatMap(({ log }, i) => log.slice(since[i] ?? 0).filter(isIt)),
    ({ length }) => length > 0,
    PATIENCE,
  );
  return lines[0] ?? {};
}

const marks = (): readonly number[] => replicas.map(({ log }) => log.length);

async function holder(): Promise<string> {
  const { body } = await client.get(lease);
  return (body as { readonly spec?: { readonly holderIdentity?: string } }).spec?.holderIdentity ?? '';
}

/** The replica that said last that it leads. */
function leader(): Replica {
  const last = (replica: Replica, msg: string): number => replica.log.findLastIndex((line) => line['msg'] === msg);
  const leading = replicas.filter(
    (replica) => last(replica, 'this replica leads') > last(replica, 'this replica no longer leads'),
  );
  if (leading.length !== 1 || leading[0] === undefined) throw new Error(`${leading.length} replicas lead`);
  return leading[0];
}

async function addReplica(): Promise<Replica> {
  const replica = await startReplica(kubeconfig);
  replicas.push(replica);
  return replica;
}

beforeAll(async () => {
  cluster = await startTestCluster();
  ({ client } = cluster);
  balancer = await startBalancer(() => replicas);
  const files = ['base/namespace.yaml', 'base/service-account.yaml', 'base/service.yaml'];
  const component = ['components/self-signed/secret.yaml', 'components/self-signed/rbac.yaml'];
  for (const object of [...files, ...component].flatMap(objectsOf)) {
    await mustSucceed(client.create(object, { fieldValidation: 'Strict' }));
  }
  await exposeLoopback(client, { ...NAME, port: balancer.port });
  kubeconfig = await serviceAccountKubeconfig(cluster, NAME);
});
afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.end('SIGKILL')));
  await balancer?.close();
  await cluster?.stop();
});

test('until something could trust it, a replica is alive, not ready, and says why', async () => {
  await addReplica();
  const reason = 'not ready: no webhook configuration calls this Service; is deploy/base applied?\n';
  await waitFor(
    'the reason',
    () => replicas[0]?.readiness() ?? Promise.resolve(''),
    (text) => text === reason,
    PATIENCE,
  );
  expect(said('nothing is there that could trust the certificate')).toMatchObject([
    {
      level: WARN,
      reason: 'no webhook configuration named gke-ingress-guard calls the Service gke-ingress-guard/gke-ingress-guard',
    },
  ]);
});

test('a new installation makes its certificate, both caBundles trust it, and the API server is answered', async () => {
  for (const object of configurations()) await mustSucceed(client.create(object, { fieldValidation: 'Strict' }));
  await addReplica();
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

  test('a Secret that was emptied is filled again', async () => {
    await rotatedBy(() => setData({}));
  });

  test('garbage in the Secret is replaced', async () => {
    const data = await dataOf();
    await rotatedBy(() => setData({ ...data, 'tls.crt': 'garbage', 'ca.key': 'garbage', 'previous-ca-until': 'soon' }));
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
    await mustSucceed(client.create(mutating));
    await untilBack();
  });
});

test('a Secret that was deleted is asked for by a command, served without, and filled when it is back', async () => {
  const before = await untilGood();
  const since = marks();
  await mustSucceed(client.remove(secret));
  const line = await untilSaid('the command', ({ msg }) => msg === 'the self-signed certificate cannot be kept', since);
  expect(line['howToFix']).toContain('kubectl -n gke-ingress-guard create secret generic gke-ingress-guard-tls');
  expect(await askThroughApiServer()).toBe('answered');
  await mustSucceed(client.create(secret));
  const after = await untilGood();
  expect(after['tls.crt']).not.toBe(before['tls.crt']);
});

describe('a right that is missing is named:', () => {
  const role: KubeObject = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { namespace: NAME.namespace, name: 'gke-ingress-guard-self-signed' },
  };
  const clusterRole: KubeObject = { ...role, kind: 'ClusterRole', metadata: { name: 'gke-ingress-guard-self-signed' } };

  interface Rule {
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
  }

  interface Case {
    readonly right: readonly [verb: string, resource: string];
    readonly where: KubeObject;
    /** What makes the guard use the right, where it does not use it all the time. */
    readonly provoke?: () => Promise<void>;
  }
  const empty = (): Promise<void> => setData({});
  const removeLease = async (): Promise<void> => void (await mustSucceed(client.remove(lease)));
  const cases: readonly Case[] = [
    { right: ['get', 'secrets'], where: role },
    { right: ['patch', 'secrets'], where: role, provoke: empty },
    { right: ['get', 'mutatingwebhookconfigurations'], where: clusterRole },
    { right: ['get', 'validatingwebhookconfigurations'], where: clusterRole },
    { right: ['patch', 'mutatingwebhookconfigurations'], where: clusterRole, provoke: empty },
    { right: ['patch', 'validatingwebhookconfigurations'], where: clusterRole, provoke: empty },
    { right: ['get', 'leases'], where: role },
    { right: ['update', 'leases'], where: role },
    { right: ['create', 'leases'], where: role, provoke: removeLease },
  ];

  test.for(cases)('$right.0 $right.1', { timeout: 180_000 }, async ({ right: [verb, resource], where, provoke }) => {
    await untilGood();
    const { body } = await mustSucceed(client.get(where));
    const { rules } = body as { readonly rules: readonly Rule[] };
    const without = rules.flatMap((rule) => {
      if (!rule.resources.includes(resource) || !rule.verbs.includes(verb)) return [rule];
      const others = rule.resources.filter((one) => one !== resource);
      const verbs = rule.verbs.filter((one) => one !== verb);
      return [
        ...(others.length > 0 ? [{ ...rule, resources: others }] : []),
        ...(verbs.length > 0 ? [{ ...rule, resources: [resource], verbs }] : []),
      ];
    });
    const since = marks();
    await mustSucceed(client.patch(where, { rules: without }, { type: 'merge' }));
    await provoke?.();
    const named = `cannot ${verb} resource "${resource}"`;
    const line = await untilSaid(named, ({ level, reason }) => level === WARN && String(reason).includes(named), since);
    expect(String(line['reason'])).toContain('system:serviceaccount:gke-ingress-guard:gke-ingress-guard');
    await mustSucceed(client.patch(where, { rules }, { type: 'merge' }));
    await untilGood();
    await waitFor('somebody to lead', holder, (identity) => identity !== '', PATIENCE);
    await waitFor('an answer', askThroughApiServer, (answer) => answer === 'answered', PATIENCE);
  });
});

describe('when the leader', () => {
  test('is killed, the other one takes over and mends', async () => {
    await untilGood();
    await waitFor(
      'a leader',
      async () => said('this replica leads').length,
      (count) => count > 0,
      PATIENCE,
    );
    const killed = leader();
    const before = await holder();
    replicas = replicas.filter((replica) => replica !== killed);
    expect(await killed.end('SIGKILL')).toBeNull();
    await setData({});
    const { lost } = await asking(async () => {
      await waitFor('another leader', holder, (identity) => identity !== before && identity !== '', PATIENCE);
      await untilGood();
    });
    expect(lost).toEqual([]);
    expect(leader()).toBe(replicas[0]);
  }, 180_000);

  test('is told to end, it gives the Lease up, and the new one leads', async () => {
    const leaving = leader();
    await addReplica();
    await untilGood();
    replicas = replicas.filter((replica) => replica !== leaving);
    expect(await leaving.end('SIGTERM')).toBe(0);
    expect(said('this replica no longer leads', [leaving])).toHaveLength(1);
    await waitFor(
      'the new one to lead',
      async () => said('this replica leads').length,
      (count) => count > 0,
      PATIENCE,
    );
    expect(leader()).toBe(replicas[0]);
    await untilGood();
  }, 180_000);
});
