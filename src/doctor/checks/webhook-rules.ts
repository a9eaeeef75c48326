import { aboutWebhooks, type Check, type Problem } from '../check.ts';
import { joinFixes, REAPPLY } from '../fix.ts';
import { type GuardWebhook, guardWebhooks, type Rule, rulesOf } from '../webhooks.ts';

/** GKE's insight K8S_ADMISSION_WEBHOOK_UNSAFE names them: a webhook on them can keep a control plane from starting. */
const UNSAFE: readonly (readonly [group: string, resource: string])[] = [
  ['coordination.k8s.io', 'leases'],
  ['', 'nodes'],
  ['authentication.k8s.io', 'tokenreviews'],
  ['authorization.k8s.io', 'subjectaccessreviews'],
  ['certificates.k8s.io', 'certificatesigningrequests'],
];

/**
 * What is judged at the least; matchPolicy Equivalent adds the other versions. The last three may have no definition in
 * the cluster, which a rule does not mind.
 */
const JUDGED: readonly (readonly [group: string, resource: string])[] = [
  ['', 'services'],
  ['networking.k8s.io', 'ingresses'],
  ['cloud.google.com', 'backendconfigs'],
  ['networking.gke.io', 'frontendconfigs'],
  ['networking.gke.io', 'managedcertificates'],
];

const FIX = joinFixes('Take over `rules` of deploy/base/webhooks.yaml', ': ', REAPPLY);

export const webhookRules: Check = {
  id: 'webhook-rules',
  looksAt: 'The rules name resources, never *, with scope Namespaced, and none that the control plane lives by.',
  why: 'GKE reports such a webhook as K8S_ADMISSION_WEBHOOK_UNSAFE, and Autopilot refuses it.',
  ok: 'the rules name namespaced resources only, and all that the guard judges',
  needs: ['mutating', 'validating'],
  subject: aboutWebhooks,
  run: (installation) => guardWebhooks(installation).flatMap((webhook) => [...unsafe(webhook), ...unseen(webhook)]),
};

function unsafe({ raw, subject }: GuardWebhook): readonly Problem[] {
  const problems = (rule: Rule): readonly string[] => [
    ...(hasStar(rule) ? ['it names "*" as a group, resource or version, which Autopilot refuses'] : []),
    ...(rule.scope !== 'Namespaced'
      ? [`its scope is "${rule.scope}", not "Namespaced": objects of the cluster itself pass through the guard`]
      : []),
    ...UNSAFE.filter(([group, resource]) => names(rule, group, resource)).map(
      ([, resource]) => `it intercepts ${resource}, which the control plane needs to start`,
    ),
  ];
  return rulesOf(raw).flatMap((rule, index) =>
    problems(rule).map((what) => ({
      status: 'error' as const,
      subject,
      message: `rules[${index}]: ${what}. GKE reports it as K8S_ADMISSION_WEBHOOK_UNSAFE.`,
      fix: FIX,
    })),
  );
}

function unseen({ raw, subject, isMutating }: GuardWebhook): readonly Problem[] {
  const rules = rulesOf(raw);
  const wanted = isMutating ? JUDGED.slice(0, 1) : JUDGED;
  return wanted.flatMap(([group, resource]) => {
    const operations = rules.filter((rule) => names(rule, group, resource)).flatMap((rule) => rule.operations);
    const missing = ['CREATE', 'UPDATE'].filter((one) => !operations.includes(one) && !operations.includes('*'));
    if (missing.length === 0) return [];
    const what = `no rule has ${missing.join(' or ')} of ${resource}: they are stored unseen.`;
    return [{ status: 'warning' as const, subject, message: what, fix: FIX }];
  });
}

function hasStar({ groups, resources, versions }: Rule): boolean {
  const isStar = (value: unknown): boolean => typeof value === 'string' && (value === '*' || value === '*/*');
  return [...groups, ...resources, ...versions].some(isStar);
}

function names({ groups, resources }: Rule, group: string, resource: string): boolean {
  const isResource = (value: unknown): boolean =>
    typeof value === 'string' && ['*', '*/*', `${resource}/*`, resource].includes(value);
  return groups.some((value) => value === '*' || value === group) && resources.some(isResource);
}
