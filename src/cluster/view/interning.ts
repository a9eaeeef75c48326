// One copy of what many objects have in common: probes, ports, variables, names of namespaces. Of twenty thousand Deployments
// most differ in little more than name, labels and image.

/** Small, so that what is shared by nobody any more does not stay for long: a full pool is emptied, which only costs sharing. */
const MAX_VALUES = 4000;
const MAX_STRINGS = 8000;
/** What is larger is hardly ever twice there. */
const MAX_TEXT = 400;

/** Of values that nobody changes. */
export class SharedValues {
  readonly #values = new Map<string, object>();
  readonly #strings = new Map<string, string>();

  /** @returns the value, with all of its parts that were seen before replaced by those, itself too */
  share<T>(value: T): T;
  share(value: unknown): unknown {
    if (typeof value === 'string') return this.#shareString(value);
    if (typeof value !== 'object' || value === null) return value;
    // Written out at every level it is in, a large value would cost its depth times its size.
    if (roomLeft(value, MAX_TEXT) < 0) return this.#shareParts(value);
    const text = JSON.stringify(value);
    // Maps of strings inherit nothing, and must not be taken for an object that does.
    const key = `${Object.getPrototypeOf(value) === Object.prototype ? 'object' : 'map or list'} ${text}`;
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    const shared = this.#shareParts(value);
    if (text.length <= MAX_TEXT) remember(this.#values, key, shared, MAX_VALUES);
    return shared;
  }

  /** The value itself, changed: it has just been parsed, and nobody else has it yet. */
  #shareParts(value: object): object {
    // Own keys only; each value is replaced by an equal one, so the cast is safe.
    const parts = value as Record<string, unknown>;
    for (const key of Object.keys(parts)) {
      const part = parts[key];
      const shared = this.share(part);
      if (shared !== part) parts[key] = shared;
    }
    return value;
  }

  #shareString(text: string): string {
    const known = this.#strings.get(text);
    if (known !== undefined) return known;
    if (text.length <= MAX_TEXT) remember(this.#strings, text, text, MAX_STRINGS);
    return text;
  }
}

/** @returns what its strings leave of so many characters; less than nothing as soon as they do not fit */
function roomLeft(value: unknown, room: number): number {
  if (typeof value === 'string') return room - value.length;
  if (typeof value !== 'object' || value === null) return room - 1;
  let left = room;
  for (const [key, part] of Object.entries(value)) {
    left = roomLeft(part, left - (Array.isArray(value) ? 0 : key.length));
    if (left < 0) break;
  }
  return left;
}

function remember<T>(pool: Map<string, T>, key: string, value: T, limit: number): void {
  if (pool.size >= limit) pool.clear();
  pool.set(key, value);
}
