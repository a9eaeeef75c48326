// Objects that nearly are what people write: a good one with a few fields replaced, removed, doubled or taken from elsewhere.
// Everything follows from a seed.

export type Random = () => number;

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function pick<T>(random: Random, values: readonly T[]): T {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined && !values.includes(undefined as T)) throw new TypeError('there is nothing to pick from');
  return value as T;
}

/** What fields hold that nobody expects: other types, limits, text that other readers would act on. */
const ODD: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  65_536,
  2 ** 53,
  1e308,
  '',
  ' ',
  '0',
  '80',
  'true',
  '*',
  '/*',
  '/a/*/b',
  '__proto__',
  'constructor',
  '{}',
  '{"ingress": true}',
  '{"ingress": "true"',
  '{"exposed_ports": {"80": {"name": "a"}}}',
  '{"default": "web"}',
  '{"ports": {"80": null}}',
  '[[[[[[[[[[',
  'gce',
  'gce-internal',
  '\u001b[2J\u202e\u200b',
  '$(touch /tmp/x)',
  '\ud800',
  'a'.repeat(300),
  '9'.repeat(400),
  '.'.repeat(2000),
  [],
  {},
  [null],
  { __proto__: null, constructor: {} },
  Array.from({ length: 50 }, (_, index) => ({ name: `p${index}`, port: index })),
];

interface Place {
  readonly parent: Record<string, unknown>;
  readonly key: string;
}

/** Arrays are records with numbers for keys. */
function placesOf(value: unknown, into: Place[] = []): readonly Place[] {
  if (typeof value !== 'object' || value === null) return into;
  const parent = value as Record<string, unknown>;
  for (const key of Object.keys(parent)) {
    into.push({ parent, key });
    placesOf(parent[key], into);
  }
  return into;
}

/** @param others from which parts are taken */
export function mutated<T>(original: T, others: readonly unknown[], random: Random): T {
  const copy = structuredClone(original);
  const count = Math.floor(random() * 5);
  for (let at = 0; at < count; at += 1) mutateOnce(copy, others, random);
  return copy;
}

function mutateOnce(copy: unknown, others: readonly unknown[], random: Random): void {
  const places = placesOf(copy);
  if (places.length === 0) return;
  const { parent, key } = pick(random, places);
  const chance = random();
  if (chance < 0.15) delete parent[key];
  else if (chance < 0.6) parent[key] = structuredClone(pick(random, ODD));
  else if (chance < 0.85) {
    const other = pick(random, placesOf(pick(random, others)));
    parent[key] = structuredClone(other.parent[other.key]);
  } else if (Array.isArray(parent)) parent.push(structuredClone(parent[Number(key)]));
  else parent[pick(random, ['annotations', 'spec', '__proto_', 'ports', `x-${key}`])] = structuredClone(parent[key]);
}
