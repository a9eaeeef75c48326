// A fix in lines: a command alone is broken so that it can still be pasted, and one within prose is not broken.
import type { Fix } from '../judge/fix.ts';
import { plainText } from '../kubernetes/plain-text.ts';
import { shellCommand } from '../shell-quote.ts';
import { wrapAround, wrapCommand } from './explain-wrap.ts';

/** @param indent of "Fix:" */
export function fixLines({ text, commands, alternatives }: Fix, indent: number, width?: number): readonly string[] {
  const first = `${' '.repeat(indent)}Fix: `;
  const all = [...commands, ...alternatives.flatMap((one) => one.commands)].map(shellCommand).map(plainText);
  const isCommandAlone = all.length === 1 && alternatives.length === 0 && text.startsWith('Run ');
  return isCommandAlone
    ? wrapCommand(first, plainText(text), indent + 4, width)
    : wrapAround(first, plainText(text), all, { indent: indent + 4, ...(width === undefined ? {} : { width }) });
}
