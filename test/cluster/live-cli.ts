// The real program against the real API server, as a user runs it; and what GKE's controllers would have written.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MAIN } from '../support/program.ts';
import { type ApiClient, type KubeObject, mustSucceed } from './api-client.ts';
import { serviceAccountToken } from './service-account.ts';
import type { TestCluster } from './test-cluster.ts';

/** Nor their credentials; and there is no metadata server. */
const NO_GOOGLE = {
  CLOUDSDK_CONFIG: '/nowhere',
  GOOGLE_APPLICATION_CREDENTIALS: '',
  METADATA_SERVER_DETECTION: 'none',
};

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** @param minutesLater by how much its clock is ahead: the API server lets nobody write when an object was made */
export async function runGuard(
  words: readonly string[],
  minutesLater = 0,
  env: Readonly<Record<string, string>> = NO_GOOGLE,
): Promise<Ended> {
  const script = `const now = Date.now; Date.now = () => now() + ${minutesLater * 60_000};`;
  const ahead = minutesLater === 0 ? [] : ['--import', `data:text/javascript,${encodeURIComponent(script)}`];
  const child = spawn(process.execPath, [...ahead, MAIN, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // The kubeconfig and the plugins of whoever runs the tests must not be met.
    env: { ...process.env, NODE_ENV: 'production', KUBECONFIG: '', HOME: '/dev/null', PATH: '', ...env },
  });
  const texts = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    texts.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    texts.err += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, ...texts };
}

/** A kubeconfig of this user, named as gcloud names clusters. @returns its path */
export function kubeconfigFor({ controlPlane }: TestCluster, name: string, user: object, server?: string): string {
  const path = join(controlPlane.dir, `kubeconfig-${name}`);
  const ca = Buffer.from(controlPlane.caPem).toString('base64');
  const cluster = { server: server ?? controlPlane.url, 'certificate-authority-data': ca };
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'gke_my-project_europe-west1_prod', cluster }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: 'gke_my-project_europe-west1_prod', user: name, namespace: 'shop' } }],
    'current-context': name,
  };
  writeFileSync(path, JSON.stringify(kubeconfig), { mode: 0o600 });
  return path;
}

/** @returns the token of a new ServiceAccount that has these rights in its namespace, and no others */
export async function tokenWithRights(client: ApiClient, namespace: string, rules: readonly object[]): Promise<string> {
  const name = `limited-${rules.length}`;
  const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name, namespace } };
  await mustSucceed(client.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } }));
  await mustSucceed(client.create({ ...rbac, kind: 'Role', rules }));
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name };
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  await mustSucceed(client.create({ ...rbac, kind: 'RoleBinding', roleRef, subjects }));
  return serviceAccountToken(client, { namespace, name });
}

interface Served {
  readonly address?: string;
  /** Backend service to its health, as the controller writes it. */
  readonly backends?: Readonly<Record<string, string>>;
  readonly resources?: Readonly<Record<string, string>>;
}

/** Writes of an Ingress what the Ingress controller writes. */
export async function serve(
  client: ApiClient,
  ref: KubeObject,
  { address, backends, resources = { 'url-map': 'k8s2-um-x', 'forwarding-rule': 'k8s2-fr-x' } }: Served,
): Promise<void> {
  const annotations = Object.fromEntries(
    Object.entries(resources).map(([key, value]) => [`ingress.kubernetes.io/${key}`, value]),
  );
  if (backends !== undefined) annotations['ingress.kubernetes.io/backends'] = JSON.stringify(backends);
  const metadata = { finalizers: ['networking.gke.io/ingress-finalizer-V2'], annotations };
  await mustSucceed(client.patch(ref, { metadata }, { type: 'merge' }));
  if (address === undefined) return;
  const status = { loadBalancer: { ingress: [{ ip: address }] } };
  await mustSucceed(client.patch(ref, { status }, { type: 'merge', subresource: 'status' }));
}

/** Writes of a Service what the NEG controller writes. */
export async function giveNeg(client: ApiClient, ref: KubeObject, name: string): Promise<void> {
  const status = JSON.stringify({ network_endpoint_groups: { 80: name }, zones: ['europe-west1-b'] });
  const metadata = { annotations: { 'cloud.google.com/neg-status': status } };
  await mustSucceed(client.patch(ref, { metadata }, { type: 'merge' }));
}

/** As the controllers' recorders write them. */
export async function say(
  client: ApiClient,
  about: KubeObject,
  event: { readonly type: string; readonly reason: string; readonly message: string; readonly component?: string },
): Promise<void> {
  const { component = 'loadbalancer-controller', ...said } = event;
  const { namespace = 'default', name } = about.metadata;
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  await mustSucceed(
    client.create({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.${Math.random().toString(16).slice(2)}`, namespace },
      involvedObject: { apiVersion: about.apiVersion, kind: about.kind, namespace, name },
      source: { component },
      firstTimestamp: now,
      lastTimestamp: now,
      count: 3,
      ...said,
    }),
  );
}
