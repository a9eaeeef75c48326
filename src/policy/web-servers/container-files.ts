// The files that a container finds, as far as its mounts and the known ConfigMaps tell.
import type { ConfigMap, ConfigMapMount, Container } from '../../kubernetes/objects.ts';
import { readOnce } from '../../plan/lazy.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';

export interface ContainerFiles {
  /** What is at the path; `image`: whatever the image has there, if anything. */
  read(path: string): FileState;
  /** The names of what is in the directory, in the order in which a shell lists them; undefined where that is not known. */
  namesIn(directory: string, ofImage: readonly string[] | undefined): readonly string[] | undefined;
  /** Whether anything is mounted there, or below. */
  hasMountIn(directory: string): boolean;
}

export type FileState = TextFile | { readonly state: 'absent' | 'image' | 'unknown' };

export interface TextFile {
  readonly state: 'text';
  readonly configMap: ConfigMap;
  readonly key: string;
}

/** A file is asked for each path and Ingress again, and is taken apart once. @param parse of its text */
export function parsedOnce<T>(parse: (text: string) => T): (file: TextFile) => T {
  const byKey = readOnce((_: ConfigMap) => new Map<string, T>());
  return ({ configMap, key }) => {
    const known = byKey(configMap);
    const found = known.get(key);
    if (found !== undefined || known.has(key)) return found as T;
    const parsed = parse(configMap.data[key] ?? '');
    known.set(key, parsed);
    return parsed;
  };
}

const UNKNOWN: FileState = { state: 'unknown' };

export function filesOf({ mounts, otherMounts }: Container, namespace: string, snapshot: Snapshot): ContainerFiles {
  const all: readonly Mount[] = [
    ...mounts.map((mount) => ({ path: withoutEnd(mount.mountPath), mount })),
    ...otherMounts.map((path) => ({ path: withoutEnd(path), mount: undefined })),
  ];
  const read = (path: string): FileState => {
    const over = nearest(all, path);
    if (over === undefined) return { state: 'image' };
    return over.mount === undefined ? UNKNOWN : readMounted(path, over.path, over.mount, namespace, snapshot);
  };
  const namesIn = (directory: string, ofImage: readonly string[] | undefined): readonly string[] | undefined => {
    const below = all.filter(({ path }) => path.startsWith(`${directory}/`));
    // A directory below is none of its files.
    const own = below.map(({ path }) => path.slice(directory.length + 1)).filter((name) => !name.includes('/'));
    const over = nearest(all, directory);
    const there =
      over === undefined ? ofImage : over.mount && namesOf(directory, over.path, over.mount, namespace, snapshot);
    return there && [...new Set([...there, ...own])].toSorted();
  };
  const hasMountIn = (directory: string): boolean =>
    all.some(({ path }) => path === directory || path.startsWith(`${directory}/`));
  return { read, namesIn, hasMountIn };
}

interface Mount {
  readonly path: string;
  /** undefined for what is no ConfigMap. */
  readonly mount: ConfigMapMount | undefined;
}

function nearest(all: readonly Mount[], path: string): Mount | undefined {
  const over = all.filter((one) => path === one.path || path.startsWith(`${one.path}/`));
  return over.toSorted((a, b) => b.path.length - a.path.length)[0];
}

function readMounted(
  path: string,
  at: string,
  { configMap, items, subPath }: ConfigMapMount,
  namespace: string,
  snapshot: Snapshot,
): FileState {
  const found = snapshot.get('ConfigMap', namespace, configMap);
  if (found === undefined) return UNKNOWN;
  const file = subPath === '' ? path.slice(at.length + 1) : path === at ? subPath : undefined;
  if (file === undefined || file === '') return UNKNOWN;
  const key = items === undefined ? file : items.find((item) => item.path === file)?.key;
  if (key !== undefined && found.data[key] !== undefined) return { state: 'text', configMap: found, key };
  return found.hasBinaryData === true ? UNKNOWN : { state: 'absent' };
}

function namesOf(
  directory: string,
  at: string,
  { configMap, items, subPath }: ConfigMapMount,
  namespace: string,
  snapshot: Snapshot,
): readonly string[] | undefined {
  const found = snapshot.get('ConfigMap', namespace, configMap);
  if (found === undefined || subPath !== '' || found.hasBinaryData === true) return undefined;
  const paths = items === undefined ? Object.keys(found.data) : items.map(({ path }) => path);
  const inner = directory.slice(at.length + 1);
  const prefix = inner === '' ? '' : `${inner}/`;
  return paths
    .filter((path) => path.startsWith(prefix))
    .map((path) => path.slice(prefix.length))
    .filter((name) => !name.includes('/'));
}

function withoutEnd(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
