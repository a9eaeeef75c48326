// The version of the API server, read now and then: a control plane is upgraded under the guard.

import { type Moment, onWallClock, thisMoment } from '../moment.ts';
import { type ServerVersion, serverVersionIn } from '../view/observed-facts.ts';
import type { ClusterConnection } from './connection.ts';

export interface ServerVersionReader {
  /** undefined until it was read once. */
  current(): ServerVersion | undefined;
  stop(): void;
}

const REFRESH_MS = 5 * 60_000;
/** While there is none, or the API server is away. */
const RETRY_MS = 10_000;

/** Nothing waits for it, and a failure is no news: the watches say when the API server is away. */
export function startServerVersionReader(connection: Pick<ClusterConnection, 'request'>): ServerVersionReader {
  const stopped = new AbortController();
  let current: { readonly version: string; readonly read: Moment } | undefined;
  let timer: NodeJS.Timeout | undefined;
  const read = async (): Promise<void> => {
    const fresh = await readServerVersion(connection, stopped.signal);
    if (stopped.signal.aborted) return;
    if (fresh !== undefined) current = { version: fresh.version, read: thisMoment() };
    timer = setTimeout(() => void read(), fresh === undefined ? RETRY_MS : REFRESH_MS);
    timer.unref();
  };
  void read();
  return {
    current: () => current && { version: current.version, readAtMs: onWallClock(current.read) },
    stop: () => {
      stopped.abort();
      clearTimeout(timer);
    },
  };
}

/** @returns undefined where the API server does not tell */
export async function readServerVersion(
  connection: Pick<ClusterConnection, 'request'>,
  signal?: AbortSignal,
): Promise<ServerVersion | undefined> {
  try {
    const answer = await connection.request({ path: '/version', ...(signal === undefined ? {} : { signal }) });
    return serverVersionIn(answer, Date.now());
  } catch {
    return undefined;
  }
}
