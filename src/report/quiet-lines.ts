// Findings for other programs and for `grep`: one line for each error and warning, the place first, and nothing else.
import { type Finding, SEVERITIES, type Severity } from '../judge/finding.ts';
import { nameOf } from '../kubernetes/objects.ts';
import { plainText } from '../kubernetes/plain-text.ts';
import { messageOf } from './finding-json.ts';

const COLOURS: Readonly<Record<Severity, number>> = { error: 31, warning: 33, info: 36 };

interface Found {
  readonly finding: Finding;
  /** Left out of the line where the object is in a cluster only. */
  readonly file: string | undefined;
  readonly line: number | undefined;
}

/** The worst first: what is certain before what is possible, and otherwise as they are. */
export function worstFirst<T extends { readonly finding: Finding }>(findings: readonly T[]): readonly T[] {
  const weight = ({ finding }: T): number => SEVERITIES.indexOf(finding.severity) * 2 + (finding.isCertain ? 0 : 1);
  return findings.toSorted((a, b) => weight(a) - weight(b));
}

export function renderQuiet(findings: readonly Found[], hasColour: boolean): string {
  const lines = worstFirst(findings).flatMap(({ finding, file, line }) => {
    if (finding.severity === 'info') return [];
    const place = file === undefined ? '' : plainText(`${file}${line === undefined ? '' : `:${line}`}: `);
    const what = plainText(`${nameOf(finding.object)}: ${messageOf(finding)}`);
    const text = `${place === '' ? '' : `${place} `}${labelOf(finding)}: ${what} [${finding.rule}]\n`;
    return [hasColour ? withColour(text, finding) : text];
  });
  return [...new Set(lines)].join('');
}

/** `error`, or `possible error`. */
export function labelOf({ severity, isCertain }: Finding): string {
  return isCertain ? severity : `possible ${severity}`;
}

/** Of the label. */
export function withColour(line: string, finding: Finding): string {
  const label = labelOf(finding);
  return line.replace(`${label}:`, `\u001b[${COLOURS[finding.severity]}m${label}\u001b[0m:`);
}
