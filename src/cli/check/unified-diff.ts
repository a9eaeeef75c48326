// Two texts as a unified diff, which `patch -p1` and `git apply` take: the shortest, as E. W. Myers finds it (An O(ND)
// Difference Algorithm and Its Variations, 1986).
import { plainLine, plainText } from '../../kubernetes/plain-text.ts';

const CONTEXT = 3;
/** Changed lines up to which the shortest way is looked for: what is kept grows with their square. */
const MAX_CHANGED = 2000;

interface Hunk {
  readonly lines: readonly Line[];
  readonly oldStart: number;
  readonly newStart: number;
}

interface Line {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

export function unifiedDiff(file: string, before: string, after: string): string {
  const lines = compare(linesOf(before), linesOf(after));
  const name = plainText(file);
  const [from, to] = name.startsWith('/') ? [name, name] : [`a/${name}`, `b/${name}`];
  return [`--- ${from}\n`, `+++ ${to}\n`, ...hunksOf(lines).map(renderHunk)].join('');
}

/** Each with its line break. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function compare(before: readonly string[], after: readonly string[]): readonly Line[] {
  let start = 0;
  while (start < before.length && before[start] === after[start] && start < after.length) start += 1;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const removed = before.slice(start, before.length - end);
  const added = after.slice(start, after.length - end);
  const same = (text: string): Line => ({ mark: ' ', text });
  return [
    ...before.slice(0, start).map(same),
    ...(shortest(removed, added) ?? [...removed.map(gone), ...added.map(fresh)]),
    ...before.slice(before.length - end).map(same),
  ];
}

const gone = (text: string): Line => ({ mark: '-', text });
const fresh = (text: string): Line => ({ mark: '+', text });

/** undefined where too much differs. */
function shortest(before: readonly string[], after: readonly string[]): readonly Line[] | undefined {
  const reached = new Map<number, number>([[1, 0]]);
  const trace: ReadonlyMap<number, number>[] = [];
  const at = (from: ReadonlyMap<number, number>, diagonal: number): number => from.get(diagonal) ?? -1;
  for (let changed = 0; changed <= Math.min(before.length + after.length, MAX_CHANGED); changed += 1) {
    trace.push(new Map(reached));
    for (let diagonal = -changed; diagonal <= changed; diagonal += 2) {
      const isDown =
        diagonal === -changed || (diagonal !== changed && at(reached, diagonal - 1) < at(reached, diagonal + 1));
      let x = isDown ? at(reached, diagonal + 1) : at(reached, diagonal - 1) + 1;
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x += 1;
      reached.set(diagonal, x);
      if (x >= before.length && x - diagonal >= after.length) return goBack(trace, before, after);
    }
  }
  return undefined;
}

function goBack(
  trace: readonly ReadonlyMap<number, number>[],
  before: readonly string[],
  after: readonly string[],
): readonly Line[] {
  const lines: Line[] = [];
  let x = before.length;
  let y = after.length;
  for (let changed = trace.length - 1; changed >= 0; changed -= 1) {
    const reached = trace[changed] ?? new Map<number, number>();
    const diagonal = x - y;
    const below = reached.get(diagonal + 1) ?? -1;
    const isDown = diagonal === -changed || (diagonal !== changed && (reached.get(diagonal - 1) ?? -1) < below);
    const fromX = isDown ? below : (reached.get(diagonal - 1) ?? -1);
    const fromY = fromX - (isDown ? diagonal + 1 : diagonal - 1);
    while (x > fromX && y > fromY && x > 0 && y > 0) {
      x -= 1;
      y -= 1;
      lines.push({ mark: ' ', text: before[x] ?? '' });
    }
    if (changed === 0) break;
    lines.push(isDown ? fresh(after[fromY] ?? '') : gone(before[fromX] ?? ''));
    x = fromX;
    y = fromY;
  }
  return lines.toReversed();
}

function hunksOf(lines: readonly Line[]): readonly Hunk[] {
  const hunks: Hunk[] = [];
  let oldLine = 1;
  let newLine = 1;
  let kept: Line[] = [];
  let open: { readonly oldStart: number; readonly newStart: number } | undefined;
  let quiet = 0;
  const close = (): void => {
    if (open !== undefined) hunks.push({ ...open, lines: kept.slice(0, kept.length - Math.max(quiet - CONTEXT, 0)) });
    open = undefined;
    kept = kept.slice(-CONTEXT);
  };
  for (const line of lines) {
    if (line.mark !== ' ') {
      const shown = open === undefined ? kept.slice(-CONTEXT) : kept;
      open ??= { oldStart: oldLine - shown.length, newStart: newLine - shown.length };
      kept = shown;
      quiet = 0;
    } else quiet += 1;
    kept.push(line);
    if (line.mark !== '+') oldLine += 1;
    if (line.mark !== '-') newLine += 1;
    if (open !== undefined && quiet > 2 * CONTEXT) close();
    if (open === undefined && kept.length > CONTEXT) kept = kept.slice(-CONTEXT);
  }
  close();
  return hunks;
}

function renderHunk({ lines, oldStart, newStart }: Hunk): string {
  const olds = lines.filter(({ mark }) => mark !== '+').length;
  const news = lines.filter(({ mark }) => mark !== '-').length;
  const head = `@@ -${range(oldStart, olds)} +${range(newStart, news)} @@\n`;
  return head + lines.map(({ mark, text }) => `${mark}${shown(text)}`).join('');
}

/** Of no lines, the one before is named. */
function range(start: number, count: number): string {
  return `${count === 0 ? start - 1 : start},${count}`;
}

/** What is in a file must not act on a terminal; tabs and line breaks of Windows are layout, and stay. */
function shown(line: string): string {
  const [, mark = '', text = '', lineBreak = ''] = /^(\ufeff?)([\s\S]*?)(\r?\n|)$/.exec(line) ?? [];
  const plain = mark + text.split('\t').map(plainLine).join('\t');
  return lineBreak === '' ? `${plain}\n\\ No newline at end of file\n` : plain + lineBreak;
}
