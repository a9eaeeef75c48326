// A finding in words, for every place that has a line or a few: denial, warning, Event, report. First what is wrong and with which
// rule, then what to type.
//
// Kubernetes lets a warning through up to 256 runes, all together up to 4,096 (k8s.io/apiserver pkg/endpoints/filters/
// warning.go); a newline makes a client drop it, and a control character makes the API server drop it (apimachinery pkg/util/net
// NewWarningHeader). Lengths here are UTF-16 code units, of which a rune has one or two, so that the count of runes is
// never above ours.
import type { Finding } from '../judge/finding.ts';
import { formatName, referenceTo } from '../kubernetes/field-path.ts';
import { singleLine } from '../kubernetes/plain-text.ts';
import { shortenMiddle } from '../kubernetes/shorten-middle.ts';

/** What a line is made of. */
export interface Line {
  /** Kind/namespace/name */
  readonly objectName: string;
  readonly message: string;
  /** A caveat; the first to go. */
  readonly note: string;
  readonly fix: string;
  /** Rule id, with what else is in its brackets. */
  readonly tag: string;
  readonly isPossible: boolean;
  /** How many findings it stands for; left out: one. */
  readonly count?: number;
}

const MAX_WARNING = 256;
const MAX_TOTAL = 4096;
/** What fits into the columns that clients have for a message, such as `kubectl get kustomizations`. */
const MAX_FIRST_LINE = 350;
/** What a name may take of a line that would be too long, and of one with a long command; they go up to 253 characters. */
const MAX_NAME = 80;
const SHORT_NAME = 40;
/** Less than this says nothing; then the fix is cut, although half a command is worthless. */
const MIN_MESSAGE = 20;
/** ASCII, for clients that read headers as Latin-1. */
const ELLIPSIS = '...';

export type WordedFinding = Pick<Finding, 'object' | 'message' | 'note' | 'fix' | 'rule' | 'isCertain'>;

export function lineOf({ object, message, note, fix, rule, isCertain }: WordedFinding): Line {
  return {
    objectName: formatName(referenceTo(object)),
    message,
    note,
    fix: fix.text,
    tag: rule,
    isPossible: !isCertain,
  };
}

/** One warning, at most 256 characters. */
export function warningOf(finding: WordedFinding): string {
  return fitLine(lineOf(finding), MAX_WARNING);
}

/** Warnings in the order given, each once, within what the API server lets through. */
export function fitWarnings(lines: readonly Line[]): readonly string[] {
  const byText = new Map(lines.map((line) => [fitLine(line, MAX_WARNING), line]));
  const all = [...byText.keys()].filter((line) => line !== '');
  const fitting: string[] = [];
  let total = 0;
  for (const [index, line] of all.entries()) {
    const isLast = index === all.length - 1;
    // Room is kept for the line that counts the rest.
    if (total + line.length > MAX_TOTAL - (isLast ? 0 : MAX_WARNING)) {
      return [...fitting, moreLine(all.slice(index).flatMap((rest) => byText.get(rest) ?? []))];
    }
    fitting.push(line);
    total += line.length;
  }
  return fitting;
}

function moreLine(lines: readonly Line[]): string {
  const count = lines.reduce((sum, line) => sum + (line.count ?? 1), 0);
  const tags = [...new Set(lines.map(({ tag }) => tag))];
  return shorten(singleLine(`and ${inThousands(count)} more: ${tags.join(', ')}`), MAX_WARNING);
}

/** For findings of one rule in one object that are counted and not said. */
export function lineOfMore({ object, rule }: WordedFinding, count: number): Line {
  const objectName = formatName(referenceTo(object));
  return {
    objectName,
    message: `and ${inThousands(count)} more`,
    note: '',
    fix: '',
    tag: rule,
    isPossible: false,
    count,
  };
}

/** 3,950 */
function inThousands(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

/** A refusal for something else than a finding. */
export function denialOfLine(line: Line): string {
  return fitLine(line, MAX_FIRST_LINE, '', MAX_FIRST_LINE);
}

/**
 * A refusal. The first line says enough by itself, for many places show no other: what is wrong first, the rule, and what to
 * type. Explanations follow, a line each; what to do in the end is said once.
 */
export function denialOf<F extends WordedFinding>(
  findings: readonly F[],
  moreAfter: (finding: F) => number = () => 0,
): string {
  const count = findings.reduce((sum, finding) => sum + 1 + moreAfter(finding), 0);
  const lines = findings.flatMap((finding, index) => {
    const line = lineOf(finding);
    const number = count === 1 ? '' : ` (${index + 1} of ${count})`;
    const more = moreAfter(finding);
    const first = fitLine(
      { ...line, objectName: shortName(line.objectName), note: '' },
      MAX_FIRST_LINE,
      number,
      MAX_FIRST_LINE,
    );
    return [
      first,
      ...(finding.note === '' ? [] : [`  ${singleLine(finding.note)}`]),
      ...(more === 0 ? [] : [`  and ${inThousands(more)} more [${finding.rule}]`]),
    ];
  });
  return [...lines, 'Then apply again, or re-sync.'].join('\n');
}

/** A long name is cut in the middle of its parts, so that its kind and its end can be read. */
function shortName(name: string): string {
  if (name.length <= SHORT_NAME) return name;
  return name
    .split('/')
    .map((part) => shortenMiddle(part, SHORT_NAME))
    .join('/');
}

/** Says less, step by step, until the line fits; the rule id always stays, for it leads to the rest. */
function fitLine(line: Line, max: number, number = '', maxName = MAX_NAME): string {
  const name = singleLine(line.objectName);
  const message = withoutStop(`${line.isPossible ? 'possible: ' : ''}${singleLine(line.message)}`);
  const note = singleLine(line.note);
  const fix = singleLine(line.fix);
  const tag = `[${shorten(singleLine(line.tag), MAX_NAME)}]${number}`;
  const fixed = fix === '' ? '' : ` Fix: ${fix}`;
  for (const noted of note === '' ? [''] : [` ${note}`, clauseOf(note), '']) {
    const whole = `${name}: ${message} ${tag}.${noted}${fixed}`;
    if (whole.length <= max) return whole.trim();
  }
  const short = shortenMiddle(name, maxName);
  const named = `${short}: ${message} ${tag}.${fixed}`;
  if (named.length <= max) return named.trim();
  const tail = ` ${tag}.${fixed}`;
  for (const head of [`${short}: `, `${shortenMiddle(name, SHORT_NAME)}: `]) {
    const room = max - head.length - tail.length;
    if (room >= MIN_MESSAGE) return `${head}${shorten(message, room)}${tail}`;
  }
  const head = `${shortenMiddle(name, SHORT_NAME)}: ${shorten(message, max - SHORT_NAME - tag.length - 80)} ${tag}.`;
  return shorten(`${head}${fixed}`, max);
}

/** The clause of a note that makes its line another outlasts what the note says besides. */
function clauseOf(note: string): string {
  return note.startsWith('(Unless') ? ` ${note.slice(0, note.indexOf(')') + 1)}` : '';
}

function withoutStop(text: string): string {
  return text.replace(/\.$/, '').trimEnd();
}

/** At most `length` code units; never half a surrogate pair. */
function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const kept = text.slice(0, Math.max(0, length - ELLIPSIS.length)).replace(/[\uD800-\uDBFF]$/, '');
  return `${kept.trimEnd()}${ELLIPSIS}`;
}
