import type { Wording } from '../judge/finding.ts';
import { advise, remove } from '../judge/fix.ts';
import { isServedWithoutThem } from '../judge/front-end-remedies.ts';
import { defineRule, type WordingContext } from '../judge/rule.ts';
import type { FaultOf } from '../plan/fault.ts';
import type { FrontEndPlan } from '../plan/front-end.ts';

export const tlsSecretUnnamed = defineRule({
  id: 'tls-secret-unnamed',
  judges: ['Ingress'],
  severity: 'error',
  summary: 'An entry of spec.tls names no Secret.',
  why: 'Other controllers take an entry of hosts alone as a wish for their default certificate. The GKE Ingress controller looks for a Secret without a name, and the sync of the load balancer fails.',
  fix: 'Name a Secret in secretName, or remove the entry: certificates that annotations name need no spec.tls.',
  covers: ['C23', 'R18'],
  references: [
    'https://github.com/kubernetes/ingress-gce/issues/1334',
    'https://github.com/kubernetes/ingress-gce/issues/713',
  ],
  words: { C23: wordUnnamed },
});

function wordUnnamed({ index, path }: FaultOf<'C23'>, { plan }: WordingContext): Wording {
  const message = `spec.tls[${index}] has no secretName, and the sync fails with: secret "" does not exist.`;
  if (plan === undefined) return { message };
  const { frontEnd, ingress } = plan;
  const name = advise(`name a Secret in spec.tls[${index}].secretName`);
  const { hosts = [] } = ingress.tls[index] ?? {};
  // Entries have no names; their hosts stay when another is removed.
  const identity = `hosts ${hosts.join(' ')}`;
  if (hasOtherCertificate(frontEnd)) {
    return { message, fix: [remove(ingress, path, 'certificates by annotation need no spec.tls'), name], identity };
  }
  return { message, fix: isServedWithoutThem(frontEnd) ? [name, remove(ingress, path)] : [name], identity };
}

function hasOtherCertificate({ tls, allowsHttp }: FrontEndPlan): boolean {
  // Until it is attached a managed certificate counts for nothing, so that HTTP must be on.
  return tls.preSharedCerts.length > 0 || (tls.managedCertificates.length > 0 && allowsHttp);
}
