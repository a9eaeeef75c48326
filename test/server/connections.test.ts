// Many connections, and clients that do not read: who makes room for whom.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Connections, type CutReason, watchConnections } from '../../src/server/connections.ts';
import { listen } from '../../src/server/listen.ts';
import { openRaw, type RawConnection } from '../support/raw-http.ts';
import { until } from './support.ts';

const LIMITS = { pressure: 4, max: 6, writeMs: 1500 };
/** More than the kernel takes from a server whose client does not read. */
const LARGE = 'x'.repeat(32 * 1024 * 1024);

let server: Server;
let connections: Connections;
let cuts: CutReason[];
let port: number;
let clients: RawConnection[];

beforeEach(async () => {
  cuts = [];
  clients = [];
  server = createServer({ keepAliveTimeout: 60_000 });
  connections = watchConnections(server, LIMITS, (reason) => cuts.push(reason));
  const app = connections.follow((request, response) => {
    if (request.url === '/large') response.end(LARGE);
    else request.resume().on('end', () => response.end('done'));
  });
  server.on('request', app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterEach(async () => {
  for (const { socket } of clients) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

async function open(): Promise<RawConnection> {
  const before = connections.sockets.size;
  const client = await openRaw(port);
  client.socket.on('error', () => undefined);
  clients.push(client);
  await until('the server has it', () => connections.sockets.size > before || cuts.length > 0);
  return client;
}

async function ask(client: RawConnection): Promise<void> {
  const before = client.received().length;
  client.socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await until('an answer', () => client.received().length > before && client.received().endsWith('done'));
}

/** Of a body that does not go on; resolves when the server has seen its request. */
async function beginBody(client: RawConnection): Promise<void> {
  const before = connections.running();
  client.socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nx');
  await until('the request runs', () => connections.running() > before);
}

it('ends the connection that has been idle longest when there are many', async () => {
  const [first, second, third] = [await open(), await open(), await open()];
  await open();
  await ask(first); // now the second has been idle longest
  const fifth = await open();
  await second.closed;
  expect(cuts).toEqual(['connection-pushed-out']);
  for (const client of [first, third, fifth]) await ask(client);
});

it('never ends one whose request runs while another is idle, and then one whose body does not come', async () => {
  const slow = [];
  for (let count = 0; count < LIMITS.pressure; count += 1) {
    const client = await open();
    slow.push(client);
    await beginBody(client);
  }
  const fifth = await open();
  expect(cuts).toEqual([]); // all of them are too young to be slow
  const started = performance.now();
  await until('they are slow', () => performance.now() - started > 1100);
  await ask(fifth);
  const sixth = await openRaw(port);
  clients.push(sixth);
  await fifth.closed; // the only one that was idle
  expect(cuts).toEqual(['connection-pushed-out']);
  await beginBody(sixth);
  clients.push(await openRaw(port));
  await slow[0]?.closed;
  expect(cuts).toEqual(['connection-pushed-out', 'connection-pushed-out']);
});

it('refuses those above the limit', async () => {
  const busy = [];
  for (let count = 0; count < LIMITS.max; count += 1) {
    const client = await open();
    busy.push(client);
    await beginBody(client);
  }
  const refused = await openRaw(port);
  refused.socket.on('error', () => undefined);
  await refused.closed;
  expect(cuts).toEqual(['too-many-connections']);
  for (const { socket, received } of busy) {
    socket.write('x'.repeat(9));
    await until('it is answered', () => received().endsWith('done'));
  }
});

it('keeps one that was never used as long as one that is idle, and then ends it without a word', async () => {
  const brief = createServer({
    headersTimeout: 100,
    requestTimeout: 200,
    keepAliveTimeout: 2000,
    connectionsCheckingInterval: 20,
  });
  const rejected: string[] = [];
  const watched = watchConnections(brief, LIMITS, () => undefined);
  const local = { host: '127.0.0.1', port: 0 };
  const { address, close } = await listen(
    brief,
    () => undefined,
    watched,
    local,
    (code) => rejected.push(code),
  );
  const startedMs = performance.now();
  const client = await openRaw(address.port);
  await client.closed;
  expect(performance.now() - startedMs).toBeGreaterThan(1900);
  expect([client.received(), rejected]).toEqual(['', []]);
  await close(0);
});

it('ends one that does not read its answer', async () => {
  const stalled = await openRaw(port);
  clients.push(stalled);
  stalled.socket.on('error', () => undefined);
  stalled.socket.pause();
  stalled.socket.write('GET /large HTTP/1.1\r\nHost: x\r\n\r\n');
  const reader = await open();
  await until('it is cut', () => cuts.length > 0);
  expect(cuts).toEqual(['answer-not-read']);
  await ask(reader);
  await until('nothing runs', () => connections.running() === 0);
});
