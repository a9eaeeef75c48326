import { parseLabelSelector } from '../../kubernetes/parse-network-policy.ts';
import { at, type StringMap, stringMapOf } from '../../kubernetes/read.ts';
import { operand } from '../../shell-quote.ts';
import { matchesLabelSelector } from '../../snapshot/snapshot.ts';
import { aboutWebhooks, type Check, type Expectations, type Problem } from '../check.ts';
import { type Fix, jsonPatch, kubectl } from '../fix.ts';
import { type Installation, listed, nameOf } from '../installation.ts';
import { type GuardWebhook, guardWebhooks, isSelectorSet } from '../webhooks.ts';

/** Which Autopilot writes into the selector by itself; then GitOps sees a drift (dynatrace-operator#2194). */
const AUTOPILOT_ADDS = ['kube-system', 'gke-gmp-system', 'gke-managed-cim'];
/** Which GKE's insight wants left out, and without which a cluster can keep itself from starting. */
const SYSTEM = ['kube-system', 'kube-node-lease'];
/** Of every GKE cluster; those that the policy excludes besides are looked for in the cluster. */
const GKE = ['kube-public', 'gke-managed-system', 'gmp-system'];

/** The label that every Namespace has and that nobody can take off. */
const NAME_LABEL = 'kubernetes.io/metadata.name';

export const webhookNamespaces: Check = {
  id: 'webhook-namespaces',
  looksAt: "namespaceSelector leaves out the system's namespaces and the guard's own, by name; no objectSelector.",
  why: 'A webhook on kube-system can keep a cluster from starting; one on its own namespace can keep itself from starting.',
  ok: "system namespaces and the guard's own are left out, as Autopilot would write it",
  needs: ['mutating', 'validating'],
  subject: aboutWebhooks,
  run: (installation, expected) => [
    ...guardWebhooks(installation).flatMap((webhook) => [
      ...judgeNamespaces(webhook, installation, expected),
      ...judgeObjectSelector(webhook),
    ]),
    ...unseenNamespaces(installation),
  ],
};

/** The namespaces that every GKE cluster has were judged all the same. */
function unseenNamespaces(installation: Installation): readonly Problem[] {
  const { namespaces } = installation;
  if (namespaces.seen) return [];
  return [
    { status: 'skipped', subject: aboutWebhooks(installation), message: namespaces.reason, fix: namespaces.command },
  ];
}

function judgeNamespaces(
  webhook: GuardWebhook,
  installation: Installation,
  { isExcluded }: Expectations,
): readonly Problem[] {
  const { guard } = installation;
  const known = labelsByNamespace(installation);
  const isReached = (name: string): boolean => selects(webhook, known.get(name) ?? { [NAME_LABEL]: name });
  const own = isReached(guard.namespace) ? [ownNamespace(webhook, guard.namespace)] : [];
  const system = SYSTEM.filter(isReached);
  const others = [...new Set([...AUTOPILOT_ADDS, ...GKE, ...[...known.keys()].filter(isExcluded)])].filter(
    (name) => !SYSTEM.includes(name) && name !== guard.namespace && isReached(name),
  );
  return [
    ...own,
    ...(system.length === 0
      ? []
      : [
          problem(
            webhook,
            'error',
            system,
            'GKE reports that as K8S_ADMISSION_WEBHOOK_UNSAFE: while the guard is away, the cluster may not start.',
          ),
        ]),
    ...(others.length === 0
      ? []
      : [
          problem(
            webhook,
            'warning',
            others,
            others.some((name) => AUTOPILOT_ADDS.includes(name))
              ? 'The policy leaves them alone, so each call is in vain; and Autopilot adds its own by itself, which GitOps shows as a drift.'
              : 'The policy leaves them alone, so each call is in vain.',
          ),
        ]),
  ];
}

function ownNamespace(webhook: GuardWebhook, namespace: string): Problem {
  return {
    status: webhook.failsClosed ? 'error' : 'warning',
    subject: webhook.subject,
    message: webhook.failsClosed
      ? `namespaceSelector does not leave out its own namespace "${namespace}", and failurePolicy is Fail: after a crash, the change that repairs the guard is refused because the guard is down.`
      : `namespaceSelector does not leave out its own namespace "${namespace}": it is asked about itself.`,
    fix: editCommand(webhook, [namespace]),
  };
}

function problem(webhook: GuardWebhook, status: Problem['status'], names: readonly string[], why: string): Problem {
  return {
    status,
    subject: webhook.subject,
    message: `namespaceSelector does not leave out ${names.join(', ')}. ${why}`,
    fix: editCommand(webhook, names),
  };
}

function editCommand({ configuration }: GuardWebhook, names: readonly string[]): Fix {
  const kind = operand(String(at(configuration, 'kind')).toLowerCase(), 'KIND');
  return [
    kubectl(undefined, 'edit', kind, operand(nameOf(configuration))),
    `, and add ${names.join(', ')} to the values of {key: ${NAME_LABEL}, operator: NotIn} in namespaceSelector`,
  ];
}

function judgeObjectSelector(webhook: GuardWebhook): readonly Problem[] {
  if (!isSelectorSet(at(webhook.raw, 'objectSelector'))) return [];
  const kind = String(at(webhook.configuration, 'kind')).toLowerCase();
  const removal = { op: 'remove', path: `/webhooks/${webhook.index}/objectSelector` } as const;
  return [
    {
      status: 'warning',
      subject: webhook.subject,
      message:
        'objectSelector is set: whoever may label an object takes it away from the guard, without a reason or an end.',
      fix: [jsonPatch(undefined, kind, nameOf(webhook.configuration), removal)],
    },
  ];
}

function labelsByNamespace(installation: Installation): ReadonlyMap<string, StringMap> {
  return new Map(
    listed(installation, 'namespaces').map((namespace) => {
      const name = nameOf(namespace);
      const labels = stringMapOf(at(namespace, 'metadata', 'labels'));
      return [name, { ...labels, [NAME_LABEL]: name }];
    }),
  );
}

function selects({ raw }: GuardWebhook, labels: StringMap): boolean {
  return matchesLabelSelector(parseLabelSelector(at(raw, 'namespaceSelector')), labels);
}
