// Tolerant readers for JSON of unknown shape. A field of the wrong shape reads as absent: the API server refuses
// such objects itself, and what only a file can hold must never make a plan or a rule throw.

/** Keys and values as they are in labels, annotations and ConfigMap data; no inherited keys. */
export type StringMap = Readonly<Record<string, string>>;

export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The own property at a path of keys, or undefined. `__proto__` and `constructor` are ordinary keys here. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const key of path) {
    if (!isJsonObject(current) || !Object.hasOwn(current, key)) return undefined;
    current = current[key];
  }
  return current;
}

export function textOr(value: unknown, fallback: string): string {
  return typeof value === 'string' ? value : fallback;
}

export function optionalText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A whole number, or undefined; Kubernetes has no fractions where this is used. */
export function optionalInteger(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}

export function optionalNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** undefined for what the API server takes as not set: absent, 0 and "". */
export function portReference(raw: unknown): number | string | undefined {
  const reference = optionalInteger(raw) ?? optionalText(raw);
  return reference === 0 || reference === '' ? undefined : reference;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function objectsOf(value: unknown): readonly JsonObject[] {
  return listOf(value).filter(isJsonObject);
}

export function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((item) => typeof item === 'string');
}

/**
 * Makes objects that inherit nothing, as Object.create(null) does. V8 keeps each of those as a hash table of some 300 bytes,
 * but objects that a constructor makes share their shape; a cluster has tens of thousands of these maps.
 */
const Bare = function Bare() {} as unknown as new () => Record<string, string>; // what `new` makes has no keys yet
const IS_STRING_MAP = Symbol('string map');
Bare.prototype = Object.freeze(Object.create(null, { [IS_STRING_MAP]: { value: true } }));

const EMPTY_MAP: StringMap = Object.freeze(new Bare());

/** More keys than people write. Those of small maps cost nothing to list again, and remembering them would take memory. */
const MANY_KEYS = 64;

const keysOfLarge = new WeakMap<StringMap, readonly string[]>();

/**
 * A string map. Values that YAML turned into something else keep their JSON text (an unquoted `true` reads "true"),
 * and null reads as "", as the API server decodes it.
 */
export function stringMapOf(value: unknown): StringMap {
  if (!isJsonObject(value)) return EMPTY_MAP;
  const keys = Object.keys(value);
  if (keys.length === 0) return EMPTY_MAP;
  if (keys.length <= MANY_KEYS) return copyOf(value, keys);
  const map = isStringMap(value) ? value : (inPlace(value, keys) ?? copyOf(value, keys));
  keysOfLarge.set(map, keys);
  return map;
}

function copyOf(value: JsonObject, keys: readonly string[]): StringMap {
  const map = new Bare();
  for (const key of keys) map[key] = mapText(value[key]);
  return map;
}

/** What JSON.parse made, with nothing to inherit from any more: to copy 100,000 keys takes V8 longer than to parse them. */
function inPlace(value: JsonObject, keys: readonly string[]): StringMap | undefined {
  if (!Object.isExtensible(value) || !keys.every((key) => typeof value[key] === 'string')) return undefined;
  return Object.setPrototypeOf(value, Bare.prototype);
}

/** Whether it is what `stringMapOf` makes. */
export function isStringMap(value: JsonObject): value is StringMap {
  return (value as { readonly [IS_STRING_MAP]?: true })[IS_STRING_MAP] === true; // no JSON has a symbol
}

/** The keys of a map that does not change; of a large one they are listed once, for V8 takes long over a hash table. */
export function keysIn(map: StringMap): readonly string[] {
  const known = keysOfLarge.get(map);
  if (known !== undefined) return known;
  const keys = Object.keys(map);
  if (keys.length > MANY_KEYS) keysOfLarge.set(map, keys);
  return keys;
}

export function isEmpty(map: StringMap): boolean {
  return keysIn(map).length === 0;
}

function mapText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return ''; // too deep to write down, or cyclic through a YAML alias
  }
}
