/** A function whose results are kept, for as long as it is: for what many cases of one table ask again. */
export function remembered<K, T>(make: (key: K) => T): (key: K) => T {
  const known = new Map<K, T>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined || known.has(key)) return found as T; // what was kept for it
    const value = make(key);
    known.set(key, value);
    return value;
  };
}
