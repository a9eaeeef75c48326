// What of a line a finding is about, as an editor and a compiler mark it: the value where it is beside its key, else the key
// or the item.
import type { FieldPath } from '../../kubernetes/field-path.ts';
import type { SourceMark } from '../../report/check-report.ts';
import type { ManifestObject } from './manifests.ts';

/** Quoted, or up to a comment, the colon of a key or the end of the line; within brackets, up to what ends the item too. */
const TOKEN = /^(?:"(?:\\.|[^"\\])*"|'(?:''|[^'])*'|.+?(?=:(?:\s|$)|\s+#|,?\s*$))/;
const TOKEN_IN_BRACKETS = /^(?:"(?:\\.|[^"\\])*"|'(?:''|[^'])*'|.+?(?=:(?:\s|$)|\s*[,}\]]|\s+#|\s*$))/;

/** @returns without a text to show where the whole object is meant */
export function markOf({ locate, text }: ManifestObject, path: FieldPath): SourceMark {
  const { offset, value, style, depth } = locate(path);
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  const line = text.slice(start, end === -1 ? undefined : end).replace(/\r$/, '');
  const isValueBeside = value !== undefined && value > offset && value < start + line.length;
  const marked = isValueBeside && style === 'scalar' && depth === path.length ? value : offset;
  const at = marked - start;
  const token = (/[[{]/.test(line.slice(0, at)) ? TOKEN_IN_BRACKETS : TOKEN).exec(line.slice(at));
  // A byte order mark is in no column.
  const shift = line.startsWith('\ufeff') ? 1 : 0;
  const column = at - shift + 1;
  return {
    column,
    endColumn: column + Math.max(token?.[0].length ?? 0, 1),
    source: depth === 0 ? undefined : line.slice(shift),
  };
}
