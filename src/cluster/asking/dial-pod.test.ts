// The last line before a connection is made, whoever proved the address.
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { dialPod } from './dial-pod.ts';

const sockets = new Set<Socket>();
const server = createServer((socket) => {
  sockets.add(socket);
  // Talks all the time, and ends nothing.
  const timer = setInterval(() => socket.write('x'), 20);
  socket.on('error', () => undefined).on('close', () => clearInterval(timer));
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

describe('a connection to a Pod', () => {
  it.each([
    '::1',
    '::ffff:127.0.0.1',
    '64:ff9b::a9fe:a9fe',
    'fe80::1%lo',
    'localhost',
    'metadata.google.internal',
    '0x7f.0.0.1',
    '127.1',
    '2130706433',
    '',
  ])('is made to no name and no other way to write an address: %j', async (address) => {
    await expect(dialPod(address, 1000)(80)).rejects.toThrow(/is no address/);
    expect(sockets.size).toBe(0);
  });

  it('ends when its time is up, whatever is said on it', async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new TypeError('it listens on a port');
    const startedAtMs = performance.now();
    const stream = await dialPod('127.0.0.1', 300)(address.port);
    stream.resume();
    const [error] = await once(stream, 'error');
    expect(error).toMatchObject({ code: 'ABORT_ERR' });
    expect(stream.destroyed).toBe(true);
    expect(performance.now() - startedAtMs).toBeGreaterThan(250);
  });
});
