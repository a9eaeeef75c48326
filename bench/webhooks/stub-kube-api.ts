// As much of an API server as Pepr wants before it serves: the objects in which it keeps its store.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';

const [cert = '', key = ''] = process.argv.slice(2);
const PATH = '/apis/pepr.dev/v1/namespaces/pepr-system/peprstores';
const stores = new Map<string, object>();

function storeOf(name: string): object {
  const metadata = { name, namespace: 'pepr-system', uid: `u-${name}`, resourceVersion: String(stores.size + 1) };
  const data = { __pepr_do_not_delete__: 'k-thx-bye' };
  const store = stores.get(name) ?? { apiVersion: 'pepr.dev/v1', kind: 'PeprStore', metadata, data };
  stores.set(name, store);
  return store;
}

function listOf(name: string | undefined): object {
  const items = name === undefined ? [...stores.values()] : [storeOf(name)];
  return { apiVersion: 'pepr.dev/v1', kind: 'PeprStoreList', metadata: { resourceVersion: '1' }, items };
}

const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (request, response) => {
  request.resume();
  const { pathname, searchParams } = new URL(request.url ?? '/', 'https://localhost');
  const [, selected] = /^metadata\.name=(.+)$/.exec(searchParams.get('fieldSelector') ?? '') ?? [];
  response.setHeader('content-type', 'application/json');
  if (pathname.startsWith(`${PATH}/`)) {
    response.end(JSON.stringify(storeOf(decodeURIComponent(pathname.slice(PATH.length + 1)))));
  } else if (pathname !== PATH) {
    response.end(JSON.stringify({ kind: 'Status', status: 'Success', metadata: {} }));
  } else if (searchParams.has('watch')) {
    response.flushHeaders();
    if (selected === undefined || searchParams.has('resourceVersion')) return;
    response.write(`${JSON.stringify({ type: 'ADDED', object: storeOf(selected) })}\n`);
  } else response.end(JSON.stringify(listOf(selected)));
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`);
});
