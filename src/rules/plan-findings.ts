// Findings that the plan has made already: a rule picks the conditions that it is about.
import type { KubernetesObject } from '../kubernetes/objects.ts';
import type { BackendUse } from '../plan/plan.ts';
import type { PlanProblem } from '../plan/problem.ts';
import { formatPath, type RuleFinding } from './rule.ts';

/** Of each plan once, however many of its backends are among the uses. */
export function problemsOf(uses: readonly BackendUse[]): readonly PlanProblem[] {
  return [...new Set(uses.map(({ plan }) => plan))].flatMap(({ problems }) => problems);
}

/**
 * @param problems of one plan, or of several that use the object
 * @param object the judged one: only what it has to change itself is found
 * @param conditions numbers in the catalogue of the controller's conditions
 * @returns each problem once, however many Ingresses have it
 */
export function findingsOf(
  problems: Iterable<PlanProblem>,
  object: KubernetesObject,
  conditions: readonly string[],
): readonly RuleFinding[] {
  const { kind, metadata } = object;
  const findings = new Map<string, RuleFinding>();
  for (const { condition, object: owner, path, message, fix, isCertain } of problems) {
    if (condition === null || !conditions.includes(condition)) continue;
    if (owner.kind !== kind || owner.namespace !== metadata.namespace || owner.name !== metadata.name) continue;
    const key = `${formatPath(path)}\0${message}`;
    if (!findings.has(key)) findings.set(key, { path, message, fix, isCertain });
  }
  return [...findings.values()];
}
