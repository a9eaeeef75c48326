// Comments of a source, each with its line: what the reader of the code reads.
import { parseAst } from 'vitest/node';
import type { UserText } from './user-texts.ts';

/** Consecutive lines are one text, because a phrase may continue on the next one. */
export function commentsOf(source: string): readonly UserText[] {
  const code = withoutTexts(source);
  const blocks = code.matchAll(/\/\*[\s\S]*?\*\/|(?:\/\/[^\n]*(?:\n[ \t]*(?=\/\/))?)+/g);
  return [...blocks].map(({ 0: text, index }) => ({
    line: code.slice(0, index).split('\n').length,
    text: text.replaceAll(/^[ \t]*(?:\/\*\*?|\*\/?|\/\/)/gm, '').replace(/\*\/$/, ''),
  }));
}

/** The same lines, with blanks in place of strings, templates and regular expressions: "//" may be in them. */
function withoutTexts(source: string): string {
  const chars = [...source.split('')];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) visit(one);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    const { type, start, end } = value as { readonly type?: unknown; readonly start?: unknown; readonly end?: unknown };
    const isText = type === 'Literal' || type === 'TemplateElement';
    if (isText && typeof start === 'number' && typeof end === 'number')
      for (let at = start; at < end; at += 1) if (chars[at] !== '\n') chars[at] = ' ';
    for (const child of Object.values(value)) visit(child);
  };
  visit(parseAst(source, { lang: 'ts' }));
  return chars.join('');
}
