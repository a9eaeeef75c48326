// What a container is set up with, as one hash: the same image answers otherwise with another flag (argocd-server with and without
// --insecure), so that an answer belongs to both.
import { createHash } from 'node:crypto';
import type { ConfigMap, Container } from '../kubernetes/objects.ts';
import { readOnce } from '../plan/lazy.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

export interface Settings {
  readonly hash: string;
  /** ConfigMaps that the hash knows by their names alone, for nobody here may read them; each once, in order. */
  readonly unseen: readonly string[];
}

/** Values of Secrets are not known, and their names stand for them. */
export function settingsOf(container: Container, namespace: string, snapshot: Snapshot): Settings {
  const unseen: string[] = [];
  const contents = configMapsOf(container).map((name) => {
    const found = snapshot.get('ConfigMap', namespace, name);
    if (found !== undefined) return contentOf(found);
    if (snapshot.isKnown('ConfigMap', namespace, name)) return 'absent';
    unseen.push(name);
    return 'unseen';
  });
  return { hash: sha256([ownOf(container), ...contents]), unseen };
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
