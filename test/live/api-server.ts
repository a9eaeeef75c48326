// Plays an API server's part over real HTTPS, for faults that a real one does not show on demand: what it answers to each
// list and each watch is written down beforehand, and it records what it was asked.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { directoryOf } from '../cli/support.ts';
import { createAuthority } from '../support/certificates.ts';
import type { RawObject } from '../support/objects.ts';

export type Answer = (response: ServerResponse, query: URLSearchParams) => void;

export interface PlayedServer {
  readonly kubeconfig: string;
  readonly asked: readonly {
    readonly verb: 'list' | 'watch';
    readonly query: URLSearchParams;
    readonly atMs: number;
  }[];
  close(): Promise<void>;
}

/** The last answer of each list is given again and again. */
export async function playApiServer(answers: {
  readonly list: readonly Answer[];
  readonly watch: readonly Answer[];
}): Promise<PlayedServer> {
  const authority = await createAuthority('throw-away');
  const { certPem, keyPem } = await authority.issue({ commonName: 'localhost', ipAddresses: ['127.0.0.1'] });
  const asked: { verb: 'list' | 'watch'; query: URLSearchParams; atMs: number }[] = [];
  const server = createServer({ cert: certPem, key: keyPem }, (request, response) => {
    const query = new URL(request.url ?? '/', 'https://localhost').searchParams;
    const verb = query.has('watch') ? 'watch' : 'list';
    const count = asked.filter((one) => one.verb === verb).length;
    asked.push({ verb, query, atMs: performance.now() });
    const answer = answers[verb][count] ?? answers[verb].at(-1);
    answer?.(response, query);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const kubeconfig = kubeconfigFor(port, authority.certPem);
  return {
    kubeconfig,
    asked,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** @returns the path of a kubeconfig for an API server on this machine */
export function kubeconfigFor(port: number, caPem: string): string {
  const ca = Buffer.from(caPem).toString('base64');
  const config = {
    clusters: [{ name: 'played', cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority-data': ca } }],
    users: [{ name: 'somebody', user: { token: 'secret' } }],
    contexts: [{ name: 'played', context: { cluster: 'played', user: 'somebody' } }],
    'current-context': 'played',
  };
  const kubeconfig = join(directoryOf({}), 'kubeconfig');
  writeFileSync(kubeconfig, JSON.stringify(config));
  return kubeconfig;
}

/** A page, with the token of the next where there is one. */
export function page(items: readonly RawObject[], resourceVersion: string, next?: string): Answer {
  return json(200, { metadata: { resourceVersion, ...(next === undefined ? {} : { continue: next }) }, items });
}

export function json(status: number, body: RawObject, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

/** A Status, as an API server refuses with. */
export function refusal(code: number, reason: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return json(code, { kind: 'Status', code, reason, message: `refused: ${reason}` }, headers);
}

/** Writes these pieces, each on its own, and leaves the stream open. */
export function stream(...pieces: readonly (string | Buffer)[]): Answer {
  return async (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    for (const piece of pieces) {
      response.write(piece);
      // A turn of its own for each, or they would travel together.
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
}

export function event(type: string, object: RawObject): string {
  return `${JSON.stringify({ type, object })}\n`;
}
