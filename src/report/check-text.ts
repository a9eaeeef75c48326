// `check` for people: what the cluster causes once and first, then object by object, the worst first; the place first in each line, so
// that an editor can jump there. What repeats with other names is said in full a few times, and then in a line.

import type { Finding } from '../judge/finding.ts';
import { nameOf } from '../kubernetes/objects.ts';
import { plainText } from '../kubernetes/plain-text.ts';
import { type CheckReport, countFindings, type LocatedFinding } from './check-report.ts';
import { mutationLines, undecidedLines, unseenLines } from './check-rest.ts';
import { count, countsInWords } from './count-words.ts';
import { WIDTH, wrapAround, wrapProse, wrapWords } from './explain-wrap.ts';
import { messageOf } from './finding-json.ts';
import { fixLines } from './fix-lines.ts';
import { notFinalLine } from './not-final.ts';
import { labelOf, renderQuiet, withColour, worstFirst } from './quiet-lines.ts';
import { excerptLines } from './source-excerpt.ts';
import { unnamedLine } from './unnamed-line.ts';

export interface TextOptions {
  readonly hasColour: boolean;
  /** Of the terminal; left out: there is none. */
  readonly columns?: number;
  /** Only a line an error and a warning, for other programs. */
  readonly isQuiet: boolean;
}

interface Style {
  readonly hasColour: boolean;
  readonly width: number;
}

/** Findings of the same words that are said in full. */
const MAX_IN_FULL = 3;
/** From here on, counts by rule say more than the list. */
const MANY = 5;
/** Longer lines are hard to read. */
const MAX_WIDTH = 100;
const MIN_WIDTH = 40;

export function renderCheckText(report: CheckReport, { hasColour, columns, isQuiet }: TextOptions): string {
  if (isQuiet) return renderQuiet(report.findings, hasColour);
  const width = Math.min(Math.max(columns ?? WIDTH, MIN_WIDTH), MAX_WIDTH);
  const style = { hasColour, width };
  const { causes, others } = gatherCauses(report);
  const { render } = report.notFinal;
  const notFinal = notFinalLine(report.notFinal);
  const unnamed = unnamedLine(report.unnamed);
  const sections = [
    ...causes.map((same) => causeLines(same, style)),
    ...findingBlocks(inOrder(others), style),
    mutationLines(report, width),
    unseenLines(report, width),
    unnamed === '' ? [] : wrapProse('', unnamed, 4, width),
    notFinal === '' ? [] : wrapAround('', notFinal, [plainText(render)], { indent: 4, width }),
    undecidedLines(report, width),
    [...countLines(report), summaryLine(report), ...baseLines(report)],
  ];
  const shown = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${shown.join('\n\n')}\n`;
}

type Cause = readonly [LocatedFinding, ...LocatedFinding[]];

/** Those of one cause in the cluster together. */
function gatherCauses({ findings, ofCluster }: CheckReport): {
  readonly causes: readonly Cause[];
  readonly others: readonly LocatedFinding[];
} {
  const causes = new Map<string, [LocatedFinding, ...LocatedFinding[]]>();
  for (const found of findings) {
    const { rule, severity, isCertain, fix } = found.finding;
    if (!ofCluster.has(rule)) continue;
    const key = [rule, severity, isCertain, fix.text].join('\0');
    const same = causes.get(key);
    if (same === undefined) causes.set(key, [found]);
    else same.push(found);
  }
  return { causes: [...causes.values()], others: findings.filter(({ finding }) => !ofCluster.has(finding.rule)) };
}

function causeLines([first, ...others]: Cause, style: Style): readonly string[] {
  const block = fullLines(first, style);
  if (others.length === 0) return block;
  return [
    ...block,
    `    The same cause, for ${count(others.length, 'other object')}:`,
    ...others.flatMap((one) =>
      wrapProse('      ', `${placeOf(one)}${plainText(nameOf(one.finding.object))}`, 8, style.width),
    ),
  ];
}

/** Object by object, those with the worst first, and of one object the worst first; otherwise as they are written. */
function inOrder(findings: readonly LocatedFinding[]): readonly LocatedFinding[] {
  const keyOf = ({ file, finding }: LocatedFinding): string => `${file}\0${nameOf(finding.object)}`;
  const byLine = findings.toSorted((a, b) => (a.file === b.file ? a.line - b.line : 0));
  const objects = Map.groupBy(worstFirst(byLine), keyOf);
  return [...objects.values()].flat();
}

/** Lines of those that repeat are together. */
function findingBlocks(findings: readonly LocatedFinding[], style: Style): readonly (readonly string[])[] {
  const said = new Map<string, { readonly first: Finding; count: number }>();
  const blocks: string[][] = [];
  let isRunning = false;
  for (const found of findings) {
    const { finding } = found;
    const key = wordsOf(finding);
    const same = said.get(key) ?? { first: finding, count: 0 };
    same.count += 1;
    said.set(key, same);
    if (same.count <= MAX_IN_FULL || finding.elsewhere !== '') {
      blocks.push([...fullLines(found, style)]);
      isRunning = false;
      continue;
    }
    const lines = headingLines(found, style, ['as', plainText(nameOf(same.first.object))]);
    if (isRunning) blocks.at(-1)?.push(...lines);
    else blocks.push([...lines]);
    isRunning = true;
  }
  const isShortened = [...said.values()].some((same) => same.count > MAX_IN_FULL);
  return isShortened ? [...blocks, wrapProse('', AS_IN_WORDS, 4, style.width)] : blocks;
}

const AS_IN_WORDS =
  'What ends with "as" and an object has the words of that object, with other names; -o json has each in full.';

/** What two findings have in common that differ in names and indexes only. */
function wordsOf(finding: Finding): string {
  const { rule, severity, isCertain, fix } = finding;
  const texts = [messageOf(finding), fix.text].map((text) =>
    text.replaceAll(/"[^"]*"/g, '""').replaceAll(/\[\d+\]/g, '[]'),
  );
  return [rule, severity, isCertain, ...texts].join('\0');
}

function fullLines(found: LocatedFinding, style: Style): readonly string[] {
  const { finding } = found;
  const { width } = style;
  const { elsewhere, fix } = finding;
  return [
    ...headingLines(found, style),
    ...excerptLines(found, width),
    ...wrapProse('    ', plainText(messageOf(finding)), 4, width),
    ...(elsewhere === '' ? [] : wrapProse('    Elsewhere: ', plainText(elsewhere), 8, width)),
    ...fixLines(fix, 4, width),
  ];
}

/** The place, how bad, the object and the rule. */
function headingLines(
  found: LocatedFinding,
  { hasColour, width }: Style,
  more: readonly string[] = [],
): readonly string[] {
  const { finding } = found;
  const label = labelOf(finding);
  const name = plainText(nameOf(finding.object));
  const rule = `[${finding.rule}]${more.length === 0 ? '' : ','}`;
  const [first = '', ...rest] = wrapWords([`${placeOf(found)}${label}:`, name, rule, ...more], 4, width);
  return [hasColour ? withColour(first, finding) : first, ...rest];
}

/** What begins a line; nothing where there is no file. */
function placeOf({ file, line }: LocatedFinding): string {
  return file === '' ? '' : `${plainText(`${file}:${line}`)}: `;
}

function baseLines({ base }: CheckReport): readonly string[] {
  if (base === undefined) return [];
  const changes =
    base.changes === 0 ? 'no load balancer changes' : `${count(base.changes, 'change')} of load balancers`;
  return [plainText(`Compared with ${base.name}: ${changes}.`)];
}

/** One finding by itself. */
export function findingBlock(found: LocatedFinding, hasColour: boolean): string {
  return fullLines(found, { hasColour, width: WIDTH }).join('\n');
}

function countLines({ findings }: CheckReport): readonly string[] {
  if (findings.length <= MANY) return [];
  const byRule = Map.groupBy(findings, ({ finding }) => finding.rule);
  const rows = [...byRule].toSorted(([, a], [, b]) => b.length - a.length);
  const width = String(rows[0]?.[1].length ?? 0).length;
  return ['Findings by rule:', ...rows.map(([rule, { length }]) => `  ${String(length).padStart(width)}  ${rule}`)];
}

function summaryLine({ objects, findings, exempted }: CheckReport): string {
  const counts = countFindings(findings.map(({ finding }) => finding));
  const passedOver =
    exempted.length === 0 ? '' : ` ${count(exempted.length, 'finding')} passed over, as the objects ask.`;
  return `${count(objects, 'object')} checked: ${countsInWords(counts)}.${passedOver}`;
}
