// Which fields of an object the guard reads, found by letting the readers of src/kubernetes/ read an object that records it:
// each path answers to any key, so that nothing needs to be listed by hand.
import { parseObject } from '../../src/kubernetes/parse.ts';

/** `spec.ports[].name`; a map that is read key by key ends in `{}`, a list in `[]`. */
export type ReadField = string;

interface Plan {
  /** Paths that are lists here; all others are objects. */
  readonly lists: ReadonlySet<string>;
  /** Paths that are not there, so that what is read in their place shows too. */
  readonly absent: ReadonlySet<string>;
  /** Paths that are a text: the one that readers ask for by its value (restartPolicy of a sidecar). */
  readonly texts: ReadonlySet<string>;
}

interface Seen {
  readonly read: Set<string>;
  /** Paths of which a key was asked for, and those that were read as maps and as lists. */
  readonly objects: Set<string>;
  readonly maps: Set<string>;
  readonly lists: Set<string>;
}

function recorder(path: string, plan: Plan, seen: Seen): object {
  if (plan.lists.has(path)) {
    return new Proxy([recorder(`${path}[]`, plan, seen)], {
      get: (target, key, receiver) => {
        if (key === 'filter') seen.lists.add(path);
        return Reflect.get(target, key, receiver);
      },
    });
  }
  const valueAt = (key: string): unknown => {
    const field = path === '' ? key : `${path}.${key}`;
    seen.objects.add(path);
    seen.read.add(field);
    if (plan.absent.has(field)) return undefined;
    return plan.texts.has(field) ? 'Always' : recorder(field, plan, seen);
  };
  return new Proxy(
    {},
    {
      getOwnPropertyDescriptor: (_, key) => ({ value: valueAt(String(key)), configurable: true, enumerable: true }),
      get: (_, key) => (typeof key === 'string' && key !== 'toJSON' ? valueAt(key) : undefined),
      ownKeys: () => {
        seen.maps.add(path);
        return [];
      },
    },
  );
}

function readWith(kind: string, apiVersion: string, plan: Plan): Seen {
  const seen: Seen = { read: new Set(), objects: new Set(), maps: new Set(), lists: new Set() };
  const fields = recorder('', plan, seen);
  const object = new Proxy(fields, {
    getOwnPropertyDescriptor: (target, key) =>
      key === 'kind' || key === 'apiVersion'
        ? { value: key === 'kind' ? kind : apiVersion, configurable: true, enumerable: true }
        : Reflect.getOwnPropertyDescriptor(target, key),
    get: (target, key) => (key === 'kind' ? kind : key === 'apiVersion' ? apiVersion : Reflect.get(target, key)),
  });
  if (parseObject(object) === undefined) throw new TypeError(`${kind} of ${apiVersion} is not read`);
  return seen;
}

export function readFields(kind: string, apiVersion: string): readonly ReadField[] {
  const found = {
    read: new Set<string>(),
    lists: new Set<string>(),
    maps: new Set<string>(),
    objects: new Set<string>(),
  };
  const isLeaf = (path: string): boolean => !found.objects.has(path) && !found.maps.has(path) && !found.lists.has(path);
  /** @returns paths that nothing has read before */
  const run = (absent: ReadonlySet<string>, texts: ReadonlySet<string>): readonly string[] => {
    const { lists } = found;
    const seen = readWith(kind, apiVersion, { lists, absent, texts });
    const isNew = [...seen.read].filter((path) => !found.read.has(path));
    for (const path of seen.read) found.read.add(path);
    for (const path of seen.maps) found.maps.add(path);
    for (const path of seen.objects) found.objects.add(path);
    // What is read neither as an object nor as a map may be a list; it stays one if somebody goes through it.
    for (const path of [...seen.read].filter((one) => isLeaf(one) && !texts.has(one))) {
      const tried = readWith(kind, apiVersion, { lists: new Set([...lists, path]), absent, texts });
      if (tried.lists.has(path)) lists.add(path);
    }
    return isNew;
  };
  const runBoth = (absent: ReadonlySet<string>): readonly string[] => [
    ...run(absent, new Set()),
    ...run(absent, new Set([...found.read].filter(isLeaf))),
  ];
  let size = -1;
  while (size !== found.read.size + found.lists.size) {
    size = found.read.size + found.lists.size;
    const open: ReadonlySet<string>[] = [new Set(), ...[...found.read].map((path) => new Set([path]))];
    for (const absent of open) for (const path of runBoth(absent)) open.push(new Set([...absent, path]));
  }
  const marked = [...found.read].map((path) =>
    found.lists.has(path) ? `${path}[]` : found.maps.has(path) ? `${path}{}` : isLeaf(path) ? path : '',
  );
  return marked.filter((path) => path !== '').toSorted();
}
