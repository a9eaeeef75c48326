// Which objects of the input are neighbours of which: where the same object is in several files, the same file's
// counts first, then the same directory's, then the one read last.
import { dirname, resolve } from 'node:path';
import type { KubernetesObject } from '../../kubernetes/objects.ts';
import { ScopedSnapshot } from '../../snapshot/scoped-snapshot.ts';
import { createSnapshot, type KnownKinds, layer, type Snapshot } from '../../snapshot/snapshot.ts';
import type { StoredObject } from './stored-objects.ts';

/**
 * @param known what the absence of an object from files means
 * @param cluster what the input is laid over, and what decides what is known; left out, there are only files
 * @returns a function from a file to the view that its objects are judged in; undefined for what is in no file
 */
export function createNeighbourhoods(
  stored: readonly StoredObject[],
  known: KnownKinds,
  cluster?: Snapshot,
): (file: string | undefined) => Snapshot {
  const everywhere =
    cluster === undefined
      ? snapshotOf(stored, known)
      : layer(
          cluster,
          stored.map(({ object }) => object),
        );
  // Where nothing is twice, the input is one world, however it is cut into files.
  if (!hasRepeated(stored)) return () => everywhere;
  const inFile = groupBy(stored, ({ manifest }) => manifest.file);
  const inDirectory = groupBy(stored, ({ manifest }) => directoryOf(manifest.file));
  const views = new Map<string, Snapshot>();
  return (file) => {
    if (file === undefined) return everywhere;
    const known = views.get(file);
    if (known !== undefined) return known;
    const view = new ScopedSnapshot(inFile(file), inDirectory(directoryOf(file)), everywhere);
    views.set(file, view);
    return view;
  };
}

function snapshotOf(stored: readonly StoredObject[], known: KnownKinds): Snapshot {
  return createSnapshot(
    stored.map(({ object }) => object),
    known,
  );
}

/** @returns a function from a key to the snapshot of its group, each built once */
function groupBy(stored: readonly StoredObject[], keyOf: (object: StoredObject) => string): (key: string) => Snapshot {
  const groups = Map.groupBy(stored, keyOf);
  const snapshots = new Map<string, Snapshot>();
  return (key) => {
    // What is known is for the whole input to say.
    const snapshot = snapshots.get(key) ?? snapshotOf(groups.get(key) ?? [], 'nothing');
    snapshots.set(key, snapshot);
    return snapshot;
  };
}

/** ./apps and apps are one directory; standard input is in none. */
function directoryOf(file: string): string {
  return file === '-' ? file : resolve(dirname(file));
}

function hasRepeated(stored: readonly StoredObject[]): boolean {
  const identityOf = ({ kind, metadata }: KubernetesObject): string =>
    `${kind}\0${metadata.namespace}\0${metadata.name}`;
  return new Set(stored.map(({ object }) => identityOf(object))).size < stored.length;
}
