// What the guard of this Pod asks the API server for: what every guard watches, and what one that keeps its own certificate
// writes (deploy/components/self-signed grants that).
import { type GuardPod, isSelfSigned, usesCluster } from './guard-pod.ts';
import type { GuardName, Right } from './installation.ts';

/** @param watched what a guard asks for that looks at its cluster */
export function rightsNeededBy(pod: GuardPod, guard: GuardName, watched: readonly Right[]): readonly Right[] {
  return [...(usesCluster(pod) ? watched : []), ...(isSelfSigned(pod) ? certificateRights(pod, guard) : [])];
}

const LEASES = { group: 'coordination.k8s.io', resource: 'leases' } as const;
const WEBHOOKS = ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'] as const;

/** Names as src/self-signed has them: all of the Service's. */
function certificateRights({ flags }: GuardPod, guard: GuardName): readonly Right[] {
  const namespace = flags.get('--namespace') ?? guard.namespace;
  const name = flags.get('--service-name') ?? guard.name;
  const secret = { group: '', resource: 'secrets', namespace, name: `${name}-tls` };
  const group = 'admissionregistration.k8s.io';
  return [
    ...['get', 'patch'].map((verb) => ({ verb, ...secret })),
    ...['get', 'update'].map((verb) => ({ verb, ...LEASES, namespace, name })),
    { verb: 'create', ...LEASES, namespace },
    ...WEBHOOKS.flatMap((resource) => ['get', 'patch'].map((verb) => ({ verb, group, resource, name }))),
  ];
}

/** Whether it is the certificate that suffers, and not what the guard knows. */
export function isForCertificate({ resource }: Right): boolean {
  return resource === 'secrets' || resource === 'leases' || WEBHOOKS.some((one) => one === resource);
}
