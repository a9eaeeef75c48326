// Text of people's own in a message: on one line, and short, for a long one would drown what is said about it.

/** In single quotes, as an annotation stands in YAML. */
export function quoted(text: string): string {
  return `'${shortened(text.replaceAll(/[\s\p{Cc}]+/gu, ' '), 60)}'`;
}

export function shortened(text: string, length: number): string {
  const characters = [...text];
  return characters.length > length ? `${characters.slice(0, length - 3).join('')}...` : text;
}
