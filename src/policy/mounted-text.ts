// What the ConfigMaps say that a container mounts as files, as far as they are known. A file is looked at line by line, and
// neither a long line nor a long file is read to its end: a redirect is near the start, and judging stays within bounds.
import type { ConfigMap, ConfigMapMount, Container } from '../kubernetes/objects.ts';
import { readOnce } from '../plan/lazy.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { UNSET, type Value } from './app-places.ts';
import type { AppFile } from './schemas.ts';

interface MountedFile {
  readonly name: string;
  readonly configMap: string;
  readonly lines: readonly string[];
}

/** Every configuration that a ConfigMap is made of by hand is shorter. */
const MAX_LINES = 2000;
const MAX_LINE = 300;
const MAX_FILES = 50;

/** Once for each ConfigMap, however many containers mount it: without what is around a line, and without comments. */
const linesByKey = readOnce(
  ({ data }: ConfigMap) => new Map(Object.entries(data).map(([key, text]) => [key, toLines(text)] as const)),
);

function toLines(text: string): readonly string[] {
  return text
    .slice(0, MAX_LINES * MAX_LINE)
    .split('\n', MAX_LINES)
    .map((line) => line.slice(0, MAX_LINE).trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

function mountedFiles({ mounts }: Container, namespace: string, snapshot: Snapshot): readonly MountedFile[] {
  return mounts
    .slice(0, MAX_FILES)
    .flatMap((mount) => filesOf(mount, namespace, snapshot))
    .slice(0, MAX_FILES);
}

function filesOf(mount: ConfigMapMount, namespace: string, snapshot: Snapshot): readonly MountedFile[] {
  const configMap = snapshot.get('ConfigMap', namespace, mount.configMap);
  if (configMap === undefined) return [];
  const byKey = linesByKey(configMap);
  const items = mount.items ?? [...byKey.keys()].map((key) => ({ key, path: key }));
  return items.slice(0, MAX_FILES).flatMap(({ key, path }) => {
    const lines = byKey.get(key);
    const isMounted = mount.subPath === '' || mount.subPath === path;
    return lines === undefined || !isMounted ? [] : [{ name: path, configMap: mount.configMap, lines }];
  });
}

type LineSource = Pick<NonNullable<AppFile['settings']>[string][number], 'line' | 'file' | 'unlessLine'>;

/** @param path that is asked: what a file says of everything does not hold for a path that it names */
export function findLine(
  { line, file, unlessLine }: LineSource,
  container: Container,
  namespace: string,
  snapshot: Snapshot,
  path: string | undefined,
): Value {
  if (line === undefined || container.mounts.length === 0) return UNSET;
  const isWanted = expressionOf(line);
  const isOther = unlessLine === undefined ? undefined : expressionOf(unlessLine);
  const isFile = file === undefined ? undefined : expressionOf(file);
  for (const { name, configMap, lines } of mountedFiles(container, namespace, snapshot)) {
    if (isFile?.test(name) === false) continue;
    const found = lines.find((one) => isWanted.test(one));
    if (found === undefined || lines.some((one) => isOther?.test(one) === true || isAbout(one, path))) continue;
    return { state: 'set', text: found, name: `${name} of ConfigMap "${configMap}"` };
  }
  return UNSET;
}

/** The root is named by every file, for all that is below it. */
function isAbout(line: string, path: string | undefined): boolean {
  return path !== undefined && path.length > 1 && line.includes(path);
}

const expressions = new Map<string, RegExp>();

/** The catalogue has few, and asks for them often. */
function expressionOf(pattern: string): RegExp {
  const known = expressions.get(pattern);
  if (known !== undefined) return known;
  const made = new RegExp(pattern, 'i');
  expressions.set(pattern, made);
  return made;
}
