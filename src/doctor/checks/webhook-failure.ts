import { operand } from '../../shell-quote.ts';
import { budgetsOf, createBudget } from '../budgets.ts';
import { aboutWebhooks, type Check, type Problem } from '../check.ts';
import { kubectl } from '../fix.ts';
import { replicasOf } from '../guard-pod.ts';
import { type Installation, need } from '../installation.ts';
import { type GuardWebhook, guardWebhooks, patchWebhook } from '../webhooks.ts';

/** A control plane that upgrades itself waits this long for each object while the guard is away. */
const MAX_TIMEOUT_SECONDS = 5;

export const webhookFailure: Check = {
  id: 'webhook-failure',
  looksAt: 'timeoutSeconds is 5 at most; where failurePolicy is Fail, two replicas or more and a PodDisruptionBudget.',
  why: 'While the guard is away every write waits for the timeout, and with Fail it is then refused.',
  ok: 'what happens while the guard is away is bounded',
  needs: ['mutating', 'validating', 'deployment', 'budgets'],
  subject: aboutWebhooks,
  run: (installation) => guardWebhooks(installation).flatMap((webhook) => judge(webhook, installation)),
};

function judge(webhook: GuardWebhook, installation: Installation): readonly Problem[] {
  const { subject, timeoutSeconds, failsClosed } = webhook;
  const problems: Problem[] = [];
  if (timeoutSeconds > MAX_TIMEOUT_SECONDS) {
    problems.push({
      status: 'warning',
      subject,
      message: `timeoutSeconds is ${timeoutSeconds}: while the guard cannot be reached, every write that it matches waits so long, upgrades of the control plane too.`,
      fix: patchWebhook(webhook, 'timeoutSeconds', MAX_TIMEOUT_SECONDS),
    });
  }
  if (!failsClosed) return problems;
  const deployment = need(installation, 'deployment');
  const { namespace, name } = installation.guard;
  const replicas = replicasOf(deployment);
  if (replicas < 2) {
    problems.push({
      status: 'error',
      subject,
      message: `failurePolicy is Fail and there is ${replicas} replica: while it restarts or its node is drained, nobody can deploy.`,
      fix: [kubectl(namespace, 'scale', 'deployment', operand(name), '--replicas=2')],
    });
  }
  if (budgetsOf(installation).length === 0) {
    problems.push({
      status: 'error',
      subject,
      message:
        'failurePolicy is Fail and no PodDisruptionBudget selects the Pods: an upgrade of the nodes may take all of them at once, and nobody can deploy.',
      fix: createBudget(installation),
    });
  }
  return problems;
}
