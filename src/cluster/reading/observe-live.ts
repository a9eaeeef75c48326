// The same observations as those of the watching guard, made once, for a person at a command line.
import type { Facts } from '../../facts/facts.ts';
import type { KubernetesObject } from '../../kubernetes/objects.ts';
import { parseObject } from '../../kubernetes/parse.ts';
import { createSnapshot } from '../../snapshot/snapshot.ts';
import { ApiError, type ClusterConnection } from '../api/connection.ts';
import { readServerVersion } from '../api/server-version.ts';
import { DEFAULT_BACKENDS, observeFacts } from '../view/observed-facts.ts';

export interface LiveObservation {
  readonly facts: Facts;
  /** Why something could not be seen; undefined where all was. */
  readonly fault: string | undefined;
}

export async function observeLive(connection: Pick<ClusterConnection, 'request'>): Promise<LiveObservation> {
  const server = await readServerVersion(connection);
  const looks = await Promise.all(DEFAULT_BACKENDS.map(({ path }) => look(connection, path)));
  const fault = looks.find((found) => found.fault !== undefined)?.fault;
  const objects = looks.flatMap(({ object }) => object ?? []);
  // Absence counts at once, since the API server itself was asked, but only where it did answer.
  const syncedAtMs = (): number | undefined => (fault === undefined ? 0 : undefined);
  const nowMs = Date.now();
  const view = { snapshot: createSnapshot(objects, 'listed'), syncedAtMs, lastSignMs: () => nowMs };
  return { facts: observeFacts({ view, server, nowMs }), fault };
}

interface Look {
  readonly object?: KubernetesObject | undefined;
  readonly fault?: string;
}

async function look(connection: Pick<ClusterConnection, 'request'>, path: string): Promise<Look> {
  try {
    return { object: parseObject(await connection.request({ path })) };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return error.status === 404 ? {} : { fault: error.message };
  }
}
