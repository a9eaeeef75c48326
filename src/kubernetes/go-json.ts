// Decodes a JSON text as Go's encoding/json (v1) does when it unmarshals into a typed value. That is how the GKE Ingress
// controller reads its annotations, and neither JSON.parse nor a schema agrees with it: keys match in any case, null leaves
// a bool or string alone, a key given twice merges, and a wrong type rejects the text even if a later duplicate is right.
// Source: decode.go and fold.go of Go 1.26 (GOEXPERIMENT jsonv2 off). test/go-json/ compares the two decoders.
import { type Node, quote, readJsonTree } from './go-json-syntax.ts';

/** The Go type that a JSON text is decoded into. Field names of a struct are its JSON names, in ASCII. */
export type GoType =
  | { readonly go: 'bool' }
  | { readonly go: 'string' }
  | { readonly go: 'slice'; readonly of: GoType }
  | { readonly go: 'map'; readonly key: 'string' | 'int32'; readonly of: GoType }
  | { readonly go: 'struct'; readonly fields: Readonly<Record<string, GoType>> };

export const goBool = { go: 'bool' } as const satisfies GoType;

export const goString = { go: 'string' } as const satisfies GoType;

export function goSlice<E extends GoType>(of: E): { readonly go: 'slice'; readonly of: E } {
  return { go: 'slice', of };
}

export function goMap<K extends 'string' | 'int32', E extends GoType>(
  key: K,
  of: E,
): { readonly go: 'map'; readonly key: K; readonly of: E } {
  return { go: 'map', key, of };
}

export function goStruct<F extends Readonly<Record<string, GoType>>>(
  fields: F,
): { readonly go: 'struct'; readonly fields: F } {
  return { go: 'struct', fields };
}

/** What a Go value is here: `null` is a nil slice or map, and a struct always has all its fields. */
export type GoValue<T extends GoType> = T extends { go: 'bool' }
  ? boolean
  : T extends { go: 'string' }
    ? string
    : T extends { go: 'slice'; of: infer E extends GoType }
      ? readonly GoValue<E>[] | null
      : T extends { go: 'map'; key: infer K; of: infer E extends GoType }
        ? ReadonlyMap<K extends 'int32' ? number : string, GoValue<E>> | null
        : T extends { go: 'struct'; fields: infer F extends Readonly<Record<string, GoType>> }
          ? { readonly [N in keyof F]: GoValue<F[N]> }
          : never;

/** The decoded value, or one line that says why Go refuses the text. */
export type GoJson<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };

/** `json.Unmarshal(text, &value)` for a zero `value` of this type. Never throws; characters in errors count from 1. */
export function decodeGoJson<T extends GoType>(text: string, type: T): GoJson<GoValue<T>> {
  const tree = readJsonTree(text);
  if (!tree.ok) return tree;
  const decoding: Decoding = { error: undefined };
  const slot = store(type, tree.value, zero(type), [], decoding);
  if (decoding.error !== undefined) return { ok: false, error: decoding.error };
  // The compiler cannot follow a type that is data: store and finish go by `type` at every level, as GoValue does.
  return { ok: true, value: finish(type, slot) as GoValue<T> };
}

/** The keys of the JSON object that no field of the struct takes, each once, in the order of the text; [] for all else. */
export function unknownGoKeys(text: string, type: GoType): readonly string[] {
  const tree = readJsonTree(text);
  if (!tree.ok || tree.value.kind !== 'object' || type.go !== 'struct') return [];
  const keys = tree.value.entries.map(([key]) => key);
  return [...new Set(keys)].filter((key) => fieldFor(type.fields, key) === undefined);
}

// --- Types: decode.go ---

/** A Go value while it is filled: a struct or map is a Map, a slice a Backing, `null` a nil slice or map. */
type Slot = boolean | string | null | Backing | Map<string | number, Slot>;

/** A slice: like Go's, it keeps the elements behind its length, and a duplicate key that lengthens it again shows them. */
class Backing {
  readonly cells: Slot[] = [];
  length = 0;
}

/** The first mismatch, which alone decides: Go goes on decoding, but returns that error at the end. */
interface Decoding {
  error: string | undefined;
}

type Path = readonly (string | number)[];

function zero(type: GoType): Slot {
  switch (type.go) {
    case 'bool':
      return false;
    case 'string':
      return '';
    case 'struct':
      return new Map(Object.entries(type.fields).map(([name, field]) => [name, zero(field)]));
    case 'slice':
    case 'map':
      return null;
  }
}

/** Decodes a node into a slot that may hold an earlier value, and returns what the slot holds then. */
function store(type: GoType, node: Node, slot: Slot, path: Path, decoding: Decoding): Slot {
  if (node.kind === 'null') return type.go === 'slice' || type.go === 'map' ? null : slot;
  if (type.go === 'bool' && node.kind === 'bool') return node.value;
  if (type.go === 'string' && node.kind === 'string') return node.value;
  if (type.go === 'slice' && node.kind === 'array') return storeItems(type.of, node.items, slot, path, decoding);
  if (node.kind === 'object') {
    const entries = slot instanceof Map ? slot : new Map<string | number, Slot>();
    if (type.go === 'map') return storeMap(type, node.entries, entries, path, decoding);
    if (type.go === 'struct') return storeFields(type.fields, node.entries, entries, path, decoding);
  }
  decoding.error ??= `${nameOfPlace(path)} must be ${TYPE_NAMES[type.go]}, not ${nameOfNode(node)}`;
  return slot;
}

function storeItems(of: GoType, items: readonly Node[], slot: Slot, path: Path, decoding: Decoding): Slot {
  // An empty array is a new slice; any other refills the elements that are there.
  const backing = slot instanceof Backing && items.length > 0 ? slot : new Backing();
  for (const [index, item] of items.entries()) {
    backing.cells[index] = store(of, item, backing.cells[index] ?? zero(of), [...path, index], decoding);
  }
  backing.length = items.length;
  return backing;
}

type MapType = Extract<GoType, { go: 'map' }>;
type Entries = readonly (readonly [string, Node])[];

/** Unlike a struct field, a map value starts from zero each time: a duplicate replaces it. */
function storeMap(
  type: MapType,
  source: Entries,
  map: Map<string | number, Slot>,
  path: Path,
  decoding: Decoding,
): Slot {
  for (const [name, node] of source) {
    const key = type.key === 'string' ? name : parseInt32(name);
    if (key === undefined) {
      const where = path.length === 0 ? '' : ` in ${nameOfPlace(path)}`;
      decoding.error ??= `the key ${quote(name)}${where} must be a whole number of at most 32 bits`;
    } else {
      map.set(key, store(type.of, node, zero(type.of), [...path, name], decoding));
    }
  }
  return map;
}

function storeFields(
  fields: Readonly<Record<string, GoType>>,
  source: Entries,
  struct: Map<string | number, Slot>,
  path: Path,
  decoding: Decoding,
): Slot {
  for (const [key, node] of source) {
    const name = fieldFor(fields, key);
    const field = name === undefined ? undefined : fields[name];
    if (name === undefined || field === undefined) continue;
    struct.set(name, store(field, node, struct.get(name) ?? zero(field), [...path, key], decoding));
  }
  return struct;
}

/** The field that takes this key: the one spelled exactly so, else the first that is equal under Go's case folding. */
function fieldFor(fields: Readonly<Record<string, GoType>>, key: string): string | undefined {
  if (Object.hasOwn(fields, key)) return key;
  const folded = fold(key);
  return Object.keys(fields).find((name) => fold(name) === folded);
}

/** fold.go for ASCII names. Two letters beyond ASCII fold into it: U+212A (k), which toLowerCase knows, and U+017F (s). */
function fold(name: string): string {
  return name.toLowerCase().replaceAll('\u017f', 's');
}

/** strconv.ParseInt(text, 10, 32) */
function parseInt32(text: string): number | undefined {
  if (!/^[+-]?[0-9]+$/.test(text)) return undefined;
  const value = Number(text); // -0 is 0 as the key of a Map
  return value >= -(2 ** 31) && value < 2 ** 31 ? value : undefined;
}

function finish(type: GoType, slot: Slot): unknown {
  switch (type.go) {
    case 'bool':
    case 'string':
      return slot;
    case 'slice':
      return slot instanceof Backing ? slot.cells.slice(0, slot.length).map((cell) => finish(type.of, cell)) : null;
    case 'map':
      return slot instanceof Map ? new Map([...slot].map(([key, value]) => [key, finish(type.of, value)])) : null;
    case 'struct': {
      const values = slot instanceof Map ? slot : new Map<string, Slot>();
      const fields = Object.entries(type.fields);
      return Object.fromEntries(fields.map(([name, field]) => [name, finish(field, values.get(name) ?? zero(field))]));
    }
  }
}

// --- Words for errors ---

const TYPE_NAMES = {
  bool: 'true or false',
  string: 'a string',
  slice: 'an array',
  map: 'an object',
  struct: 'an object',
} as const satisfies Record<GoType['go'], string>;

const NODE_NAMES = {
  null: 'null',
  number: 'a number',
  string: 'a string',
  array: 'an array',
  object: 'an object',
} as const;

function nameOfNode(node: Node): string {
  return node.kind === 'bool' ? String(node.value) : NODE_NAMES[node.kind];
}

function nameOfPlace(path: Path): string {
  if (path.length === 0) return 'the value';
  return quote(path.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join(''));
}
