// Writes Events of events.k8s.io/v1. Who may create and patch them needs no right to read: what is there already is learnt
// from the answer to a patch that changes nothing.
import { at, optionalInteger } from '../../kubernetes/read.ts';
import { ApiError, type ClusterConnection } from './connection.ts';

export interface EventName {
  readonly namespace: string;
  readonly name: string;
}

const TIMEOUT_MS = 10_000;

/** @returns false where there is one of that name @throws ApiError */
export async function createEvent(
  connection: ClusterConnection,
  { namespace }: EventName,
  body: object,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await connection.request({ method: 'POST', path: collection(namespace), body, signal, timeoutMs: TIMEOUT_MS });
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) return false;
    throw error;
  }
}

/**
 * Says that it has been seen once more, which also renews its lifetime: the API server counts an hour from the last write
 * (k8s.io/kubernetes pkg/registry/core/event/storage).
 *
 * @param seen how often it was seen before; undefined where that is not known
 * @returns how often it has been seen now; undefined where the API server has forgotten it @throws ApiError
 */
export async function continueSeries(
  connection: ClusterConnection,
  event: EventName,
  seen: number | undefined,
  lastObservedTime: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    const before = seen ?? seriesIn(await patch(connection, event, {}, signal));
    // A series of one is refused.
    const count = before + 1;
    return seriesIn(await patch(connection, event, { series: { count, lastObservedTime } }, signal));
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

function patch(
  connection: ClusterConnection,
  { namespace, name }: EventName,
  body: object,
  signal: AbortSignal,
): Promise<unknown> {
  const path = `${collection(namespace)}/${encodeURIComponent(name)}`;
  const contentType = 'application/merge-patch+json';
  return connection.request({ method: 'PATCH', path, body, contentType, signal, timeoutMs: TIMEOUT_MS });
}

/** One that has no series was seen once. */
function seriesIn(event: unknown): number {
  return optionalInteger(at(event, 'series', 'count')) ?? 1;
}

function collection(namespace: string): string {
  return `/apis/events.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/events`;
}
