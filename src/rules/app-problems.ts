// What a plan alone cannot know: which known app stands behind a health check, and what it answers there. The rules say
// it of a workload; an explanation says it of the backend, so their findings become problems of the plan.
import type { IngressPlan } from '../plan/plan.ts';
import { type PlanProblem, problem, referenceTo } from '../plan/problem.ts';
import type { Rule, SharedContext } from './rule.ts';

/** The condition that no rule of the controller decides: what the app answers. */
const APP_ANSWERS = 'C47';

export function findAppProblems(
  plan: IngressPlan,
  rules: readonly Rule[],
  shared: SharedContext,
): readonly PlanProblem[] {
  if (!plan.class.isClaimed) return [];
  // Without a health check nothing is asked.
  const asked = plan.backends.filter(({ healthCheck }) => healthCheck !== undefined);
  return asked.flatMap((backend) =>
    backend.workloads.flatMap((workload) =>
      rules.flatMap((rule) => {
        if (rule.judges !== 'Workload' || !rule.covers.includes(APP_ANSWERS)) return [];
        const services = backend.service === undefined ? [] : [backend.service];
        const found = rule.check({ ...shared, workload, old: undefined, uses: [{ plan, backend }], services });
        return found.map(({ path, message, note, fix, isCertain }) =>
          problem({
            condition: APP_ANSWERS,
            message: note === undefined ? message : `${message} ${note}`,
            fix: fix ?? rule.fix,
            object: referenceTo(workload),
            path,
            place: { at: 'backend', key: backend.key },
            isCertain: isCertain ?? true,
          }),
        );
      }),
    ),
  );
}
