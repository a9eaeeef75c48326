// Servers on loopback, each an app of a kind: what tests let Pods be.
import { once } from 'node:events';
import { createServer as createHttp, type RequestListener } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, connect, createServer as createTcp, type Server, type Socket } from 'node:net';
import { createAuthority } from './certificates.ts';

export interface AppServers {
  /** 200 on every path. */
  readonly ok: number;
  readonly onlyHealthz: number;
  /** 307 to https:// at the Host header, on a port that speaks TLS too, as Argo CD. */
  readonly redirectingSamePort: number;
  readonly http2: number;
  /** 503, with text that would act on a terminal. */
  readonly hostile: number;
  /** Takes connections, and says nothing. */
  readonly silent: number;
  /** A port where nothing listens. */
  readonly nothing: number;
  close(): void;
}

export async function createAppServers(): Promise<AppServers> {
  const { certPem: cert, keyPem: key } = await (await createAuthority('apps')).issue({ commonName: 'app' });
  const opened: Server[] = [];
  const sockets = new Set<Socket>();
  const listen = async (server: Server): Promise<number> => {
    opened.push(server);
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const http = (listener: RequestListener): Promise<number> => listen(createHttp(listener));
  const secure = await listen(createHttps({ cert, key }, (_request, response) => response.end('ok')));
  const plain = await http((request, response) => {
    response.writeHead(307, { Location: `https://${request.headers.host}${request.url}` }).end();
  });
  const http2 = createSecureServer({ cert, key });
  http2.on('stream', (stream) => {
    stream.respond({ ':status': 200 });
    stream.end('ok');
  });
  const closed = createTcp();
  const nothing = await listen(closed);
  await new Promise((resolve) => closed.close(resolve));
  return {
    ok: await http((_request, response) => response.end('ok')),
    onlyHealthz: await http((request, response) => response.writeHead(request.url === '/healthz' ? 200 : 404).end()),
    redirectingSamePort: await listen(createTcp((socket) => pipeByFirstByte(socket, plain, secure))),
    http2: await listen(http2),
    hostile: await http((_request, response) => {
      response
        .writeHead(503, { 'Content-Type': 'text/plain' })
        .end('down\u001b[2J\u001b]0;gotcha\u0007\u202e; rm -rf /');
    }),
    silent: await listen(createTcp()),
    nothing,
    close: () => {
      for (const socket of sockets) socket.destroy();
      for (const server of opened) server.close();
    },
  };
}

/** As cmux does: what begins like a TLS record is TLS. */
function pipeByFirstByte(socket: Socket, plain: number, secure: number): void {
  socket.once('data', (first) => {
    const onward = connect(first[0] === 0x16 ? secure : plain, '127.0.0.1');
    onward.on('error', () => undefined);
    onward.write(first);
    socket.pipe(onward).pipe(socket);
  });
}
