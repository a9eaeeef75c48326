// Connections on which nothing has been sent yet. To Node they are requests whose headers are late: it answers 408 after some
// seconds and closes. To Go's transport they are as good as any other: it dials while it waits for one that is busy, takes
// whichever is there first, and keeps the other for 90 s (net/http Transport.queueForDial). A review that is sent on it in that
// moment reads the 408 as its answer, and is lost.
import type { Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * To be asked where Node gives up waiting for headers. A connection on which nothing has come is left to live as long as one
 * that waits between two requests; with its first byte the limit for headers begins anew (node_http_parser.cc, on_message_begin).
 *
 * @returns whether it stays
 */
export function keepUnused(server: Server, socket: Duplex): boolean {
  const leftMs = server.keepAliveTimeout - server.headersTimeout;
  if (!(socket instanceof Socket) || socket.bytesRead > 0 || leftMs <= 0) return false;
  // Node ends it then, unless something comes; after the first answer it sets the limit of keep-alive.
  socket.setTimeout(leftMs);
  return true;
}
