// Text of people's own in a message: on one line, and short, for a long one would drown what is said about it.

/** Nobody reads more, and a value may be a quarter of a megabyte. */
const MAX_READ = 600;

/** In single quotes, as an annotation is in YAML. */
export function quoted(text: string): string {
  const line = text.slice(0, MAX_READ).replaceAll(/[\s\p{Cc}]+/gu, ' ');
  return `'${shortened(text.length > MAX_READ ? `${line}...` : line, 60)}'`;
}

export function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  // A character is one code unit or two.
  const characters = [...text.slice(0, 2 * length + 1)];
  return characters.length > length ? `${characters.slice(0, length - 3).join('')}...` : text;
}
