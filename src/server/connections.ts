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
  /** Those that could have been used for so long, and never were. */
  unused(forMs: number): readonly Socket[];
  /** How many of them have a request that runs. */
  running(): number;
  /** What the listener must call its app through. */
  follow(app: RequestListener): RequestListener;
}

/** What is known of one connection. */
interface Connection {
  readonly socket: Socket;
  /** How many requests run: several, where a client does not wait for the answer to the last. */
  running: number;
  /** Of the last request. */
  request: IncomingMessage | undefined;
  response: ServerResponse | undefined;
  sinceMs: number;
  /** When its handshake was over, until its first request. */
  unusedSinceMs: number | undefined;
  /** When its answer was first seen to be written and not read. */
  unreadSinceMs: number | undefined;
  readonly onAnswered: () => void;
}

const SWEEP_MS = 1000;

/** A body still on its way after this is not one of the API server's, which are sent whole. */
const SLOW_BODY_MS = 1000;

export function watchConnections(server: Server, limits: ConnectionLimits, onCut: OnCut): Connections {
  const sockets = new Set<Socket>();
  // In the order in which they became idle.
  const idle = new Set<Connection>();
  const running = new Set<Connection>();
  const cut = (socket: Socket, reason: CutReason): void => {
    onCut(reason);
    socket.destroy();
  };
  const makeRoom = (): void => {
    const nowMs = performance.now();
    const isSlow = ({ request, sinceMs }: Connection): boolean =>
      request?.complete === false && nowMs - sinceMs > SLOW_BODY_MS;
    const [last = [...running].find(isSlow)] = idle;
    if (last === undefined) return;
    idle.delete(last);
    cut(last.socket, 'connection-pushed-out');
  };
  server.maxConnections = limits.max;
  server.on('drop', () => onCut('too-many-connections'));
  const find = registerConnections(
    server,
    (connection) => {
      const { socket } = connection;
      if (sockets.size >= limits.pressure) makeRoom();
      sockets.add(socket);
      idle.add(connection);
      socket.once('close', () => {
        sockets.delete(socket);
        idle.delete(connection);
        running.delete(connection);
      });
    },
    (connection) => {
      running.delete(connection);
      if (!connection.socket.destroyed) idle.add(connection);
    },
  );
  const sweep = setInterval(() => {
    for (const connection of running)
      if (isUnread(connection, limits.writeMs)) cut(connection.socket, 'answer-not-read');
  }, SWEEP_MS).unref();
  server.once('close', () => clearInterval(sweep));
  const follow = (app: RequestListener): RequestListener => {
    return (request, response) => {
      const connection = find(request.socket);
      if (connection !== undefined) {
        idle.delete(connection);
        running.add(connection);
        begin(connection, request, response);
      }
      app(request, response);
    };
  };
  const unused = (forMs: number): readonly Socket[] => {
    const beforeMs = performance.now() - forMs;
    return [...idle].filter(({ unusedSinceMs = Infinity }) => unusedSinceMs <= beforeMs).map(({ socket }) => socket);
  };
  return { sockets, unused, running: () => running.size, follow };
}

type OnCut = (reason: CutReason) => void;

/** @returns how to find the connection of a request */
function registerConnections(
  server: Server,
  onOpen: (connection: Connection) => void,
  onIdle: (connection: Connection) => void,
): (socket: Socket) => Connection | undefined {
  const bySocket = new WeakMap<Socket, Connection>();
  // By their ends, for the TLS socket of a request does not show the socket that it is laid over.
  const handshaking = new Map<string, Connection>();
  server.on('connection', (socket: Socket) => {
    const connection: Connection = {
      socket,
      running: 0,
      request: undefined,
      response: undefined,
      sinceMs: 0,
      unusedSinceMs: undefined,
      unreadSinceMs: undefined,
      // Comes in any case, after the answer or with the end of the connection.
      onAnswered: () => {
        connection.running -= 1;
        if (connection.running > 0) return;
        connection.request = undefined;
        connection.response = undefined;
        onIdle(connection);
      },
    };
    const ends = endsOf(socket);
    bySocket.set(socket, connection);
    handshaking.set(ends, connection);
    socket.once('close', () => handshaking.delete(ends));
    onOpen(connection);
  });
  server.on('secureConnection', (secure: Socket) => {
    const ends = endsOf(secure);
    const connection = handshaking.get(ends);
    if (connection !== undefined) {
      bySocket.set(secure, connection);
      connection.unusedSinceMs = performance.now();
    }
    handshaking.delete(ends);
  });
  return (socket) => bySocket.get(socket);
}

function begin(connection: Connection, request: IncomingMessage, response: ServerResponse): void {
  connection.running += 1;
  connection.request = request;
  connection.response = response;
  connection.sinceMs = performance.now();
  connection.unusedSinceMs = undefined;
  connection.unreadSinceMs = undefined;
  response.once('close', connection.onAnswered);
}

/** Whether the answer has been there for so long and its client has not read it. */
function isUnread(connection: Connection, limitMs: number): boolean {
  const { response } = connection;
  if (response === undefined || !response.writableEnded || response.writableFinished) return false;
  const nowMs = performance.now();
  connection.unreadSinceMs ??= nowMs;
  return nowMs - connection.unreadSinceMs >= limitMs;
}

/** Where both ends of a connection are. */
export function endsOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`;
}
