// What somebody sets by hand on a backend service, and the next sync: it stays, but for response headers where there is a
// BackendConfig, and for keys of signed URLs always (docs/controller.md).
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CONTROLLER_DEFAULTS } from '../../src/facts/facts.ts';
import { logToStderr } from '../cluster/go-programs.ts';
import { waitFor } from '../cluster/wait-for.ts';
import { batchesOf, type ControllerCase, type RawObject } from './case.ts';
import { type ControllerCluster, startControllerCluster } from './cluster.ts';
import type { BackendService } from './google.ts';
import { ingress, service, WITH_NEG } from './live-objects.ts';
import { findPrograms } from './programs.ts';

const BY_HAND = {
  timeoutSec: 77,
  connectionDraining: { drainingTimeoutSec: 55 },
  sessionAffinity: 'CLIENT_IP',
  customRequestHeaders: ['X-Request: by hand'],
  customResponseHeaders: ['X-Response: by hand'],
  enableCDN: true,
  cdnPolicy: { cacheMode: 'FORCE_CACHE_ALL', signedUrlKeyNames: ['by-hand'] },
  iap: { enabled: true, oauth2ClientId: 'by-hand' },
  logConfig: { enable: true, sampleRate: 0.25 },
  securityPolicy: 'https://www.googleapis.com/compute/v1/projects/test-project/global/securityPolicies/by-hand',
} as const satisfies Partial<BackendService>;

const { customResponseHeaders: headers, cdnPolicy, ...REST } = BY_HAND;

const CONFIGURED = service({ ...WITH_NEG, 'cloud.google.com/backend-config': '{"default": "web"}' });
const CONFIG: RawObject = {
  apiVersion: 'cloud.google.com/v1',
  kind: 'BackendConfig',
  metadata: { name: 'web', namespace: CONFIGURED.metadata.namespace ?? '' },
  // What Google has anyway.
  spec: { healthCheck: { requestPath: '/' } },
};

const CASES: Readonly<Record<string, { readonly objects: readonly RawObject[]; readonly headers: readonly string[] }>> =
  {
    'without a BackendConfig': { objects: [ingress(), service(WITH_NEG)], headers },
    'with a BackendConfig that sets none of it': { objects: [ingress(), CONFIGURED, CONFIG], headers: [] },
  };

let cluster: ControllerCluster | undefined;
let namespaces: readonly string[] = [];

beforeAll(async () => {
  const programs = await findPrograms();
  if (!programs.ok) return;
  const flags = { ...CONTROLLER_DEFAULTS };
  const cases = Object.entries(CASES).map(([name, { objects }]): ControllerCase => ({ name, objects, flags }));
  const [batch] = batchesOf(cases, cases.length);
  if (batch === undefined) throw new Error('There are no cases.');
  namespaces = batch.cases.map(({ objects }) => objects[0]?.metadata.namespace ?? '');
  cluster = await startControllerCluster(programs.program, batch, logToStderr);
  expect(cluster.refused).toEqual([]);
  const { backendServices } = (await cluster.settle()).google;
  for (const namespace of namespaces) {
    await cluster.controller.setByHand(backendOf(namespace, backendServices).name, BY_HAND);
  }
  await nextSyncs(cluster);
});

afterAll(() => cluster?.stop());

function backendOf(namespace: string, backendServices: readonly BackendService[]): BackendService {
  // The controller writes into the description whose it is.
  const own = backendServices.find(({ description = '' }) => description.includes(`"${namespace}/`));
  if (own === undefined) throw new Error(`Google has no backend service of ${namespace}.`);
  return own;
}

/** One of each Ingress that has begun after this. */
async function nextSyncs({ controller }: ControllerCluster): Promise<void> {
  const before = (await controller.syncs()).ingresses;
  await waitFor(
    'the controller to look at every Ingress again',
    async () => (await controller.syncs()).ingresses,
    (now) => Object.entries(before).every(([key, { started }]) => (now[key]?.finished ?? 0) > started),
    { timeoutMs: 60_000, intervalMs: 250 },
  );
}

it.for(Object.entries(CASES))('%s', async ([name, expected], { skip }) => {
  if (cluster === undefined) return skip('no Go');
  const { backendServices } = await cluster.controller.google();
  const own = backendOf(namespaces[Object.keys(CASES).indexOf(name)] ?? '', backendServices);
  expect(own).toMatchObject({ ...REST, cdnPolicy: { cacheMode: cdnPolicy.cacheMode } });
  // A list that is empty is left out of Google's JSON.
  const { customResponseHeaders = [], cdnPolicy: { signedUrlKeyNames = [] } = {} } = own;
  expect({ customResponseHeaders, signedUrlKeyNames }).toEqual({
    customResponseHeaders: expected.headers,
    signedUrlKeyNames: [],
  });
});
