// The end of a listener, without losing a request.
import type { Server } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Connections } from './connections.ts';

/** How long to wait for a moment to close the listener in. */
const QUIET_WITHIN_MS = 200;

/** What was opened for a request has it by then. */
const UNUSED_MS = 1000;

/** Closes the listener, lets running requests end, and cuts what is left at the deadline. */
export async function closeListener(
  server: Server,
  { sockets, unused }: Pick<Connections, 'sockets' | 'unused'>,
  deadlineMs: number,
): Promise<void> {
  const timer = setTimeout(() => {
    // All of them, for a TLS handshake that is under way is no HTTP connection yet.
    for (const socket of sockets) socket.destroy();
  }, deadlineMs);
  await quietTurn(server);
  // To Node one that was never used is not idle: it waits for its headers, and once the listener is closed forever.
  const sweep = setInterval(() => {
    for (const socket of unused(UNUSED_MS)) socket.destroy();
  }, UNUSED_MS);
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeIdleConnections();
  });
  clearTimeout(timer);
  clearInterval(sweep);
}

/**
 * Connections that the kernel has taken and Node has not are reset when the listener closes. So it closes right after Node
 * has looked, in a turn of the event loop that was short and brought none; or without, where there is no such turn.
 */
async function quietTurn(server: Server): Promise<void> {
  let taken = 0;
  const count = (): void => {
    taken += 1;
  };
  server.on('connection', count);
  const end = performance.now() + QUIET_WITHIN_MS;
  for (let isQuiet = false; !isQuiet && performance.now() < end; ) {
    await nextTurn();
    const before = { taken, ms: performance.now() };
    await nextTurn();
    isQuiet = taken === before.taken && performance.now() - before.ms < 1;
  }
  server.off('connection', count);
}
