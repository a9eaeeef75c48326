// A connection to an API server: addresses, certificates and credentials by @kubernetes/client-node (kubeconfig, exec
// plugins, mounted tokens, proxies), requests by node:https, so that lists come in pages and watches as streams.
import type { IncomingMessage } from 'node:http';
import { Agent, type RequestOptions, request as send } from 'node:https';
import type { Duplex } from 'node:stream';
import { AppError } from '../../errors.ts';
import { at, textOr } from '../../kubernetes/read.ts';
import { systemReason } from '../../system-reason.ts';
import { KubeConfig } from '../bundled/kubernetes-client.ts';
import { type ForwardedPort, forwardPort } from './port-forward.ts';
import { AnswerTooLarge, MAX_OBJECT_BYTES, readText } from './read-answer.ts';

export interface ConnectOptions {
  /** Path of a kubeconfig; left out, KUBECONFIG, ~/.kube/config or, in a Pod, its ServiceAccount. */
  readonly kubeconfig?: string | undefined;
  /** A context of it other than the current one. */
  readonly context?: string | undefined;
}

export interface ApiCall {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
  /** For the whole answer; for a stream, for its head. */
  readonly timeoutMs?: number;
  /** Of the whole answer; for a stream, its reader sees to it. */
  readonly maxBytes?: number;
}

export interface ClusterConnection {
  /** The API server's address. */
  readonly server: string;
  /** The context of the kubeconfig; undefined in a Pod. */
  readonly context: string | undefined;
  /** The namespace that the context, or the Pod, is in. */
  readonly namespace: string;
  /** The name under which the kubeconfig knows the cluster; gcloud writes gke_PROJECT_LOCATION_NAME. */
  readonly clusterName: string | undefined;
  /** @returns the JSON of a 2xx answer @throws ApiError */
  request(call: ApiCall): Promise<unknown>;
  /** @returns the body of a 2xx answer as it comes; whoever reads it ends it by `call.signal` @throws ApiError */
  open(call: ApiCall): Promise<IncomingMessage>;
  /** A connection to a port of a Pod, which whoever gets it ends. @throws DialError, at once or as the error of the stream */
  forward(port: ForwardedPort): Promise<Duplex>;
  /** Reads tokens and certificates anew at the next request, as after a 401. */
  renewCredentials(): void;
  /** Lets go of idle connections. */
  close(): void;
}

/** An API server that refused, failed, or could not be reached. */
export class ApiError extends Error {
  /** HTTP status, or undefined where there was no answer. */
  readonly status: number | undefined;
  /** Of the API server's Status, such as Forbidden or Expired; "" where it gave none. */
  readonly reason: string;
  /** Seconds that the server asks to wait; undefined where it does not. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    message: string,
    given: { readonly status?: number; readonly reason?: string; readonly retryAfterSeconds?: number | undefined } = {},
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
    this.name = 'ApiError';
    this.status = given.status;
    this.reason = given.reason ?? '';
    this.retryAfterSeconds = given.retryAfterSeconds;
  }
}

const TIMEOUT_MS = 30_000;

/** @throws AppError cluster-unreachable where there is no kubeconfig, or it has no such context */
export function connect(options: ConnectOptions = {}): ClusterConnection {
  let config = loadConfig(options);
  const agents = new KeepAliveAgents();
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new AppError('cluster-unreachable', 'The kubeconfig names no cluster.');
  const context = config.getContextObject(config.getCurrentContext());
  const isInCluster = config.getCurrentContext() === IN_CLUSTER;
  const open = (call: ApiCall): Promise<IncomingMessage> => openResponse(config, agents, cluster.server, call);
  return {
    server: cluster.server,
    context: isInCluster ? undefined : config.getCurrentContext(),
    namespace: context?.namespace ?? 'default',
    clusterName: isInCluster ? undefined : cluster.name,
    open,
    forward: (port) => forwardPort(config, port),
    request: async (call) => {
      // One deadline for head and body together.
      const deadline = AbortSignal.timeout(call.timeoutMs ?? TIMEOUT_MS);
      const signal = call.signal === undefined ? deadline : AbortSignal.any([call.signal, deadline]);
      try {
        return await readJson(await open({ ...call, signal }), call.maxBytes ?? MAX_OBJECT_BYTES);
      } catch (error) {
        if (!deadline.aborted) throw error;
        throw new ApiError(`it did not answer within ${(call.timeoutMs ?? TIMEOUT_MS) / 1000} s`, {}, { cause: error });
      }
    },
    renewCredentials: () => {
      // The library keeps a token for a minute; another configuration has its own memory.
      config = loadConfig(options);
    },
    close: () => agents.close(),
  };
}

/** The name that @kubernetes/client-node gives to the context of a Pod's ServiceAccount. */
const IN_CLUSTER = 'inClusterContext';

/** Names the context in which @kubernetes/client-node goes to http://localhost:8080, as kubectl once did. */
const FOUND_NOTHING = 'loaded-context';

function loadConfig({ kubeconfig, context }: ConnectOptions): KubeConfig {
  const config = new KubeConfig();
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
  } catch (cause) {
    throw new AppError('cluster-unreachable', `The kubeconfig cannot be read: ${systemReason(cause)}.`, { cause });
  }
  if (kubeconfig === undefined && config.getCurrentContext() === FOUND_NOTHING) {
    const where =
      'There is no kubeconfig (KUBECONFIG, ~/.kube/config), and this is no Pod with a ServiceAccount token.';
    throw new AppError('cluster-unreachable', where);
  }
  if (context !== undefined) {
    if (config.getContextObject(context) === null) {
      const names = config.getContexts().map(({ name }) => name);
      throw new AppError('cluster-unreachable', `There is no context "${context}"; there are: ${names.join(', ')}.`);
    }
    config.setCurrentContext(context);
  }
  return config;
}

/** The library's own agents make a connection, with its handshake, for every request; through a proxy they stay. */
class KeepAliveAgents {
  #agent: Agent | undefined;
  #identity: readonly unknown[] = [];

  /** One for as long as the certificates stay the same. */
  get({ ca, cert, key, rejectUnauthorized, servername }: RequestOptions): Agent {
    const identity = [ca, cert, key, rejectUnauthorized, servername].map(String);
    if (this.#agent !== undefined && identity.every((part, i) => part === this.#identity[i])) return this.#agent;
    this.#agent?.destroy();
    this.#identity = identity;
    this.#agent = new Agent({
      keepAlive: true,
      // Without these keys where they are not set: an explicit undefined would turn verification off.
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
      ...(servername === undefined ? {} : { servername }),
    });
    return this.#agent;
  }

  close(): void {
    this.#agent?.destroy();
  }
}

async function openResponse(
  config: KubeConfig,
  agents: KeepAliveAgents,
  server: string,
  call: ApiCall,
): Promise<IncomingMessage> {
  const url = new URL(server);
  // A server behind a gateway has a path of its own.
  url.pathname = `${url.pathname.replace(/\/$/, '')}${call.path}`;
  for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
  const payload = call.body === undefined ? undefined : JSON.stringify(call.body);
  const options: RequestOptions = {
    method: call.method ?? 'GET',
    headers: {
      accept: 'application/json',
      ...(payload === undefined ? {} : bodyHeaders(payload, call.contentType)),
    },
    signal: call.signal,
  };
  try {
    await config.applyToHTTPSOptions(options);
  } catch (cause) {
    throw new ApiError(`the credentials of the kubeconfig cannot be obtained: ${systemReason(cause)}`, {}, { cause });
  }
  if (config.getCurrentCluster()?.proxyUrl === undefined) options.agent = agents.get(options);
  const response = await exchange(url, options, payload, call.timeoutMs ?? TIMEOUT_MS);
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return response;
  throw await refusal(response, status);
}

/** With its length: Node gives none to a DELETE, and the API server would take its body for the next request. */
function bodyHeaders(payload: string, contentType = 'application/json'): Readonly<Record<string, string | number>> {
  return { 'content-type': contentType, 'content-length': Buffer.byteLength(payload) };
}

function exchange(
  url: URL,
  options: RequestOptions,
  payload: string | undefined,
  headTimeoutMs: number,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = send(url, options, (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    const timer = setTimeout(() => {
      outgoing.destroy(new Error(`it did not answer within ${headTimeoutMs / 1000} s`));
    }, headTimeoutMs);
    outgoing.on('error', (cause) => {
      clearTimeout(timer);
      reject(new ApiError(systemReason(cause), {}, { cause }));
    });
    outgoing.end(payload);
  });
}

/** More than any Status that says why something was refused. */
const MAX_REFUSAL_BYTES = 64 * 1024;

async function refusal(response: IncomingMessage, status: number): Promise<ApiError> {
  const retryAfterSeconds = Number(response.headers['retry-after'] ?? Number.NaN);
  const given = { status, retryAfterSeconds: Number.isFinite(retryAfterSeconds) ? retryAfterSeconds : undefined };
  try {
    const answer: unknown = JSON.parse(await readText(response, MAX_REFUSAL_BYTES));
    const message = textOr(at(answer, 'message'), '') || `it answered ${status}`;
    return new ApiError(message, { ...given, reason: textOr(at(answer, 'reason'), '') });
  } catch {
    return new ApiError(`it answered ${status}`, given);
  }
}

async function readJson(response: IncomingMessage, limit: number): Promise<unknown> {
  let text: string;
  try {
    text = await readText(response, limit);
  } catch (cause) {
    if (cause instanceof AnswerTooLarge) throw new ApiError(cause.message, {}, { cause });
    throw new ApiError(`its answer broke off: ${systemReason(cause)}`, {}, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ApiError('its answer is not JSON', {}, { cause });
  }
}
