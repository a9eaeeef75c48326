// Go's strconv, where the GKE Ingress controller reads annotations with it. Neither Number() nor a comparison with "true"
// agrees: "yes" is no bool, "1_000" is a float, and " 1" is none. Source: atob.go and atof.go of Go 1.26.

const TRUE: readonly string[] = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const FALSE: readonly string[] = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

/** What strconv.ParseBool takes, for messages. */
export const GO_BOOLS = [...TRUE, ...FALSE].join(', ');

/** @returns undefined where strconv.ParseBool fails */
export function parseGoBool(text: string): boolean | undefined {
  if (TRUE.includes(text)) return true;
  return FALSE.includes(text) ? false : undefined;
}

// No two neighbouring parts of these take the same character, so that each text is read in time of its length.
const SPECIAL = /^(?:nan|([+-]?)inf(?:inity)?)$/i;
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const HEXADECIMAL = /^([+-]?)0x([\da-f]*)(?:\.([\da-f]*))?p([+-]?\d+)$/i;
/** underscoreOK: each is between two digits, or between the prefix 0x and a digit. */
const MISPLACED_UNDERSCORE = /(?:^|[^\dx])_|_(?:\D|$)/i;
const MISPLACED_HEX_UNDERSCORE = /(?:^|[^\da-fx])_|_(?:[^\da-f]|$)/i;

/** strconv.ParseFloat(text, 64). @returns undefined where it fails, for syntax or for range */
export function parseGoFloat(text: string): number | undefined {
  const special = SPECIAL.exec(text);
  if (special !== null) {
    if (special[1] === undefined) return Number.NaN;
    return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  const isHex = /^[+-]?0x/i.test(text);
  if ((isHex ? MISPLACED_HEX_UNDERSCORE : MISPLACED_UNDERSCORE).test(text)) return undefined;
  const digits = text.replaceAll('_', '');
  const value = isHex ? parseHexadecimal(digits) : DECIMAL.test(digits) ? Number(digits) : undefined;
  return value === undefined || Number.isFinite(value) ? value : undefined;
}

function parseHexadecimal(text: string): number | undefined {
  const match = HEXADECIMAL.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  const mantissa = Number.parseInt(`${whole}${fraction}`, 16);
  const value = mantissa === 0 ? 0 : mantissa * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === '-' ? -value : value;
}
