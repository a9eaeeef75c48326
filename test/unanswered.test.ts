// That the balancer of test/cluster counts what is in flight: with Node's own TLS on both sides of a relay that cannot read it.
import { once } from 'node:events';
import { Agent, createServer, type RequestOptions, request } from 'node:https';
import { type AddressInfo, connect, createServer as createRelay, type Server, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { UnansweredCall } from './cluster/unanswered.ts';
import { createAuthority } from './support/certificates.ts';

/** For a busy machine. */
const PATIENT = { timeout: 30_000 };
/** Of the connections, in the order in which they came. */
const calls: UnansweredCall[] = [];
/** Those that the server has read, to be answered by the test. */
const held: (() => void)[] = [];
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let relay: Server;
let closeAll: () => void;
let options: RequestOptions;

beforeAll(async () => {
  const authority = await createAuthority('unanswered');
  const { certPem, keyPem } = await authority.issue({ commonName: 'localhost', dnsNames: ['localhost'] });
  const server = createServer({ cert: certPem, key: keyPem, minVersion: 'TLSv1.3' }, (incoming, response) => {
    incoming.resume().once('end', () => held.push(() => response.end('{"allowed":true}')));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const sockets: Socket[] = [];
  relay = createRelay((client) => {
    const call = new UnansweredCall();
    const upstream = connect({ host: '127.0.0.1', port: portOf(server) });
    calls.push(call);
    sockets.push(client, upstream);
    client.on('data', (chunk: Buffer) => call.fromClient(chunk)).on('error', () => undefined);
    upstream.on('data', (chunk: Buffer) => call.fromServer(chunk)).on('error', () => undefined);
    client.pipe(upstream).pipe(client);
  });
  await once(relay.listen(0, '127.0.0.1'), 'listening');
  options = { host: '127.0.0.1', port: portOf(relay), servername: 'localhost', ca: authority.certPem, agent };
  closeAll = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    relay.close();
  };
});
afterAll(() => {
  agent.destroy();
  closeAll?.();
});

function portOf(server: Pick<Server, 'address'>): number {
  return (server.address() as AddressInfo).port; // it listens on TCP
}

/** Sends a call whose answer the test holds back. */
async function send(): Promise<{ tickets: () => number; answer: () => Promise<void> }> {
  const before = held.length;
  let tickets = 0;
  const sent = request({ ...options, method: 'POST', path: '/validate' });
  sent.on('socket', (socket) => {
    socket.on('session', () => {
      tickets += 1;
    });
  });
  const answered = once(sent, 'response');
  sent.end(JSON.stringify({ request: 'x'.repeat(2000) }));
  await expect.poll(() => held.length, PATIENT).toBe(before + 1);
  return {
    tickets: () => tickets,
    answer: async () => {
      held[before]?.();
      const [response] = await answered;
      await once(response.resume(), 'end');
    },
  };
}

it('counts a call until it is answered, the first of a connection and each later one', async () => {
  const first = await send();
  // They answer nothing.
  await expect.poll(first.tickets, PATIENT).toBe(2);
  expect(calls.at(-1)?.isThere).toBe(true);
  await first.answer();
  expect(calls.at(-1)?.isThere).toBe(false);
  const count = calls.length;
  const second = await send();
  expect(calls.length).toBe(count);
  expect(calls.at(-1)?.isThere).toBe(true);
  await second.answer();
  expect(calls.at(-1)?.isThere).toBe(false);
});

it('counts a connection whose handshake is not over, and none that is idle or says that it closes', async () => {
  const socket = connectTls({
    host: '127.0.0.1',
    port: portOf(relay),
    servername: 'localhost',
    ca: String(options.ca),
  });
  let tickets = 0;
  socket.on('session', () => {
    tickets += 1;
  });
  const count = calls.length;
  await expect.poll(() => calls.length, PATIENT).toBe(count + 1);
  expect(new UnansweredCall().isThere).toBe(true);
  await expect.poll(() => tickets, PATIENT).toBe(2);
  expect(calls.at(-1)?.isThere).toBe(false);
  socket.end();
  await once(socket, 'close');
  expect(calls.at(-1)?.isThere).toBe(false);
});
