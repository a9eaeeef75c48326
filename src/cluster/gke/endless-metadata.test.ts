import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { METADATA } from '../../../test/support/fake-gke-api.ts';
import { createIdentity, namesFromMetadata } from './gke-identity.ts';

const CHUNK = Buffer.alloc(64 * 1024, 'x');
/** Far above the bound and what sockets hold, so that a client without one is seen. */
const MANY_BYTES = 256 * 1024 * 1024;

const UNKNOWN = { project: undefined, location: undefined, name: undefined };

let server: Server;
let sentBytes = 0;
/** Which paths are answered without an end. */
let isEndless: (path: string) => boolean = () => false;

beforeEach(async () => {
  sentBytes = 0;
  server = createServer((request, response) => {
    const path = (request.url ?? '').split('?', 1)[0]?.replace('/computeMetadata/v1/', '') ?? '';
    response.writeHead(200, { 'metadata-flavor': 'Google', 'content-type': 'application/text' });
    if (isEndless(path)) void send(response);
    else response.end(METADATA[path] ?? '');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo; // it listens on TCP
  vi.stubEnv('GCE_METADATA_HOST', `127.0.0.1:${port}`);
  vi.stubEnv('CLOUDSDK_CONFIG', '/nowhere');
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', undefined);
  vi.stubEnv('METADATA_SERVER_DETECTION', undefined);
  vi.stubEnv('GCE_METADATA_IP', undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

/** As fast as it is read, until the client goes. */
async function send(response: ServerResponse): Promise<void> {
  const gone = once(response, 'close');
  while (!response.destroyed && sentBytes < MANY_BYTES) {
    sentBytes += CHUNK.length;
    if (!response.write(CHUNK)) await Promise.race([once(response, 'drain'), gone]);
  }
  response.end();
}

describe('an answer without an end in the place of the metadata server', () => {
  it('names no cluster, and is not read beyond the bound', async () => {
    isEndless = (path) => path.startsWith('project/') || path.startsWith('instance/attributes/');
    expect(await namesFromMetadata()).toEqual(UNKNOWN);
    expect(sentBytes).toBeGreaterThan(1024 * 1024);
    expect(sentBytes).toBeLessThan(MANY_BYTES / 2);
  });

  it('gives no token, and is not read beyond the bound', async () => {
    isEndless = (path) => path.startsWith('instance/service-accounts/');
    await expect(createIdentity(undefined).headersFor('https://container.googleapis.com')).rejects.toMatchObject({
      kind: 'no-credentials',
    });
    expect(sentBytes).toBeGreaterThan(1024 * 1024);
    expect(sentBytes).toBeLessThan(MANY_BYTES / 2);
  });
});
