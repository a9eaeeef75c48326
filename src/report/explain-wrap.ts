// Lines of at most 80 columns: prose is wrapped under a hanging indent, a command so that it can still be pasted.

export const WIDTH = 80;

/**
 * @param first what stands before the text on its first line, indentation included
 * @param text prose in one line
 * @param indent the following lines' indentation, in columns
 */
export function wrapProse(first: string, text: string, indent: number): readonly string[] {
  return fill(first, text.split(/ +/), indent, '');
}

/** Breaks between arguments only, each line but the last ending in a backslash for the shell. */
export function wrapCommand(first: string, command: string, indent: number): readonly string[] {
  return fill(first, command.match(/(?:\\.|'[^']*'|"[^"]*"|[^ ])+/g) ?? [], indent, ' \\');
}

/** A word longer than a line stands alone: to cut a name would make it another. */
function fill(first: string, words: readonly string[], indent: number, continued: string): readonly string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const [index, word] of words.entries()) {
    const isLast = index === words.length - 1;
    const needed = line.length + (isEmpty ? 0 : 1) + word.length + (isLast ? 0 : continued.length);
    if (!isEmpty && needed > WIDTH) {
      lines.push(`${line}${continued}`);
      line = ' '.repeat(indent);
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}
