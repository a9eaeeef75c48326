// A small client of the API server that keeps what a test asserts on, whatever the answer: the status, the whole body,
// and every Warning header.
import { Agent, type RequestOptions as HttpsOptions, request as httpsRequest } from 'node:https';
import { collectionPath, type ObjectRef, objectPath } from './api-paths.ts';
import { parseWarnings } from './warning-header.ts';

export type KubeObject = ObjectRef & {
  readonly metadata: { readonly [field: string]: unknown };
  readonly [field: string]: unknown;
};

export type ApiResponse = {
  readonly status: number;
  /** The parsed JSON; text if it is not JSON. */
  readonly body: unknown;
  readonly warnings: readonly string[];
};

type ApiRequest = {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

type WriteOptions = {
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
  /** The API server's own default is Warn; kubectl asks for Strict. */
  readonly fieldValidation?: 'Strict' | 'Warn' | 'Ignore';
};

type ApplyOptions = WriteOptions & { readonly fieldManager: string; readonly force?: boolean };

type PatchOptions = { readonly subresource?: string } & (
  | (WriteOptions & { readonly type: 'merge' | 'json' | 'strategic' })
  | (ApplyOptions & { readonly type: 'apply' })
);

export type ApiClient = {
  request(request: ApiRequest): Promise<ApiResponse>;
  get(ref: ObjectRef): Promise<ApiResponse>;
  create(object: KubeObject, options?: WriteOptions): Promise<ApiResponse>;
  update(object: KubeObject, options?: WriteOptions): Promise<ApiResponse>;
  /** Writes `status` only: the API server takes the rest from what is stored. */
  updateStatus(object: KubeObject, options?: WriteOptions): Promise<ApiResponse>;
  patch(ref: ObjectRef, patch: unknown, options: PatchOptions): Promise<ApiResponse>;
  /** Server-side apply. */
  apply(object: KubeObject, options: ApplyOptions): Promise<ApiResponse>;
  remove(ref: ObjectRef, options?: Pick<WriteOptions, 'dryRun'>): Promise<ApiResponse>;
  /** @throws {Error} if the API server refuses it. */
  createNamespace(name: string, labels?: Readonly<Record<string, string>>): Promise<void>;
};

export type ApiEndpoint = {
  readonly url: string;
  readonly caPem: string;
  readonly adminCert: string;
  readonly adminKey: string;
};

const patchTypes = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  // YAML in name; JSON is YAML.
  apply: 'application/apply-patch+yaml',
} as const;

// Longer than a webhook may take (30 s), shorter than a test may: so it is the request that hung which is named.
const requestTimeoutMs = 50_000;

export function createApiClient(endpoint: ApiEndpoint): ApiClient {
  const { caPem: ca, adminCert: cert, adminKey: key } = endpoint;
  // A handshake, with a certificate on both sides, costs more than most answers, and a test that waits for something asks often.
  const agent = new Agent({ keepAlive: true, ca, cert, key });
  const request = (call: ApiRequest) => send(endpoint.url, call, agent);
  const write = (method: string, path: string, body: unknown, options?: WriteOptions, contentType?: string) =>
    request({ method, path: path + query(options), body, ...(contentType && { contentType }) });
  const patch: ApiClient['patch'] = (ref, body, options) =>
    write('PATCH', objectPath(ref, options.subresource), body, options, patchTypes[options.type]);
  const create: ApiClient['create'] = (object, options) => write('POST', collectionPath(object), object, options);
  return {
    request,
    patch,
    create,
    get: (ref) => request({ method: 'GET', path: objectPath(ref) }),
    update: (object, options) => write('PUT', objectPath(object), object, options),
    updateStatus: (object, options) => write('PUT', objectPath(object, 'status'), object, options),
    apply: (object, options) => patch(object, object, { ...options, type: 'apply' }),
    remove: (ref, options) => request({ method: 'DELETE', path: objectPath(ref) + query(options) }),
    createNamespace: async (name, labels = {}) => {
      await mustSucceed(create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }));
    },
  };
}

/**
 * For the steps of a test that are not its point.
 *
 * @throws {Error} with the body of any answer but a 2xx.
 */
export async function mustSucceed(answer: Promise<ApiResponse>): Promise<ApiResponse> {
  const response = await answer;
  if (response.status < 300) return response;
  throw new Error(`The API server answered ${response.status}: ${JSON.stringify(response.body, null, 2)}`);
}

function query(options: WriteOptions & { readonly force?: boolean } = {}): string {
  const parameters = new URLSearchParams();
  if (options.dryRun) parameters.set('dryRun', 'All');
  if (options.fieldManager !== undefined) parameters.set('fieldManager', options.fieldManager);
  if (options.fieldValidation !== undefined) parameters.set('fieldValidation', options.fieldValidation);
  if (options.force) parameters.set('force', 'true');
  return parameters.size === 0 ? '' : `?${parameters}`;
}

function send(url: string, call: ApiRequest, agent: Agent): Promise<ApiResponse> {
  const payload = call.body === undefined ? undefined : JSON.stringify(call.body);
  const options: HttpsOptions = {
    method: call.method,
    headers: {
      accept: 'application/json',
      ...(payload !== undefined && { 'content-type': call.contentType ?? 'application/json' }),
      ...call.headers,
    },
    agent,
    // The API server writes up to 4,096 characters of warnings, of up to four bytes each; Node's limit is 16 KiB.
    maxHeaderSize: 64 * 1024,
    signal: AbortSignal.timeout(requestTimeoutMs),
  };
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest(new URL(call.path, url), options, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        try {
          const body = parseBody(Buffer.concat(chunks).toString('utf8'), incoming.headers['content-type']);
          resolve({ status: incoming.statusCode ?? 0, body, warnings: warningsOf(incoming.rawHeaders) });
        } catch (error) {
          reject(error);
        }
      });
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      // A connection from before the API server was restarted, which ended as it was to be used again.
      const isStale = outgoing.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      if (isStale) resolve(send(url, call, agent));
      else reject(error);
    });
    outgoing.end(payload);
  });
}

function parseBody(text: string, contentType = ''): unknown {
  return contentType.startsWith('application/json') ? JSON.parse(text) : text;
}

function warningsOf(rawHeaders: readonly string[]): string[] {
  // Names and values alternate.
  return parseWarnings(rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === 'warning'));
}
