import { expect, it } from 'vitest';
import { AppError } from '../../errors.ts';
import { type ApiCall, ApiError, type ClusterConnection } from '../api/connection.ts';
import { Room } from '../view/room.ts';
import { Kept } from './kept.ts';
import { type ReadRequest, readCluster } from './read-cluster.ts';

const MEBIBYTE = 2 ** 20;
const NOTE = 'x'.repeat(100 * 1024);

const REQUEST: ReadRequest = {
  namespaces: 'all',
  over: [],
  defaultBackendService: 'kube-system/default-http-backend',
  events: false,
  namespaceLabels: false,
};

interface Cluster extends ClusterConnection {
  readonly pages: () => number;
}

/** Has Services of 100 KiB each, a page for each, and nothing else. @param breaksAt the page that expires once */
function clusterOf(count: number, breaksAt = -1): Cluster {
  let pages = 0;
  const answer = async ({ path, query = {} }: ApiCall): Promise<unknown> => {
    if (path === '/version') return { gitVersion: 'v1.33.4-gke.1036000' };
    if (path.includes('/namespaces/')) throw new ApiError('it is not there', { status: 404 });
    if (path !== '/api/v1/services') return { items: [], metadata: {} };
    const at = Number(query['continue'] ?? 0);
    pages += 1;
    if (pages === breaksAt) throw new ApiError('it is too old', { status: 410, retryAfterSeconds: 0 });
    const metadata = { name: `web-${at}`, namespace: 'shop', annotations: { note: `${at}${NOTE}` } };
    return {
      items: [{ metadata, spec: { ports: [{ port: 80 }] } }],
      metadata: { resourceVersion: '1', ...(at + 1 < count && { continue: String(at + 1) }) },
    };
  };
  return {
    server: 'https://192.0.2.1',
    context: 'test',
    namespace: 'shop',
    clusterName: undefined,
    request: answer,
    open: () => Promise.reject(new Error('nobody streams here')),
    forward: () => Promise.reject(new Error('nobody forwards here')),
    renewCredentials: () => undefined,
    close: () => undefined,
    pages: () => pages,
  };
}

it('ends with what to do where a cluster is larger than the room, however much more there is', async () => {
  const cluster = clusterOf(Number.POSITIVE_INFINITY);
  const reading = readCluster(cluster, REQUEST, new Kept(new Room(MEBIBYTE)));
  const error: unknown = await reading.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(AppError);
  expect(error).toMatchObject({
    code: 'cluster-too-large',
    detail: 'They take more than 1 MiB, half of the memory that Node gives it.',
  });
  expect(cluster.pages()).toBeLessThan(15);
});

it('takes no room for what it has to read again', async () => {
  // Ten of them fit, but not eighteen.
  const cluster = clusterOf(9, 9);
  const { objects } = await readCluster(cluster, REQUEST, new Kept(new Room(MEBIBYTE)));
  expect(objects).toHaveLength(9);
  expect(cluster.pages()).toBe(18);
});
