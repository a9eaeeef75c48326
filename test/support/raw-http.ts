// HTTP as bytes on a socket, for what no HTTP client would send.
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { HttpAnswer } from './reviews.ts';

/** A connection that remembers what it has read. */
export interface RawConnection {
  readonly socket: Socket;
  /** Text read so far. */
  received(): string;
  /** Resolves once the other end has closed; with what went wrong, if anything. */
  readonly closed: Promise<Error | undefined>;
}

export function openRaw(port: number, tls?: ConnectionOptions): Promise<RawConnection> {
  return new Promise((resolve, reject) => {
    const host = '127.0.0.1';
    const socket =
      tls === undefined ? connect({ port, host }) : connectTls({ port, host, servername: 'localhost', ...tls });
    let text = '';
    let failure: Error | undefined;
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    const closed = new Promise<Error | undefined>((end) => socket.once('close', () => end(failure)));
    socket.on('error', (error) => {
      failure = error;
      reject(error);
    });
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
      resolve({ socket, received: () => text, closed });
    });
  });
}

/** Sends bytes and reads until the server closes. */
export async function exchangeRaw(port: number, bytes: string | Buffer, tls?: ConnectionOptions): Promise<HttpAnswer> {
  const { socket, received, closed } = await openRaw(port, tls);
  socket.write(bytes);
  await closed;
  return parseAnswer(received());
}

/** The first answer in a text, 100 Continue aside. */
export function parseAnswer(text: string): HttpAnswer {
  const [head = '', ...rest] = text.replace(/^HTTP\/1\.1 100[^\n]*\r\n\r\n/, '').split('\r\n\r\n');
  const [line = '', ...fields] = head.split('\r\n');
  const headers = fields.map((field) => {
    const [name = '', ...value] = field.split(':');
    return [name.toLowerCase(), value.join(':').trim()];
  });
  return { status: Number(line.split(' ')[1]), headers: Object.fromEntries(headers), text: rest.join('\r\n\r\n') };
}
