// Text that somebody else wrote into a cluster, made safe to print: whoever may write an annotation or an Event must not
// be able to move the cursor, recolour, hide or rewrite what a terminal, a log or a page shows.

/**
 * Control characters of every kind (C0, DEL, C1), line and paragraph separators, all that is invisible by its nature:
 * format characters, among them those of direction and of zero width, and what Unicode lets a renderer ignore (UTS 39,
 * 3.1.1); and halves of surrogate pairs, which are no text.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]+/gu;

/** One line without anything that acts or hides; where that was, there is a space. */
export function plainText(text: string): string {
  return plainLine(text).trim();
}

/** The same, with one space wherever white space was. */
export function singleLine(text: string): string {
  return plainText(text).replaceAll(/\s\s+|[^\S ]/gu, ' ');
}

/** As nearly all text is: known in a fraction of the time that it takes to look for each kind of the others. */
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
const PRINTABLE_ASCII_LINES = /^[\x20-\x7e\n]*$/;

/** The same as plainText, but indentation stays: for a line that is already laid out. */
export function plainLine(line: string): string {
  if (PRINTABLE_ASCII.test(line)) return line;
  return line.replaceAll(UNPRINTABLE, ' ');
}

/** The same, but each character stays in its column: for a line under which a place is marked. */
export function plainColumns(line: string): string {
  return line.replaceAll(UNPRINTABLE, (found) => ' '.repeat(found.length));
}

/** The same for a text of several lines, which stay lines. */
export function plainLines(text: string): string {
  if (PRINTABLE_ASCII_LINES.test(text)) return text;
  return text.split('\n').map(plainLine).join('\n');
}

/** A line of JSON with the same content in which nothing acts or hides: JSON leaves all but C0 as it is. */
export function plainJson(line: string): string {
  if (PRINTABLE_ASCII.test(line)) return line;
  return line.replaceAll(UNPRINTABLE, (found) =>
    Array.from({ length: found.length }, (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
      '',
    ),
  );
}
