// AdmissionReviews as the API server writes them, and a client that sends them over real HTTPS.
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:https';
import type { RawObject } from './objects.ts';

export interface ReviewOptions {
  readonly operation?: string;
  readonly old?: RawObject | null;
  readonly uid?: string;
  readonly dryRun?: boolean;
  readonly subResource?: string;
}

interface Named {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly name?: unknown; readonly namespace?: unknown } | null;
}

/** The API server has decoded names before it writes a review: a string, null or nothing. */
function nameOf(value: unknown): string | null | undefined {
  return typeof value === 'string' || value === null ? value : undefined;
}

const PLURALS: Readonly<Record<string, string>> = { Ingress: 'ingresses', IngressClass: 'ingressclasses' };

export function reviewOf(object: RawObject, options: ReviewOptions = {}): RawObject {
  const { apiVersion = '', kind = '', metadata } = object as Named;
  const [version = '', group = ''] = apiVersion.split('/').toReversed();
  const resource = PLURALS[kind] ?? `${kind.toLowerCase()}s`;
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: options.uid ?? randomUUID(),
      kind: { group, version, kind },
      resource: { group, version, resource },
      ...(options.subResource === undefined ? {} : { subResource: options.subResource }),
      name: nameOf(metadata?.name),
      namespace: nameOf(metadata?.namespace),
      operation: options.operation ?? (options.old === undefined ? 'CREATE' : 'UPDATE'),
      userInfo: { username: 'somebody', groups: ['system:authenticated'] },
      object,
      oldObject: options.old ?? null,
      dryRun: options.dryRun ?? false,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
    },
  };
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

export interface ReviewClient {
  /** What it throws says in `wasSent` whether the request can have reached the server. */
  post(path: string, body: string | Buffer, headers?: Readonly<Record<string, string>>): Promise<HttpAnswer>;
  send(method: string, path: string): Promise<HttpAnswer>;
  /** The review's `response`. */
  review(webhook: 'mutate' | 'validate', review: RawObject): Promise<ReviewResponse>;
  close(): void;
}

export interface ReviewResponse {
  readonly uid: string;
  readonly allowed: boolean;
  readonly status?: { readonly code: number; readonly reason: string; readonly message: string };
  readonly warnings?: readonly string[];
  readonly patch?: string;
  readonly patchType?: string;
}

/** A client that keeps connections open and verifies the certificate, as the API server does. */
export function createReviewClient({
  host = '127.0.0.1',
  port,
  caPem,
}: {
  readonly host?: string;
  readonly port: number;
  readonly caPem: string;
}): ReviewClient {
  const agent = new Agent({ keepAlive: true, ca: caPem, servername: 'localhost' });
  const exchange = (method: string, path: string, body?: string | Buffer, headers = {}): Promise<HttpAnswer> =>
    new Promise((resolve, reject) => {
      const outgoing = request({ host, port, method, path, agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        });
      });
      // A connection that was never made carried no request, so nothing was lost with it.
      let wasSent = false;
      outgoing.once('socket', (socket) => {
        wasSent = outgoing.reusedSocket;
        if (wasSent) return;
        socket.once('secureConnect', () => {
          wasSent = true;
        });
      });
      outgoing.on('error', (error) => reject(Object.assign(error, { wasSent })));
      outgoing.end(body);
    });
  const post: ReviewClient['post'] = (path, body, headers = { 'content-type': 'application/json' }) =>
    exchange('POST', path, body, { 'content-length': String(Buffer.byteLength(body)), ...headers });
  return {
    post,
    send: (method, path) => exchange(method, path),
    review: async (webhook, review) => {
      const answer = await post(`/${webhook}?timeout=10s`, JSON.stringify(review));
      // The guard's answer to a readable review is an AdmissionReview; a test that gets none fails on the next line.
      const { response } = JSON.parse(answer.text) as { readonly response: ReviewResponse };
      if (response === undefined) throw new Error(`no AdmissionReview: ${answer.status} ${answer.text}`);
      return response;
    },
    close: () => agent.destroy(),
  };
}
