import { MANAGED_CERTIFICATES, PRE_SHARED_CERT } from '../plan/annotation-keys.ts';
import type { ManagedCertificateReference } from '../plan/managed-certificates.ts';
import { defineRule, type FieldPath, type RuleFinding } from './rule.ts';

export const managedCertificateProblem = defineRule({
  id: 'managed-certificate-problem',
  judges: 'Ingress',
  severity: 'warning',
  summary: 'A ManagedCertificate of the Ingress does not exist, can never be issued, or is for other hosts.',
  why: 'No HTTPS comes of it, for this host or for any, and the wait for a certificate that never comes looks like the usual wait of up to an hour.',
  fix: 'Name ManagedCertificates of the same namespace, with the hosts of the Ingress as plain domains.',
  covers: ['R10'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/managed-certs'],
  check: ({ ingress, plan }) => {
    const { references, uncoveredHosts } = plan.frontEnd.managed;
    if (!plan.class.isClaimed || references.length === 0) return [];
    if (plan.class.isRegional) {
      return [
        {
          path: PATH,
          message: `class "${plan.class.annotation}" takes regional certificates only, and managed ones are global: no HTTPS.`,
          fix: `Use spec.tls, or a regional one in ${PRE_SHARED_CERT}.`,
          isCertain: plan.class.isInternal,
        },
      ];
    }
    const { namespace } = ingress.metadata;
    return [
      ...references.flatMap((reference) => findFault(reference, namespace) ?? []),
      ...findUncovered(uncoveredHosts, references),
    ];
  },
});

const PATH: FieldPath = ['metadata', 'annotations', MANAGED_CERTIFICATES];

function findFault(reference: ManagedCertificateReference, namespace: string): RuleFinding | undefined {
  const { name } = reference;
  const found = { path: PATH, subject: name };
  if (reference.state === 'missing') {
    return {
      ...found,
      message: `ManagedCertificate "${name}" does not exist in namespace "${namespace}": no HTTPS comes of it.`,
      fix: 'Create it there, or correct the name.',
      isCertain: false,
    };
  }
  if (reference.state === 'unknown') return undefined;
  const { domains } = reference.object;
  if (domains.length === 0) {
    return {
      ...found,
      message: `ManagedCertificate "${name}" has no domains, so nothing is ever issued.`,
      fix: 'Name the hosts of the Ingress in its spec.domains.',
    };
  }
  const wildcard = domains.find((domain) => domain.includes('*'));
  if (wildcard === undefined) return undefined;
  return {
    ...found,
    message: `ManagedCertificate "${name}" is for "${wildcard}", and Google issues it for no wildcard: it never becomes active.`,
    fix: 'Name each host in its spec.domains.',
  };
}

function findUncovered(
  [host, ...others]: readonly string[],
  references: readonly ManagedCertificateReference[],
): readonly RuleFinding[] {
  if (host === undefined) return [];
  const names = references.map(({ name }) => `"${name}"`).join(', ');
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return [
    {
      path: PATH,
      message: `host "${host}"${more} is in no domains of ManagedCertificate ${names}: no HTTPS for it.`,
      fix: `Add a ManagedCertificate for it to ${MANAGED_CERTIFICATES}.`,
      isCertain: false,
      subject: 'hosts',
    },
  ];
}
