// What docs/controller.md says was run, and no plan predicts: each with a signal that the controllers have got that far.
import { expect, it, type TestContext } from 'vitest';
import { CONTROLLER_DEFAULTS } from '../../src/facts/facts.ts';
import { collectionPath, objectPath } from '../cluster/api-paths.ts';
import { logToStderr } from '../cluster/go-programs.ts';
import { waitFor } from '../cluster/wait-for.ts';
import { batchesOf, type ControllerCase, type RawObject } from './case.ts';
import { type ControllerCluster, startControllerCluster } from './cluster.ts';
import type { SyncState } from './program.ts';
import { findPrograms } from './programs.ts';
import { openPortsIn } from './seen.ts';
import { specialCases } from './special-cases.ts';

/** Longer than any test: nothing happens that nobody asks for. */
const NO_RESYNC_SECONDS = 3600;
const DEADLINE = { timeoutMs: 60_000 };

interface Started {
  readonly cluster: ControllerCluster;
  readonly ingress: RawObject;
  readonly namespace: string;
}

async function start(name: string, resyncSeconds: number, skip: TestContext['skip']): Promise<Started> {
  const programs = await findPrograms();
  if (!programs.ok) skip(programs.why);
  const found = specialCases().filter((other) => other.name === `special ${name}`);
  const [batch] = batchesOf(
    found.map((one): ControllerCase => ({ ...one, flags: CONTROLLER_DEFAULTS_AS_FLAGS })),
    found.length,
  );
  const ingress = batch?.cases[0]?.objects.find(({ kind }) => kind === 'Ingress');
  if (batch === undefined || ingress === undefined) throw new Error(`There is no case "${name}".`);
  const cluster = await startControllerCluster(programs.program, batch, logToStderr, resyncSeconds);
  return { cluster, ingress, namespace: ingress.metadata.namespace ?? '' };
}

const CONTROLLER_DEFAULTS_AS_FLAGS = { ...CONTROLLER_DEFAULTS, enableIngressRegionalExternal: true };

const sum = (states: Readonly<Record<string, SyncState>>, field: 'started' | 'finished'): number =>
  Object.values(states).reduce((total, state) => total + state[field], 0);

/** The Ingress is built, all of it written, and the firewall controller has nothing to do. @returns its number of syncs */
async function quiet({ cluster, ingress }: Started): Promise<number> {
  let before = '';
  const syncs = await waitFor(
    'the controllers to have nothing more to do',
    async () => {
      const [state, stored] = await Promise.all([
        cluster.controller.syncs(),
        cluster.store.must('GET', objectPath(ingress)),
      ]);
      const now = JSON.stringify([stored, state]);
      const isSame = now === before;
      before = now;
      return { ...state, isSame, hasAddress: /"ip":/.test(now) };
    },
    ({ isSame, hasAddress, firewall }) =>
      isSame && hasAddress && sum(firewall, 'started') === sum(firewall, 'finished') && sum(firewall, 'started') > 0,
    { ...DEADLINE, intervalMs: 1000 },
  );
  return sum(syncs.firewall, 'started');
}

function podAndEndpoints(namespace: string): readonly RawObject[] {
  const metadata = { name: 'web', namespace, labels: { app: 'web' } };
  const containers = [
    { name: 'main', image: 'registry.example/app:1.0', ports: [{ name: 'web', containerPort: 8080 }] },
  ];
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { nodeName: 'node-1', containers } };
  const endpoint = {
    addresses: ['10.4.0.5'],
    conditions: { ready: true },
    nodeName: 'node-1',
    targetRef: { kind: 'Pod', name: 'web', namespace },
  };
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'web-1', namespace, labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    endpoints: [endpoint],
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  };
  return [pod, slice];
}

/** ServiceNetworkEndpointGroups: the NEG controller writes there when it has looked at endpoints. */
async function negStatus({ cluster, namespace }: Started): Promise<string> {
  const path = `/apis/networking.gke.io/v1beta1/namespaces/${namespace}/servicenetworkendpointgroups`;
  const { items } = (await cluster.store.must('GET', path)) as {
    readonly items: readonly { readonly status?: unknown }[];
  };
  return JSON.stringify(items.map(({ status }) => status));
}

it('a named targetPort is opened in the firewall at the next change of an Ingress, not when its endpoints come', {
  timeout: 240_000,
}, async ({ skip }) => {
  const started = await start('a named targetPort', NO_RESYNC_SECONDS, skip);
  const { cluster, ingress, namespace } = started;
  try {
    const syncs = await quiet(started);
    const before = await negStatus(started);
    const [pod, slice] = podAndEndpoints(namespace);
    if (pod === undefined || slice === undefined) throw new Error('There is no Pod.');
    await cluster.store.must('POST', collectionPath(pod), pod);
    await cluster.store.must(
      'PATCH',
      objectPath(pod, 'status'),
      { status: { phase: 'Running', podIP: '10.4.0.5', podIPs: [{ ip: '10.4.0.5' }] } },
      'application/merge-patch+json',
    );
    await cluster.store.must('POST', `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, slice);
    await waitFor(
      'the NEG controller to see the endpoints',
      () => negStatus(started),
      (now) => now !== before,
      DEADLINE,
    );
    expect(sum((await cluster.controller.syncs()).firewall, 'started')).toBe(syncs);
    expect(openPortsIn(await cluster.controller.google())).not.toContain('8080');
    const touch = { metadata: { annotations: { touched: 'yes' } } };
    await cluster.store.must('PATCH', objectPath(ingress), touch, 'application/merge-patch+json');
    await waitFor(
      'the port to be opened',
      async () => openPortsIn(await cluster.controller.google()),
      (ports) => ports.includes('8080'),
      DEADLINE,
    );
  } finally {
    await cluster.stop();
  }
});

it('a new Ingress with two classes is refused by the API server, and one that is stored gets the second', {
  timeout: 240_000,
}, async ({ skip }) => {
  const started = await start('a named targetPort', NO_RESYNC_SECONDS, skip);
  const { cluster, ingress } = started;
  try {
    const spec = { ...ingress.spec, ingressClassName: 'other' };
    const second = { ...ingress, metadata: { ...ingress.metadata, name: 'second' }, spec };
    const answer = await cluster.store.send('POST', collectionPath(second), second);
    expect(answer).toMatchObject({ status: 422, body: { message: expect.stringContaining('ingressClassName') } });
    await cluster.store.must(
      'PATCH',
      objectPath(ingress),
      { spec: { ingressClassName: 'other' } },
      'application/merge-patch+json',
    );
  } finally {
    await cluster.stop();
  }
});
