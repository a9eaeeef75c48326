// The ConfigMap of what was learned, read and written by the asker that leads: a write carries what it was read as, so that nobody's
// change is lost, and what is somebody else's is left alone.
import type { ConfigMap } from '../../kubernetes/objects.ts';
import { parseObject } from '../../kubernetes/parse.ts';
import { at, textOr } from '../../kubernetes/read.ts';
import {
  LEARNED_CONFIG_MAP,
  LEARNED_LABELS,
  type Learned,
  type LearnedStore,
  readStore,
  whyForeign,
  withLearnt,
  writeStore,
} from '../../learned/learned.ts';
import type { ClusterConnection } from '../api/connection.ts';
import { CONFIG_MAPS, collectionPath } from '../api/resources.ts';

const TIMEOUT_MS = 10_000;
const FIELD_MANAGER = 'gke-ingress-guard';

export interface StoredLearned extends LearnedStore {
  /** Why it may not be written, as a clause; undefined where it may. */
  readonly foreign: string | undefined;
  readonly resourceVersion: string;
}

/** @throws ApiError, 404 where it is not there */
export async function readLearned(connection: ClusterConnection, signal: AbortSignal): Promise<StoredLearned> {
  const raw = await connection.request({ path: pathOf(connection), signal, timeoutMs: TIMEOUT_MS });
  const object = parseObject({ ...Object(raw), apiVersion: 'v1', kind: 'ConfigMap' });
  const resourceVersion = textOr(at(raw, 'metadata', 'resourceVersion'), '');
  if (object?.kind !== 'ConfigMap') return { learned: [], fault: undefined, foreign: 'it is none', resourceVersion };
  return { ...readStore(object satisfies ConfigMap), foreign: whyForeign(object), resourceVersion };
}

/**
 * Adds to what is there now.
 * @returns what it says then; with `foreign` nothing was written
 * @throws ApiError, 409 where it has changed meanwhile: the next write carries the same
 */
export async function addLearned(
  connection: ClusterConnection,
  fresh: readonly Learned[],
  signal: AbortSignal,
): Promise<StoredLearned> {
  const before = await readLearned(connection, signal);
  if (before.foreign !== undefined) return before;
  const learned = fresh.reduce(withLearnt, before.learned);
  const { resourceVersion } = before;
  await connection.request({
    method: 'PATCH',
    path: pathOf(connection),
    query: { fieldManager: FIELD_MANAGER },
    contentType: 'application/merge-patch+json',
    body: { metadata: { resourceVersion, labels: LEARNED_LABELS }, data: writeStore(learned, Date.now()) },
    signal,
    timeoutMs: TIMEOUT_MS,
  });
  return { ...before, learned, fault: undefined };
}

function pathOf({ namespace }: ClusterConnection): string {
  return `${collectionPath(CONFIG_MAPS, namespace)}/${LEARNED_CONFIG_MAP}`;
}
