// What the guard asks the API server for, and by which ServiceAccount: what every guard watches and, where the certificate is
// its own, what serves it reads and what keeps it writes (deploy/components/self-signed grants that).
import { at, type JsonObject, textOr } from '../kubernetes/read.ts';
import { type GuardPod, isSelfSigned, usesCluster } from './guard-pod.ts';
import type { GuardName, Right } from './installation.ts';

/** A right that the ServiceAccount of this name needs. */
export interface NeededRight {
  readonly account: string;
  readonly right: Right;
}

/**
 * @param keeper the Deployment of `keep-certificate`; undefined where there is none
 * @param watched what a guard asks for that looks at its cluster
 */
export function rightsNeededBy(
  pod: GuardPod,
  keeper: JsonObject | undefined,
  guard: GuardName,
  watched: readonly Right[],
): readonly NeededRight[] {
  const by = (account: string, rights: readonly Right[]): readonly NeededRight[] =>
    rights.map((right) => ({ account, right }));
  const own = names(pod, guard);
  return [
    ...by(pod.serviceAccount, usesCluster(pod) ? watched : []),
    ...(isSelfSigned(pod) ? by(pod.serviceAccount, rightsToRead(own)) : []),
    ...(isSelfSigned(pod) && keeper !== undefined ? by(accountOf(keeper), rightsToWrite(own)) : []),
  ];
}

/** As deploy/components/self-signed has it. */
export function keeperName(guard: Pick<GuardName, 'name'>): string {
  return `${guard.name}-certificate`;
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

/** Whether it is the certificate that suffers, and not what the guard knows. */
export function isForCertificate({ resource }: Right): boolean {
  return resource === 'secrets' || resource === 'leases' || isForWebhooks(resource);
}

export function isForWebhooks(resource: string): boolean {
  return WEBHOOKS.some((one) => one === resource);
}
