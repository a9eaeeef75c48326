// The only place that reads and writes what the self-signed certificate is made of. Every write carries what it was
// decided on: an object that has changed since is refused by the API server, and read again.
import { ApiError, type ClusterConnection } from '../cluster/api/connection.ts';
import { issueAuthority, issueServing } from './issue.ts';
import type { Durations, Step } from './next-step.ts';
import {
  CONFIGURATION_KINDS,
  type Configuration,
  type ConfigurationKind,
  dnsNamesOf,
  encoded,
  KEYS,
  type Names,
  parseConfiguration,
  parseSecret,
  type State,
  type StoredSecret,
  secretName,
} from './state.ts';

const PLURALS: Readonly<Record<ConfigurationKind, string>> = {
  MutatingWebhookConfiguration: 'mutatingwebhookconfigurations',
  ValidatingWebhookConfiguration: 'validatingwebhookconfigurations',
};

/** The name under which the API server notes who owns the fields; kubectl shows it with --show-managed-fields. */
const FIELD_MANAGER = 'gke-ingress-guard';

/** Longer than any of these small objects takes; a leader must not hang on one. */
const TIMEOUT_MS = 5000;

export async function readState(connection: ClusterConnection, names: Names, signal: AbortSignal): Promise<State> {
  const get = (path: string): Promise<unknown> =>
    missingAsUndefined(connection.request({ path, signal, timeoutMs: TIMEOUT_MS }));
  const secret = await get(secretPath(names));
  const configurations: Configuration[] = [];
  for (const kind of CONFIGURATION_KINDS) {
    const raw = await get(configurationPath(kind, names));
    if (raw !== undefined) configurations.push(parseConfiguration(kind, raw, names));
  }
  return { secret: secret === undefined ? undefined : parseSecret(secret), configurations };
}

export interface WriteOptions {
  readonly names: Names;
  readonly durations: Durations;
  readonly nowMs: number;
  /** Aborted when this process may no longer write. */
  readonly signal: AbortSignal;
}

/** @param secret the one that the step was decided on */
export async function perform(
  connection: ClusterConnection,
  step: Exclude<Step, { readonly do: 'nothing' }>,
  secret: StoredSecret,
  options: WriteOptions,
): Promise<void> {
  if (step.do === 'write-bundle') return patchBundle(connection, step, options);
  const data = await dataOf(step, secret, options);
  // Whatever else is in the Secret, labels and foreign keys, stays; null takes a key out.
  await connection.request({
    method: 'PATCH',
    path: secretPath(options.names),
    query: { fieldManager: FIELD_MANAGER },
    contentType: 'application/merge-patch+json',
    body: { metadata: { resourceVersion: secret.resourceVersion }, data },
    signal: options.signal,
    timeoutMs: TIMEOUT_MS,
  });
}

type SecretStep = Exclude<Step, { readonly do: 'nothing' | 'write-bundle' }>;
type SecretData = Readonly<Record<string, string | null>>;

/** Keys of the Secret's data to set, as base64, or to take out. */
export async function dataOf(
  step: SecretStep,
  { authority }: StoredSecret,
  { names, durations, nowMs }: Pick<WriteOptions, 'names' | 'durations' | 'nowMs'>,
): Promise<SecretData> {
  const until = { [KEYS.previousUntil]: encoded(new Date(nowMs + durations.overlapMs).toISOString()) };
  const previous = (text: string): SecretData =>
    text === '' ? { [KEYS.previous]: null, [KEYS.previousUntil]: null } : { [KEYS.previous]: encoded(text), ...until };
  switch (step.do) {
    case 'make-authority': {
      const { cert, key } = await issueAuthority({ nowMs, lifetimeMs: durations.authorityMs });
      const made = { [KEYS.authorityCert]: encoded(cert), [KEYS.authorityKey]: encoded(key) };
      return { ...made, ...previous(step.previous) };
    }
    case 'make-serving': {
      const validity = { nowMs, lifetimeMs: durations.servingMs };
      const { cert, key } = await issueServing(authority, dnsNamesOf(names), validity);
      const made = { [KEYS.servingCert]: encoded(cert), [KEYS.servingKey]: encoded(key) };
      // The overlap counts from the last moment at which the old one was the current one.
      return { ...made, ...(step.hasPrevious ? until : {}) };
    }
    case 'keep-previous':
      return previous(step.previous);
    case 'drop-previous':
      return previous('');
  }
}

/** By JSON Patch, with a test of each webhook's name: a list that somebody has reordered is never patched at a wrong index. */
function patchBundle(
  connection: ClusterConnection,
  step: Extract<Step, { readonly do: 'write-bundle' }>,
  { names, signal }: WriteOptions,
): Promise<void> {
  const operations = step.webhooks.flatMap(({ index, name }) => [
    { op: 'test', path: `/webhooks/${index}/name`, value: name },
    // "add" replaces what is there.
    { op: 'add', path: `/webhooks/${index}/clientConfig/caBundle`, value: encoded(step.bundle) },
  ]);
  const unchanged = { op: 'test', path: '/metadata/resourceVersion', value: step.resourceVersion };
  return connection
    .request({
      method: 'PATCH',
      path: configurationPath(step.kind, names),
      query: { fieldManager: FIELD_MANAGER },
      contentType: 'application/json-patch+json',
      body: [unchanged, ...operations],
      signal,
      timeoutMs: TIMEOUT_MS,
    })
    .then(() => undefined);
}

/** An answer that says: read again, somebody else was first. */
export function isConflict(error: unknown): boolean {
  // A JSON Patch whose test fails is answered with 422.
  return error instanceof ApiError && (error.status === 409 || error.status === 422);
}

async function missingAsUndefined(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

function secretPath(names: Names): string {
  return `/api/v1/namespaces/${encodeURIComponent(names.namespace)}/secrets/${encodeURIComponent(secretName(names))}`;
}

function configurationPath(kind: ConfigurationKind, { service }: Names): string {
  return `/apis/admissionregistration.k8s.io/v1/${PLURALS[kind]}/${encodeURIComponent(service)}`;
}
