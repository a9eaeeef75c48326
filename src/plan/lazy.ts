// Parts of a plan that are made when somebody looks at them: most admissions look at few.

/** @returns a function that makes the value at its first call and hands the same one out from then on */
export function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** A reading of an object that is done once, however many ask: objects never change. */
export function readOnce<O extends object, T>(read: (object: O) => T): (object: O) => T {
  const known = new WeakMap<O, T>();
  return (object) => {
    const found = known.get(object);
    if (found !== undefined || known.has(object)) return found as T;
    const value = read(object);
    known.set(object, value);
    return value;
  };
}

/** The same where most objects are small and live as long as one request: to read such a one again takes less than to remember it. */
export function readLargeOnce<O extends object, T>(
  isLarge: (object: O) => boolean,
  read: (object: O) => T,
): (object: O) => T {
  const once = readOnce(read);
  return (object) => (isLarge(object) ? once(object) : read(object));
}

/** A reading whose last result is kept, where questions about one thing come together: it takes no memory for the others. */
export function readLatest<K, T>(read: (key: K) => T): (key: K) => T {
  let latest: { readonly key: K; readonly value: T } | undefined;
  return (key) => {
    if (latest === undefined || latest.key !== key) latest = { key, value: read(key) };
    return latest.value;
  };
}
