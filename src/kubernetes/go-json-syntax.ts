// The syntax of JSON as Go's encoding/json (v1) reads it: a text becomes a tree that keeps duplicate keys, or one line that
// says why Go refuses it. What the tree means for a Go type is go-json.ts's business.
// Source: scanner.go of Go 1.26 (GOEXPERIMENT jsonv2 off).

/** The tree, or one line of error; characters in errors count from 1. Never throws. */
export function readJsonTree(text: string): JsonTree {
  return new TreeReader(text).read();
}

export type JsonTree = { readonly ok: true; readonly value: Node } | { readonly ok: false; readonly error: string };

export type Node =
  | { readonly kind: 'null' }
  | { readonly kind: 'number' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'array'; readonly items: Node[] }
  | { readonly kind: 'object'; readonly entries: [key: string, value: Node][] };

type Container = Extract<Node, { kind: 'array' | 'object' }>;

type Expected = 'value' | 'item or ]' | 'key' | 'key or }' | 'colon' | 'comma or end' | 'nothing';

/** What is wrong with the text, or undefined where the reader can go on. */
type Problem = string | undefined;

/** scanner.go, maxNestingDepth: one container more is an error. */
const MAX_DEPTH = 10_000;

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const WORD = /[\p{L}\p{N}_][\p{L}\p{N}_.-]*/uy;
const LITERALS: readonly (readonly [string, Node])[] = [
  ['null', { kind: 'null' }],
  ['true', { kind: 'bool', value: true }],
  ['false', { kind: 'bool', value: false }],
];

/** Reads a text into a tree that keeps duplicate keys. It loops instead of recursing: how deep a text goes is its own choice. */
class TreeReader {
  readonly #text: string;
  readonly #open: { readonly node: Container; readonly start: number }[] = [];
  #at = 0;
  #expected: Expected = 'value';
  #key = '';
  #root: Node | undefined;

  constructor(text: string) {
    // Go sees UTF-8, which has no lone surrogates: encoding has made each of them U+FFFD.
    this.#text = text.toWellFormed();
  }

  read(): JsonTree {
    let problem: Problem;
    while (problem === undefined) {
      while (/[ \t\r\n]/.test(this.#text.charAt(this.#at))) this.#at++;
      if (this.#at >= this.#text.length) break;
      problem = this.#step(this.#text.charAt(this.#at));
    }
    problem ??= this.#problemAtEnd();
    if (problem !== undefined || this.#root === undefined) return { ok: false, error: problem ?? 'the value is empty' };
    return { ok: true, value: this.#root };
  }

  #step(char: string): Problem {
    switch (this.#expected) {
      case 'value':
        return this.#readValue(char);
      case 'item or ]':
        return char === ']' ? this.#close() : this.#readValue(char);
      case 'key':
        return this.#readKey(char);
      case 'key or }':
        return char === '}' ? this.#close() : this.#readKey(char);
      case 'colon':
        return char === ':' ? this.#advance(1, 'value') : this.#unexpected(`a colon after the key ${quote(this.#key)}`);
      case 'comma or end':
        return this.#readSeparator(char);
      case 'nothing':
        return `unexpected text after the JSON value at ${this.#position(this.#at)}`;
    }
  }

  #readKey(char: string): Problem {
    if (char !== '"') return this.#unexpected('a key in double quotes');
    const end = this.#endOfString();
    if (typeof end === 'string') return end;
    this.#key = this.#unquote(end);
    return this.#advance(end - this.#at, 'colon');
  }

  #readValue(char: string): Problem {
    if (char === '{') return this.#openContainer({ kind: 'object', entries: [] }, 'key or }');
    if (char === '[') return this.#openContainer({ kind: 'array', items: [] }, 'item or ]');
    if (char === '"') {
      const end = this.#endOfString();
      return typeof end === 'string' ? end : this.#add({ kind: 'string', value: this.#unquote(end) }, end - this.#at);
    }
    const number = matchAt(NUMBER, this.#text, this.#at);
    if (number !== '') return this.#add({ kind: 'number' }, number.length);
    const literal = LITERALS.find(([word]) => this.#text.startsWith(word, this.#at));
    return literal === undefined ? this.#unexpected('a value') : this.#add(literal[1], literal[0].length);
  }

  #readSeparator(char: string): Problem {
    const isArray = this.#isInArray();
    const end = isArray ? ']' : '}';
    if (char === end) return this.#close();
    if (char === ',') return this.#advance(1, isArray ? 'value' : 'key');
    return this.#unexpected(`"," or "${end}"`);
  }

  #openContainer(node: Container, expected: Expected): Problem {
    if (this.#open.length === MAX_DEPTH) return `the value is nested deeper than ${MAX_DEPTH} levels`;
    const start = this.#at;
    this.#add(node, 1);
    this.#open.push({ node, start });
    this.#expected = expected;
    return undefined;
  }

  #close(): undefined {
    this.#open.pop();
    return this.#advance(1, this.#open.length === 0 ? 'nothing' : 'comma or end');
  }

  #add(node: Node, length: number): undefined {
    const parent = this.#open.at(-1)?.node;
    if (parent === undefined) this.#root = node;
    else if (parent.kind === 'array') parent.items.push(node);
    else parent.entries.push([this.#key, node]);
    return this.#advance(length, parent === undefined ? 'nothing' : 'comma or end');
  }

  #advance(length: number, expected: Expected): undefined {
    this.#at += length;
    this.#expected = expected;
  }

  /** Where the string that starts here ends, or what is wrong with it. */
  #endOfString(): number | string {
    let end = this.#at + 1;
    for (let char = this.#text.charAt(end); char !== '"'; char = this.#text.charAt(end)) {
      if (char === '') return `the string that opens at ${this.#position(this.#at)} is never closed`;
      if (char < ' ') return `${nameOf(char)} in a string must be written as an escape (${this.#position(end)})`;
      const piece = char === '\\' ? matchAt(ESCAPE, this.#text, end) : char;
      if (piece === '') return `the backslash at ${this.#position(end)} starts no escape that JSON has`;
      end += piece.length;
    }
    return end + 1;
  }

  #unquote(end: number): string {
    // JSON.parse knows the strings that #endOfString lets through, and no others. Go makes escaped lone surrogates U+FFFD.
    return String(JSON.parse(this.#text.slice(this.#at, end))).toWellFormed();
  }

  #unexpected(expected: string): string {
    const position = this.#position(this.#at);
    const char = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
    const word = matchAt(WORD, this.#text, this.#at);
    const literal = LITERALS.find(([name]) => name === word.toLowerCase())?.[0];
    const isAfterComma = this.#expected === 'key' || (this.#expected === 'value' && this.#isInArray());
    const hint = HINTS.find(([characters]) => characters.includes(char))?.[1];
    if (hint !== undefined) return `${hint} (${position})`;
    if ('}]'.includes(char) && isAfterComma) return `JSON allows no comma before "${char}" (${position})`;
    if (word === '' || this.#expected === 'colon' || this.#expected === 'comma or end') {
      return `expected ${expected} at ${position}, not ${nameOf(char)}`;
    }
    if (this.#expected.startsWith('key')) return `the key ${quote(word)} needs double quotes (${position})`;
    if (literal !== undefined) return `${quote(word)} is not JSON: write ${literal} in lower case (${position})`;
    return `${quote(word)} is not a JSON value: text needs double quotes (${position})`;
  }

  #problemAtEnd(): Problem {
    const innermost = this.#open.at(-1);
    if (innermost !== undefined) {
      return `the ${innermost.node.kind} that opens at ${this.#position(innermost.start)} is never closed`;
    }
    if (this.#root !== undefined) return undefined;
    return this.#text === '' ? 'the value is empty' : 'the value is nothing but whitespace';
  }

  #isInArray(): boolean {
    return this.#open.at(-1)?.node.kind === 'array';
  }

  /** Characters are code points: half of each surrogate pair is not counted. */
  #position(index: number): string {
    return `character ${this.#text.slice(0, index).replace(/[\ud800-\udbff]/g, '').length + 1}`;
  }
}

const HINTS: readonly (readonly [characters: string, hint: string])[] = [
  ['\ufeff', 'a byte order mark is not JSON'],
  ["'", 'single quotes are not JSON: use double quotes'],
  ['“”„‘’', 'curly quotes are not JSON: use straight double quotes'],
  ['/#', 'comments are not JSON'],
];

/** What a sticky pattern matches at an index; "" for no match. */
function matchAt(pattern: RegExp, text: string, index: number): string {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0] ?? '';
}

function nameOf(char: string): string {
  if (char === '\n' || char === '\r') return 'a line break';
  if (char === '\t') return 'a tab';
  const hex = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return char > ' ' && char <= '~' ? (char === '"' ? 'a double quote' : `"${char}"`) : `U+${hex}`;
}

/** Long enough for every real key, short enough for one line of a terminal. */
const MAX_QUOTED_LENGTH = 80;

/** The text in double quotes, on one line whatever it holds: a key is the user's to choose. */
export function quote(text: string): string {
  const shown = text.length <= MAX_QUOTED_LENGTH ? text : `${text.slice(0, MAX_QUOTED_LENGTH)}…`;
  return JSON.stringify(shown.toWellFormed()).replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
