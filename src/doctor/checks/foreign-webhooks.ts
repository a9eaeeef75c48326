import { parseLabelSelector } from '../../kubernetes/parse-network-policy.ts';
import { at, type JsonObject, stringMapOf } from '../../kubernetes/read.ts';
import { operand } from '../../shell-quote.ts';
import { matchesLabelSelector } from '../../snapshot/snapshot.ts';
import type { Check } from '../check.ts';
import { kubectl } from '../fix.ts';
import { readGuardPod } from '../guard-pod.ts';
import { type Installation, listed, nameOf, need, subjectOf } from '../installation.ts';
import { type GuardWebhook, rulesOf, webhooksOf } from '../webhooks.ts';

export const foreignWebhooks: Check = {
  id: 'foreign-webhooks',
  looksAt: "No other webhook that fails closed decides on the guard's own Pods.",
  why: "While that one is away the guard's Pods cannot be made again: two guards can keep each other from starting.",
  ok: "no other webhook that fails closed decides on the guard's Pods",
  needs: ['namespace', 'deployment', 'foreignWebhooks'],
  subject: ({ guard }) => `Namespace/${guard.namespace}`,
  run: (installation) =>
    listed(installation, 'foreignWebhooks')
      .filter((configuration) => nameOf(configuration) !== installation.guard.name)
      .flatMap(webhooksOf)
      .filter((webhook) => webhook.failsClosed && interceptsPods(webhook) && reaches(webhook, installation))
      .map(({ subject, configuration }) => ({
        status: 'warning' as const,
        subject: `${subjectOf(configuration)}`,
        message: `its webhook "${subject.split(': ').at(-1)}" fails closed on Pods of the namespace ${installation.guard.namespace}: while it is away, the guard's Pods cannot be made again.`,
        fix: [
          'Exclude the namespace in its namespaceSelector: ',
          kubectl(undefined, 'edit', kindOf(configuration), operand(nameOf(configuration))),
        ],
      })),
};

function kindOf(configuration: JsonObject): string {
  return operand(String(at(configuration, 'kind')).toLowerCase(), 'KIND');
}

function interceptsPods({ raw }: GuardWebhook): boolean {
  const has = (values: readonly unknown[], ...wanted: readonly string[]): boolean =>
    values.some((value) => typeof value === 'string' && wanted.includes(value));
  return rulesOf(raw).some(
    ({ groups, resources, operations }) =>
      has(groups, '', '*') && has(resources, 'pods', '*', '*/*', 'pods/*') && has(operations, 'CREATE', '*'),
  );
}

function reaches({ raw }: GuardWebhook, installation: Installation): boolean {
  const { namespace } = installation.guard;
  const labels = stringMapOf(at(need(installation, 'namespace'), 'metadata', 'labels'));
  const named = { ...labels, 'kubernetes.io/metadata.name': namespace };
  const pod = readGuardPod(need(installation, 'deployment'));
  const selects = (selector: unknown, of: JsonObject): boolean =>
    matchesLabelSelector(parseLabelSelector(selector), stringMapOf(of));
  return selects(at(raw, 'namespaceSelector'), named) && selects(at(raw, 'objectSelector'), pod.labels);
}
