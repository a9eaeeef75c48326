// The listener of the webhook: TLS that can be renewed, and the limits that the API server's transport needs.
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { App } from './app.ts';
import { type CutReason, endsOf, watchConnections } from './connections.ts';
import type { RejectedCode } from './error-body.ts';
import { type Address, HTTP_OPTIONS, type Listening, listen, TIMEOUTS } from './listen.ts';
import { secured, type TlsSettings } from './secured.ts';

/**
 * An API server makes up to 200 changing requests at a time (kube-apiserver --max-mutating-requests-inflight), each of which
 * may take a connection here, and a regional cluster has three of them. A connection costs some 60 kB (docs/operations.md).
 */
const CONNECTIONS = { max: 600, pressure: 450, writeMs: 10_000 } as const;

export interface Renewable {
  /** From now on new connections are made with these; those that there are go on. */
  renew(settings: TlsSettings): void;
}

/** Called for what never reaches the app. */
export interface EdgeObserver {
  rejected(code: RejectedCode | CutReason): void;
  /** A client is about to be, or has just been, connected. */
  connecting(): void;
  /** A client that speaks TLS broke off the handshake, as the API server does with a wrong caBundle. */
  handshakeFailed(error: Error, remoteAddress: string | undefined): void;
}

/** @throws AppError port-unavailable */
export async function listenHttps(
  { listener, messages }: App,
  settings: TlsSettings,
  address: Address,
  observer: EdgeObserver,
): Promise<Listening & Renewable> {
  let clientCa = settings.clientCa;
  // Where both ends of a connection are; the TLS socket of a request does not show the socket that it is laid over.
  const retired = new Set<string>();
  const guarded: RequestListener = (request, response) => {
    if (retired.size > 0 && retired.has(endsOf(request.socket))) response.setHeader('connection', 'close');
    listener(request, response);
  };
  const server = createServer({
    ...HTTP_OPTIONS,
    ...messages,
    ...secured(settings),
    // A client without the right certificate is let in, and the app says so (client-check.ts).
    requestCert: settings.clientCa !== undefined,
    rejectUnauthorized: false,
    handshakeTimeout: TIMEOUTS.handshake,
    keepAliveTimeout: TIMEOUTS.keepAlive,
  });
  const connections = watchConnections(server, CONNECTIONS, observer.rejected);
  server.on('connection', observer.connecting).on('secureConnection', observer.connecting);
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
