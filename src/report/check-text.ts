// `check` for people: one block a finding, the place first, so that an editor can jump there.
import { nameOf } from '../kubernetes/objects.ts';
import type { Severity } from '../rules/rule.ts';
import { type CheckReport, countBySeverity, type LocatedFinding, type Undecided } from './check-report.ts';

const COLOURS: Readonly<Record<Severity, number>> = { error: 31, warning: 33, info: 36 };

export function renderCheckText(report: CheckReport, hasColour: boolean): string {
  const blocks = report.findings.map((found) => findingBlock(found, hasColour));
  const mutations = report.mutations.map(({ object, file, patch }) => {
    const added = patch.map(({ path }) => path.split('/').at(-1)?.replaceAll('~1', '/')).join(', ');
    return `${file}: ${nameOf(object)} will be stored with ${added === 'annotations' ? 'cloud.google.com/neg' : added} added.`;
  });
  const sections = [...blocks, mutations.join('\n'), undecidedLine(report.undecided), summaryLine(report)];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function findingBlock({ finding, file, line }: LocatedFinding, hasColour: boolean): string {
  const { severity, object, message, note, fix, rule } = finding;
  const label = hasColour ? `\u001b[${COLOURS[severity]}m${severity}\u001b[0m` : severity;
  const caveat = note === '' ? '' : ` ${note}`;
  return `${file}:${line}: ${label}: ${nameOf(object)} [${rule}]\n    ${message}${caveat}\n    Fix: ${fix}`;
}

function undecidedLine(undecided: readonly Undecided[]): string {
  if (undecided.length === 0) return '';
  const facts = undecided.map(({ fact, objects }) => `${fact} (${count(objects, 'object')})`).join(', ');
  return `info: not known of the cluster: ${facts}. Give it with --facts FILE to decide more (docs/facts-file.md).`;
}

function summaryLine({ objects, findings, exempted }: CheckReport): string {
  const { errors, warnings, infos } = countBySeverity(findings);
  const counted = [count(errors, 'error'), count(warnings, 'warning'), ...(infos > 0 ? [count(infos, 'info')] : [])];
  const passedOver =
    exempted.length === 0 ? '' : ` ${count(exempted.length, 'finding')} passed over, as the objects ask.`;
  return `${count(objects, 'object')} checked: ${counted.join(', ')}.${passedOver}`;
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
