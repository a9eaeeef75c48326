// `check` for people: one block a finding, the place first, so that an editor can jump there.

import type { Finding, Severity } from '../judge/finding.ts';
import { hintsInWords } from '../judge/references.ts';
import { formatName } from '../kubernetes/field-path.ts';
import { nameOf } from '../kubernetes/objects.ts';
import { plainLine } from '../kubernetes/plain-text.ts';
import { type CheckReport, countFindings, type LocatedFinding, type Undecided } from './check-report.ts';
import { count, countsInWords } from './count-words.ts';
import { messageOf } from './finding-json.ts';
import { notFinalLine } from './not-final.ts';
import { unnamedLine } from './unnamed-line.ts';

const COLOURS: Readonly<Record<Severity, number>> = { error: 31, warning: 33, info: 36 };

export function renderCheckText(report: CheckReport, hasColour: boolean): string {
  const blocks = gatherCauses(report).map((same) => causeBlock(same, hasColour));
  const mutations = report.mutations.map(({ object, file, patch }) => {
    const added = patch.map(({ path }) => path.split('/').at(-1)?.replaceAll('~1', '/')).join(', ');
    return plainLine(
      `${file}: ${nameOf(object)} will be stored with ${added === 'annotations' ? 'cloud.google.com/neg' : added} added.`,
    );
  });
  const sections = [
    ...blocks,
    mutations.join('\n'),
    unseenLines(report),
    unnamedLine(report.unnamed),
    notFinalLine(report.notFinal),
    undecidedLine(report.undecided),
    summaryLine(report),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

type Cause = readonly [LocatedFinding, ...LocatedFinding[]];

/** One finding each; those of one cause in the cluster together, and first. */
function gatherCauses({ findings, ofCluster }: CheckReport): readonly Cause[] {
  const causes = new Map<string, [LocatedFinding, ...LocatedFinding[]]>();
  const others: Cause[] = [];
  for (const found of findings) {
    const { rule, severity, isCertain, fix } = found.finding;
    if (!ofCluster.has(rule)) {
      others.push([found]);
      continue;
    }
    const key = [rule, severity, isCertain, fix.text].join('\0');
    const same = causes.get(key);
    if (same === undefined) causes.set(key, [found]);
    else same.push(found);
  }
  return [...causes.values(), ...others];
}

function causeBlock([first, ...others]: Cause, hasColour: boolean): string {
  const block = findingBlock(first, hasColour);
  if (others.length === 0) return block;
  const lines = others.map((other) => plainLine(`      ${placeOf(other)}${nameOf(other.finding.object)}`));
  return [block, `    The same cause, for ${count(others.length, 'other object')}:`, ...lines].join('\n');
}

/** What begins a line; nothing where there is no file. */
function placeOf({ file, line }: LocatedFinding): string {
  return file === '' ? '' : `${file}:${line}: `;
}

export function findingBlock(located: LocatedFinding, hasColour: boolean): string {
  const { finding } = located;
  const { object, fix, rule, elsewhere } = finding;
  const lines = [
    `    ${messageOf(finding)}`,
    ...(elsewhere === '' ? [] : [`    Elsewhere: ${elsewhere}`]),
    `    Fix: ${fix.text}`,
  ].map(plainLine);
  const place = plainLine(placeOf(located));
  return `${place}${severityLabel(finding, hasColour)}: ${plainLine(`${nameOf(object)} [${rule}]`)}\n${lines.join('\n')}`;
}

/** `error`, or `possible error`. */
export function severityLabel({ severity, isCertain }: Finding, hasColour: boolean): string {
  const label = isCertain ? severity : `possible ${severity}`;
  return hasColour ? `\u001b[${COLOURS[severity]}m${label}\u001b[0m` : label;
}

/** One line a kind: what was not looked at, and who asks for it. */
function unseenLines({ unseen, askedCluster }: CheckReport): string {
  if (unseen.length === 0) return '';
  const byObject = Map.groupBy(unseen, ({ object }) => formatName(object));
  const lines = [...byObject].map(([name, references]) => {
    const by = [...new Set(references.map(({ namedBy }) => formatName(namedBy)))];
    const more = by.length > MAX_NAMERS ? ` and ${by.length - MAX_NAMERS} more` : '';
    const [first] = references;
    const other = first === undefined ? '' : hintsInWords(first);
    return plainLine(
      `    ${name} (by ${by.slice(0, MAX_NAMERS).join(', ')}${more})${other === '' ? '' : `. ${other}`}`,
    );
  });
  const title = askedCluster
    ? 'Named, but neither among the files nor read from the cluster, so not looked at:'
    : 'Named, but not among the files, so not looked at (--complete says that the files are all there is, --live asks the cluster):';
  return [title, ...lines].join('\n');
}

const MAX_NAMERS = 3;

function undecidedLine(undecided: readonly Undecided[]): string {
  if (undecided.length === 0) return '';
  const facts = undecided.map(({ fact, objects }) => `${fact} (${count(objects, 'object')})`).join(', ');
  return `info: not known of the cluster: ${facts}. Give it with --facts FILE to decide more (docs/facts-file.md).`;
}

function summaryLine({ objects, findings, exempted }: CheckReport): string {
  const counts = countFindings(findings.map(({ finding }) => finding));
  const passedOver =
    exempted.length === 0 ? '' : ` ${count(exempted.length, 'finding')} passed over, as the objects ask.`;
  return `${count(objects, 'object')} checked: ${countsInWords(counts)}.${passedOver}`;
}
