import { saidElsewhere } from '../judge/elsewhere.ts';
import type { RuleFinding } from '../judge/finding.ts';
import { advise, append, inWords, type Remedy, removeAnnotation, set, setAnnotation, together } from '../judge/fix.ts';
import { isServedWithoutThem } from '../judge/front-end-remedies.ts';
import { nearName } from '../judge/near-name.ts';
import { defineRule, type FrontEndContext } from '../judge/rule.ts';
import { annotationPath } from '../kubernetes/field-path.ts';
import type { ManagedCertificate } from '../kubernetes/objects.ts';
import { MANAGED_CERTIFICATES, PRE_SHARED_CERT } from '../plan/annotation-keys.ts';
import { isWildcard, parentsOf } from '../plan/managed-certificates.ts';

export const managedCertificateProblem = defineRule({
  id: 'managed-certificate-problem',
  judges: ['Ingress', 'ManagedCertificate'],
  severity: 'warning',
  summary: 'A ManagedCertificate of the Ingress does not exist, can never be issued, or is for other hosts.',
  why: 'It gives no HTTPS, to one host or to all of them. While one that the Ingress names is missing, none is newly attached; one whose creation Google refuses is attached all the same, and the sync of the Ingress fails for it. The wait for a certificate that never comes looks like the usual wait of up to an hour.',
  fix: 'Name ManagedCertificates of the same namespace, with the hosts of the Ingress as plain domains.',
  covers: ['R10'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/managed-certs'],
  check: { FrontEnd: findProblems },
});

const PATH = annotationPath(MANAGED_CERTIFICATES);

function findProblems(context: FrontEndContext): readonly RuleFinding[] {
  const { references } = context.plan.frontEnd.managed;
  if (references.length === 0) return [];
  if (context.plan.class.isRegional) return [onlyRegional(context)];
  const { namespace } = context.ingress.metadata;
  const ofReferences = references.flatMap((reference): readonly RuleFinding[] => {
    const { name, state } = reference;
    if (state === 'found') return findNeverIssued(reference.object, context);
    if (state === 'unknown') return [];
    // Not one of them is attached anew while one is missing (getCertificatesToAttach).
    const effect =
      references.length === 1 ? 'so it gives no HTTPS' : 'so none of those that are named is newly attached';
    const message = `ManagedCertificate "${name}" does not exist in namespace "${namespace}", ${effect}.`;
    const elsewhere = saidElsewhere(
      { kind: 'ManagedCertificate', namespace, name },
      'Ingress',
      context.otherNamespaces,
    );
    return [{ path: PATH, message, fix: nameOther(name, context), isLate: true, identity: name, ...elsewhere }];
  });
  return [...ofReferences, ...findUncovered(context)];
}

function nameOther(name: string, { ingress, plan, snapshot }: FrontEndContext): readonly Remedy[] {
  const names = plan.frontEnd.tls.managedCertificates;
  const { namespace } = ingress.metadata;
  const meant = nearName({ kind: 'ManagedCertificate', namespace, name }, snapshot, names);
  const create = advise('create it there, or correct the name');
  if (meant === undefined) return [create];
  const corrected = names.map((one) => (one === name ? meant : one)).join(',');
  return [setAnnotation(ingress, MANAGED_CERTIFICATES, corrected), advise('create it there')];
}

function onlyRegional({ ingress, plan }: FrontEndContext): RuleFinding {
  const use = advise(`use spec.tls, or a regional certificate in ${PRE_SHARED_CERT}`);
  return {
    path: PATH,
    message: `class "${plan.class.annotation}" takes regional certificates only, and managed ones are global: they give no HTTPS.`,
    fix: isServedWithoutThem(plan.frontEnd) ? [use, removeAnnotation(ingress, MANAGED_CERTIFICATES)] : [use],
    isCertain: plan.class.isInternal,
  };
}

function findNeverIssued(owner: ManagedCertificate, { ingress, plan }: FrontEndContext): readonly RuleFinding[] {
  const { domains } = owner;
  const { hosts } = plan.frontEnd.managed;
  const effect = `never issued: Ingress "${ingress.metadata.name}" gets no HTTPS from it`;
  if (domains.length === 0) {
    const message = `it has no domains, so it is ${effect}.`;
    return [{ owner, path: ['spec'], message, fix: [nameDomains(owner, hosts)], identity: 'no domains' }];
  }
  const index = domains.findIndex((domain) => domain.includes('*'));
  const wildcard = domains[index];
  if (wildcard === undefined) return [];
  const message = `"${wildcard}" is a wildcard, which no managed certificate can have, so it is ${effect}.`;
  const kept = domains.filter((domain) => !domain.includes('*'));
  const fix = [nameDomains(owner, [...new Set([...kept, ...findMeant(domains, hosts)])])];
  return [{ owner, path: ['spec', 'domains', index], message, fix, identity: wildcard }];
}

/** Hosts under the wildcards; all of them where they are more than a certificate takes. */
function findMeant(domains: readonly string[], hosts: readonly string[]): readonly string[] {
  if (hosts.length > MAX_DOMAINS) return hosts;
  const wildcards = new Set(domains.map((domain) => domain.toLowerCase()).filter(isWildcard));
  return hosts.filter((host) => parentsOf(host.toLowerCase()).some((parent) => wildcards.has(`*${parent}`)));
}

/** What the CRD takes. */
const MAX_DOMAINS = 100;
const MAX_DOMAIN = 63;

function nameDomains(certificate: ManagedCertificate, domains: readonly string[]): Remedy {
  return domains.length > 0 && domains.length <= MAX_DOMAINS && domains.every(canBeDomain)
    ? set(certificate, ['spec', 'domains'], domains)
    : advise('name each host, without wildcards, in its spec.domains');
}

function canBeDomain(host: string): boolean {
  return host.length <= MAX_DOMAIN && !host.includes('*');
}

function findUncovered({ plan }: FrontEndContext): readonly RuleFinding[] {
  const { references, uncoveredHosts } = plan.frontEnd.managed;
  const [host, ...others] = uncoveredHosts;
  if (host === undefined) return [];
  const names = references.map(({ name }) => `"${name}"`).join(', ');
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  const lists =
    references.length === 1
      ? `ManagedCertificate ${names} does not list`
      : `none of the ManagedCertificates ${names} lists`;
  const create = advise(`name another certificate for ${others.length === 0 ? 'it' : 'them'}`);
  const [only, ...rest] = references;
  const adding = only?.state === 'found' && rest.length === 0 ? addDomains(only.object, uncoveredHosts) : [];
  return [
    {
      path: PATH,
      message: `${lists} host "${host}"${more}, so it gets no HTTPS.`,
      fix: [create, ...adding],
      isCertain: false,
      identity: 'hosts',
    },
  ];
}

function addDomains(certificate: ManagedCertificate, hosts: readonly string[]): readonly Remedy[] {
  if (certificate.domains.length + hosts.length > MAX_DOMAINS || !hosts.every(canBeDomain)) return [];
  // The controller deletes a certificate whose domains have changed, and creates it anew.
  const because = 'no HTTPS until it is issued again';
  const added = together(...hosts.map((host) => append(certificate, ['spec', 'domains'], host, because)));
  return [inWords(`add ${hosts.length === 1 ? 'it' : 'them'} to its spec.domains`, added)];
}
