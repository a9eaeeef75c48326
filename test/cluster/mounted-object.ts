// What the kubelet does for a Pod that mounts a Secret or a ConfigMap: a directory that follows what is stored.
import { setTimeout as delay } from 'node:timers/promises';
import { writeVolume } from '../support/mounted-volume.ts';
import type { ApiClient } from './api-client.ts';
import { waitFor } from './wait-for.ts';

export type MountedObject = {
  /** Ends the following; the directory stays. */
  stop(): Promise<void>;
};

type Source = {
  readonly kind: 'Secret' | 'ConfigMap';
  readonly namespace: string;
  readonly name: string;
};

type Stored = {
  readonly metadata: { readonly resourceVersion: string };
  readonly data?: Readonly<Record<string, string>>;
};

const POLL_MS = 200;
// A Secret that a controller makes comes seconds later, on a busy machine many.
const FIRST_WITHIN_MS = 120_000;

/** Waits for the object, as a Pod does that cannot start without it, and then brings each change of it into the directory. */
export async function mountObject(
  client: ApiClient,
  { kind, namespace, name }: Source,
  dir: string,
): Promise<MountedObject> {
  const ref = { apiVersion: 'v1', kind, metadata: { namespace, name } };
  const encoding = kind === 'Secret' ? 'base64' : 'utf8';
  const first = await waitFor(
    `the ${kind} ${name}`,
    () => client.get(ref),
    ({ status }) => status === 200,
    { timeoutMs: FIRST_WITHIN_MS },
  );
  // What the API server answers to a GET of either with status 200.
  let mounted = first.body as Stored;
  writeVolume(dir, filesOf(mounted, encoding));
  const stopped = new AbortController();
  const follow = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await delay(POLL_MS, undefined, { signal: stopped.signal }).catch(() => undefined);
      // While the API server is away or the object is not there, what is mounted stays, as in a Pod.
      const { status, body } = await client.get(ref).catch(() => ({ status: 0, body: undefined }));
      if (status !== 200) continue;
      const fresh = body as Stored;
      if (fresh.metadata.resourceVersion === mounted.metadata.resourceVersion) continue;
      mounted = fresh;
      writeVolume(dir, filesOf(fresh, encoding));
    }
  };
  const following = follow();
  return {
    stop: async () => {
      stopped.abort();
      await following;
    },
  };
}

function filesOf({ data = {} }: Stored, encoding: 'base64' | 'utf8'): Readonly<Record<string, Buffer>> {
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, Buffer.from(value, encoding)]));
}
