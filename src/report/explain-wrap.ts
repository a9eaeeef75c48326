// Lines of at most 80 columns: prose is wrapped under a hanging indent, a command so that it can still be pasted.

export const WIDTH = 80;

/**
 * @param first what is before the text on its first line, indentation included
 * @param text prose in one line
 * @param indent the following lines' indentation, in columns
 */
export function wrapProse(first: string, text: string, indent: number, width = WIDTH): readonly string[] {
  return fill(first, text.split(/ +/), indent, { continued: '', width });
}

/** Words that are not to be broken themselves. */
export function wrapWords(words: readonly string[], indent: number, width = WIDTH): readonly string[] {
  return fill('', words, indent, { continued: '', width });
}

/** Prose with commands in it, each of which stays whole: over two lines it would be two commands. */
export function wrapAround(
  first: string,
  text: string,
  commands: readonly string[],
  { indent, width = WIDTH }: { readonly indent: number; readonly width?: number },
): readonly string[] {
  const found = commands.find((command) => command !== '' && text.includes(command));
  if (found === undefined) return wrapProse(first, text, indent, width);
  const at = text.indexOf(found);
  const [, ends = ''] = /^([^ ]*)/.exec(text.slice(at + found.length)) ?? [];
  const before = text.slice(0, at).split(/ +/);
  const after = text.slice(at + found.length + ends.length).split(/ +/);
  const words = [...before, `${found}${ends}`, ...after].filter((word) => word !== '');
  return fill(first, words, indent, { continued: '', width });
}

/** Breaks between arguments only, each line but the last ending in a backslash for the shell. */
export function wrapCommand(first: string, command: string, indent: number, width = WIDTH): readonly string[] {
  return fill(first, command.match(/(?:\\.|'[^']*'|"[^"]*"|[^ ])+/g) ?? [], indent, { continued: ' \\', width });
}

/** A word longer than a line stands alone: to cut a name would make it another. */
function fill(
  first: string,
  words: readonly string[],
  indent: number,
  { continued, width }: { readonly continued: string; readonly width: number },
): readonly string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const [index, word] of words.entries()) {
    const isLast = index === words.length - 1;
    const needed = line.length + (isEmpty ? 0 : 1) + word.length + (isLast ? 0 : continued.length);
    if (!isEmpty && needed > width) {
      lines.push(`${line}${continued}`);
      line = ' '.repeat(indent);
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}
