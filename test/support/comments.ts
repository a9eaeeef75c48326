// Comments of a source, each with its line: what the reader of the code reads.
import { parseSync } from 'rolldown/utils';
import type { UserText } from './user-texts.ts';

/** Consecutive lines are one text, because a phrase may continue on the next one. */
export function commentsOf(source: string): readonly UserText[] {
  const blocks: { readonly isLine: boolean; readonly start: number; end: number }[] = [];
  for (const { type, start, end } of parseSync('source.ts', source).comments) {
    const isLine = type === 'Line';
    const before = blocks.at(-1);
    const isNext = before?.isLine === true && isLine && /^\n[ \t]*$/.test(source.slice(before.end, start));
    if (isNext) before.end = end;
    else blocks.push({ isLine, start, end });
  }
  return blocks.map(({ start, end }) => ({
    line: source.slice(0, start).split('\n').length,
    text: source
      .slice(start, end)
      .replaceAll(/^[ \t]*(?:\/\*\*?|\*\/?|\/\/)/gm, '')
      .replace(/\*\/$/, ''),
  }));
}
