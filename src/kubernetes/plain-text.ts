// Text that somebody else wrote into a cluster, made safe to print: whoever may write an annotation or an Event must not
// be able to move the cursor, recolour or rewrite what a terminal shows.

/** Control characters of every kind, and those that turn the direction of the text around. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** One line without control characters; what separated lines is a space. */
export function plainText(text: string): string {
  return text.replaceAll(UNPRINTABLE, ' ').trim();
}

/** The same, but indentation stays: for a line that is already laid out. */
export function plainLine(line: string): string {
  return line.replaceAll(UNPRINTABLE, ' ');
}
