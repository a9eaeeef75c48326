// Puts the objects of cases into the API server, as a cluster would come to have them: first what an Ingress refers to,
// Pods in the order of their age, the Ingresses last.
import { Agent, request as httpsRequest } from 'node:https';
import { collectionPath, objectPath } from '../cluster/api-paths.ts';
import type { ControlPlane } from '../cluster/control-plane.ts';
import { waitFor } from '../cluster/wait-for.ts';
import type { RawObject } from './case.ts';
import { podSpecOf, templateOf } from './storable.ts';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface Store {
  send(method: string, path: string, body?: unknown, contentType?: string): Promise<Answer>;
  /** @throws {Error} for any answer but a 2xx */
  must(method: string, path: string, body?: unknown, contentType?: string): Promise<unknown>;
  close(): void;
}

/** Thousands of small requests: connections are kept, unlike in test/cluster/api-client.ts. */
export function openStore({ url, caPem, adminCert, adminKey }: ControlPlane): Store {
  const agent = new Agent({ keepAlive: true, maxSockets: 8, ca: caPem, cert: adminCert, key: adminKey });
  const send: Store['send'] = (method, path, body, contentType = 'application/json') =>
    new Promise((resolve, reject) => {
      const headers = { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': contentType }) };
      const outgoing = httpsRequest(new URL(path, url), { method, agent, headers }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: incoming.statusCode ?? 0, body: text.startsWith('{') ? JSON.parse(text) : text });
        });
      });
      outgoing.on('error', reject);
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
  const must: Store['must'] = async (method, path, body, contentType) => {
    const answer = await send(method, path, body, contentType);
    if (answer.status < 300) return answer.body;
    throw new Error(`The API server answered ${answer.status} to ${method} ${path}: ${JSON.stringify(answer.body)}`);
  };
  return { send, must, close: () => agent.destroy() };
}

/** Why the API server did not take an object. */
export interface Refused {
  readonly object: string;
  readonly message: string;
}

/** What the controllers read; the other kinds are for the plan only, or for another controller. */
const BEFORE_PODS = ['Secret', 'BackendConfig', 'FrontendConfig', 'Service'];

/** @returns what was refused, of the cases whose Ingress is worth nothing without it */
export async function storeAll(store: Store, objects: readonly RawObject[]): Promise<readonly Refused[]> {
  const namespaces = [...new Set(objects.map(({ metadata }) => metadata.namespace ?? 'default'))];
  await Promise.all(namespaces.map((name) => createNamespace(store, name)));
  const refused: Refused[] = [];
  const createAll = async (some: readonly RawObject[]): Promise<void> => {
    refused.push(...(await Promise.all(some.map((one) => create(store, one)))).flat());
  };
  await createAll(objects.filter(({ kind }) => BEFORE_PODS.includes(kind)));
  await createInOrder(objects.flatMap(podOf), createAll);
  await createAll(objects.filter(({ kind }) => kind === 'Ingress'));
  return refused;
}

async function createNamespace(store: Store, name: string): Promise<void> {
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  const { status } = await store.send('POST', '/api/v1/namespaces', body);
  if (status >= 300 && status !== 409) throw new Error(`Namespace ${name} was refused with ${status}.`);
}

async function create(store: Store, object: RawObject): Promise<readonly Refused[]> {
  const [first, second] = inTwoSteps(object);
  const path = pathOf(first);
  if (path === undefined) return [{ object: idOf(object), message: `${object.apiVersion} is no longer served` }];
  const answer = await store.send('POST', path, first);
  if (answer.status >= 300) return [refusal(object, answer)];
  if (second !== undefined) {
    const patched = await store.send('PATCH', objectPath(object), second, 'application/merge-patch+json');
    if (patched.status >= 300) return [refusal(object, patched)];
  }
  const { status } = object as { readonly status?: unknown };
  if (object.kind === 'Ingress' && status !== undefined) {
    await store.must('PATCH', objectPath(object, 'status'), { status }, 'application/merge-patch+json');
  }
  return [];
}

/**
 * On CREATE the API server takes no class annotation beside an ingressClassName of another name, on UPDATE it does
 * (pkg/apis/networking/validation ValidateIngressCreate): that is how stored Ingresses come to have both.
 */
function inTwoSteps(object: RawObject): readonly [RawObject, unknown] {
  const className = object.spec?.['ingressClassName'];
  if (object.kind !== 'Ingress' || className === undefined) return [object, undefined];
  if (object.metadata.annotations?.['kubernetes.io/ingress.class'] === undefined) return [object, undefined];
  const { ingressClassName: _, ...spec } = object.spec ?? {};
  return [{ ...object, spec }, { spec: { ingressClassName: className } }];
}

function refusal(object: RawObject, { status, body }: Answer): Refused {
  const message = (body as { readonly message?: string }).message ?? JSON.stringify(body);
  return { object: idOf(object), message: `${status}: ${message}` };
}

export function idOf({ kind, metadata }: RawObject): string {
  return `${kind}/${metadata.namespace}/${metadata.name}`;
}

/** Versions that no API server has any more are on pages of rules, and in no table of paths. */
function pathOf(object: RawObject): string | undefined {
  return /^extensions\/|beta\d$/.test(object.apiVersion) && object.kind === 'Ingress'
    ? undefined
    : collectionPath(object);
}

interface Aged {
  readonly pod: RawObject;
  readonly created: string;
}

/** One Pod stands for all of a workload: they are alike, and as old as their workload, or younger. */
function podOf(object: RawObject): readonly Aged[] {
  const created = object.metadata.creationTimestamp ?? '~';
  const spec = podSpecOf(object);
  if (spec === undefined) return [];
  if (object.kind === 'Pod') return [{ pod: object, created }];
  const replicas = object.spec?.['replicas'] ?? 1;
  if (replicas === 0) return [];
  const { name, namespace } = object.metadata;
  const labels = templateOf(object)?.metadata?.labels ?? {};
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }), labels };
  return [{ pod: { apiVersion: 'v1', kind: 'Pod', metadata, spec }, created }];
}

/**
 * The controller looks at the oldest first, and of one age at the first by name (translator.go orderedPods). The API server sets
 * creation times itself, to the second: the next generation waits for the clock. Those of one age may get into two seconds,
 * so of one namespace they are created one after the other, by name.
 */
async function createInOrder(
  pods: readonly Aged[],
  createAll: (some: readonly RawObject[]) => Promise<void>,
): Promise<void> {
  const generations = Map.groupBy(pods, ({ created }) => created);
  let isFirst = true;
  for (const age of [...generations.keys()].toSorted()) {
    if (!isFirst) await nextSecond();
    isFirst = false;
    for (const some of inTurns((generations.get(age) ?? []).map(({ pod }) => pod))) await createAll(some);
  }
}

/** The first by name of each namespace, then the second of each. */
function inTurns(pods: readonly RawObject[]): readonly (readonly RawObject[])[] {
  const turns: RawObject[][] = [];
  for (const ofOne of Map.groupBy(pods, ({ metadata }) => metadata.namespace).values()) {
    const byName = ofOne.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    for (const [turn, pod] of byName.entries()) {
      const others = turns[turn];
      if (others === undefined) turns.push([pod]);
      else others.push(pod);
    }
  }
  return turns;
}

async function nextSecond(): Promise<void> {
  const second = Math.floor(Date.now() / 1000);
  await waitFor(
    'the next second',
    async () => Math.floor(Date.now() / 1000),
    (now) => now > second,
  );
}
