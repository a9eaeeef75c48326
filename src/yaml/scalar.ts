// What a scalar means to kubectl: YAML 1.1 as go.yaml.in/yaml/v2 resolves it (resolve.go, decode.go func scalar), which is
// not quite what the YAML 1.1 specification says. test/kubectl-yaml/ compares with the original.

const TRUE = ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'];
const FALSE = ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'];
const NULL = ['', '~', 'null', 'Null', 'NULL'];

const WORDS: ReadonlyMap<string, Scalar> = new Map<string, Scalar>([
  ...TRUE.map((word) => [word, { tag: 'bool', value: true }] as const),
  ...FALSE.map((word) => [word, { tag: 'bool', value: false }] as const),
  ...NULL.map((word) => [word, { tag: 'null', value: null }] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, { tag: 'float', value: Number.NaN }] as const),
  ...['.inf', '.Inf', '.INF'].flatMap((word) => [
    [word, { tag: 'float', value: Infinity }] as const,
    [`+${word}`, { tag: 'float', value: Infinity }] as const,
    [`-${word}`, { tag: 'float', value: -Infinity }] as const,
  ]),
]);

interface Scalar {
  readonly tag: 'str' | 'bool' | 'null' | 'int' | 'float';
  readonly value: string | boolean | number | null;
}

/** A plain scalar starts with one of these, or it is text: the great majority is decided here. */
const HINTS: ReadonlySet<string> = new Set(['', ...'-+0123456789.yYnNtTfFoO~']);
const NUMBER_HINTS: ReadonlySet<string> = new Set('-+0123456789.');

/** @param text of a plain scalar without a tag */
export function resolvePlain(text: string): Scalar['value'] {
  const first = text.charAt(0);
  if (!HINTS.has(first)) return text;
  const word = WORDS.get(text);
  if (word !== undefined) return word.value;
  return NUMBER_HINTS.has(first) ? resolve(text).value : text;
}

/**
 * @param tag as written: `!!int`, `!<tag:yaml.org,2002:int>`, `!local`
 * @throws Error where the text is no value of the tag
 */
export function resolveTagged(tag: string, text: string): Scalar['value'] {
  const type = shortTag(tag);
  if (type === 'binary') return decodeBase64(text);
  if (!['bool', 'null', 'int', 'float'].includes(type)) return text;
  const found = resolve(text);
  if (found.tag !== type && !(type === 'float' && found.tag === 'int')) {
    throw new Error(`cannot decode !!${found.tag} \`${text}\` as a !!${type}`);
  }
  return found.value;
}

function shortTag(tag: string): string {
  return /^(?:!!|!<tag:yaml\.org,2002:)([a-z]+)>?$/.exec(tag)?.[1] ?? '';
}

function resolve(text: string): Scalar {
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  const first = text[0] ?? '';
  if (first === '.') return floatOr(text, DOT_FLOAT, text.replaceAll('_', ''));
  if (!NUMBER_HINTS.has(first)) return { tag: 'str', value: text };
  const plain = text.replaceAll('_', '');
  const int = parseGoInt(plain);
  if (int !== undefined) return { tag: 'int', value: int };
  return floatOr(text, FLOAT, plain);
}

const DOT_FLOAT = /^\.[0-9](?:_?[0-9])*(?:[eE][-+]?[0-9](?:_?[0-9])*)?$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/** What is too large for a float stays text. */
function floatOr(text: string, pattern: RegExp, digits: string): Scalar {
  const value = pattern.test(pattern === FLOAT ? digits : text) ? Number(digits) : Infinity;
  return Number.isFinite(value) ? { tag: 'float', value } : { tag: 'str', value: text };
}

const MAX_INT64 = 2n ** 63n - 1n;
const MAX_UINT64 = 2n ** 64n - 1n;

/** Go's strconv.ParseInt with base 0, then ParseUint, then what yaml.v2 does about binaries. */
function parseGoInt(text: string): number | undefined {
  if (/^[-+]?(?:0|[1-9][0-9]{0,14})$/.test(text)) return Number(text) + 0;
  const match = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]{0,19}))$/.exec(text);
  // "0b-1" is -1 there.
  if (match === null)
    return /^0b[-+][01]{1,63}$/.test(text) ? Number(signed(text[2], `0b${text.slice(3)}`)) : undefined;
  const [, sign, hex, binary, octal, decimal] = match;
  const digits = decimal ?? (hex !== undefined ? `0x${hex}` : binary !== undefined ? `0b${binary}` : `0o${octal}`);
  if (digits.length > 70) return undefined;
  const value = signed(sign, digits);
  const limit = sign === '' ? MAX_UINT64 : MAX_INT64;
  return value >= -MAX_INT64 - 1n && value <= limit ? Number(value) : undefined;
}

function signed(sign: string | undefined, digits: string): bigint {
  return sign === '-' ? -BigInt(digits) : BigInt(digits);
}

/** @throws Error */
function decodeBase64(text: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));
  } catch (cause) {
    throw new Error('!!binary value contains invalid base64 data', { cause });
  }
}

/**
 * The key that a value becomes in JSON (sigs.k8s.io/yaml, convertToJSONableObject).
 *
 * @returns undefined where kubectl refuses it
 */
export function keyOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'boolean' || typeof value === 'number' ? String(value) : undefined;
}
