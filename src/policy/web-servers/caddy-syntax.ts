// The syntax of a Caddyfile: lines of words, a "{" at the end of one opens a block. Follows caddyconfig/caddyfile/lexer.go; what
// puts other text in its place (imports, variables of the environment, heredocs) is not followed.

export interface Segment {
  /** At least one. */
  readonly words: readonly string[];
  /** undefined where it has none. */
  readonly block: readonly Segment[] | undefined;
}

const MAX_TEXT = 64 * 1024;
const MAX_SEGMENTS = 2000;
const MAX_DEPTH = 10;

/** @returns undefined where it is no such text, has something in it that is not followed, or is beyond the bounds */
export function parseCaddyfile(text: string): readonly Segment[] | undefined {
  if (text.length > MAX_TEXT || /\{\$|<<|\\\n|`/.test(text)) return undefined;
  const top: Segment[] = [];
  const open: Segment[][] = [top];
  let count = 0;
  for (const line of text.split('\n')) {
    const words = wordsOf(line);
    if (words === undefined) return undefined;
    if (words.length === 0) continue;
    const own = open.at(-1);
    count += 1;
    if (own === undefined || count > MAX_SEGMENTS || open.length > MAX_DEPTH) return undefined;
    if (words.length === 1 && isSign(words[0], '}')) {
      if (open.length === 1) return undefined;
      open.pop();
      continue;
    }
    // Of other text in its place, and of an address that it listens on alone.
    if (['import', 'bind'].includes(words[0]?.text ?? '')) return undefined;
    const isOpen = isSign(words.at(-1), '{');
    const plain = isOpen ? words.slice(0, -1) : words;
    // A block on one line, and one that begins on a line of its own, are not followed, but the options at the start are.
    if (plain.some((word) => isSign(word, '{') || isSign(word, '}'))) return undefined;
    if (plain.length === 0 && (open.length > 1 || top.length > 0)) return undefined;
    const block: Segment[] | undefined = isOpen ? [] : undefined;
    own.push({ words: plain.map(({ text: word }) => word), block });
    if (block !== undefined) open.push(block);
  }
  return open.length === 1 ? top : undefined;
}

interface Word {
  readonly text: string;
  readonly isQuoted: boolean;
}

function isSign(word: Word | undefined, sign: string): boolean {
  return word !== undefined && !word.isQuoted && word.text === sign;
}

/** @returns undefined where a quote does not end on its line */
function wordsOf(line: string): readonly Word[] | undefined {
  const words: Word[] = [];
  let index = 0;
  while (index < line.length) {
    const character = line[index] ?? '';
    if (/\s/.test(character)) {
      index += 1;
      continue;
    }
    if (character === '#') break;
    if (character === '"') {
      const end = line.indexOf('"', index + 1);
      const text = line.slice(index + 1, end);
      if (end === -1 || text.includes('\\')) return undefined;
      words.push({ text, isQuoted: true });
      index = end + 1;
      continue;
    }
    const [text = ''] = /^\S+/.exec(line.slice(index, index + MAX_WORD)) ?? [];
    if (text.length === MAX_WORD) return undefined;
    words.push({ text, isQuoted: false });
    index += text.length;
  }
  return words;
}

const MAX_WORD = 1000;
