// Sockets: listening with the timeouts that the API server's transport needs, and ending without losing a request.
import {
  createServer as createHttpServer,
  type RequestListener,
  type Server,
  type ServerOptions,
  STATUS_CODES,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError, ERRORS } from '../errors.ts';
import { systemReason } from '../system-reason.ts';
import { errorBody, type RejectedCode } from './answer.ts';
import { secured, type TlsSettings } from './secured.ts';

/** Milliseconds; a stalled request, wherever it stalls, must be gone within 30 s. */
export const TIMEOUTS = {
  /**
   * The API server's transport keeps idle connections for 90 s (client-go transport/cache.go). Were this shorter, a
   * request could meet a connection that is just being closed.
   */
  keepAlive: 95_000,
  handshake: 10_000,
  headers: 5000,
  /** Headers and body: behind the reader's own limit (deadline.ts), which says more. */
  request: 25_000,
  /** How late Node may be to notice that one of them has passed. */
  check: 1000,
} as const;

/** After an answer to what was no HTTP, how long its sender has to read it. */
const LINGER_MS = 1000;

/** How long to wait for a moment to close the listener in. */
const QUIET_WITHIN_MS = 200;

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface Listening {
  readonly address: Address;
  /** Closes the listener, lets running requests end, and cuts what is left at the deadline. */
  close(deadlineMs: number): Promise<void>;
}

export interface Renewable {
  /** From now on new connections are made with these; those that there are go on. */
  renew(settings: TlsSettings): void;
}

/** Told of what never reaches the app. */
export interface EdgeObserver {
  rejected(code: RejectedCode): void;
  /** A client that speaks TLS broke off the handshake, as the API server does with a wrong caBundle. */
  handshakeFailed(error: Error, remoteAddress: string | undefined): void;
}

const HTTP_OPTIONS: ServerOptions = {
  headersTimeout: TIMEOUTS.headers,
  requestTimeout: TIMEOUTS.request,
  connectionsCheckingInterval: TIMEOUTS.check,
  // Node refuses a request without Host with an empty answer; nothing here asks for the host.
  requireHostHeader: false,
};

/** @throws AppError port-unavailable */
export async function listenHttps(
  app: RequestListener,
  settings: TlsSettings,
  address: Address,
  observer: EdgeObserver,
): Promise<Listening & Renewable> {
  let clientCa = settings.clientCa;
  // Where both ends of a connection are; the TLS socket of a request does not show the socket that it is laid over.
  const retired = new Set<string>();
  const guarded: RequestListener = (request, response) => {
    if (retired.has(endsOf(request.socket))) response.setHeader('connection', 'close');
    app(request, response);
  };
  const server = createHttpsServer(
    {
      ...HTTP_OPTIONS,
      ...secured(settings),
      // A client without the right certificate is let in to be told so by the app (client-check.ts).
      requestCert: settings.clientCa !== undefined,
      rejectUnauthorized: false,
      handshakeTimeout: TIMEOUTS.handshake,
      keepAliveTimeout: TIMEOUTS.keepAlive,
    },
    guarded,
  );
  const sockets = trackSockets(server);
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    // Probes and port scans only hang up; that is nobody's fault.
    if (error.code?.startsWith('ERR_SSL')) observer.handshakeFailed(error, socket.remoteAddress);
  });
  const listening = await listen(server, guarded, sockets, address, observer.rejected);
  const renew = (fresh: TlsSettings): void => {
    server.setSecureContext(secured(fresh));
    if (fresh.clientCa === clientCa) return;
    clientCa = fresh.clientCa;
    // Let in by authorities that may no longer be trusted. Cut now, a request that is on its way would be lost.
    for (const socket of sockets) {
      const ends = endsOf(socket);
      retired.add(ends);
      socket.once('close', () => retired.delete(ends));
    }
  };
  return { ...listening, renew };
}

function endsOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`;
}

function trackSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

/** @throws AppError port-unavailable */
export function listenHttp(app: RequestListener, address: Address): Promise<Listening> {
  const server = createHttpServer(HTTP_OPTIONS, app);
  return listen(server, app, trackSockets(server), address, () => undefined);
}

function listen(
  server: Server,
  app: RequestListener,
  sockets: ReadonlySet<Socket>,
  { host, port }: Address,
  rejected: EdgeObserver['rejected'],
): Promise<Listening> {
  answerEverything(server, app, rejected);
  return new Promise((resolve, reject) => {
    const onError = (cause: Error): void => {
      reject(new AppError('port-unavailable', `${host}:${port}: ${systemReason(cause)}.`, { cause }));
    };
    server.once('error', onError);
    server.listen(port, host, () => {
      server.off('error', onError);
      // A TCP listener's address is never a string or null.
      const bound = server.address() as AddressInfo;
      const address = { host: bound.address, port: bound.port };
      resolve({ address, close: (deadlineMs) => close(server, sockets, deadlineMs) });
    });
  });
}

/** What Node would answer by itself (with nothing, or by hanging up) gets the same kind of answer as all else. */
function answerEverything(server: Server, app: RequestListener, rejected: EdgeObserver['rejected']): void {
  const answer = (socket: Duplex, code: RejectedCode): void => {
    rejected(code);
    endWith(socket, code);
  };
  server.on('checkExpectation', app);
  server.on('connect', (_request, socket) => answer(socket, 'method-not-allowed'));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else answer(socket, error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'body-timeout' : 'http-malformed');
  });
}

function endWith(socket: Duplex, code: RejectedCode): void {
  const { status } = ERRORS[code];
  const text = JSON.stringify(errorBody(code));
  socket.on('error', () => undefined);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
  // What is left unread would reset the connection, and the answer with it.
  socket.resume();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

async function close(server: Server, sockets: ReadonlySet<Socket>, deadlineMs: number): Promise<void> {
  const timer = setTimeout(() => {
    // All of them, for a TLS handshake that is under way is no HTTP connection yet.
    for (const socket of sockets) socket.destroy();
  }, deadlineMs);
  await quietTurn(server);
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeIdleConnections();
  });
  clearTimeout(timer);
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
