// Real sockets: servers of every kind that a Pod may turn out to be, among them those that mean harm.
import { once } from 'node:events';
import { createServer as createHttp, type RequestListener } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, connect, createServer as createTcp, type Server, type Socket } from 'node:net';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Certificate, createAuthority } from '../../../test/support/certificates.ts';
import type { Heard, KubeletHeard, KubeletQuestion, Question } from '../../asked/heard.ts';
import { askAsGoogle, askAsKubelet } from './ask-pod.ts';
import { type Dial, DialError } from './dial.ts';

const POD = '10.0.0.5';
let certificate: Certificate;
beforeAll(async () => {
  certificate = await (await createAuthority('asked')).issue({ commonName: 'app' });
});

const opened: { close(): unknown }[] = [];
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const one of opened.splice(0)) one.close();
});

/** @returns its port */
async function listen(server: Server): Promise<number> {
  opened.push(server);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const http = (listener: RequestListener): Promise<number> => listen(createHttp(listener));
const tls = (listener: RequestListener): Promise<number> =>
  listen(createHttps({ cert: certificate.certPem, key: certificate.keyPem }, listener));
const tcp = (onConnection: (socket: Socket) => void): Promise<number> => listen(createTcp(onConnection));

/** The ports of the Pod, which stand for others on loopback; what is not named is not there. */
function pod(ports: Readonly<Record<number, number>>, dialled: number[] = []): Dial {
  return async (port) => {
    dialled.push(port);
    const real = ports[port];
    if (real === undefined) throw new DialError('refused', '');
    const socket = connect(real, '127.0.0.1');
    await once(socket, 'connect');
    return socket;
  };
}

async function google(port: number, question: Partial<Question> = {}): Promise<Heard> {
  return askAsGoogle(pod({ 8080: port }), {
    protocol: 'HTTP',
    port: 8080,
    path: '/healthz',
    host: POD,
    timeoutSec: 5,
    ...question,
  });
}

async function kubelet(dial: Dial, question: Partial<KubeletQuestion> = {}): Promise<KubeletHeard> {
  return askAsKubelet(dial, POD, {
    scheme: 'HTTP',
    port: 8080,
    path: '/healthz',
    headers: [],
    timeoutSec: 5,
    ...question,
  });
}

describe('Google', () => {
  it('asks with these lines, and no others', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const port = await tcp((socket) =>
      socket.once('data', (bytes) => {
        resolve(bytes.toString());
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      }),
    );
    expect(await google(port)).toEqual({ kind: 'answer', status: 200, location: undefined, says: '' });
    expect(await promise).toBe(
      'GET /healthz HTTP/1.1\r\nHost: 10.0.0.5\r\nUser-Agent: GoogleHC/1.0\r\nConnection: close\r\n\r\n',
    );
  });

  it('follows no redirect', async () => {
    let asked = 0;
    const port = await http((_request, response) => {
      asked += 1;
      response.writeHead(307, { Location: 'https://10.0.0.5/healthz' }).end();
    });
    expect(await google(port)).toMatchObject({ status: 307, location: 'https://10.0.0.5/healthz' });
    expect(asked).toBe(1);
  });

  it('shows what a refusal says, in one line and cut', async () => {
    const port = await http((_request, response) => {
      response.writeHead(400, { 'Content-Type': 'text/plain' }).end(`Invalid HTTP_HOST header\n${'x'.repeat(2000)}`);
    });
    expect(await google(port)).toMatchObject({ status: 400, says: 'Invalid HTTP_HOST header' });
  });

  it('speaks TLS to HTTPS backends, whatever the certificate', async () => {
    const port = await tls((request, response) => response.end(request.httpVersion));
    expect(await google(port, { protocol: 'HTTPS' })).toMatchObject({ kind: 'answer', status: 200 });
  });

  it('speaks HTTP/2 over TLS to HTTP2 backends, with the same words', async () => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const server = createSecureServer({ cert: certificate.certPem, key: certificate.keyPem });
    server.on('stream', (stream, headers) => {
      resolve(headers);
      stream.respond({ ':status': 204 });
      stream.end();
    });
    const port = await listen(server);
    expect(await google(port, { protocol: 'HTTP2' })).toMatchObject({ kind: 'answer', status: 204 });
    expect(Object.fromEntries(Object.entries((await promise) as object))).toEqual({
      ':method': 'GET',
      ':scheme': 'https',
      ':authority': POD,
      ':path': '/healthz',
      'user-agent': 'GoogleHC/1.0',
    });
  });

  it('tells a server without HTTP/2 from one without TLS', async () => {
    const overTls = await tls((_request, response) => response.end());
    const plain = await http((_request, response) => response.end());
    expect(await google(overTls, { protocol: 'HTTP2' })).toMatchObject({ why: 'no-h2' });
    expect(await google(plain, { protocol: 'HTTP2' })).toMatchObject({ why: 'tls' });
    expect(await google(plain, { protocol: 'HTTPS' })).toMatchObject({ why: 'tls' });
  });

  it('gets an answer from Go where the port speaks TLS only, and none from others', async () => {
    const port = await tls((_request, response) => response.end());
    expect(await google(port)).toMatchObject({ kind: 'silence', why: 'closed' });
  });

  it('waits no longer than the check does: for a head that never ends', async () => {
    const port = await tcp((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket.write('X-More: x\r\n'), 50);
      socket.on('close', () => clearInterval(timer));
    });
    expect(await google(port, { timeoutSec: 1 })).toEqual({ kind: 'silence', why: 'timeout', detail: '' });
  });

  it('waits no longer than the check does: for a handshake that never ends', async () => {
    const port = await tcp(() => undefined);
    for (const protocol of ['HTTP', 'HTTPS', 'HTTP2'] as const) {
      expect(await google(port, { protocol, timeoutSec: 1 }), protocol).toMatchObject({ why: 'timeout' });
    }
  });

  it('knows the answer by its head, when the body never ends', async () => {
    const port = await tcp((socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n1'));
    expect(await google(port, { timeoutSec: 1 })).toMatchObject({ kind: 'answer', status: 200 });
  });

  it('reads no more of a body without end than it needs', async () => {
    let sent = 0;
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    const port = await http((_request, response) => {
      const chunk = Buffer.alloc(64 * 1024, 'x');
      const push = (): void => {
        while (sent < 1024 ** 3 && !response.destroyed) {
          sent += chunk.length;
          if (!response.write(chunk)) return;
        }
      };
      response.on('drain', push);
      response.on('close', () => resolve());
      response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': 1024 ** 3 });
      push();
    });
    const heard = await google(port);
    expect(heard).toMatchObject({ kind: 'answer', status: 200 });
    expect(JSON.stringify(heard).length).toBeLessThan(300);
    await closed;
    // What fits into the buffers of both ends, and nothing near the whole.
    expect(sent).toBeLessThan(64 * 1024 ** 2);
  });

  it('gives up on a head that is too long, on garbage, and on silence', async () => {
    const long = await tcp((socket) => void socket.end(`HTTP/1.1 200 OK\r\nX-Long: ${'x'.repeat(100_000)}\r\n\r\n`));
    expect(await google(long)).toMatchObject({ why: 'not-http', detail: 'its head is larger than 16 KiB' });
    const garbage = await tcp((socket) => void socket.end('SSH-2.0-OpenSSH_9.9\r\n'));
    expect(await google(garbage)).toMatchObject({ why: 'not-http' });
    const silent = await tcp((socket) => void socket.destroy());
    expect(await google(silent)).toMatchObject({ why: 'closed' });
    const garbageOverTls = await tcp((socket) => void socket.end('\u0000'.repeat(50)));
    expect(await google(garbageOverTls, { protocol: 'HTTP2' })).toMatchObject({ why: 'tls' });
  });

  it.each(['HTTPS', 'HTTP2'] as const)('keeps the bounds over TLS too: %s', async (protocol) => {
    const over = async (listener: RequestListener): Promise<Heard> => {
      const server = createSecureServer({ cert: certificate.certPem, key: certificate.keyPem, allowHTTP1: true });
      // The compatible part of http2: what both of them have.
      server.on('request', (request, response) => listener(request as never, response as never));
      return google(await listen(server), { protocol, timeoutSec: 1 });
    };
    let asked = 0;
    const redirected = await over((_request, response) => {
      asked += 1;
      response.writeHead(302, { Location: '/healthz' }).end();
    });
    expect(redirected).toMatchObject({ status: 302, location: '/healthz' });
    expect(asked).toBe(1);
    let sent = 0;
    const endless = await over((_request, response) => {
      const chunk = Buffer.alloc(64 * 1024, 'x');
      const push = (): void => {
        while (sent < 1024 ** 3 && !response.destroyed) {
          sent += chunk.length;
          if (!response.write(chunk)) return;
        }
      };
      response.on('drain', push).on('error', () => undefined);
      response.writeHead(404, { 'Content-Type': 'text/plain' });
      push();
    });
    expect(endless).toMatchObject({ kind: 'answer', status: 404 });
    expect(JSON.stringify(endless).length).toBeLessThan(300);
    expect(sent).toBeLessThan(64 * 1024 ** 2);
    expect(await over(() => undefined)).toMatchObject({ why: 'timeout' });
    const long = await over((_request, response) => {
      const more = Object.fromEntries(Array.from({ length: 40 }, (_, one) => [`X-${one}`, 'x'.repeat(1000)]));
      response.writeHead(200, more).end();
    });
    expect(long).toMatchObject({ why: 'not-http', detail: 'its head is larger than 16 KiB' });
  });

  it('takes an upgrade that nobody asked for as the answer that it is', async () => {
    const port = await tcp((socket) =>
      socket.once(
        'data',
        () => void socket.write('HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
      ),
    );
    expect(await google(port)).toMatchObject({ kind: 'answer', status: 101 });
  });

  it('says so where nothing listens, and where a path cannot be written', async () => {
    expect(await google(1, { port: 9 })).toEqual({ kind: 'silence', why: 'refused', detail: '' });
    const port = await http((_request, response) => response.end());
    expect(await google(port, { path: '/a b\r\nX: y' })).toMatchObject({ why: 'unwritable' });
    expect(await google(port, { host: 'a\r\nX: y' })).toMatchObject({ why: 'unwritable' });
  });
});

describe('the kubelet', () => {
  it('asks with its own name, takes anything, and sends the headers of the probe', async () => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const port = await http((request, response) => {
      resolve(request.headers);
      response.end();
    });
    const headers = [{ name: 'X-Forwarded-Proto', value: 'https' }];
    expect(await kubelet(pod({ 8080: port }), { headers })).toMatchObject({ result: 'success', port: 8080 });
    expect(await promise).toEqual({
      host: '10.0.0.5:8080',
      'user-agent': 'kube-probe/1.37',
      accept: '*/*',
      connection: 'close',
      'x-forwarded-proto': 'https',
    });
  });

  it('follows a redirect to TLS on the same port, as that of Argo CD', async () => {
    const secure = await tls((_request, response) => response.end('ok'));
    const plain = await http((request, response) => {
      response.writeHead(307, { Location: `https://${request.headers.host}${request.url}` }).end();
    });
    // One port that speaks both, as cmux does: what begins like a TLS record is TLS.
    const both = await tcp((socket) =>
      socket.once('data', (first) => {
        const onward = connect(first[0] === 0x16 ? secure : plain, '127.0.0.1');
        onward.on('error', () => undefined);
        onward.write(first);
        socket.pipe(onward).pipe(socket);
      }),
    );
    const heard = await kubelet(pod({ 8080: both }));
    expect(heard).toMatchObject({ result: 'success', port: 8080, hops: [{ status: 307 }, { status: 200 }] });
  });

  it('follows to another port of the same Pod, which need not be there', async () => {
    const port = await http((_request, response) => {
      response.writeHead(301, { Location: 'https://10.0.0.5/healthz' }).end();
    });
    const dialled: number[] = [];
    const heard = await kubelet(pod({ 8080: port }, dialled));
    expect(dialled).toEqual([8080, 443]);
    expect(heard).toMatchObject({ result: 'unknown', port: 443, hops: [{ status: 301 }, { why: 'refused' }] });
  });

  it.each([
    'https://shop.example.com/healthz',
    'http://169.254.169.254/computeMetadata/v1/',
    'http://127.0.0.1/',
    '//another.example/',
    'http://10.0.0.50/',
    'http://10.0.0.5.evil.example/',
    'http://user@evil.example:8080/',
  ])('follows to no other host: %s', async (location) => {
    const port = await http((_request, response) => response.writeHead(302, { Location: location }).end());
    const dialled: number[] = [];
    expect(await kubelet(pod({ 8080: port }, dialled))).toMatchObject({ result: 'warning', hops: [{ status: 302 }] });
    expect(dialled).toEqual([8080]);
  });

  it('keeps its Host header for a relative redirect, and drops it for another', async () => {
    const hosts: (string | undefined)[] = [];
    const port = await http((request, response) => {
      hosts.push(request.headers.host);
      const next = { '/healthz': '/b', '/b': 'http://10.0.0.5:8080/c' }[request.url ?? ''];
      if (next === undefined) response.end();
      else response.writeHead(302, { Location: next }).end();
    });
    const headers = [{ name: 'Host', value: 'shop.example.com' }];
    expect(await kubelet(pod({ 8080: port }), { headers })).toMatchObject({ result: 'success' });
    expect(hosts).toEqual(['shop.example.com', 'shop.example.com', '10.0.0.5:8080']);
  });

  it('stops after ten redirects in a circle', async () => {
    let asked = 0;
    const port = await http((_request, response) => {
      asked += 1;
      response.writeHead(302, { Location: '/healthz' }).end();
    });
    expect(await kubelet(pod({ 8080: port }))).toMatchObject({ result: 'failure' });
    expect(asked).toBe(10);
  });

  it('takes a 204 for a success, a 304 for a warning, and a 404 for a failure', async () => {
    const status = async (code: number): Promise<KubeletHeard> =>
      kubelet(pod({ 8080: await http((_request, response) => response.writeHead(code).end()) }));
    expect(await status(204)).toMatchObject({ result: 'success' });
    expect(await status(304)).toMatchObject({ result: 'warning' });
    expect(await status(404)).toMatchObject({ result: 'failure' });
  });

  it('follows to no other scheme', async () => {
    const port = await http((_request, response) => response.writeHead(302, { Location: 'file:///etc/passwd' }).end());
    const dialled: number[] = [];
    await kubelet(pod({ 8080: port }, dialled));
    expect(dialled).toEqual([8080]);
  });
});
