// One GET over a connection that is there already, and no more of the answer than is needed: what a Pod sends is anybody's text,
// of any length, at any speed.
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { type ClientHttp2Session, type ClientHttp2Stream, connect as connectHttp2 } from 'node:http2';
import type { Duplex } from 'node:stream';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { type Answer, type BackendProtocol, type Heard, silence } from '../../asked/heard.ts';
import { DialError } from './dial.ts';

export interface Get {
  readonly protocol: BackendProtocol;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** All the lines before the body; as Node has it by itself, said here because it is a bound. */
const MAX_HEAD_BYTES = 16 * 1024;
/** As much as Google looks at, where it is configured to look at the body at all. */
const MAX_BODY_BYTES = 1024;
const TOO_LARGE = silence('not-http', `its head is larger than ${MAX_HEAD_BYTES / 1024} KiB`);
const MAX_SAID = 100;
const MAX_LOCATION = 2048;
/** Of a connection whose own time is up (dial-pod.ts). */
const ENDED_HERE = 'ABORT_ERR';

/** Never throws; the connection is closed afterwards. */
export async function getOver(connection: Duplex, get: Get): Promise<Heard> {
  const deadline = AbortSignal.timeout(get.timeoutMs);
  // Whatever fails after the answer is known is of no interest.
  connection.on('error', () => undefined);
  try {
    const socket = get.protocol === 'HTTP' ? connection : await secured(connection, get.protocol, deadline);
    return await (get.protocol === 'HTTP2' ? getHttp2(socket, get, deadline) : getHttp1(socket, get, deadline));
  } catch (error) {
    if (deadline.aborted) return silence('timeout');
    return silenceOf(error);
  } finally {
    connection.destroy();
  }
}

class HandshakeError extends Error {
  readonly isWithoutH2: boolean;

  constructor(message: string, isWithoutH2 = false) {
    super(message);
    this.isWithoutH2 = isWithoutH2;
  }
}

/** Neither Google nor the kubelet looks at the certificate; nobody sends a name, for an address has none. */
function secured(connection: Duplex, protocol: BackendProtocol, deadline: AbortSignal): Promise<TLSSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  const ALPNProtocols = protocol === 'HTTP2' ? ['h2'] : ['http/1.1'];
  const socket = connectTls({ socket: connection, rejectUnauthorized: false, ALPNProtocols });
  const fail = (error: Error): void => {
    const { code, message } = codeOf(error);
    // Who offers other protocols only may say so, or choose none.
    const isWithoutH2 = code === 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL';
    const isOwn = error instanceof DialError || code === ENDED_HERE;
    reject(isOwn ? error : new HandshakeError(message, isWithoutH2));
  };
  connection.once('error', fail);
  socket.once('error', fail);
  socket.once('close', () => fail(new Error('the connection was closed during the handshake')));
  socket.once('secureConnect', () => {
    const isH2 = socket.alpnProtocol === 'h2';
    if (protocol === 'HTTP2' && !isH2) reject(new HandshakeError('', true));
    else resolve(socket);
  });
  deadline.addEventListener('abort', () => {
    connection.destroy();
    reject(deadline.reason);
  });
  return promise;
}

function getHttp1(socket: Duplex, { path, headers }: Get, deadline: AbortSignal): Promise<Heard> {
  const { promise, resolve, reject } = Promise.withResolvers<Heard>();
  // The error of the connection says more than "socket hang up".
  socket.once('error', reject);
  const asked: ClientRequest = request({
    createConnection: () => socket,
    method: 'GET',
    path,
    headers,
    setHost: false,
    maxHeaderSize: MAX_HEAD_BYTES,
    signal: deadline,
  });
  asked.on('error', reject);
  asked.on('upgrade', (response) => resolve(answer(response.statusCode, response.headers.location, '')));
  asked.on('response', (response: IncomingMessage) => {
    const { statusCode, headers: told } = response;
    const isText = isTextType(told['content-type']);
    // What goes wrong from here on ends the body, and the body only.
    asked.off('error', reject).on('error', () => undefined);
    socket.off('error', reject);
    readSome(response, deadline, (text) => resolve(answer(statusCode, told.location, isText ? text : '')));
  });
  asked.end();
  return promise;
}

async function getHttp2(socket: Duplex, { path, headers }: Get, deadline: AbortSignal): Promise<Heard> {
  const { Host: authority = '', ...others } = headers;
  const session: ClientHttp2Session = connectHttp2('https://pod', {
    createConnection: () => socket,
    settings: { enablePush: false },
  });
  try {
    return await new Promise<Heard>((resolve, reject) => {
      let isAnswered = false;
      const fail = (error: Error): void => {
        if (!isAnswered) reject(error);
      };
      session.on('error', fail);
      session.on('close', () => fail(new Error('closed')));
      deadline.addEventListener('abort', () => fail(deadline.reason));
      const stream: ClientHttp2Stream = session.request({
        ':method': 'GET',
        ':scheme': 'https',
        ':authority': authority,
        ':path': path,
        ...Object.fromEntries(Object.entries(others).map(([name, value]) => [name.toLowerCase(), value])),
      });
      stream.on('error', fail);
      stream.on('response', (told) => {
        isAnswered = true;
        // Node itself bounds it at 64 KiB; a smaller bound would hold from the second answer on only.
        if (JSON.stringify(told).length > MAX_HEAD_BYTES) return resolve(TOO_LARGE);
        const isText = isTextType(told['content-type']);
        readSome(stream, deadline, (text) => resolve(answer(told[':status'], told.location, isText ? text : '')));
      });
      stream.on('close', () => fail(new Error('closed')));
      stream.end();
    });
  } finally {
    session.destroy();
  }
}

/** The head decides; of the body as much as there is until the bound, its end or the deadline, whichever comes first. */
function readSome(
  body: IncomingMessage | ClientHttp2Stream,
  deadline: AbortSignal,
  done: (text: string) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  const end = (): void => {
    done(Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES).toString('utf8'));
    body.destroy();
  };
  body.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= MAX_BODY_BYTES) end();
  });
  for (const event of ['end', 'close', 'error']) body.once(event, end);
  deadline.addEventListener('abort', end);
}

function answer(status: number | undefined, location: string | undefined, body: string): Answer {
  const line = body.trimStart().split(/[\r\n]/, 1)[0] ?? '';
  return {
    kind: 'answer',
    status: status ?? 0,
    location: location?.slice(0, MAX_LOCATION),
    says: line.slice(0, MAX_SAID),
  };
}

/** A page does not fit in one line. */
function isTextType(type: string | undefined): boolean {
  return /^(text\/plain|application\/(problem\+)?json)\b/i.test(type ?? '');
}

function silenceOf(error: unknown): Heard {
  if (error instanceof DialError) return silence(error.why, error.message);
  if (error instanceof HandshakeError) return error.isWithoutH2 ? silence('no-h2') : silence('tls', error.message);
  const { code, message } = codeOf(error);
  if (code === ENDED_HERE) return silence('timeout');
  if (code === 'HPE_HEADER_OVERFLOW') return TOO_LARGE;
  if (code.startsWith('HPE_') || code.startsWith('ERR_HTTP2_')) return silence('not-http', message);
  if (code === 'ERR_UNESCAPED_CHARACTERS' || code === 'ERR_INVALID_CHAR') return silence('unwritable', message);
  return silence('closed');
}

function codeOf(error: unknown): { readonly code: string; readonly message: string } {
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  return { code: 'code' in error ? String(error.code) : '', message: error.message.slice(0, MAX_SAID) };
}
