// A line of a file with the place marked under it, as compilers show it.
import { plainColumns } from '../kubernetes/plain-text.ts';
import type { LocatedFinding } from './check-report.ts';

/** Columns before the mark that stay where a line is cut. */
const BEFORE = 20;

/** @returns nothing where no text is at hand */
export function excerptLines({ line, mark }: Pick<LocatedFinding, 'line' | 'mark'>, width: number): readonly string[] {
  if (mark.source === undefined) return [];
  const gutter = String(line).padStart(5);
  const source = plainColumns(mark.source).trimEnd();
  const room = width - gutter.length - ' | '.length;
  const start = source.length <= room ? 0 : Math.max(0, Math.min(mark.column - 1 - BEFORE, source.length - room));
  const shown = withCutsShown(source.slice(start, start + room), start > 0, start + room < source.length);
  const from = mark.column - 1 - start;
  const carets = '^'.repeat(Math.max(1, Math.min(mark.endColumn - mark.column, shown.length - from)));
  return [`${gutter} | ${shown}`, `${' '.repeat(gutter.length)} | ${' '.repeat(from)}${carets}`];
}

/** A cut line must not look whole: what is left of a long line of JSON can read like another document. */
function withCutsShown(text: string, before: boolean, after: boolean): string {
  return (before ? '…' : '') + text.slice(before ? 1 : 0, after ? -1 : undefined) + (after ? '…' : '');
}
