// Listening, with every request answered and every wait bounded. Knows no TLS, for the thread of health needs none.
import { createServer, type RequestListener, type Server, type ServerOptions, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { AppError, ERRORS } from '../errors.ts';
import { systemReason } from '../system-reason.ts';
import { closeListener } from './closing.ts';
import { type Connections, watchConnections } from './connections.ts';
import { errorBody, type RejectedCode } from './error-body.ts';
import { keepUnused } from './unused.ts';

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

/** The kubelet and Prometheus; each of them needs one or two. */
const HEALTH_CONNECTIONS = { max: 64, pressure: 48, writeMs: 10_000 } as const;

/** After an answer to what was no HTTP, how long its sender has to read it. */
const LINGER_MS = 1000;

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface Listening {
  readonly address: Address;
  /** Closes the listener, lets running requests end, and cuts what is left at the deadline. */
  close(deadlineMs: number): Promise<void>;
}

/** Called for requests that never reach the app. */
export type OnRejected = (code: RejectedCode) => void;

export const HTTP_OPTIONS: ServerOptions = {
  headersTimeout: TIMEOUTS.headers,
  requestTimeout: TIMEOUTS.request,
  connectionsCheckingInterval: TIMEOUTS.check,
  // Node refuses a request without Host with an empty answer; nothing here asks for the host.
  requireHostHeader: false,
};

/** @throws AppError port-unavailable */
export function listenHttp(app: RequestListener, address: Address): Promise<Listening> {
  const server = createServer(HTTP_OPTIONS);
  const connections = watchConnections(server, HEALTH_CONNECTIONS, () => undefined);
  return listen(server, app, connections, address, () => undefined);
}

/** @throws AppError port-unavailable */
export function listen(
  server: Server,
  app: RequestListener,
  connections: Connections,
  { host, port }: Address,
  rejected: OnRejected,
): Promise<Listening> {
  const followed = connections.follow(app);
  server.on('request', followed);
  answerEverything(server, followed, rejected);
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
      resolve({ address, close: (deadlineMs) => closeListener(server, connections, deadlineMs) });
    });
  });
}

/** What Node would answer by itself (with nothing, or by hanging up) gets the same kind of answer as all else. */
function answerEverything(server: Server, app: RequestListener, rejected: OnRejected): void {
  const answer = (socket: Duplex, code: RejectedCode): void => {
    rejected(code);
    endWith(socket, code);
  };
  server.on('checkExpectation', app);
  server.on('connect', (_request, socket) => answer(socket, 'method-not-allowed'));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const isLate = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else if (!isLate || !keepUnused(server, socket)) answer(socket, isLate ? 'body-timeout' : 'http-malformed');
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
