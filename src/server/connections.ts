// Every connection of a listener, and which of them make room when there are too many: those that wait for nothing first.
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface ConnectionLimits {
  /** Above this the connection that has been idle longest makes room for each new one. */
  readonly pressure: number;
  /** Above this new ones are refused. */
  readonly max: number;
  /** How long a client may take to read an answer. */
  readonly writeMs: number;
}

/** Why a connection was ended or refused, as the metric has it. */
export type CutReason = 'too-many-connections' | 'connection-pushed-out' | 'answer-not-read';

export interface Connections {
  /** All of them, those still in a TLS handshake too. */
  readonly sockets: ReadonlySet<Socket>;
  /** How many requests run. */
  running(): number;
  /** What the listener must call its app through. */
  follow(app: RequestListener): RequestListener;
}

interface Running {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly sinceMs: number;
  /** When it was first seen to be written and not read. */
  unreadSinceMs: number | undefined;
}

const SWEEP_MS = 1000;

/** A body still on its way after this is not one of the API server's, which are sent whole. */
const SLOW_BODY_MS = 1000;

export function watchConnections(
  server: Server,
  { pressure, max, writeMs }: ConnectionLimits,
  onCut: (reason: CutReason) => void,
): Connections {
  const sockets = new Set<Socket>();
  // By the ends of a connection, for the TLS socket of a request does not show the socket that it is laid over. In the order
  // in which they became idle.
  const idle = new Map<string, Socket>();
  const running = new Map<ServerResponse, Running>();
  /** How many requests run on a connection: several, where a client does not wait for the answer to the last. */
  const busy = new Map<string, number>();
  const cut = (socket: Socket, reason: CutReason): void => {
    onCut(reason);
    socket.destroy();
  };
  const makeRoom = (): void => {
    for (const [ends, socket] of idle) {
      idle.delete(ends);
      cut(socket, 'connection-pushed-out');
      return;
    }
    const nowMs = performance.now();
    for (const { request, sinceMs } of running.values()) {
      if (request.complete || nowMs - sinceMs <= SLOW_BODY_MS) continue;
      cut(request.socket, 'connection-pushed-out');
      return;
    }
  };
  server.maxConnections = max;
  server.on('drop', () => onCut('too-many-connections'));
  server.on('connection', (socket: Socket) => {
    const ends = endsOf(socket);
    if (sockets.size >= pressure) makeRoom();
    sockets.add(socket);
    idle.set(ends, socket);
    socket.once('close', () => {
      sockets.delete(socket);
      idle.delete(ends);
    });
  });
  const sweep = setInterval(() => {
    const nowMs = performance.now();
    for (const one of running.values()) {
      if (!one.response.writableEnded || one.response.writableFinished) continue;
      one.unreadSinceMs ??= nowMs;
      if (nowMs - one.unreadSinceMs >= writeMs) cut(one.request.socket, 'answer-not-read');
    }
  }, SWEEP_MS).unref();
  server.once('close', () => clearInterval(sweep));
  const follow = (app: RequestListener): RequestListener => {
    return (request, response) => {
      const { socket } = request;
      const ends = endsOf(socket);
      idle.delete(ends);
      busy.set(ends, (busy.get(ends) ?? 0) + 1);
      running.set(response, { request, response, sinceMs: performance.now(), unreadSinceMs: undefined });
      // Comes in any case, after the answer or with the end of the connection.
      response.once('close', () => {
        running.delete(response);
        const others = (busy.get(ends) ?? 1) - 1;
        if (others > 0) busy.set(ends, others);
        else busy.delete(ends);
        if (others === 0 && !socket.destroyed) idle.set(ends, socket);
      });
      app(request, response);
    };
  };
  return { sockets, running: () => running.size, follow };
}

/** Where both ends of a connection are. */
export function endsOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`;
}
