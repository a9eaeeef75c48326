// `check` and `audit` as workflow commands, which GitHub Actions shows as annotations of the lines. It shows ten of each level a step, so the worst
// come first (actions/toolkit, docs/problem-matchers.md). Escaping: there, packages/core/src/command.ts.
import { plainText } from '../kubernetes/plain-text.ts';
import type { CheckReport, LocatedFinding, Unread } from './check-report.ts';
import { levelOf, relativePath, sentenceOf } from './pipeline-finding.ts';
import { worstFirst } from './quiet-lines.ts';

const COMMANDS = { error: 'error', warning: 'warning', note: 'notice' } as const;

export function renderCheckGithub(report: CheckReport): string {
  const { directory } = report;
  const lines = [
    ...report.unread.map((one) => unreadCommand(directory, one)),
    ...worstFirst(report.findings).map((one) => findingCommand(directory, one)),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function findingCommand(directory: string, { finding, file, line, mark }: LocatedFinding): string {
  const place = { line, col: mark.column, endColumn: mark.endColumn };
  // Without a file GitHub shows it with the run.
  const at = file === '' ? {} : { file: relativePath(directory, file), ...place };
  const properties = { ...at, title: finding.rule };
  return workflowCommand(COMMANDS[levelOf(finding)], properties, sentenceOf(finding));
}

function unreadCommand(directory: string, { file, line, message }: Unread): string {
  const at = line === undefined ? {} : { line };
  return workflowCommand('error', { file: relativePath(directory, file), ...at, title: 'cannot be read' }, message);
}

function workflowCommand(
  command: string,
  properties: Readonly<Record<string, string | number>>,
  message: string,
): string {
  const all = Object.entries(properties).map(([key, value]) => `${key}=${propertyText(String(value))}`);
  return `::${command} ${all.join(',')}::${dataText(message)}`;
}

/** Nothing of an object makes a second line, and with it a second command. */
function dataText(text: string): string {
  return plainText(text).replaceAll('%', '%25');
}

function propertyText(text: string): string {
  return dataText(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
