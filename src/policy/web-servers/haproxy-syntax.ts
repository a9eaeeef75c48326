// The syntax of haproxy.cfg: lines of words, of which the first of some begins a section. Follows parse_line of src/tools.c; a text with
// variables of the environment or conditions of its own is not followed.

export interface Section {
  readonly kind: string;
  readonly name: string | undefined;
  readonly lines: readonly (readonly string[])[];
}

const KINDS = new Set([
  ...['global', 'defaults', 'frontend', 'listen', 'backend', 'resolvers', 'peers', 'userlist', 'cache', 'mailers'],
  ...['ring', 'program', 'http-errors', 'fcgi-app', 'log-forward', 'traces', 'crt-store'],
]);
const MAX_TEXT = 64 * 1024;
const MAX_LINES = 2000;

/** @returns undefined where it is no such text, has something in it that is not followed, or is beyond the bounds */
export function parseHaproxy(text: string): readonly Section[] | undefined {
  if (text.length > MAX_TEXT || /\$|\\|^[ \t]*\./m.test(text)) return undefined;
  const sections: {
    readonly kind: string;
    readonly name: string | undefined;
    readonly lines: (readonly string[])[];
  }[] = [];
  const lines = text.split('\n');
  if (lines.length > MAX_LINES) return undefined;
  for (const line of lines) {
    const words = wordsOf(line);
    if (words === undefined) return undefined;
    const [first, name, ...rest] = words;
    if (first === undefined) continue;
    if (KINDS.has(first)) {
      // `from` takes other defaults, and an address after the name is an old way to bind.
      if (rest.length > 0) return undefined;
      sections.push({ kind: first, name, lines: [] });
      continue;
    }
    const section = sections.at(-1);
    if (section === undefined) return undefined;
    section.lines.push(words);
  }
  return sections;
}

/** @returns undefined where a quote does not end on its line */
function wordsOf(line: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (const character of line) {
    if (quote !== '') {
      if (character === quote) quote = '';
      else word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (character === '#') break;
    else if (!/\s/.test(character)) word = (word ?? '') + character;
    else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  if (quote !== '') return undefined;
  return word === undefined ? words : [...words, word];
}

/** On every address: one of its own may not be the one that is asked. */
export function listensOn({ lines }: Section, port: number): boolean | 'unsure' {
  let isHere = false;
  for (const [name, address = '', ...parameters] of lines) {
    if (name !== 'bind') continue;
    const [, host = '', own = ''] = /^([^,@]*):(\d{1,5})$/.exec(address) ?? [];
    if (own === '') return 'unsure';
    if (Number(own) !== port || host.startsWith('127.')) continue;
    const isPlain = parameters.every((one) => ['v4v6', 'alpn', 'http/1.1', 'defer-accept', 'tfo'].includes(one));
    const isAny = ['', '*', '0.0.0.0'].includes(host) || (['::', '[::]'].includes(host) && parameters.includes('v4v6'));
    if (!isPlain || !isAny) return 'unsure';
    isHere = true;
  }
  return isHere;
}
