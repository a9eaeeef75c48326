// Admission warnings within what the API server and clients let through (k8s.io/apiserver pkg/endpoints/filters/
// warning.go: 256 runes a warning once all together pass 4096; a newline makes a client drop the warning, and a control
// character makes the API server drop it, apimachinery pkg/util/net NewWarningHeader). Lengths here are UTF-16 code
// units, of which a rune has one or two, so that the count of runes is never above ours.

const MAX_WARNING = 256;
const MAX_TOTAL = 4096;
/** What a name may take of a line that would be too long, and of one with a long command; they go up to 253 characters. */
const MAX_SUBJECT = 80;
const SHORT_SUBJECT = 40;
/** Less than this says nothing; then the fix is cut, although half a command is of no use. */
const MIN_MESSAGE = 20;
/** ASCII, for clients that read headers as Latin-1. */
const ELLIPSIS = '...';

export interface WarningLine {
  /** Kind/namespace/name */
  readonly subject: string;
  readonly message: string;
  /** A caveat; the first to go. */
  readonly note: string;
  readonly fix: string;
  /** Rule id. */
  readonly tag: string;
}

export function fitWarnings(lines: readonly WarningLine[]): readonly string[] {
  const tagByLine = new Map(lines.map((line) => [fitLine(line), line.tag]));
  const all = [...tagByLine.keys()].filter((line) => line !== '');
  const fitting: string[] = [];
  let total = 0;
  for (const [index, line] of all.entries()) {
    const isLast = index === all.length - 1;
    // Room is kept for the line that counts the rest.
    if (total + line.length > MAX_TOTAL - (isLast ? 0 : MAX_WARNING)) {
      return [...fitting, moreLine(all.slice(index).map((rest) => tagByLine.get(rest) ?? ''))];
    }
    fitting.push(line);
    total += line.length;
  }
  return fitting;
}

function moreLine(tags: readonly string[]): string {
  return shorten(toSingleLine(`and ${tags.length} more: ${[...new Set(tags)].join(', ')}`), MAX_WARNING);
}

/** Says less, step by step, until the line fits; the rule id always stays, for it leads to the rest. */
function fitLine(line: WarningLine): string {
  const [subject, message, note, fix, tag] = [line.subject, line.message, line.note, line.fix, line.tag].map(
    toSingleLine,
  );
  const name = shorten(subject ?? '', MAX_SUBJECT);
  const end = ` [${shorten(tag ?? '', MAX_SUBJECT)}]`;
  const attempts = [
    `${subject}: ${message} ${note} ${fix}${end}`,
    `${subject}: ${message} ${fix}${end}`,
    `${name}: ${message} ${fix}${end}`,
  ].map(toSingleLine);
  const fitting = attempts.find((attempt) => attempt.length <= MAX_WARNING);
  if (fitting !== undefined) return fitting;
  const tail = ` ${fix}${end}`;
  for (const head of [`${name}: `, `${shorten(name, SHORT_SUBJECT)}: `]) {
    const room = MAX_WARNING - head.length - tail.length;
    if (room >= MIN_MESSAGE) return `${head}${shorten(message ?? '', room)}${tail}`;
  }
  return `${shorten(`${name}: ${message} ${fix}`, MAX_WARNING - end.length)}${end}`;
}

export function toSingleLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
}

/** At most `length` code units; never half a surrogate pair. */
function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const kept = text.slice(0, length - ELLIPSIS.length).replace(/[\uD800-\uDBFF]$/, '');
  return `${kept.trimEnd()}${ELLIPSIS}`;
}
