// What Google says of the cluster: GET projects/*/locations/*/clusters/* of container.googleapis.com v1.
import { setTimeout as wait } from 'node:timers/promises';
import type { ClusterName, Facts } from '../../facts/facts.ts';
import { at, objectsOf, optionalText } from '../../kubernetes/read.ts';
import { systemReason } from '../../system-reason.ts';
import { clusterFactsOf } from './cluster-description.ts';
import { GkeApiError, HINTS } from './gke-error.ts';
import { createIdentity, namesFromMetadata } from './gke-identity.ts';

export interface GkeApiOptions {
  /** Without a slash at its end. */
  readonly endpoint: string;
  /** What flags give; the metadata server tells the rest. */
  readonly names: ClusterName;
  /** The namespace of the Pod, for the command that grants the role. */
  readonly namespace?: string | undefined;
  /** For credentials and answer each. */
  readonly timeoutMs?: number;
}

export interface GkeApi {
  /** @throws GkeApiError */
  read(signal?: AbortSignal): Promise<Facts>;
  /** Those known so far. */
  names(): ClusterName;
}

const TIMEOUT_MS = 10_000;
/** A description of a cluster with a thousand node pools is about 3 MB. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

export function createGkeApi(options: GkeApiOptions): GkeApi {
  const { endpoint, timeoutMs = TIMEOUT_MS } = options;
  let names = options.names;
  let identity = createIdentity(options.namespace);
  const startAnew = (): void => {
    // Tokens, keys, and the metadata server's presence are looked for again.
    identity = createIdentity(options.namespace);
    names = options.names;
  };
  const ask = async (signal: AbortSignal | undefined): Promise<Facts> => {
    names = await within(timeoutMs, 'the metadata server', endpoint, completeNames(names));
    const asked = requireNames(names);
    const url = `${endpoint}/v1/${resourceName(asked)}`;
    const headers = await within(timeoutMs, 'who issues tokens', endpoint, identity.headersFor(url));
    const { status, text, retryAfterSeconds } = await get(url, headers, { endpoint, timeoutMs, signal });
    if (status !== 200) {
      const member = status === 403 ? await memberWithin(timeoutMs, identity.member()) : '';
      throw refusal(status, text, { asked, member, endpoint, retryAfterSeconds });
    }
    return factsIn(text, asked, endpoint);
  };
  return {
    names: () => names,
    read: async (signal) => {
      try {
        return await ask(signal);
      } catch (error) {
        if (error instanceof GkeApiError && MAY_BE_OUTDATED.has(error.kind)) startAnew();
        throw error;
      }
    },
  };
}

const MAY_BE_OUTDATED: ReadonlySet<string> = new Set(['no-names', 'no-credentials', 'unauthorized', 'not-found']);

async function completeNames(given: ClusterName): Promise<ClusterName> {
  if (given.project !== undefined && given.location !== undefined && given.name !== undefined) return given;
  const told = await namesFromMetadata();
  return {
    project: given.project ?? told.project,
    location: given.location ?? told.location,
    name: given.name ?? told.name,
  };
}

type Names = { readonly [Part in keyof ClusterName]: string };

function requireNames({ project, location, name }: ClusterName): Names {
  if (project !== undefined && location !== undefined && name !== undefined) return { project, location, name };
  const parts = { project, location, name };
  const missing = (['project', 'location', 'name'] as const).filter((part) => parts[part] === undefined);
  const what = missing.map((part) => (part === 'name' ? 'cluster name' : part)).join(', ');
  throw new GkeApiError('no-names', `which cluster this is, is not known: no ${what}`, HINTS.noNames(missing));
}

/** Colons of domain-scoped projects stay: Google's paths take them as they are. */
function resourceName({ project, location, name }: Names): string {
  const part = (text: string): string => encodeURIComponent(text).replaceAll('%3A', ':');
  return `projects/${part(project)}/locations/${part(location)}/clusters/${part(name)}`;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly retryAfterSeconds: number | undefined;
}

interface GetOptions {
  readonly endpoint: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

async function get(url: string, headers: Headers, { endpoint, timeoutMs, signal }: GetOptions): Promise<Answer> {
  const deadline = AbortSignal.timeout(timeoutMs);
  headers.set('accept', 'application/json');
  try {
    const response = await fetch(url, {
      headers,
      // A redirect would take the token somewhere else.
      redirect: 'error',
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    });
    return {
      status: response.status,
      text: await readText(response, endpoint),
      retryAfterSeconds: retryAfterOf(response.headers.get('retry-after')),
    };
  } catch (cause) {
    if (cause instanceof GkeApiError) throw cause;
    const reason = deadline.aborted ? `it did not answer within ${timeoutMs / 1000} s` : reasonOf(cause);
    throw new GkeApiError('unreachable', reason, HINTS.unreachable(endpoint), { cause });
  }
}

async function readText({ body }: Response, endpoint: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop early cancels the rest.
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      throw new GkeApiError('malformed', 'its answer is larger than 8 MiB', HINTS.malformed(endpoint));
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function retryAfterOf(header: string | null): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? undefined : Math.max(0, Math.ceil((atMs - Date.now()) / 1000));
}

/** fetch itself only says that it failed. */
function reasonOf(error: unknown): string {
  return systemReason(error instanceof Error && error.cause instanceof Error ? error.cause : error);
}

function factsIn(text: string, { project }: Names, endpoint: string): Facts {
  const json = parsed(text);
  if (json === undefined) throw new GkeApiError('malformed', 'its answer is not JSON', HINTS.malformed(endpoint));
  const description = clusterFactsOf(json, { source: 'gke-api', learntAtMs: Date.now(), project });
  if (description.ok) return description.facts;
  const message = `its answer is no description of a cluster: ${description.error}`;
  throw new GkeApiError('malformed', message, HINTS.malformed(endpoint));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface Circumstances {
  readonly asked: Names;
  readonly member: string;
  readonly endpoint: string;
  readonly retryAfterSeconds: number | undefined;
}

function refusal(status: number, text: string, { asked, member, endpoint, retryAfterSeconds }: Circumstances) {
  const json = parsed(text);
  const said = optionalText(at(json, 'error', 'message'))?.slice(0, 300);
  const message = said === undefined ? `it answered ${status}` : `it answered ${status}: ${said}`;
  const given = { retryAfterSeconds };
  if (status === 401) return new GkeApiError('unauthorized', message, HINTS.unauthorized, given);
  if (status === 403) return new GkeApiError('forbidden', message, forbiddenHint(json, asked.project, member), given);
  if (status === 404) return new GkeApiError('not-found', message, HINTS.notFound(asked), given);
  if (status === 429) return new GkeApiError('throttled', message, HINTS.wait, given);
  if (status >= 500) return new GkeApiError('server-error', message, HINTS.wait, given);
  return new GkeApiError('refused', message, HINTS.malformed(endpoint), given);
}

/** Google tells its reasons apart in the details of the error (google.rpc.ErrorInfo). */
function forbiddenHint(json: unknown, project: string, member: string): string {
  const reasons = objectsOf(at(json, 'error', 'details')).map((detail) => detail['reason']);
  if (reasons.includes('SERVICE_DISABLED')) return HINTS.apiDisabled(project);
  if (reasons.includes('ACCESS_TOKEN_SCOPE_INSUFFICIENT')) return HINTS.scopes;
  return HINTS.forbidden(project, member);
}

/** Only a part of a hint, which comes without it too. */
async function memberWithin(timeoutMs: number, member: Promise<string>): Promise<string> {
  return Promise.race([member, wait(timeoutMs, 'PRINCIPAL', { ref: false })]);
}

/** google-auth-library has deadlines of its own, but not on GKE, where it waits for the metadata server forever. */
async function within<T>(timeoutMs: number, who: string, endpoint: string, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(
      new GkeApiError('unreachable', `${who} did not answer within ${timeoutMs / 1000} s`, HINTS.unreachable(endpoint)),
    );
  }, timeoutMs);
  timer.unref();
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
