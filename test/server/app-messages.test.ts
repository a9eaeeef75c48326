// Express changes the prototypes of requests and responses that are not its own, after which V8 takes longer to read them.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createTestApp } from './support.ts';

it('the server makes messages that express leaves as they are', async () => {
  const { listener, messages } = createTestApp();
  const seen: boolean[] = [];
  const server = createServer(messages, (request, response) => {
    const before = [request, response].map(Object.getPrototypeOf);
    listener(request, response);
    seen.push([request, response].every((message, index) => Object.getPrototypeOf(message) === before[index]));
  });
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/validate`, { headers: { connection: 'close' } });
  expect([answer.status, seen]).toEqual([405, [true]]);
});
