// Sockets: listening with the timeouts that the API server's transport needs, and ending without losing a request.
import {
  createServer as createHttpServer,
  type RequestListener,
  type Server,
  type ServerOptions,
  STATUS_CODES,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { AppError, ERRORS } from '../errors.ts';
import { systemReason } from '../system-reason.ts';
import { closeListener } from './closing.ts';
import { type Connections, type CutReason, endsOf, watchConnections } from './connections.ts';
import { errorBody, type RejectedCode } from './error-body.ts';
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

/**
 * An API server makes up to 200 changing requests at a time (kube-apiserver --max-mutating-requests-inflight), each of which
 * may take a connection here, and a regional cluster has three of them. A connection costs some 60 kB (docs/operations.md).
 */
export const CONNECTIONS = { max: 600, pressure: 450, writeMs: 10_000 } as const;

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

export interface Renewable {
  /** From now on new connections are made with these; those that there are go on. */
  renew(settings: TlsSettings): void;
}

/** Told of what never reaches the app. */
export interface EdgeObserver {
  rejected(code: RejectedCode | CutReason): void;
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
  const server = createHttpsServer({
    ...HTTP_OPTIONS,
    ...secured(settings),
    // A client without the right certificate is let in to be told so by the app (client-check.ts).
    requestCert: settings.clientCa !== undefined,
    rejectUnauthorized: false,
    handshakeTimeout: TIMEOUTS.handshake,
    keepAliveTimeout: TIMEOUTS.keepAlive,
  });
  const connections = watchConnections(server, CONNECTIONS, observer.rejected);
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    // Probes and port scans only hang up; that is nobody's fault.
    if (error.code?.startsWith('ERR_SSL')) observer.handshakeFailed(error, socket.remoteAddress);
  });
  const listening = await listen(server, guarded, connections, address, observer.rejected);
  const renew = (fresh: TlsSettings): void => {
    server.setSecureContext(secured(fresh));
    if (fresh.clientCa === clientCa) return;
    clientCa = fresh.clientCa;
    // Let in by authorities that may no longer be trusted. Cut now, a request that is on its way would be lost.
    for (const socket of connections.sockets) {
      const ends = endsOf(socket);
      retired.add(ends);
      socket.once('close', () => retired.delete(ends));
    }
  };
  return { ...listening, renew };
}

/** @throws AppError port-unavailable */
export function listenHttp(app: RequestListener, address: Address): Promise<Listening> {
  const server = createHttpServer(HTTP_OPTIONS);
  const connections = watchConnections(server, HEALTH_CONNECTIONS, () => undefined);
  return listen(server, app, connections, address, () => undefined);
}

function listen(
  server: Server,
  app: RequestListener,
  { sockets, follow }: Connections,
  { host, port }: Address,
  rejected: EdgeObserver['rejected'],
): Promise<Listening> {
  const followed = follow(app);
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
      resolve({ address, close: (deadlineMs) => closeListener(server, sockets, deadlineMs) });
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
