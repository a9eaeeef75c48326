// Problems of a plan in words: marked where they are, with what to type next; and together, with the fields to mend.
import type { IngressPlan } from '../plan/plan.ts';
import type { PlanProblem, ProblemPlace } from '../plan/problem.ts';
import { formatPath } from '../rules/rule.ts';
import { isCommand, wrapCommand, wrapProse } from './explain-wrap.ts';

export const MARK = '✗';

export function problemLines(
  plan: IngressPlan,
  indent: number,
  isHere: (place: ProblemPlace) => boolean,
): readonly string[] {
  return plan.problems.filter(({ place }) => isHere(place)).flatMap((found) => markedLines(found, indent));
}

function markedLines({ condition, message, fix, isCertain }: PlanProblem, indent: number): readonly string[] {
  const pad = ' '.repeat(indent);
  const number = condition === null ? '' : `${condition}: `;
  const caveat = isCertain ? '' : ' (Possible, not certain.)';
  const wrap = isCommand(fix) ? wrapCommand : wrapProse;
  return [
    ...wrapProse(`${pad}${MARK} `, `${number}${message}${caveat}`, indent + 2),
    ...wrap(`${pad}  Do: `, fix, indent + 6),
  ];
}

export function summaryLines({ problems }: IngressPlan): readonly string[] {
  if (problems.length === 0) return ['No problem found.'];
  const title = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const lines = problems.flatMap(({ condition, object, path }) => {
    const name = `${object.kind}/${object.namespace}/${object.name}`;
    return wrapProse(`  ${(condition ?? 'Google').padEnd(6)} `, `${name} ${formatPath(path)}`, 9);
  });
  return [`${title}, and where to mend them`, ...lines];
}
