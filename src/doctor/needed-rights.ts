// What the guard of this Pod asks the API server for: what every guard watches, what one that keeps its own certificate
// writes (deploy/components/self-signed grants that), and what one that audits writes (deploy/components/audit).
import { type GuardPod, isAuditing, isSelfSigned, usesCluster } from './guard-pod.ts';
import type { GuardName, Right } from './installation.ts';

/** @param watched what a guard asks for that looks at its cluster */
export function rightsNeededBy(pod: GuardPod, guard: GuardName, watched: readonly Right[]): readonly Right[] {
  return [
    ...(usesCluster(pod) ? watched : []),
    ...(isSelfSigned(pod) ? certificateRights(pod, guard) : []),
    ...(isAuditing(pod) ? auditRights(guard) : []),
  ];
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

/** As src/cli/serve/audit-loop.ts has it. */
const AUDIT_LEASE = 'gke-ingress-guard-audit';

function auditRights({ namespace }: GuardName): readonly Right[] {
  return [
    ...['create', 'patch'].map((verb) => ({ verb, group: 'events.k8s.io', resource: 'events' })),
    ...['get', 'update'].map((verb) => ({ verb, ...LEASES, namespace, name: AUDIT_LEASE })),
    { verb: 'create', ...LEASES, namespace },
  ];
}

/** What suffers without the right: what the guard knows, its certificate, or its audit. */
export type Purpose = 'view' | 'certificate' | 'audit';

export function purposeOf({ resource, name }: Right, pod: GuardPod): Purpose {
  // Whoever keeps a certificate makes a Lease too, and needs it more.
  const isOfAudit = resource === 'leases' && (name === AUDIT_LEASE || (name === undefined && !isSelfSigned(pod)));
  if (resource === 'events' || isOfAudit) return 'audit';
  const isOfCertificate = ['secrets', 'leases', ...WEBHOOKS].includes(resource);
  return isOfCertificate ? 'certificate' : 'view';
}
