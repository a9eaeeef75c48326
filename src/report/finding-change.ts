// What changes between two looks at a cluster, as `audit --watch` prints it: for people a block, for programs a line of JSON.
import type { Finding } from '../judge/finding.ts';
import { nameOf } from '../kubernetes/objects.ts';
import { plainLine } from '../kubernetes/plain-text.ts';
import { inNoFile } from './check-report.ts';
import { findingBlock } from './check-text.ts';
import { findingJson } from './finding-json.ts';
import { labelOf, withColour } from './quiet-lines.ts';

export interface FindingChange {
  readonly change: 'appeared' | 'reworded' | 'gone';
  readonly finding: Finding;
  /** RFC 3339. */
  readonly time: string;
}

const SIGNS: Readonly<Record<FindingChange['change'], string>> = { appeared: '+', reworded: '~', gone: '-' };

export function renderChangeText({ change, finding, time }: FindingChange, hasColour: boolean): string {
  const start = `${SIGNS[change]} ${time} `;
  if (change !== 'gone') return `${start}${findingBlock(inNoFile(finding), hasColour)}\n`;
  const line = `${start}${labelOf(finding)}: ${plainLine(`${nameOf(finding.object)} [${finding.rule}]`)}: no longer found\n`;
  return hasColour ? withColour(line, finding) : line;
}

/** Additions are welcome, changes are not. */
export function renderChangeJson({ change, finding, time }: FindingChange): string {
  return `${JSON.stringify({ time, change, finding: findingJson(finding) })}\n`;
}
