// Readings of objects and of their parts that are done once, however many ask.

/** A reading of an object that is done once, however many ask: objects never change. */
export function readOnce<O extends object, T>(read: (object: O) => T): (object: O) => T {
  const known = new WeakMap<O, { readonly value: T }>();
  return (object) => {
    let entry = known.get(object);
    if (entry === undefined) {
      entry = { value: read(object) };
      known.set(object, entry);
    }
    return entry.value;
  };
}
