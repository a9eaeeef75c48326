import { ingressesNaming } from '../judge/chain.ts';
import type { RuleFinding } from '../judge/finding.ts';
import { advise } from '../judge/fix.ts';
import { defineRule, type ObjectContext } from '../judge/rule.ts';
import type { FrontendConfig, ManagedCertificate } from '../kubernetes/objects.ts';
import { FRONTEND_CONFIG, MANAGED_CERTIFICATES } from '../plan/annotation-keys.ts';

export const frontEndConfigUnused = defineRule({
  id: 'front-end-config-unused',
  judges: ['FrontendConfig', 'ManagedCertificate'],
  severity: 'warning',
  summary: 'No Ingress names the FrontendConfig or the ManagedCertificate.',
  why: 'Both do nothing until an annotation of an Ingress in their namespace names them: there is no redirect and no SSL policy, and Google cannot issue a certificate that no load balancer has. Nothing reports it.',
  fix: 'Name it in the annotation of the Ingress, or remove it.',
  noEdits: 'Which Ingress it is meant for only its author knows.',
  covers: [],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration',
    'https://cloud.google.com/kubernetes-engine/docs/how-to/managed-certs',
  ],
  check: { Object: find },
});

/** Late: in every correct order of applying, it comes before the Ingress that names it. */
function find({ object, snapshot }: ObjectContext): readonly RuleFinding[] {
  if (object.kind !== 'FrontendConfig' && object.kind !== 'ManagedCertificate') return [];
  const { namespace, name } = object.metadata;
  const isKnown = snapshot.isKnown('Ingress', namespace);
  // Where there is no Ingress at all, it may be in another repository.
  if (!isKnown && !snapshot.has('Ingress', namespace)) return [];
  if (ingressesNaming(object, snapshot).length > 0) return [];
  const effect = effectOf(object);
  const key = object.kind === 'FrontendConfig' ? FRONTEND_CONFIG : MANAGED_CERTIFICATES;
  return [
    {
      path: ['spec'],
      message: `no Ingress of namespace "${namespace}" names it: ${effect}.`,
      isCertain: isKnown,
      isLate: true,
      identity: 'unused',
      fix: [advise(`name it on the Ingress (${key}: ${name})`)],
    },
  ];
}

function effectOf(object: FrontendConfig | ManagedCertificate): string {
  if (object.kind === 'ManagedCertificate') return 'no load balancer has its certificate, which is never issued';
  const lost = [
    ...(object.redirectToHttps?.isEnabled ? ['redirects to HTTPS'] : []),
    ...(object.sslPolicy === undefined || object.sslPolicy === '' ? [] : ['has its SSL policy']),
  ];
  return lost.length === 0 ? 'it does nothing' : `nothing ${lost.join(' or ')}`;
}
