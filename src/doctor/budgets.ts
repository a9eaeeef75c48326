// PodDisruptionBudgets that select the guard's Pods.

import { parseLabelSelector } from '../kubernetes/parse-network-policy.ts';
import { at, type JsonObject, stringMapOf } from '../kubernetes/read.ts';
import { operand } from '../shell-quote.ts';
import { matchesLabelSelector } from '../snapshot/snapshot.ts';
import { type Fix, kubectl } from './fix.ts';
import { readGuardPod } from './guard-pod.ts';
import { type Installation, isIn, listed, need } from './installation.ts';

export function budgetsOf(installation: Installation): readonly JsonObject[] {
  const { labels } = readGuardPod(need(installation, 'deployment'));
  return listed(installation, 'budgets').filter(
    (budget) =>
      isIn(budget, installation.guard.namespace) &&
      matchesLabelSelector(parseLabelSelector(at(budget, 'spec', 'selector')), labels),
  );
}

/** The command that makes one for the Pods of the Deployment. */
export function createBudget(installation: Installation): Fix {
  const { namespace, name } = installation.guard;
  const selector = stringMapOf(at(need(installation, 'deployment'), 'spec', 'selector', 'matchLabels'));
  const labels = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
  const flags = [`--selector=${labels.join(',')}`, '--min-available=1'];
  return [kubectl(namespace, 'create', 'poddisruptionbudget', operand(name), ...flags)];
}
