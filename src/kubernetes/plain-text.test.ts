import { describe, expect, it } from 'vitest';
import { plainJson, plainLine, plainLines, plainText, singleLine } from './plain-text.ts';

const HOSTILE: Readonly<Record<string, string>> = {
  'an escape sequence': '\u001b[2J',
  'a C1 control': '\u009b2J',
  DEL: '\u007f',
  BEL: '\u0007',
  'the override of direction': '\u202e',
  'an isolate': '\u2066',
  'a mark of direction': '\u061c',
  'a zero-width space': '\u200b',
  'a zero-width joiner': '\u200d',
  'a word joiner': '\u2060',
  'a byte order mark': '\ufeff',
  'a soft hyphen': '\u00ad',
  'a combining grapheme joiner': '\u034f',
  'a Hangul filler': '\u3164',
  'a variation selector': '\ufe0f',
  'a tag character': '\u{e0061}',
  'a line separator': '\u2028',
  'half a surrogate pair': '\ud83d',
};

describe.each(Object.entries(HOSTILE))('%s', (_, hostile) => {
  it('is a space in what is printed', () => {
    expect(plainText(`a${hostile}b`)).toMatch(/^a [[2Ja-b]*b$/);
    expect(plainLine(`  a${hostile}`)).toMatch(/^ {2}a [[2J]*$/);
    expect(plainLines(`a${hostile}\n b`)).toMatch(/^a [[2J]*\n b$/);
  });

  it('is escaped in JSON, which still says the same', () => {
    const json = plainJson(JSON.stringify({ name: `a${hostile}b` }));
    expect(json).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(json)).toEqual({ name: `a${hostile}b` });
  });
});

it('leaves other text alone', () => {
  for (const text of ['web', 'Grüße, 世界 😀', 'a  b', '{"a":"\\u202e"}']) {
    expect([plainText(text), plainLine(text), plainLines(text), plainJson(text)]).toEqual([text, text, text, text]);
  }
});

it('makes one space of white space in a single line', () => {
  for (const between of [' ', '  ', '\t', '\n', ' \n\t ', '\u00a0', '\u2003\u2003', '\u2028', '\u200b ']) {
    expect(singleLine(`${between}a${between}b${between}`)).toBe('a b');
  }
});
