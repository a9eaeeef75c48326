// What the guard asks the API server for, and by which ServiceAccount: what every guard watches; where the certificate is its own,
// what serves it reads and what keeps it writes (deploy/components/self-signed grants that); and what one that audits writes
// (deploy/components/audit, and components/audit-reports for reports) or reads (components/mounted-config), and what one reads that knows
// what was learned of apps (deploy/components/asker); and what the asker itself reads and writes.
import { at, type JsonObject, textOr } from '../kubernetes/read.ts';
import { REPORT_KINDS, REPORT_NAME } from '../kubernetes/report-kinds.ts';
import { LEARNED_CONFIG_MAP } from '../learned/learned.ts';
import {
  type GuardPod,
  isAuditing,
  isLearning,
  isReadingMounted,
  isReporting,
  isSelfSigned,
  usesCluster,
} from './guard-pod.ts';
import type { GuardName, NeededRight, Purpose, Right } from './installation.ts';

/** Beside the guard's own; undefined where there is none. */
export interface OwnDeployments {
  /** Of `keep-certificate`. */
  readonly keeper: JsonObject | undefined;
  /** Of `serve --ask`. */
  readonly asker: JsonObject | undefined;
}

/** @param watched what a guard asks for that looks at its cluster */
export function rightsNeededBy(
  pod: GuardPod,
  { keeper, asker }: OwnDeployments,
  guard: GuardName,
  watched: readonly Right[],
): readonly NeededRight[] {
  const by = (account: string, purpose: Purpose, rights: readonly Right[]): readonly NeededRight[] =>
    rights.map((right) => ({ account, right, purpose }));
  const { serviceAccount } = pod;
  const own = names(pod, guard);
  return [
    ...by(serviceAccount, 'view', usesCluster(pod) ? watched : []),
    ...by(serviceAccount, 'certificate', isSelfSigned(pod) ? rightsToRead(own) : []),
    ...(isSelfSigned(pod) && keeper !== undefined ? by(accountOf(keeper), 'certificate', rightsToWrite(own)) : []),
    ...by(serviceAccount, 'audit', isAuditing(pod) ? auditRights(guard) : []),
    ...by(serviceAccount, 'reports', isReporting(pod) ? reportRights() : []),
    ...by(
      serviceAccount,
      'mounted-config',
      isReadingMounted(pod) ? [{ verb: 'get', group: '', resource: 'configmaps' }] : [],
    ),
    ...by(serviceAccount, 'learned', isLearning(pod) ? learnedRights(guard) : []),
    ...(asker === undefined ? [] : by(accountOf(asker), 'ask', [...watched, ...askerRights(guard)])),
  ];
}

/** As deploy/components/self-signed has it. */
export function keeperName(guard: Pick<GuardName, 'name'>): string {
  return `${guard.name}-certificate`;
}

/** As deploy/components/asker has it. */
export function askerName(guard: Pick<GuardName, 'name'>): string {
  return `${guard.name}-asker`;
}

function accountOf(deployment: JsonObject): string {
  return textOr(at(deployment, 'spec', 'template', 'spec', 'serviceAccountName'), '') || 'default';
}

const LEASES = { group: 'coordination.k8s.io', resource: 'leases' } as const;
const WEBHOOKS = ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'] as const;
const ADMISSION = 'admissionregistration.k8s.io';

/** Names as src/self-signed has them: all of the Service's. */
function names({ flags }: GuardPod, guard: GuardName): GuardName {
  return {
    namespace: flags.get('--namespace') ?? guard.namespace,
    name: flags.get('--service-name') ?? guard.name,
  };
}

function rightsToRead({ namespace, name }: GuardName): readonly Right[] {
  return [
    { verb: 'get', group: '', resource: 'secrets', namespace, name: `${name}-tls` },
    ...WEBHOOKS.map((resource) => ({ verb: 'get', group: ADMISSION, resource, name })),
  ];
}

function rightsToWrite({ namespace, name }: GuardName): readonly Right[] {
  return [
    ...['get', 'patch'].map((verb) => ({ verb, group: '', resource: 'secrets', namespace, name: `${name}-tls` })),
    ...['get', 'update'].map((verb) => ({ verb, ...LEASES, namespace, name })),
    { verb: 'create', ...LEASES, namespace },
    ...WEBHOOKS.flatMap((resource) => ['get', 'patch'].map((verb) => ({ verb, group: ADMISSION, resource, name }))),
  ];
}

/** As src/cli/serve/audit-loop.ts has it. */
const AUDIT_LEASE = 'gke-ingress-guard-audit';

function auditRights({ namespace }: GuardName): readonly Right[] {
  return [
    ...['create', 'patch'].map((verb) => ({ verb, group: 'events.k8s.io', resource: 'events' })),
    ...['get', 'update'].map((verb) => ({ verb, ...LEASES, namespace, name: AUDIT_LEASE })),
    { verb: 'create', ...LEASES, namespace },
  ];
}

/** In both APIs: which of them a cluster has changes, and a right may be given for what is not there. */
function reportRights(): readonly Right[] {
  return REPORT_KINDS.flatMap(({ group, plural: resource }) => [
    ...['get', 'list', 'update', 'delete'].map((verb) => ({ verb, group, resource, name: REPORT_NAME })),
    { verb: 'create', group, resource },
  ]);
}

function learnedRights({ namespace }: GuardName): readonly Right[] {
  return ['list', 'watch'].map((verb) => ({
    verb,
    group: '',
    resource: 'configmaps',
    namespace,
    name: LEARNED_CONFIG_MAP,
  }));
}

/** As src/cli/serve/asker.ts has it. */
const ASKER_LEASE = 'gke-ingress-guard-asker';

function askerRights({ namespace }: GuardName): readonly Right[] {
  const store = { group: '', resource: 'configmaps', namespace, name: LEARNED_CONFIG_MAP };
  return [
    { verb: 'list', group: '', resource: 'pods' },
    { verb: 'get', group: '', resource: 'nodes' },
    ...['get', 'patch'].map((verb) => ({ verb, ...store })),
    ...['get', 'update'].map((verb) => ({ verb, ...LEASES, namespace, name: ASKER_LEASE })),
    { verb: 'create', ...LEASES, namespace },
  ];
}

export function isForWebhooks(resource: string): boolean {
  return WEBHOOKS.some((one) => one === resource);
}
