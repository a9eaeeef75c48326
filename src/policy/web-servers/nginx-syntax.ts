// The syntax of nginx: words, with or without quotes, that end with ";" or open a block. Follows ngx_conf_read_token of
// src/core/ngx_conf_file.c. One pass, and bounds, for the text is anybody's.

export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  /** undefined where it has none. */
  readonly block: readonly Directive[] | undefined;
}

const MAX_TEXT = 64 * 1024;
const MAX_DIRECTIVES = 2000;
const MAX_DEPTH = 10;

/** @returns undefined where it is no such text, or beyond the bounds */
export function parseNginx(text: string): readonly Directive[] | undefined {
  if (text.length > MAX_TEXT) return undefined;
  const top: Directive[] = [];
  const open: { readonly own: Directive[] }[] = [{ own: top }];
  let words: string[] = [];
  let count = 0;
  for (const token of tokens(text)) {
    const own = open.at(-1)?.own;
    if (token === undefined || own === undefined) return undefined;
    if (token.kind === 'word') {
      words.push(token.text);
      continue;
    }
    if (token.kind === 'close') {
      if (words.length > 0 || open.length === 1) return undefined;
      open.pop();
      continue;
    }
    const [name, ...args] = words;
    words = [];
    count += 1;
    if (name === undefined || count > MAX_DIRECTIVES || open.length > MAX_DEPTH) return undefined;
    const block: Directive[] | undefined = token.kind === 'open' ? [] : undefined;
    own.push({ name, args, block });
    if (block !== undefined) open.push({ own: block });
  }
  return words.length === 0 && open.length === 1 ? top : undefined;
}

type Token = { readonly kind: 'word'; readonly text: string } | { readonly kind: 'end' | 'open' | 'close' };

const SIGNS: Readonly<Record<string, Token>> = { ';': { kind: 'end' }, '{': { kind: 'open' }, '}': { kind: 'close' } };

/** Ends with undefined where a quote does not end. */
function* tokens(text: string): Iterable<Token | undefined> {
  let index = 0;
  while (index < text.length) {
    const character = text[index] ?? '';
    if (/\s/.test(character)) index += 1;
    else if (character === '#') {
      const end = text.indexOf('\n', index);
      index = end === -1 ? text.length : end;
    } else if (SIGNS[character] !== undefined) {
      yield SIGNS[character];
      index += 1;
    } else {
      const word = character === '"' || character === "'" ? quoted(text, index, character) : plain(text, index);
      if (word === undefined) return yield undefined;
      yield { kind: 'word', text: word.text };
      index = word.end;
    }
  }
}

interface Word {
  readonly text: string;
  readonly end: number;
}

function quoted(text: string, start: number, quote: string): Word | undefined {
  let word = '';
  for (let index = start + 1; index < text.length; index += 1) {
    const character = text[index] ?? '';
    if (character === quote) return { text: word, end: index + 1 };
    if (character === '\\') index += 1;
    word += character === '\\' ? escaped(text[index] ?? '') : character;
  }
  return undefined;
}

function plain(text: string, start: number): Word {
  let word = '';
  let index = start;
  while (index < text.length) {
    const character = text[index] ?? '';
    // Of ${name} the bracket opens no block.
    const isVariable = character === '{' && text[index - 1] === '$';
    if (/[\s;]/.test(character) || (character === '{' && !isVariable)) break;
    if (character === '\\') index += 1;
    word += character === '\\' ? escaped(text[index] ?? '') : character;
    index += 1;
  }
  return { text: word, end: index };
}

/** A backslash before any other character stays, as regular expressions need it. */
function escaped(character: string): string {
  return ['"', "'", '\\'].includes(character) ? character : `\\${character}`;
}
