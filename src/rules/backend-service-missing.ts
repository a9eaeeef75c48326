import { saidElsewhere } from '../judge/elsewhere.ts';
import type { Wording } from '../judge/finding.ts';
import { advise } from '../judge/fix.ts';
import { correctName } from '../judge/near-name.ts';
import { defineRule, type WordingContext } from '../judge/rule.ts';
import type { FaultOf } from '../plan/fault.ts';
import { readOnce } from '../plan/lazy.ts';
import type { IngressPlan } from '../plan/plan.ts';
import { servicesNamedBy } from '../snapshot/snapshot.ts';

export const backendServiceMissing = defineRule({
  id: 'backend-service-missing',
  judges: ['Ingress'],
  severity: 'error',
  summary: 'The Ingress names a Service that does not exist.',
  why: 'A backend is always looked for in the namespace of the Ingress; where it is missing, the translation of the whole Ingress fails, of its other paths too, until it is there.',
  fix: 'Create the Service in the namespace of the Ingress, or name one that is there.',
  noEdits: 'Whether to create the Service or to name another one only its author knows.',
  covers: ['C4'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress'],
  words: { C4: wordMissing },
});

function wordMissing(
  { backend }: FaultOf<'C4'>,
  { plan, snapshot, otherNamespaces }: WordingContext,
): Wording | undefined {
  const { serviceName, namespace, key } = backend;
  // Of several ports of one Service the first says it.
  if (plan === undefined || firstKeys(plan).get(serviceName) !== key) return undefined;
  return {
    message: `Service "${serviceName}" does not exist in namespace "${namespace}", so the whole Ingress fails to translate.`,
    note: 'It is served once the Service is there.',
    identity: serviceName,
    ...saidElsewhere({ kind: 'Service', namespace, name: serviceName }, 'Ingress', otherNamespaces),
    fix: [
      ...correctName({ kind: 'Service', namespace, name: serviceName }, snapshot, servicesNamedBy(plan.ingress)),
      advise(`create Service "${serviceName}" in namespace "${namespace}"`),
      advise('name one that is there'),
    ],
  };
}

/** Of each Service the key of the backend that names it first. */
const firstKeys: (plan: IngressPlan) => ReadonlyMap<string, string> = readOnce(
  ({ backends }) => new Map(backends.toReversed().map(({ serviceName, key }) => [serviceName, key])),
);
