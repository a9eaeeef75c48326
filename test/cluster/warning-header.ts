/**
 * The texts of the values of `Warning` headers, in order. A value is `299 - "text"`, several may be joined with commas,
 * and a date in quotes may follow the text (RFC 7234 section 5.5; apimachinery `pkg/util/net/http.go`).
 *
 * @throws {Error} on a value of another form: a test must not take a warning it cannot read for no warning.
 */
export function parseWarnings(values: readonly string[]): string[] {
  return values.flatMap((value) => parseValue(utf8(value)));
}

function parseValue(value: string): string[] {
  const warning = /\s*\d{3} \S+ "((?:[^"\\]|\\.)*)"(?: "[^"]*")?\s*(?:,|$)/suy;
  const texts: string[] = [];
  while (warning.lastIndex < value.length) {
    const found = warning.exec(value);
    if (found === null) throw new Error(`Not a Warning header: ${JSON.stringify(value)}`);
    texts.push((found[1] ?? '').replaceAll(/\\(.)/gsu, '$1'));
  }
  return texts;
}

/** Node gives every byte of a header as one character; the API server writes UTF-8. */
function utf8(value: string): string {
  return Buffer.from(value, 'latin1').toString('utf8');
}
