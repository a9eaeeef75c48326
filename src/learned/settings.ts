// What a container is set up with, as one hash: the same image answers otherwise with another flag (argocd-server with and without
// --insecure), so that an answer belongs to both.
import { createHash } from 'node:crypto';
import type { ConfigMap, Container } from '../kubernetes/objects.ts';
import { readOnce } from '../plan/lazy.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

export interface Settings {
  readonly hash: string;
  /** ConfigMaps whose content is in the hash; each once, in order. */
  readonly read: readonly string[];
  /** ConfigMaps that the hash knows by their names alone. */
  readonly unseen: readonly string[];
}

/**
 * Values of Secrets are not known, and their names stand for them.
 * @param among the ConfigMaps that whoever made the other hash could read: a command with more rights than the asker would never find
 * what the asker learned; left out: all that can be read here
 */
export function settingsOf(
  container: Container,
  namespace: string,
  snapshot: Snapshot,
  among?: readonly string[],
): Settings {
  const read: string[] = [];
  const unseen: string[] = [];
  const contents = configMapsOf(container).map((name) => {
    const content = among?.includes(name) === false ? undefined : contentIn(name, namespace, snapshot);
    (content === undefined ? unseen : read).push(name);
    return content ?? 'unseen';
  });
  return { hash: sha256([ownOf(container), ...contents]), read, unseen };
}

/** @returns undefined where it cannot be read here */
function contentIn(name: string, namespace: string, snapshot: Snapshot): string | undefined {
  const found = snapshot.get('ConfigMap', namespace, name);
  if (found !== undefined) return contentOf(found);
  return snapshot.isKnown('ConfigMap', namespace, name) ? 'absent' : undefined;
}

/** Each once, in order. */
export const configMapsOf = readOnce(({ env, envFrom, mounts }: Container): readonly string[] => {
  const names = [
    ...env.flatMap(({ from }) => (from?.kind === 'configMap' ? [from.name] : [])),
    ...envFrom.flatMap(({ configMap }) => configMap ?? []),
    ...mounts.map(({ configMap }) => configMap),
  ];
  return [...new Set(names)].filter((name) => name !== '').toSorted();
});

/** The image is not in it: a tag and the digest that it stood for are the same program. */
const ownOf = readOnce(({ command, args, env, envFrom, mounts }: Container) =>
  sha256([command, args, env, envFrom, mounts]),
);

const contentOf = readOnce(({ data }: ConfigMap) =>
  sha256(
    Object.keys(data)
      .toSorted()
      .map((key) => [key, data[key]]),
  ),
);

function sha256(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);
}
