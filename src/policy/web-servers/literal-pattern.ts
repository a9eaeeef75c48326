// Regular expressions of a configuration, as far as they are plain text: they are compared and never run, for a text from outside must
// not decide how long a comparison takes.

const MAX_PATTERN = 200;
const MAX_ALTERNATIVES = 30;
const PLAIN = /^[\w/:,@ -]$/;

/** @returns undefined where the expression says more than a text, with ^ and $, or one list of texts in brackets */
export function matchesPlainly(pattern: string, text: string, ignoresCase: boolean): boolean | undefined {
  const texts = textsOf(pattern);
  if (texts === undefined) return undefined;
  const subject = ignoresCase ? text.toLowerCase() : text;
  return texts.some(({ literal, isStart, isEnd }) => {
    const wanted = ignoresCase ? literal.toLowerCase() : literal;
    if (isStart && isEnd) return subject === wanted;
    if (isStart) return subject.startsWith(wanted);
    return isEnd ? subject.endsWith(wanted) : subject.includes(wanted);
  });
}

interface Literal {
  readonly literal: string;
  readonly isStart: boolean;
  readonly isEnd: boolean;
}

function textsOf(pattern: string): readonly Literal[] | undefined {
  if (pattern.length > MAX_PATTERN) return undefined;
  const isStart = pattern.startsWith('^');
  const isEnd = pattern.endsWith('$') && !pattern.endsWith('\\$');
  const body = pattern.slice(isStart ? 1 : 0, isEnd ? -1 : undefined);
  const [, before = body, list, after = ''] = /^([^()]*)\(([^()]*)\)([^()]*)$/.exec(body) ?? [];
  // Of alternatives outside brackets each would have an end of its own.
  const choices = list === undefined ? [''] : list.replace(/^\?:/, '').split('|');
  if (choices.length > MAX_ALTERNATIVES) return undefined;
  const literals = choices.map((choice) => unescaped(before + choice + after));
  return literals.flatMap((literal) => (literal === undefined ? [] : [{ literal, isStart, isEnd }])).length ===
    literals.length
    ? literals.map((literal = '') => ({ literal, isStart, isEnd }))
    : undefined;
}

/** @returns undefined where a character means something */
function unescaped(text: string): string | undefined {
  let plain = '';
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? '';
    const next = text[index + 1] ?? '';
    if (character === '\\' && /^[./_-]$/.test(next)) {
      plain += next;
      index += 1;
    } else if (PLAIN.test(character)) plain += character;
    else return undefined;
  }
  return plain;
}
