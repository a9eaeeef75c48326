// One TLS handshake with a loopback server, and what it showed.
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';

export interface Handshake {
  /** Serial numbers from the server's certificate up to the root; a resumed session shows none. */
  readonly chain: readonly string[];
  readonly protocol: string | null;
  readonly isResumed: boolean;
  /** The sessions that the server gave for the next time. */
  readonly sessions: readonly Buffer[];
  /** What came after the request, if one was sent. */
  readonly text: string;
}

/** @param request bytes to send once the handshake is over, which make the server answer and close */
export function shakeHands(port: number, options: ConnectionOptions, request = ''): Promise<Handshake> {
  return new Promise((resolve, reject) => {
    const sessions: Buffer[] = [];
    let text = '';
    let shown: Pick<Handshake, 'chain' | 'protocol' | 'isResumed'> | undefined;
    const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ...options }, () => {
      shown = { chain: chainOf(socket), protocol: socket.getProtocol(), isResumed: socket.isSessionReused() };
      // Read until the server closes: TLS 1.3 sends sessions after the handshake.
      socket.write(request === '' ? 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' : request);
    });
    socket.on('session', (session: Buffer) => sessions.push(session));
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => {
      if (shown !== undefined) resolve({ ...shown, sessions, text });
    });
  });
}

function chainOf(socket: TLSSocket): readonly string[] {
  const serials: string[] = [];
  // A root names itself as its issuer.
  for (let link = socket.getPeerCertificate(true); link?.serialNumber !== undefined; link = link.issuerCertificate) {
    if (serials.includes(link.serialNumber)) break;
    serials.push(link.serialNumber);
  }
  return serials;
}
