import { at, type JsonObject } from '../../kubernetes/read.ts';
import { operand } from '../../shell-quote.ts';
import { budgetsOf, createBudget } from '../budgets.ts';
import { aboutDeployment, type Check, type Problem } from '../check.ts';
import { kubectl, mergePatch } from '../fix.ts';
import { replicasOf } from '../guard-pod.ts';
import { type Installation, nameOf, need, subjectOf } from '../installation.ts';

export const disruption: Check = {
  id: 'disruption',
  looksAt: 'Two replicas or more, and PodDisruptionBudgets that keep one and let nodes be drained.',
  why: 'Without a budget an upgrade of the nodes takes all Pods at once; with one that allows nothing it never ends.',
  ok: 'a node can be drained, and a Pod stays',
  needs: ['deployment', 'budgets'],
  subject: aboutDeployment,
  run: (installation) => {
    const replicas = replicasOf(need(installation, 'deployment'));
    const budgets = budgetsOf(installation);
    const { namespace, name } = installation.guard;
    const subject = aboutDeployment(installation);
    if (replicas < 2) {
      const message =
        replicas === 0
          ? 'it has no replicas: nobody answers the API server.'
          : 'it has one replica: while that restarts or moves, objects are stored unseen (or refused, with failurePolicy Fail).';
      const fix = [kubectl(namespace, 'scale', 'deployment', operand(name), '--replicas=2')];
      return [{ status: replicas === 0 ? 'error' : 'warning', subject, message, fix }, ...blocking(budgets, replicas)];
    }
    if (budgets.length === 0) {
      const message = 'no PodDisruptionBudget selects its Pods: an upgrade of the nodes may take all of them at once.';
      const fix = createBudget(installation);
      return [{ status: 'warning', subject, message, fix }];
    }
    return [...several(budgets, installation), ...blocking(budgets, replicas)];
  },
};

function several(budgets: readonly JsonObject[], installation: Installation): readonly Problem[] {
  const [, second] = budgets;
  if (second === undefined) return [];
  const message = `${budgets.length} PodDisruptionBudgets select the same Pods (${budgets.map(nameOf).join(', ')}): the API server then refuses every eviction, and no node can be drained.`;
  const fix = [kubectl(installation.guard.namespace, 'delete', 'poddisruptionbudget', operand(nameOf(second)))];
  return [{ status: 'error', subject: subjectOf(second), message, fix }];
}

function blocking(budgets: readonly JsonObject[], replicas: number): readonly Problem[] {
  return budgets.flatMap((budget): readonly Problem[] => {
    const minAvailable = at(budget, 'spec', 'minAvailable');
    const maxUnavailable = at(budget, 'spec', 'maxUnavailable');
    const kept =
      minAvailable === undefined ? replicas - scaled(maxUnavailable, replicas) : scaled(minAvailable, replicas);
    if (replicas === 0 || kept < replicas) return [];
    const said =
      minAvailable === undefined ? `maxUnavailable ${String(maxUnavailable)}` : `minAvailable ${String(minAvailable)}`;
    return [
      {
        status: 'error',
        subject: subjectOf(budget),
        message: `${said} of ${replicas} replica${replicas === 1 ? '' : 's'} lets no Pod go: draining a node, and so every upgrade of the nodes, waits until GKE forces it after an hour.`,
        fix: [
          mergePatch(
            String(at(budget, 'metadata', 'namespace') ?? 'NAMESPACE'),
            'poddisruptionbudget',
            nameOf(budget),
            { spec: { minAvailable: null, maxUnavailable: 1 } },
            '--type=merge',
          ),
        ],
      },
    ];
  });
}

/** A number, or a percentage, which the disruption controller rounds up. */
function scaled(value: unknown, replicas: number): number {
  if (typeof value === 'number') return value;
  const percent = typeof value === 'string' ? Number(value.replace(/%$/, '')) : Number.NaN;
  return Number.isFinite(percent) ? Math.ceil((percent / 100) * replicas) : 0;
}
