import type { Wording } from '../judge/finding.ts';
import { advise, remove } from '../judge/fix.ts';
import { defineRule, type WordingContext } from '../judge/rule.ts';
import type { FaultOf } from '../plan/fault.ts';

export const ruleWithoutPaths = defineRule({
  id: 'rule-without-paths',
  judges: ['Ingress'],
  severity: 'warning',
  summary: 'A rule of the Ingress has no http, and so no paths.',
  why: 'The GKE Ingress controller skips the rule: requests for its host get the default backend, which answers 404 where the Ingress gives none of its own.',
  fix: 'Give the rule its http.paths, or remove it.',
  covers: ['C43'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress'],
  words: { C43: wordSkipped },
});

function wordSkipped({ host, ruleIndex }: FaultOf<'C43'>, { plan }: WordingContext): Wording {
  const ingress = plan?.ingress;
  // An Ingress without rules and default backend is one that the API server refuses.
  const isAllThereIs = ingress?.defaultBackend === undefined && plan?.urlMap.sites.length === 0;
  return {
    message: `the rule for host "${host}" has no http and is skipped: its traffic goes to the default backend.`,
    identity: host,
    fix: [
      advise('give the rule its http.paths'),
      ...(ingress === undefined || isAllThereIs ? [] : [remove(ingress, ['spec', 'rules', ruleIndex])]),
    ],
    // With a default backend of its own that is what Kubernetes says of such a rule, and may be meant.
    ...(ingress?.defaultBackend === undefined ? {} : { severity: 'info' }),
  };
}
