import { isMadeByCertManager } from '../plan/annotation-keys.ts';
import { frontEndFindings } from './front-end-findings.ts';
import { defineRule, type IngressContext, type RuleFinding } from './rule.ts';

export const tlsSecretMissing = defineRule({
  id: 'tls-secret-missing',
  judges: 'Ingress',
  severity: 'error',
  summary: 'A TLS Secret of the Ingress does not exist, or lacks tls.crt or tls.key.',
  why: 'One Secret that cannot be used stops the sync of the whole load balancer, HTTP included. Where cert-manager is to make the Secret that lasts until it has, and is an info.',
  fix: 'Create the Secret in the namespace of the Ingress, with the keys tls.crt and tls.key.',
  covers: ['C22', 'C24', 'R18'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-multi-ssl'],
  check: (context) => [...findMissing(context), ...findWithoutKeys(context)],
});

/** Absence is never certain: what is applied next may be the Secret. */
function findMissing(context: IngressContext): readonly RuleFinding[] {
  const isAwaited = isMadeByCertManager(context.ingress.metadata.annotations);
  return frontEndFindings(context, ['C22']).map((found) => {
    if (!isAwaited) return { ...found, isCertain: false };
    return {
      ...found,
      note: 'That lasts until cert-manager has made it; a challenge over HTTP-01 needs the load balancer first.',
      fix: `Wait for cert-manager; for HTTP-01 run ${found.fix}`,
      isCertain: false,
      severity: 'info',
    };
  });
}

/** The plan blames the Secret, which nobody judges, so the Ingress is told. */
function findWithoutKeys({ ingress, plan }: IngressContext): readonly RuleFinding[] {
  if (!plan.class.isClaimed) return [];
  return plan.frontEnd.problems
    .filter(({ condition }) => condition === 'C24')
    .map(({ message, object }) => {
      const index = ingress.tls.findIndex(({ secretName }) => secretName === object.name);
      return {
        path: ['spec', 'tls', index, 'secretName'],
        message,
        fix: `Give Secret "${object.name}" both tls.crt and tls.key.`,
      };
    });
}
