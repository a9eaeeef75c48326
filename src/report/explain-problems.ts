// Findings of a plan in words: marked where they are, with what to type next; and together, with the fields to change.
import { formatName, formatPath, referenceTo } from '../kubernetes/field-path.ts';
import { phraseOf } from '../plan/conditions.ts';
import type { Place } from '../plan/fault.ts';
import { countFindings } from './check-report.ts';
import { countsInWords } from './count-words.ts';
import { wrapProse } from './explain-wrap.ts';
import type { ExplainedPlan, LocatedExplanation } from './explained-plan.ts';
import { messageOf } from './finding-json.ts';
import { fixLines } from './fix-lines.ts';

export const MARK = '✗';
/** What is worth knowing and breaks nothing. */
export const INFO_MARK = '•';

export function problemLines(
  { findings }: ExplainedPlan,
  indent: number,
  isHere: (place: Place) => boolean,
): readonly string[] {
  return findings.filter(({ place }) => isHere(place)).flatMap((found) => markedLines(found, indent));
}

export function markedLines({ finding, isSaidAbove }: LocatedExplanation, indent: number): readonly string[] {
  const pad = ' '.repeat(indent);
  const { severity, isCertain, rule, condition, elsewhere, fix } = finding;
  const mark = severity === 'info' ? INFO_MARK : MARK;
  const label = `${isCertain ? '' : 'possible '}${severity}`;
  const number = condition === undefined ? '' : `${condition}, ${phraseOf(condition)} `;
  const title = `${label}: ${number}[${rule}]`;
  if (isSaidAbove === true) return wrapProse(`${pad}${mark} `, `${title}, as above`, indent + 2);
  return [
    ...wrapProse(`${pad}${mark} `, title, indent + 2),
    ...wrapProse(`${pad}  `, messageOf(finding), indent + 2),
    ...(elsewhere === '' ? [] : wrapProse(`${pad}  Elsewhere: `, elsewhere, indent + 6)),
    ...fixLines(fix, indent + 2),
  ];
}

export function summaryLines({ findings, plan, unseen }: ExplainedPlan): readonly string[] {
  if (findings.length === 0) {
    const isBlind =
      unseen.length > 0 ||
      plan.backends.some(
        ({ service, error, isSystemDefault }) => service === undefined && error === undefined && !isSystemDefault,
      );
    return [isBlind ? 'No problem found in what is known here; "?" marks what is not.' : 'No problem found.'];
  }
  const lines = findings.flatMap(({ finding, file, line }) => {
    const place = file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`}: `;
    const name = formatName(referenceTo(finding.object));
    const number = (finding.condition ?? '').padEnd(4);
    return wrapProse(`  ${number} `, `${place}${name} ${formatPath(finding.path)} [${finding.rule}]`, 7);
  });
  return [`${countsInWords(countFindings(findings.map(({ finding }) => finding)))}. Where to change it:`, ...lines];
}
