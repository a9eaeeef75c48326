// Asks as Google's health check does: GET over HTTP/1.1, its user agent, the Pod's IP address for Host, no Accept, nothing else,
// one connection, and nothing followed.
import { type IncomingMessage, request } from 'node:http';

export interface Heard {
  /** 0 where the connection was closed without an answer in HTTP. */
  readonly status: number;
  readonly location: string | undefined;
}

const POD_IP = '10.0.0.5';
const TIMEOUT_MS = 5000;

/** @param host of a Host header that the health check has; left out: the address of the Pod */
export function askAsGoogle(port: number, path: string, host = POD_IP): Promise<Heard> {
  const headers = { Host: host, 'User-Agent': 'GoogleHC/1.0', Connection: 'close' };
  const { promise, resolve } = Promise.withResolvers<Heard>();
  const asked = request({ host: '127.0.0.1', port, path, headers, setHost: false, agent: false, timeout: TIMEOUT_MS });
  asked.on('timeout', () => asked.destroy());
  asked.on('error', () => resolve({ status: 0, location: undefined }));
  asked.on('response', (response: IncomingMessage) => {
    resolve({ status: response.statusCode ?? 0, location: response.headers.location });
    response.destroy();
  });
  asked.end();
  return promise;
}
