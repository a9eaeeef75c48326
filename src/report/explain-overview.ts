// What is above the plans of several Ingresses: a table of them, the worst first, and each cause in the cluster once.
import { plainText } from '../kubernetes/plain-text.ts';
import { countFindings } from './check-report.ts';
import { countsInWords } from './count-words.ts';
import { markedLines } from './explain-problems.ts';
import { WIDTH, wrapProse } from './explain-wrap.ts';
import type { ExplainedPlan, LocatedExplanation } from './explained-plan.ts';

const TITLES = ['INGRESS', 'CLASS', 'SERVED', 'PROBLEMS'] as const;
/** Of the names: whatever is longer is on a line of its own. */
const MAX_NAME = 40;

export function tableLines(plans: readonly ExplainedPlan[]): readonly string[] {
  const rows = plans.map(({ plan, findings }) => {
    const counts = countFindings(findings.map(({ finding }) => finding));
    const cells = [
      plainText(nameOf(plan)),
      plainText(plan.class.name),
      plan.served.served ? 'yes' : 'no',
      findings.length === 0 ? 'none' : countsInWords(counts),
    ];
    return { cells, weight: counts.errors * 1_000_000 + counts.warnings };
  });
  const sorted = rows.toSorted((a, b) => b.weight - a.weight).map(({ cells }) => cells);
  const all = [TITLES, ...sorted];
  const widths = TITLES.map((_, column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)));
  const limited = widths.map((width, column) => (column === 0 ? Math.min(width, MAX_NAME) : width));
  return all.flatMap((cells) => rowLines(cells, limited));
}

function rowLines(cells: readonly string[], widths: readonly number[]): readonly string[] {
  const [name = '', ...rest] = cells;
  const [nameWidth = 0, ...others] = widths;
  const padded = rest.map((cell, index) => (index === rest.length - 1 ? cell : cell.padEnd(others[index] ?? 0)));
  const behind = padded.join('  ');
  if (name.length <= nameWidth) return [`${name.padEnd(nameWidth)}  ${behind}`];
  return [name, `${' '.repeat(Math.max(0, Math.min(nameWidth + 2, WIDTH - behind.length)))}${behind}`];
}

interface Overview {
  readonly lines: readonly string[];
  /** In which what is above is said no more. */
  readonly plans: readonly ExplainedPlan[];
}

/** @param ofCluster rules whose cause is the cluster's */
export function gatherClusterCauses(plans: readonly ExplainedPlan[], ofCluster: ReadonlySet<string>): Overview {
  const groups = groupClusterCauses(plans, ofCluster);
  const above = new Set(groups.flatMap((same) => same.map(({ found }) => found)));
  const lines = groups.flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const names = same.map(({ explained }) => plainText(nameOf(explained.plan))).join(', ');
    const title = `It stops ${same.length} Ingresses: `;
    return [...markedLines(first.found, 0), ...wrapProse('  ', `${title}${names}`, 4), ''];
  });
  return {
    lines,
    plans: plans.map((explained) => ({
      ...explained,
      findings: explained.findings.map((found) => (above.has(found) ? { ...found, isSaidAbove: true } : found)),
    })),
  };
}

export interface ClusterCause {
  readonly explained: ExplainedPlan;
  readonly found: LocatedExplanation;
}

/** Findings of one cause in the cluster that several Ingresses have. */
export function groupClusterCauses(
  plans: readonly ExplainedPlan[],
  ofCluster: ReadonlySet<string>,
): readonly (readonly ClusterCause[])[] {
  const all = plans.flatMap((explained) => explained.findings.map((found) => ({ explained, found })));
  const candidates = all.filter(({ found }) => ofCluster.has(found.finding.rule));
  return [...Map.groupBy(candidates, ({ found }) => keyOf(found)).values()].filter(({ length }) => length > 1);
}

function keyOf({ finding }: LocatedExplanation): string {
  return [finding.rule, finding.severity, finding.isCertain, finding.fix.text].join('\0');
}

function nameOf({ ingress }: ExplainedPlan['plan']): string {
  return `${ingress.metadata.namespace}/${ingress.metadata.name}`;
}
