// What the kubelet does for a Pod that mounts a Secret: a directory that follows what is stored.
import { setTimeout as delay } from 'node:timers/promises';
import { writeVolume } from '../support/mounted-volume.ts';
import type { ApiClient } from './api-client.ts';
import { waitFor } from './wait-for.ts';

export type MountedSecret = {
  /** Ends the following; the directory stays. */
  stop(): Promise<void>;
};

type Secret = {
  readonly metadata: { readonly resourceVersion: string };
  readonly data?: Readonly<Record<string, string>>;
};

const POLL_MS = 200;
// A Secret that a controller makes comes seconds later, on a busy machine many.
const FIRST_WITHIN_MS = 120_000;

/** Waits for the Secret, as a Pod does that cannot start without it, and then brings each change of it into the directory. */
export async function mountSecret(
  client: ApiClient,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  dir: string,
): Promise<MountedSecret> {
  const ref = { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name } };
  const first = await waitFor(
    `the Secret ${name}`,
    () => client.get(ref),
    ({ status }) => status === 200,
    { timeoutMs: FIRST_WITHIN_MS },
  );
  // What the API server answers to a GET of a Secret with status 200.
  let mounted = first.body as Secret;
  writeVolume(dir, filesOf(mounted));
  const stopped = new AbortController();
  const follow = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await delay(POLL_MS, undefined, { signal: stopped.signal }).catch(() => undefined);
      // While the API server is away or the Secret is not there, what is mounted stays, as in a Pod.
      const { status, body } = await client.get(ref).catch(() => ({ status: 0, body: undefined }));
      if (status !== 200) continue;
      const fresh = body as Secret;
      if (fresh.metadata.resourceVersion === mounted.metadata.resourceVersion) continue;
      mounted = fresh;
      writeVolume(dir, filesOf(fresh));
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

function filesOf({ data = {} }: Secret): Readonly<Record<string, Buffer>> {
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, Buffer.from(value, 'base64')]));
}
